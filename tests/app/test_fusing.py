"""Photos marked in the list and fused, by mouse and keys as a user would."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.dialogs.different_people import DifferentPeopleDialog
from app.fusing import MARK_MORE
from app.state.photo import PhotoItem, PhotoState
from app.studio import Studio
from tests.app.conftest import write_photo
from tests.app.fakes import FakeEngine, SameProcess
from tests.app.test_undo import redo, undo
from vrn_core.config import SurfaceSettings
from vrn_core.errors import NoFaceFoundError
from vrn_core.inference import identity
from vrn_core.inference.identity import SamePerson

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Judge:
    """Stands in for the comparison of faces; waits while `hold` is cleared."""

    def __init__(self) -> None:
        self.same = True
        self.hold = threading.Event()
        self.hold.set()
        self.compared: list[int] = []

    def __call__(self, faces, cancel=None, progress=None) -> SamePerson:
        self.compared.append(len(faces))
        while not self.hold.wait(0.01):
            cancel.check()
        distances = np.full((len(faces), len(faces)), 0.3 if self.same else 0.9)
        return SamePerson(distances, self.same, (0, len(faces) - 1))


@pytest.fixture
def surfaces() -> SameProcess:
    """Return this process, where the judge stands in for the comparison."""
    return SameProcess()


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Judge]:
    judge = Judge()
    monkeypatch.setattr(identity, "same_person", judge)
    yield judge
    judge.hold.set()


@pytest.fixture
def three(qtbot: QtBot, studio: Studio, judge: Judge, tmp_path: Path) -> list[PhotoItem]:
    """Open three photos that each have a face."""
    studio.workflow.add_paths([write_photo(tmp_path / f"{name}.png") for name in "abc"])
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == 3, timeout=10_000)
    return studio.session.photos()


def click(
    qtbot: QtBot,
    studio: Studio,
    row: int,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    photos = studio.window.sources.list
    middle = photos.visualRect(studio.window.sources.model.index(row)).center()
    qtbot.mouseClick(photos.viewport(), Qt.MouseButton.LeftButton, keys, middle)


def mark_all_and_fuse(qtbot: QtBot, studio: Studio) -> None:
    click(qtbot, studio, 0)
    click(qtbot, studio, 2, SHIFT)
    qtbot.keyClick(studio.window, Qt.Key.Key_U)


def fused_of(qtbot: QtBot, studio: Studio) -> PhotoItem:
    qtbot.waitUntil(lambda: not studio.fusing.busy, timeout=30_000)
    item = studio.session.photos()[-1]
    assert item.is_fused
    return item


def told(studio: Studio) -> str:
    return studio.window.status._text.text()


def dialog_of(qtbot: QtBot, studio: Studio) -> DifferentPeopleDialog:
    qtbot.waitUntil(lambda: studio.window.findChild(DifferentPeopleDialog) is not None)
    return studio.window.findChild(DifferentPeopleDialog)


def test_marked_photos_are_fused_into_an_item_of_their_own(
    qtbot: QtBot, studio: Studio, three: list[PhotoItem]
) -> None:
    mark_all_and_fuse(qtbot, studio)
    item = fused_of(qtbot, studio)
    assert item.name == "Fused (3 photos)"
    assert item.state is PhotoState.DONE
    assert studio.session.selected is item
    assert studio.window.sources.chosen() == [item.key]
    assert item.face is not None
    assert studio.window.mesh.view._mesh is item.face.mesh_canonical
    assert len(item.face.vertex_confidence) == len(item.face.mesh.vertices)
    assert studio.actions["export"].isEnabled()
    assert not studio.actions["retry"].isEnabled()
    assert not studio.actions["correct"].isEnabled()
    qtbot.waitUntil(lambda: item.thumbnail is not None)
    # An export takes its colors from all of them.
    subject = studio.exporting._subject((item.key, 0))
    assert subject is not None
    assert {source for source, _ in subject.photos} == {photo.path for photo in three}
    assert all(to_photo is not None for _, to_photo in subject.photos)


def test_a_fused_item_is_unsaved_work_and_comes_back_with_its_project(
    qtbot: QtBot,
    studio: Studio,
    three: list[PhotoItem],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = str(tmp_path / "family.vrn")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))
    mark_all_and_fuse(qtbot, studio)
    item = fused_of(qtbot, studio)
    assert studio.window.isWindowModified()
    with qtbot.waitSignal(studio.projects.saved, timeout=10_000):
        qtbot.keyClick(studio.window, Qt.Key.Key_S, CONTROL)
    studio.projects.new()
    with qtbot.waitSignal(studio.projects.taken, timeout=10_000):
        studio.open_paths([Path(path)])
    again = studio.session.photos()[-1]
    assert again.is_fused
    assert (again.name, again.stem) == (item.name, item.name)
    assert item.face is not None
    assert again.face is not None
    assert again.face.fused_volume is not None
    assert item.face.fused_volume is not None
    assert again.face.fused_volume.packed == item.face.fused_volume.packed
    assert not studio.actions["retry"].isEnabled()


def test_only_the_photos_marked_one_by_one_count(
    qtbot: QtBot, studio: Studio, judge: Judge, three: list[PhotoItem]
) -> None:
    click(qtbot, studio, 0)
    click(qtbot, studio, 2, CONTROL)
    assert studio.session.selected is three[2]
    assert studio.window.sources.chosen() == [three[0].key, three[2].key]
    qtbot.keyClick(studio.window, Qt.Key.Key_U)
    assert fused_of(qtbot, studio).name == "Fused (2 photos)"
    assert judge.compared == [2]


def test_one_photo_alone_is_not_fused_and_the_user_is_told_how(
    qtbot: QtBot, studio: Studio, three: list[PhotoItem]
) -> None:
    click(qtbot, studio, 1)
    qtbot.keyClick(studio.window, Qt.Key.Key_U)
    assert told(studio) == MARK_MORE
    assert not studio.fusing.busy


def test_a_photo_without_a_face_is_named(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, three: list[PhotoItem]
) -> None:
    engine.error = NoFaceFoundError("no face was found in the photo")
    studio.workflow.retry(three[1].key)
    qtbot.waitUntil(lambda: three[1].state is PhotoState.FAILED)
    mark_all_and_fuse(qtbot, studio)
    assert told(studio).startswith("b.png has no face")
    assert not studio.fusing.busy


def test_different_people_are_fused_only_if_the_user_says_so(
    qtbot: QtBot, studio: Studio, judge: Judge, three: list[PhotoItem]
) -> None:
    judge.same = False
    mark_all_and_fuse(qtbot, studio)
    dialog = dialog_of(qtbot, studio)
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not studio.fusing.busy)
    assert len(studio.session) == 3
    qtbot.waitUntil(lambda: studio.window.findChild(DifferentPeopleDialog) is None)
    studio.window.activateWindow()
    QTest.qWaitForWindowActive(studio.window)

    mark_all_and_fuse(qtbot, studio)
    dialog = dialog_of(qtbot, studio)
    qtbot.mouseClick(dialog.anyway, Qt.MouseButton.LeftButton)
    fused_of(qtbot, studio)


def test_escape_stops_fusing(
    qtbot: QtBot, studio: Studio, judge: Judge, three: list[PhotoItem]
) -> None:
    judge.hold.clear()
    mark_all_and_fuse(qtbot, studio)
    qtbot.waitUntil(lambda: judge.compared == [3])
    assert studio.actions["cancel"].isEnabled()
    qtbot.keyClick(studio.window, Qt.Key.Key_Escape)
    assert not studio.fusing.busy
    assert not studio.actions["cancel"].isEnabled()
    judge.hold.set()
    qtbot.wait(100)
    assert len(studio.session) == 3


def test_undo_takes_the_fused_item_off_and_redo_brings_it_back(
    qtbot: QtBot, studio: Studio, three: list[PhotoItem]
) -> None:
    mark_all_and_fuse(qtbot, studio)
    item = fused_of(qtbot, studio)
    assert studio.actions["undo"].text() == "Undo Fuse Photos"
    undo(qtbot, studio)
    assert studio.session.photos() == three
    redo(qtbot, studio)
    assert studio.session.photos() == [*three, item]
    assert studio.session.selected is item


def test_volumes_that_were_dropped_are_made_again(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, three: list[PhotoItem]
) -> None:
    for photo in three[:2]:
        studio.workflow.volumes.drop(photo.key)
    mark_all_and_fuse(qtbot, studio)
    fused_of(qtbot, studio)
    assert len(engine.asked) == 2


def test_volumes_that_cannot_be_made_again_are_told_and_nothing_is_fused(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, three: list[PhotoItem]
) -> None:
    studio.workflow.volumes.drop(three[0].key)
    engine.error = NoFaceFoundError("no face was found in the photo")
    mark_all_and_fuse(qtbot, studio)
    qtbot.waitUntil(lambda: not studio.fusing.busy)
    assert "No face was found" in told(studio)
    assert len(studio.session) == 3


def test_the_sliders_work_on_a_fused_face_also_after_undo(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, three: list[PhotoItem]
) -> None:
    mark_all_and_fuse(qtbot, studio)
    item = fused_of(qtbot, studio)
    undo(qtbot, studio)
    redo(qtbot, studio)
    wanted = SurfaceSettings(triangles=2_000)
    studio.adjusting.preview(wanted)
    studio.adjusting.settle(wanted)
    qtbot.waitUntil(lambda: item.faces[0].settings == wanted, timeout=10_000)
    assert len(item.faces[0].mesh.faces) <= 2_000
    assert item.is_fused
    assert not engine.asked, "a fused face was made again from one photo"
