"""Work outlives a crash: kept in the background, offered at the next start."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.state.photo import PhotoState
from app.state.workspace import Workspace
from app.studio import Studio
from tests.app.conftest import StudioMaker
from tests.app.fakes import FakeEngine
from tests.app.test_correcting import draw_box, open_photo
from tests.app.test_projects import assert_same_faces, save
from vrn_core.types import FaceBox


def wait_for_autosave(qtbot: QtBot, studio: Studio) -> Path:
    """Return the autosave once it holds what is there now."""
    target = studio.projects.workspace.autosave
    target.unlink(missing_ok=True)
    assert studio.autosave.timer.isActive(), "nothing is to be kept"
    studio.autosave.timer.start(0)
    qtbot.waitUntil(target.exists, timeout=10_000)
    return target


def crash(studio: Studio) -> None:
    """Leave what a crash would leave; the window itself ends in order."""
    folder = studio.projects.workspace.folder
    left = folder.with_name(f"{folder.name}-left")
    shutil.copytree(folder, left, ignore=shutil.ignore_patterns("lock"))
    studio.shut_down()
    assert not folder.exists()


def test_after_a_crash_the_work_is_offered_and_comes_back(
    qtbot: QtBot, make_studio: StudioMaker, engine: FakeEngine, photo: Path
) -> None:
    first = make_studio()
    item = open_photo(qtbot, first, photo)
    with qtbot.waitSignal(first.session.edited):
        draw_box(qtbot, first, FaceBox(108, 20, 40, 60))
    pixels = np.full((90, 120, 3), 77, np.uint8)
    first.session.add_pixels("Pasted image", pixels)
    qtbot.waitUntil(lambda: first.session.counts()[PhotoState.DONE] == 2)
    wait_for_autosave(qtbot, first)
    crash(first)
    made = len(engine.photos)
    second = make_studio()
    banner = second.window.banner
    qtbot.waitUntil(banner.isVisible)
    assert banner.text().startswith("VRN Studio was not closed properly. 2 photos and 3 faces")
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(second.session) == 2)
    one, pasted = second.session.photos()
    assert_same_faces(item, one)
    assert (pasted.stem, len(pasted.faces)) == ("Pasted image", 1)
    assert pasted.path is not None
    np.testing.assert_array_equal(engine.load_photo(pasted.path), pixels)
    assert len(engine.photos) == made
    assert second.window.isWindowModified(), "what was restored is in no project yet"
    assert not banner.isVisible()
    # It is kept until it is saved, and another crash would lose nothing.
    assert second.projects.workspace.autosave.exists()
    crash(second)
    third = make_studio()
    qtbot.waitUntil(third.window.banner.isVisible)


def test_what_is_discarded_is_not_offered_again(
    qtbot: QtBot, make_studio: StudioMaker, photo: Path, tmp_path: Path
) -> None:
    first = make_studio()
    open_photo(qtbot, first, photo)
    wait_for_autosave(qtbot, first)
    crash(first)
    second = make_studio()
    qtbot.waitUntil(second.window.banner.isVisible)
    qtbot.mouseClick(second.window.banner.buttons[1], Qt.MouseButton.LeftButton)
    folders = tmp_path / "data" / "sessions"
    qtbot.waitUntil(lambda: len(list(folders.iterdir())) == 1)
    assert len(second.session) == 0


def test_a_restored_project_goes_on_in_its_file(
    qtbot: QtBot,
    make_studio: StudioMaker,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "family.vrn"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    first = make_studio()
    open_photo(qtbot, first, photo)
    save(qtbot, first)
    with qtbot.waitSignal(first.session.edited):
        draw_box(qtbot, first, FaceBox(108, 20, 40, 60))
    wait_for_autosave(qtbot, first)
    crash(first)
    second = make_studio()
    banner = second.window.banner
    qtbot.waitUntil(banner.isVisible)
    assert "of “family”" in banner.text()
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: second.projects.home.path == target)
    assert len(second.session.photos()[0].faces) == 2
    assert second.window.isWindowModified()


def test_a_clean_end_leaves_nothing(
    qtbot: QtBot, make_studio: StudioMaker, photo: Path, tmp_path: Path
) -> None:
    first = make_studio()
    open_photo(qtbot, first, photo)
    wait_for_autosave(qtbot, first)
    first.shut_down()
    assert list((tmp_path / "data" / "sessions").iterdir()) == []


def test_the_autosave_of_a_window_that_runs_is_not_offered(
    qtbot: QtBot, make_studio: StudioMaker, photo: Path
) -> None:
    first = make_studio()
    open_photo(qtbot, first, photo)
    wait_for_autosave(qtbot, first)
    second = make_studio()
    qtbot.wait(200)
    assert not second.window.banner.isVisible()
    assert first.projects.workspace.autosave.exists()


def test_what_is_saved_needs_no_autosave(
    qtbot: QtBot, studio: Studio, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.vrn"), ""))
    open_photo(qtbot, studio, photo)
    autosave = wait_for_autosave(qtbot, studio)
    save(qtbot, studio)
    qtbot.waitUntil(lambda: not autosave.exists())
    assert not studio.autosave.timer.isActive()


def test_a_full_disk_is_told_of_once_and_the_earlier_autosave_stays(
    qtbot: QtBot, studio: Studio, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = open_photo(qtbot, studio, photo)
    autosave = wait_for_autosave(qtbot, studio)
    before = autosave.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    told: list[str] = []
    tell = studio.window.status.tell
    monkeypatch.setattr(
        studio.window.status, "tell", lambda text, *more: (told.append(text), tell(text, *more))
    )
    for _ in range(3):
        studio.autosave.timer.start(0)
        with qtbot.waitSignal(studio.projects.runner.failed):
            pass
    assert len(told) == 1
    assert "cannot be backed up" in told[0]
    assert "no space left" in told[0]
    assert autosave.read_bytes() == before
    assert item.face is not None
    monkeypatch.undo()
    studio.autosave.timer.start(0)
    with qtbot.waitSignal(studio.projects.runner.finished):
        pass


def test_without_a_folder_for_data_the_window_works_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    workspace = Workspace(blocked / "sessions")
    assert workspace.folder.is_dir()
    assert workspace.leftovers() == []
    workspace.remove()
    assert not workspace.folder.exists()
