"""Projects saved and opened by keys, menus, drops and answers, as a user would."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.dialogs.error_report import ErrorReportDialog
from app.state.photo import PhotoItem, PhotoState
from app.studio import Studio
from tests.app.conftest import StudioMaker, write_photo
from tests.app.fakes import FakeEngine
from tests.app.test_correcting import drag, draw_box, open_photo
from tests.app.test_studio import drop, files
from vrn_core.config import SurfaceSettings
from vrn_core.types import FaceBox

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
OTHER_FACE = FaceBox(108, 20, 40, 60)


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file that the dialogs for saving and opening give."""
    path = tmp_path / "family é.vrn"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    return path


def save(qtbot: QtBot, studio: Studio) -> None:
    with qtbot.waitSignal(studio.projects.saved, timeout=10_000):
        qtbot.keyClick(studio.window, Qt.Key.Key_S, CONTROL)


def open_project(qtbot: QtBot, studio: Studio) -> None:
    with qtbot.waitSignal(studio.projects.taken, timeout=10_000):
        qtbot.keyClick(studio.window, Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.AltModifier)


def question(qtbot: QtBot, studio: Studio) -> QMessageBox:
    qtbot.waitUntil(lambda: any(box.isVisible() for box in studio.window.findChildren(QMessageBox)))
    boxes = [box for box in studio.window.findChildren(QMessageBox) if box.isVisible()]
    assert len(boxes) == 1
    return boxes[0]


