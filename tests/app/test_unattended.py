"""The window on an errand from the command line, around a fake engine."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import trimesh
from pytestqt.qtbot import QtBot

from app import unattended as module
from app.application import MESH_SUFFIXES, main, parse_arguments
from app.errand import Errand
from app.jobs.exporting import FORMATS
from app.studio import Studio
from app.unattended import Unattended


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the exit codes with which the program would have been left."""
    codes: list[int] = []
    monkeypatch.setattr(module, "QCoreApplication", SimpleNamespace(exit=codes.append))
    return codes


def send(studio: Studio, target: Path, leave: bool = True) -> Unattended:
    return Unattended(Errand(target, leave), studio.session, studio.saving.runner, studio)


def test_the_mesh_of_the_photo_is_written_and_the_program_left(
    qtbot: QtBot,
    studio: Studio,
    photo: Path,
    tmp_path: Path,
    exits: list[int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = tmp_path / "mesh.glb"
    errand = send(studio, target)
    studio.open_paths([photo])
    qtbot.waitUntil(lambda: bool(exits), timeout=10_000)
    assert exits == [0]
    assert errand.written
    assert capsys.readouterr().out == f"wrote {target}\n"
    (face,) = studio.session.photos()[0].faces
    written = trimesh.load(target, force="mesh", process=False)
    assert len(written.faces) == len(face.mesh_canonical.faces)


def test_without_quit_the_window_stays(
    qtbot: QtBot, studio: Studio, photo: Path, tmp_path: Path, exits: list[int]
) -> None:
    errand = send(studio, tmp_path / "mesh.obj", leave=False)
    studio.open_paths([photo])
    qtbot.waitUntil(lambda: errand.written, timeout=10_000)
    assert exits == []


def test_a_photo_that_cannot_be_read_is_told_and_nothing_written(
    qtbot: QtBot,
    studio: Studio,
    tmp_path: Path,
    exits: list[int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no photo")
    errand = send(studio, tmp_path / "mesh.glb")
    studio.open_paths([bad])
    qtbot.waitUntil(lambda: bool(exits), timeout=10_000)
    assert exits == [1]
    assert not errand.written
    assert "bad.jpg" in capsys.readouterr().err
    assert not (tmp_path / "mesh.glb").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--quit"], "--quit goes with --export FILE"),
        (["--export", "mesh.xyz"], "expected one of .glb, .obj, .ply, .stl"),
        (["--export", "mesh"], "ends in 'nothing'"),
        (["--export", "nowhere/mesh.glb"], "there is no folder"),
    ],
)
def test_an_errand_that_cannot_be_done_is_refused_at_once(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["photo.jpg", *arguments])
    assert words in capsys.readouterr().err


def test_the_suffixes_are_those_that_the_window_writes() -> None:
    assert MESH_SUFFIXES == tuple(f".{suffix}" for suffix, _ in FORMATS)


def test_without_a_display_another_command_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("app.application.has_display", lambda *_: False)
    assert main(["photo.jpg", "--export", str(tmp_path / "mesh.glb")]) == 1
    assert "use: vrn reconstruct" in capsys.readouterr().out
