"""Undo and redo by the keys, as a user would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.state.photo import PhotoState
from app.studio import Studio
from tests.app.conftest import write_photo
from tests.app.fakes import FakeEngine
from tests.app.test_correcting import drag, draw_box, open_photo
from vrn_core.config import SurfaceSettings
from vrn_core.types import FaceBox

CONTROL = Qt.KeyboardModifier.ControlModifier


def undo(qtbot: QtBot, studio: Studio) -> None:
    qtbot.keyClick(studio.window, Qt.Key.Key_Z, CONTROL)


def redo(qtbot: QtBot, studio: Studio) -> None:
    qtbot.keyClick(studio.window, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)


def test_a_dragged_landmark_is_taken_back_and_done_again(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    first = item.faces[0]
    assert not studio.actions["undo"].isEnabled()
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    with qtbot.waitSignal(studio.workflow.corrected):
        drag(qtbot, studio, 30, (9, -6))
    second = item.faces[0]
    assert studio.actions["undo"].text() == "Undo Move Landmarks"
    undo(qtbot, studio)
    assert item.faces == (first,)
    assert studio.window.mesh.view._mesh is first.mesh_canonical
    handles = studio.window.photo.view._handles
    assert handles is not None
    np.testing.assert_array_equal(handles.landmarks, first.landmarks)
    redo(qtbot, studio)
    assert item.faces == (second,)
    assert not studio.actions["redo"].isEnabled()


def test_after_undo_the_sliders_work_on_the_face_that_is_back(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    first = item.faces[0]
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    with qtbot.waitSignal(studio.workflow.corrected):
        drag(qtbot, studio, 30, (9, -6))
    undo(qtbot, studio)
    asked = len(engine.asked)
    wanted = SurfaceSettings(triangles=2_000)
    studio.adjusting.preview(wanted)
    studio.adjusting.settle(wanted)
    qtbot.waitUntil(lambda: item.faces[0].settings == wanted)
    np.testing.assert_array_equal(item.faces[0].landmarks, first.landmarks)
    assert len(engine.asked) == asked + 1, "the volume of the other landmarks was taken"
    undo(qtbot, studio)
    assert item.faces == (first,)


def test_an_added_face_is_taken_back(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    item = open_photo(qtbot, studio, photo)
    with qtbot.waitSignal(studio.session.faces_changed):
        draw_box(qtbot, studio, FaceBox(108, 20, 40, 60))
    undo(qtbot, studio)
    assert len(item.faces) == 1
    assert item.selected_face == 0
    redo(qtbot, studio)
    assert len(item.faces) == 2
    assert item.selected_face == 1


def test_a_removed_photo_comes_back_to_its_place_with_its_faces(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, tmp_path: Path
) -> None:
    paths = [write_photo(tmp_path / f"{name}.png") for name in "abc"]
    studio.workflow.add_paths(paths)
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == 3, timeout=10_000)
    second = studio.session.photos()[1]
    studio.session.select(second.key)
    made = len(engine.photos)
    qtbot.keyClick(studio.window, Qt.Key.Key_Delete)
    assert [photo.name for photo in studio.session.photos()] == ["a.png", "c.png"]
    undo(qtbot, studio)
    assert [photo.name for photo in studio.session.photos()] == ["a.png", "b.png", "c.png"]
    model = studio.window.sources.model
    assert [model.key_at(row) for row in range(3)] == [p.key for p in studio.session.photos()]
    assert studio.session.selected is second
    assert second.face is not None
    qtbot.wait(50)
    assert len(engine.photos) == made, "a photo that was ready was reconstructed again"
    redo(qtbot, studio)
    assert len(studio.session) == 2


def test_a_photo_removed_while_it_was_made_is_made_when_it_is_back(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.hold.clear()
    studio.workflow.add_paths([photo])
    qtbot.waitUntil(lambda: studio.session.photos()[0].state is PhotoState.WORKING)
    qtbot.keyClick(studio.window, Qt.Key.Key_Delete)
    assert len(studio.session) == 0
    undo(qtbot, studio)
    engine.hold.set()
    qtbot.waitUntil(lambda: studio.session.photos()[0].state is PhotoState.DONE)


def test_a_step_on_faces_that_were_made_anew_is_void(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    with qtbot.waitSignal(studio.workflow.corrected):
        drag(qtbot, studio, 30, (9, -6))
    with qtbot.waitSignal(studio.session.faces_changed):
        studio.actions["retry"].trigger()
    qtbot.waitUntil(lambda: item.state is PhotoState.DONE)
    faces = item.faces
    undo(qtbot, studio)
    assert item.faces is faces


def test_a_face_taken_back_while_it_is_corrected_stays_away(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    with qtbot.waitSignal(studio.session.faces_changed):
        draw_box(qtbot, studio, FaceBox(108, 20, 40, 60))
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    engine.hold.clear()
    drag(qtbot, studio, 30, (4, 3))
    undo(qtbot, studio)
    assert len(item.faces) == 1
    engine.hold.set()
    qtbot.waitUntil(lambda: not studio.workflow._corrections)
    assert len(item.faces) == 1
    assert item.state is PhotoState.DONE
