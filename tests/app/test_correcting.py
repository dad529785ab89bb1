"""Faces corrected on the photo by the mouse, as a user would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.state.correction import overlap
from app.state.photo import PhotoItem, PhotoState
from app.studio import Studio
from tests.app.fakes import FakeEngine
from vrn_core.config import SurfaceSettings
from vrn_core.errors import EmptyVolumeError
from vrn_core.types import FaceBox


def open_photo(qtbot: QtBot, studio: Studio, photo: Path) -> PhotoItem:
    """Return the photo when its faces and its picture are shown."""
    studio.workflow.add_paths([photo])
    ended = (PhotoState.DONE, PhotoState.FAILED)
    qtbot.waitUntil(lambda: studio.session.photos()[0].state in ended, timeout=10_000)
    item = studio.session.photos()[0]
    qtbot.waitUntil(lambda: studio.workflow.picture(item.key) is not None, timeout=10_000)
    return item


def place_of(studio: Studio, x: float, y: float) -> QPoint:
    view = studio.window.photo.view
    return view.mapFromScene(float(x), float(y))


def draw_box(qtbot: QtBot, studio: Studio, box: FaceBox) -> None:
    qtbot.keyClick(studio.window, Qt.Key.Key_F)
    canvas = studio.window.photo.view.viewport()
    start, end = (
        place_of(studio, box.x, box.y),
        place_of(studio, box.x + box.width, box.y + box.height),
    )
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, (start + end) / 2)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def drag(
    qtbot: QtBot,
    studio: Studio,
    point: int,
    step: tuple[float, float],
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    item = studio.session.selected
    assert item is not None
    assert item.face is not None
    x, y = item.face.landmarks[point, :2]
    canvas = studio.window.photo.view.viewport()
    start, end = place_of(studio, x, y), place_of(studio, x + step[0], y + step[1])
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, keys, start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, keys, end)


def test_a_box_drawn_beside_the_face_adds_another(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    first = item.faces[0]
    with qtbot.waitSignal(studio.session.faces_changed):
        draw_box(qtbot, studio, FaceBox(108, 20, 40, 60))
    assert len(item.faces) == 2
    assert item.faces[0] is first
    assert item.selected_face == 1
    assert overlap(engine.asked[0], FaceBox(108, 20, 40, 60)) > 0.85
    assert not studio.actions["add_face"].isChecked()
    assert item.state is PhotoState.DONE
    assert studio.workflow.volumes.get(item.key, 1) is not None


def test_a_box_drawn_over_the_face_makes_it_again(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    box = item.faces[0].box
    with qtbot.waitSignal(studio.session.face_changed):
        draw_box(qtbot, studio, FaceBox(box.x + 4, box.y + 4, box.width, box.height))
    assert len(item.faces) == 1
    assert item.faces[0].box.x == pytest.approx(box.x + 4, abs=1)


def test_a_box_helps_where_no_face_was_found(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.boxes = []
    item = open_photo(qtbot, studio, photo)
    assert item.state is PhotoState.FAILED
    with qtbot.waitSignal(studio.session.faces_changed):
        draw_box(qtbot, studio, FaceBox(50, 30, 50, 60))
    assert item.state is PhotoState.DONE
    assert item.failure is None
    assert item.face is not None
    assert not studio.window.photo.notice.isVisible()


def test_a_click_draws_no_box(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    draw_box(qtbot, studio, FaceBox(20, 20, 2, 2))
    assert engine.asked == []
    assert studio.actions["add_face"].isChecked(), "the next try needs no key"


def test_a_dragged_landmark_makes_the_mesh_again(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    item = open_photo(qtbot, studio, photo)
    before = item.faces[0]
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    with qtbot.waitSignal(studio.session.face_changed):
        drag(qtbot, studio, 30, (9, -6))
    step = item.faces[0].landmarks - before.landmarks
    assert step[30] == pytest.approx([9, -6, 0], abs=1)
    assert np.abs(np.delete(step, 30, axis=0)).max() == 0
    assert item.state is PhotoState.DONE


def test_with_shift_the_whole_mouth_moves(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    item = open_photo(qtbot, studio, photo)
    before = item.faces[0].landmarks
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    with qtbot.waitSignal(studio.session.face_changed):
        drag(qtbot, studio, 54, (0, 8), Qt.KeyboardModifier.ShiftModifier)
    moved = np.flatnonzero(np.abs(item.faces[0].landmarks - before).max(axis=1) > 0)
    assert 54 in moved
    assert len(moved) > 5
    assert not set(moved) & set(range(48)), "more than the mouth was moved"


def test_the_sliders_stay_as_they_are_when_a_face_is_corrected(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    wanted = SurfaceSettings(triangles=2_000)
    studio.adjusting.preview(wanted)
    studio.adjusting.settle(wanted)
    qtbot.waitUntil(lambda: item.faces[0].settings == wanted)
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    drag(qtbot, studio, 30, (9, -6))
    qtbot.waitUntil(lambda: len(studio.workflow._corrections) == 0)
    qtbot.waitUntil(lambda: item.faces[0].settings == wanted)
    assert len(item.faces[0].mesh.faces) <= 2_000


def test_a_correction_that_fails_leaves_the_face_and_tells_why(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    before = item.faces[0]
    engine.error = EmptyVolumeError("the volume is empty")
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    with qtbot.waitSignal(studio.workflow.not_corrected):
        drag(qtbot, studio, 30, (9, -6))
    assert item.faces == (before,)
    assert item.state is PhotoState.DONE
    handles = studio.window.photo.view._handles
    assert handles is not None
    np.testing.assert_array_equal(handles.landmarks, before.landmarks)


def test_the_newest_of_quick_corrections_wins(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    engine.hold.clear()
    drag(qtbot, studio, 30, (9, -6))
    handles = studio.window.photo.view._handles
    assert handles is not None
    first = handles.landmarks.copy()
    second = first + np.array([0, 3, 0], np.float32)
    studio.window.photo.view.landmarks_moved.emit(second)
    engine.hold.set()
    qtbot.waitUntil(lambda: np.array_equal(item.faces[0].landmarks, second))
    assert item.state is PhotoState.DONE


def test_a_photo_removed_while_it_is_corrected_is_gone(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    qtbot.keyClick(studio.window, Qt.Key.Key_E)
    engine.hold.clear()
    drag(qtbot, studio, 30, (9, -6))
    studio.actions["remove"].trigger()
    engine.hold.set()
    qtbot.waitUntil(lambda: not studio.workflow._corrections)
    assert studio.session.photos() == []


def test_boxes_overlap_by_their_common_part() -> None:
    assert overlap(FaceBox(0, 0, 10, 10), FaceBox(5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert overlap(FaceBox(0, 0, 10, 10), FaceBox(20, 20, 10, 10)) == 0
