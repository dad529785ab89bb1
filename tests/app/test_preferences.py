"""Preferences, chosen in the dialog as a user would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.dialogs.preferences import PreferencesDialog
from app.jobs.engine import EngineOptions
from app.settings import Settings
from app.studio import Studio, engine_options
from tests.app.fakes import FakeEngine
from tests.app.test_correcting import open_photo
from vrn_core.models.library import volume_models


def choose(
    qtbot: QtBot,
    studio: Studio,
    change: Callable[[PreferencesDialog], object],
    button: QDialogButtonBox.StandardButton = QDialogButtonBox.StandardButton.Ok,
) -> None:
    """Open the dialog by its key, change something, and press a button."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PreferencesDialog)
        change(dialog)
        box = dialog.findChild(QDialogButtonBox)
        assert box is not None
        qtbot.mouseClick(box.button(button), Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, act)
    qtbot.keyClick(studio.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)


def test_the_next_photo_is_made_by_what_was_chosen(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, settings: Settings, photo: Path
) -> None:
    qtbot.waitUntil(lambda: engine.options == [EngineOptions()])

    def change(dialog: PreferencesDialog) -> None:
        dialog.device.setCurrentIndex(dialog.device.findData("cpu"))
        dialog.iod_mm.setValue(58)
        dialog.threads.setValue(2)

    choose(qtbot, studio, change)
    open_photo(qtbot, studio, photo)
    chosen = EngineOptions(device="cpu", iod_mm=58, threads=2)
    assert engine.options[1:] == [chosen]
    settings.save()
    again = Settings(Path(settings.store.fileName()))
    assert engine_options(again) == chosen


def test_folders_are_chosen_or_typed(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.export_folder = str(tmp_path)
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    asked: list[str] = []

    def choose_folder(parent: object, title: str, start: str) -> str:
        asked.append(start)
        return str(tmp_path / "meshes")

    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", choose_folder)
    qtbot.mouseClick(dialog.export_folder.button, Qt.MouseButton.LeftButton)
    assert asked == [str(tmp_path)]
    qtbot.keyClicks(dialog.open_folder.line, str(tmp_path / "my photos"))
    dialog.accept()
    assert settings.export_folder == str(tmp_path / "meshes")
    assert settings.open_folder == str(tmp_path / "my photos")


def test_cancel_changes_nothing(qtbot: QtBot, studio: Studio, settings: Settings) -> None:
    def change(dialog: PreferencesDialog) -> None:
        dialog.iod_mm.setValue(58)

    choose(qtbot, studio, change, QDialogButtonBox.StandardButton.Cancel)
    assert engine_options(settings) == EngineOptions()


def test_the_defaults_come_back_by_their_button(qtbot: QtBot, settings: Settings) -> None:
    settings.iod_mm, settings.threads, settings.export_format = 58.0, 3, "stl"
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    assert dialog.iod_mm.value() == 58
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    restore = box.button(QDialogButtonBox.StandardButton.RestoreDefaults)
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert settings.iod_mm == 58, "kept before the dialog was accepted"
    dialog.accept()
    assert engine_options(settings) == EngineOptions()
    assert settings.export_format == "glb"


@pytest.mark.parametrize(
    ("key", "damaged"),
    [
        ("reconstruction/device", "toaster"),
        ("reconstruction/threads", "-3"),
        ("reconstruction/threads", "many"),
        ("reconstruction/iod_mm", "nan"),
        ("reconstruction/iod_mm", "6300"),
    ],
)
def test_damaged_values_are_repaired(settings: Settings, key: str, damaged: str) -> None:
    settings.store.setValue(key, damaged)
    assert engine_options(settings) == EngineOptions()
    assert settings.store.value(key) is None


def test_every_shipped_volume_network_is_offered(qtbot: QtBot, settings: Settings) -> None:
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    offered = [dialog.model.itemData(row) for row in range(dialog.model.count())]
    assert offered == volume_models()
    assert "vrn-guided-lite" in offered
    assert not any("landmarks" in name for name in offered)
