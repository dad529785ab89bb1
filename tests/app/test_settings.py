from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import SCHEMA_VERSION, Coloring, Language, Settings, Theme


def test_new_settings_have_their_defaults(settings: Settings) -> None:
    assert settings.theme is Theme.SYSTEM
    assert settings.language is Language.SYSTEM
    assert settings.coloring is Coloring.SHADED
    assert settings.show_boxes is True
    assert settings.export_format == "glb"


def test_settings_outlive_the_program(tmp_path: Path) -> None:
    first = Settings(tmp_path / "kept.ini")
    first.theme = Theme.LIGHT
    first.show_landmarks = False
    first.export_folder = "/some where/é"
    first.save()
    second = Settings(tmp_path / "kept.ini")
    assert second.theme is Theme.LIGHT
    assert second.show_landmarks is False
    assert second.export_folder == "/some where/é"


@pytest.mark.parametrize(
    ("key", "value", "option", "default"),
    [
        ("appearance/theme", "purple", "theme", Theme.SYSTEM),
        ("appearance/language", "klingon", "language", Language.SYSTEM),
        ("photo/boxes", "perhaps", "show_boxes", True),
        ("mesh/coloring", 17, "coloring", Coloring.SHADED),
        ("folders/export", ["a", "b"], "export_folder", ""),
    ],
)
def test_a_damaged_value_falls_back_to_its_default(
    settings: Settings, key: str, value: object, option: str, default: object
) -> None:
    settings.store.setValue(key, value)
    assert getattr(settings, option) == default
    assert not settings.store.contains(key)


def test_a_file_of_rubbish_does_not_stop_the_program(tmp_path: Path) -> None:
    path = tmp_path / "bad.ini"
    path.write_bytes(b"\x00\xff[[[= nonsense \xfe\n" * 50)
    assert Settings(path).theme is Theme.SYSTEM


def test_settings_of_a_newer_version_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "new.ini"
    path.write_text(f"[General]\nschema={SCHEMA_VERSION + 1}\n[appearance]\ntheme=dark\n")
    settings = Settings(path)
    assert settings.theme is Theme.SYSTEM
    aside = path.with_suffix(f".schema{SCHEMA_VERSION + 1}")
    assert "theme=dark" in aside.read_text()


def test_a_change_is_told_once(settings: Settings) -> None:
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.show_boxes = False
    settings.show_boxes = False
    assert told == ["photo/boxes"]
