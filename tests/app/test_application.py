from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app import headless
from app.application import has_display, parse_arguments
from app.jobs import engine as engine_module
from tests.app.conftest import write_photo
from tests.app.fakes import FakeEngine
from vrn_core.errors import ModelFileError


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_display_is_known_by_the_environment(
    platform: str, environment: dict[str, str], expected: bool
) -> None:
    assert has_display(platform, environment) is expected


def test_photos_come_from_the_command_line() -> None:
    assert parse_arguments(["a b.jpg", "folder"]).photos == [Path("a b.jpg"), Path("folder")]
    assert parse_arguments([]).photos == []


def test_the_entry_point_imports_no_qt_and_the_window_no_torch() -> None:
    code = (
        "import sys\n"
        "import main, app.application, app.headless\n"
        "assert not [m for m in sys.modules if m.startswith('PySide6')], 'Qt'\n"
        "import app.studio\n"
        "late = ('torch', 'vtkmodules', 'pyvista', 'cv2', 'scipy')\n"
        "heavy = [m for m in late if m in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_what_runs_in_processes_of_its_own_does_without_qt() -> None:
    code = (
        "import sys\n"
        "import app.jobs.fusion_work, app.jobs.making\n"
        "assert not [m for m in sys.modules if m.startswith('PySide6')], 'Qt'\n"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


@pytest.fixture
def fake_core(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine()
    monkeypatch.setattr(engine_module, "CoreEngine", lambda: fake)
    return fake


def test_without_a_window_the_meshes_and_a_picture_are_written(
    tmp_path: Path, fake_core: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert headless.run([], out) == 0
    assert {path.name for path in out.iterdir()} == {"sample.glb", "sample.obj", "sample.png"}
    assert "without a window" in capsys.readouterr().out


def test_without_a_window_one_bad_photo_does_not_stop_the_rest(
    tmp_path: Path, fake_core: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no image")
    good = write_photo(tmp_path / "good é.jpg")
    out = tmp_path / "out"
    assert headless.run([bad, good], out) == 1
    assert (out / "good é.glb").exists()
    assert not list(out.glob("bad*"))
    assert "Traceback" not in capsys.readouterr().out


def test_without_a_window_missing_models_are_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def make() -> FakeEngine:
        raise ModelFileError("the weights are missing")

    monkeypatch.setattr(engine_module, "CoreEngine", make)
    assert headless.run([], tmp_path / "out") == 1
    assert "the weights are missing" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
