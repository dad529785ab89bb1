"""A list of photos worked through: held, let go on, stopped; how long it will take yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.state.photo import PhotoState
from app.studio import Studio
from tests.app.conftest import write_photo
from tests.app.fakes import FakeEngine
from tests.app.test_correcting import draw_box
from vrn_core.types import FaceBox


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return [write_photo(tmp_path / f"{number}.jpg") for number in range(4)]


def begin(qtbot: QtBot, studio: Studio, engine: FakeEngine, photos: list[Path]) -> None:
    """Open photos and wait until the first is in the middle of its work."""
    engine.hold.clear()
    studio.workflow.add_paths(photos)
    qtbot.waitUntil(lambda: len(engine.photos) == 1)


def count(studio: Studio, state: PhotoState) -> int:
    return studio.session.counts()[state]


def test_on_hold_the_photo_in_work_ends_and_the_others_wait(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photos: list[Path]
) -> None:
    begin(qtbot, studio, engine, photos)
    qtbot.keyClick(studio.window, Qt.Key.Key_H)
    engine.hold.set()
    qtbot.waitUntil(lambda: count(studio, PhotoState.DONE) == 1)
    qtbot.wait(100)
    assert count(studio, PhotoState.WAITING) == 3
    assert studio.window.status.text() == "Paused: 1 of 4 photos done"
    assert studio.actions["pause"].text() == "Resume"
    qtbot.mouseClick(studio.window.status._hold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: count(studio, PhotoState.DONE) == 4)
    assert studio.actions["pause"].text() == "Pause"
    assert not studio.actions["pause"].isEnabled()


def test_a_photo_on_hold_is_stopped_and_the_next_one_does_not_wait(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photos: list[Path]
) -> None:
    begin(qtbot, studio, engine, photos[:3])
    qtbot.keyClick(studio.window, Qt.Key.Key_H)
    qtbot.keyClick(studio.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: count(studio, PhotoState.CANCELLED) == 3)
    assert not studio.actions["pause"].isChecked()
    engine.hold.set()
    studio.workflow.add_paths(photos[3:])
    qtbot.waitUntil(lambda: count(studio, PhotoState.DONE) == 1)


def test_a_face_is_corrected_while_the_queue_is_held(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photos: list[Path]
) -> None:
    begin(qtbot, studio, engine, photos)
    qtbot.keyClick(studio.window, Qt.Key.Key_H)
    engine.hold.set()
    qtbot.waitUntil(lambda: count(studio, PhotoState.DONE) == 1)
    qtbot.waitUntil(lambda: studio.workflow.picture(1) is not None)
    with qtbot.waitSignal(studio.session.faces_changed):
        draw_box(qtbot, studio, FaceBox(108, 20, 40, 60))
    assert count(studio, PhotoState.WAITING) == 3


def test_the_time_left_is_told_beside_the_bar(
    qtbot: QtBot,
    studio: Studio,
    engine: FakeEngine,
    photos: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(studio.activity._photos, "_clock", lambda: now[0])
    begin(qtbot, studio, engine, photos)
    now[0] = 40.0
    engine.hold.set()
    lefts: list[str] = []
    studio.workflow.activity_changed.connect(lambda *_: lefts.append(studio.window.status.left()))
    qtbot.waitUntil(lambda: count(studio, PhotoState.DONE) == 4)
    assert "about 2 min left" in lefts
    assert not studio.window.status._left.isVisible()