def answer(qtbot: QtBot, studio: Studio, words: str) -> None:
    box = question(qtbot, studio)
    button = next(b for b in box.buttons() if b.text().replace("&", "") == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def edit(qtbot: QtBot, studio: Studio) -> None:
    with qtbot.waitSignal(studio.session.edited, timeout=10_000):
        draw_box(qtbot, studio, OTHER_FACE)


def saved_project(qtbot: QtBot, studio: Studio, photo: Path) -> PhotoItem:
    """Return a photo with two faces that is in a project, the second face adjusted."""
    item = open_photo(qtbot, studio, photo)
    edit(qtbot, studio)
    wanted = SurfaceSettings(triangles=2_000)
    studio.adjusting.preview(wanted)
    studio.adjusting.settle(wanted)
    qtbot.waitUntil(lambda: item.faces[1].settings == wanted)
    save(qtbot, studio)
    return item


def assert_same_faces(one: PhotoItem, other: PhotoItem) -> None:
    for left, right in zip(one.faces, other.faces, strict=True):
        for name in ("mesh", "mesh_canonical"):
            for part in ("vertices", "faces", "colors"):
                np.testing.assert_array_equal(
                    getattr(getattr(left, name), part), getattr(getattr(right, name), part)
                )
        np.testing.assert_array_equal(left.landmarks, right.landmarks)
        assert (left.box, left.settings) == (right.box, right.settings)


def test_a_project_comes_back_without_a_face_made_again(
    qtbot: QtBot, make_studio: StudioMaker, engine: FakeEngine, photo: Path, target: Path
) -> None:
    first = make_studio()
    item = saved_project(qtbot, first, photo)
    first.shut_down()
    made = len(engine.photos) + len(engine.asked)
    second = make_studio()
    open_project(qtbot, second)
    again = second.session.photos()[0]
    assert_same_faces(item, again)
    assert again.selected_face == 1
    assert second.window.mesh.view._mesh is again.faces[1].mesh_canonical
    qtbot.waitUntil(lambda: second.workflow.picture(again.key) is not None)
    qtbot.wait(50)
    assert len(engine.photos) + len(engine.asked) == made
    assert not second.actions["undo"].isEnabled()
    # The volumes came too: the sliders work at once.
    wanted = SurfaceSettings(triangles=1_000)
    second.adjusting.preview(wanted)
    second.adjusting.settle(wanted)
    qtbot.waitUntil(lambda: again.faces[1].settings == wanted)
    assert len(engine.photos) + len(engine.asked) == made


def test_photos_that_waited_are_made_when_the_project_is_opened(
    qtbot: QtBot, make_studio: StudioMaker, engine: FakeEngine, photo: Path, target: Path
) -> None:
    first = make_studio()
    engine.hold.clear()
    first.workflow.add_paths([photo])
    qtbot.waitUntil(lambda: first.session.photos()[0].state is PhotoState.WORKING)
    save(qtbot, first)
    first.shut_down()
    engine.hold.set()
    second = make_studio()
    open_project(qtbot, second)
    qtbot.waitUntil(lambda: second.session.counts()[PhotoState.DONE] == 1)


def test_the_title_tells_the_project_and_whether_it_is_saved(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    open_photo(qtbot, studio, photo)
    assert studio.window.windowTitle() == "ana.jpg[*] – VRN Studio"
    assert not studio.window.isWindowModified(), "what the program made by itself asks nothing"
    edit(qtbot, studio)
    assert studio.window.isWindowModified()
    save(qtbot, studio)
    assert studio.window.windowTitle() == "ana.jpg – family é[*] – VRN Studio"
    assert not studio.window.isWindowModified()
    qtbot.keyClick(studio.window, Qt.Key.Key_Z, CONTROL)
    assert studio.window.isWindowModified()


def test_who_only_looked_is_asked_nothing(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    studio.window.close()
    assert not studio.window.isVisible()


def test_the_question_at_the_end_can_be_cancelled(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    open_photo(qtbot, studio, photo)
    edit(qtbot, studio)
    studio.window.close()
    answer(qtbot, studio, "Cancel")
    qtbot.wait(50)
    assert studio.window.isVisible()
    assert studio.window.isWindowModified()
    assert not target.exists()


def test_at_the_end_changes_may_be_discarded(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    open_photo(qtbot, studio, photo)
    edit(qtbot, studio)
    studio.window.close()
    answer(qtbot, studio, "Discard")
    qtbot.waitUntil(lambda: not studio.window.isVisible())
    assert not target.exists()


def test_at_the_end_changes_are_saved_before_the_window_closes(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    open_photo(qtbot, studio, photo)
    edit(qtbot, studio)
    qtbot.keyClick(studio.window, Qt.Key.Key_Q, CONTROL)
    answer(qtbot, studio, "Save")
    qtbot.waitUntil(lambda: not studio.window.isVisible(), timeout=10_000)
    assert target.exists()


def test_a_save_that_fails_keeps_the_window_open(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_photo(qtbot, studio, photo)
    edit(qtbot, studio)
    fill_disk(monkeypatch)
    studio.window.close()
    with qtbot.waitSignal(studio.projects.failed):
        answer(qtbot, studio, "Save")
    dialog = studio.window.findChild(ErrorReportDialog)
    assert dialog is not None
    assert dialog.failure.title == "The project could not be saved"
    assert "no space left" in dialog.failure.text
    dialog.close()
    assert studio.window.isVisible()
    assert studio.window.isWindowModified()
    assert not target.exists()


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)


def test_new_begins_an_empty_list_after_the_question(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    open_photo(qtbot, studio, photo)
    edit(qtbot, studio)
    qtbot.keyClick(studio.window, Qt.Key.Key_N, CONTROL)
    answer(qtbot, studio, "Save")
    qtbot.waitUntil(lambda: len(studio.session) == 0, timeout=10_000)
    assert target.exists()
    assert studio.window.windowTitle() == "VRN Studio[*]"
    assert not studio.window.isWindowModified()
    assert studio.window.mesh.view._mesh is None


def test_save_as_goes_on_in_the_other_file(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_project(qtbot, studio, photo)
    other = target.with_name("other")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other), ""))
    with qtbot.waitSignal(studio.projects.saved):
        qtbot.keyClick(studio.window, Qt.Key.Key_S, CONTROL | SHIFT)
    assert studio.projects.home.path == other.with_suffix(".vrn")
    assert other.with_suffix(".vrn").exists()
    assert not target.with_name(f".{target.name}.lock").exists(), "the first one is still held"


def test_a_project_is_not_replaced_unasked_by_a_name_without_suffix(
    qtbot: QtBot, studio: Studio, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_photo(qtbot, studio, photo)
    there = tmp_path / "other.vrn"
    there.write_bytes(b"dear")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(there.with_suffix("")), ""))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    qtbot.keyClick(studio.window, Qt.Key.Key_S, CONTROL)
    assert there.read_bytes() == b"dear"
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    save(qtbot, studio)
    assert there.read_bytes() != b"dear"


def test_a_dropped_project_is_opened(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    saved_project(qtbot, studio, photo)
    studio.projects.new()
    with qtbot.waitSignal(studio.projects.taken):
        drop(studio, files(target))
    assert [item.name for item in studio.session.photos()] == ["ana.jpg"]


def test_a_recent_project_is_opened_from_the_menu_and_dropped_if_gone(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    saved_project(qtbot, studio, photo)
    studio.projects.new()
    studio.window.recent.aboutToShow.emit()
    entry = studio.window.recent.actions()[0]
    assert entry.text() == "family é"
    with qtbot.waitSignal(studio.projects.taken):
        entry.trigger()
    studio.projects.new()
    target.unlink()
    entry.trigger()
    assert "not there any more" in studio.window.status.text()
    studio.window.recent.aboutToShow.emit()
    assert [action.text() for action in studio.window.recent.actions()] == ["None yet"]


def test_packed_photos_need_no_originals(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    studio.actions["pack_photos"].trigger()
    saved_project(qtbot, studio, photo)
    studio.projects.new()
    photo.unlink()
    for _ in range(2):
        open_project(qtbot, studio)
        item = studio.session.photos()[0]
        assert not item.missing
        qtbot.waitUntil(lambda key=item.key: studio.workflow.picture(key) is not None)
        # And they stay packed when the switch is off.
        studio.actions["pack_photos"].setChecked(False)
        save(qtbot, studio)
        studio.projects.new()


def test_a_pasted_image_is_in_the_project(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, target: Path
) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (90, 120, 3), np.uint8)
    studio.session.add_pixels("Pasted image", pixels)
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == 1)
    save(qtbot, studio)
    studio.projects.new()
    open_project(qtbot, studio)
    item = studio.session.photos()[0]
    assert item.stem == "Pasted image"
    assert item.path is not None
    np.testing.assert_array_equal(engine.load_photo(item.path), pixels)


def test_a_missing_photo_keeps_its_meshes_and_is_found_again(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = saved_project(qtbot, studio, photo)
    studio.projects.new()
    moved = photo.parent.parent / "elsewhere" / "deeper"
    moved.parent.mkdir()
    photo.parent.rename(moved)
    open_project(qtbot, studio)
    item = studio.session.photos()[0]
    assert item.missing
    assert_same_faces(first, item)
    assert studio.window.mesh.view._mesh is item.faces[1].mesh_canonical
    assert not studio.actions["retry"].isEnabled(), "trying again would lose the meshes"
    banner = studio.window.banner
    assert banner.isVisible()
    assert banner.text().startswith("A photo is not where the project says.")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(moved.parent))
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not item.missing)
    assert not banner.isVisible()
    assert item.path == moved / "ana.jpg"
    qtbot.waitUntil(lambda: studio.window.photo._has_picture)
    assert studio.window.isWindowModified()
    assert studio.actions["retry"].isEnabled()


def test_a_damaged_project_leaves_what_is_there(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    target.write_bytes(b"PK but no more")
    with qtbot.waitSignal(studio.projects.failed):
        studio.open_paths([target])
    dialog = studio.window.findChild(ErrorReportDialog)
    assert dialog is not None
    assert dialog.failure.title == "This project cannot be opened"
    dialog.close()
    assert studio.session.photos() == [item]
    assert studio.projects.home.path is None
    assert not target.with_name(f".{target.name}.lock").exists()


def test_a_partly_damaged_project_is_never_overwritten(
    qtbot: QtBot, studio: Studio, tmp_path: Path, target: Path
) -> None:
    from tests.core.project.test_project import rewrite

    studio.workflow.add_paths([write_photo(tmp_path / f"{name}.png") for name in "ab"])
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == 2)
    save(qtbot, studio)
    rewrite(target, lambda name, content: b"x" if name.startswith("faces/1") else content)
    studio.projects.new()
    open_project(qtbot, studio)
    assert studio.projects.home.path is None
    assert studio.projects.home.name == "family é (rescued)"
    banner = studio.window.banner
    assert "damaged" in banner.text()
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    dialog = studio.window.findChild(ErrorReportDialog)
    assert dialog is not None
    assert "A face of b.png" in (dialog.failure.report or "")
    dialog.close()
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == 2)


def test_a_project_that_another_window_has_is_opened_as_a_copy(
    qtbot: QtBot, make_studio: StudioMaker, photo: Path, target: Path
) -> None:
    first = make_studio()
    item = saved_project(qtbot, first, photo)
    second = make_studio()
    second.open_paths([target])
    box = question(qtbot, second)
    assert "family é.vrn" in box.text()
    assert "open in another window" in box.text()
    with qtbot.waitSignal(second.projects.taken):
        answer(qtbot, second, "Open a Copy")
    assert_same_faces(item, second.session.photos()[0])
    assert second.projects.home.path is None
    assert second.projects.home.name == "family é (copy)"
    # Neither Save nor Save As writes over the project of the other window.
    before = target.read_bytes()
    qtbot.keyClick(second.window, Qt.Key.Key_S, CONTROL)
    assert "another window" in second.window.status.text()
    assert target.read_bytes() == before
    first.shut_down()
    save(qtbot, second)
    assert second.projects.home.path == target


def test_the_copy_can_be_refused(
    qtbot: QtBot, make_studio: StudioMaker, photo: Path, target: Path
) -> None:
    saved_project(qtbot, make_studio(), photo)
    second = make_studio()
    second.open_paths([target])
    answer(qtbot, second, "Cancel")
    qtbot.wait(50)
    assert len(second.session) == 0


def test_a_lock_left_by_a_crash_does_not_lock_the_project(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    saved_project(qtbot, studio, photo)
    studio.projects.new()
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from app.state.home import Home\n"
        "home = Home.at(Path(sys.argv[1]))\n"
        "assert home.lock is not None\n"
        "os._exit(9)\n"
    )
    root = Path(__file__).resolve().parents[2]
    ended = subprocess.run([sys.executable, "-c", code, str(target)], cwd=root)
    assert ended.returncode == 9
    assert target.with_name(f".{target.name}.lock").exists()
    open_project(qtbot, studio)
    assert studio.projects.home.path == target


def test_a_project_is_among_what_the_dialog_for_photos_offers(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_project(qtbot, studio, photo)
    studio.projects.new()
    other = write_photo(photo.with_name("other.png"))
    chosen = ([str(target), str(other)], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: chosen)
    qtbot.keyClick(studio.window, Qt.Key.Key_O, CONTROL)
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == 2)
    assert [item.name for item in studio.session.photos()] == ["ana.jpg", "other.png"]


def test_dragging_a_landmark_after_opening_counts_as_unsaved_work(
    qtbot: QtBot, studio: Studio, photo: Path, target: Path
) -> None:
    saved_project(qtbot, studio, photo)
    studio.projects.new()
    open_project(qtbot, studio)
    item = studio.session.photos()[0]
    qtbot.waitUntil(lambda: studio.window.photo._has_picture)
    assert not studio.window.isWindowModified()
    studio.session.select_face(0)
    assert not studio.window.isWindowModified()
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    with qtbot.waitSignal(studio.workflow.corrected):
        drag(qtbot, studio, 30, (9, -6))
    assert studio.window.isWindowModified()
    assert len(item.faces) == 2
