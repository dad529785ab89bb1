"""The live preview, through videos made from pictures, as a user would."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.jobs.capture import Capture, _why_not
from app.live import AHEAD, LiveView
from app.state.cameras import find_cameras
from app.state.frames import FrameSource
from app.state.photo import PhotoState
from app.studio import Studio
from app.views.live_bar import CameraBox
from tests.app.fakes import FakeEngine
from tests.app.test_correcting import open_photo
from vrn_core.errors import EmptyVolumeError
from vrn_core.types import ByteArray

RATE = 25.0


def write_video(path: Path, frames: list[ByteArray], rate: float = RATE) -> Path:
    height, width = frames[0].shape[:2]
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (width, height))
    for frame in frames:
        video.write(frame[..., ::-1])
    video.release()
    return path


def shade(value: int) -> ByteArray:
    """Return a frame that is brighter on the right."""
    frame = np.full((120, 160, 3), value, np.uint8)
    frame[:, 80:] += 40
    return frame


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Return two seconds that grow brighter."""
    return write_video(tmp_path / "face.avi", [shade(20 + 3 * n) for n in range(50)])


def start(qtbot: QtBot, studio: Studio, path: Path) -> None:
    """Choose a video by its key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(studio.window, Qt.Key.Key_V, keys)
    assert studio.window.photo.live.isVisible()


def test_a_video_is_shown_with_the_mesh_and_its_rate(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, video: Path
) -> None:
    views: list[LiveView] = []
    studio.live.shown.connect(views.append)
    with qtbot.waitSignal(studio.live.ended, timeout=10_000):
        start(qtbot, studio, video)
    assert len(views) > 10
    assert studio.window.mesh.view._mesh is not None
    assert "Live" in studio.window.mesh._facts.text()
    assert "frames/s" in studio.window.photo.live.rate.text()
    assert studio.window.photo._title.text() == "face.avi"
    assert 15 < views[-1].frames_per_second < 35, "the video was not played at its pace"
    times = [view.frame.time_s for view in views]
    assert times == sorted(times)
    first = views[0].frame.image
    assert first[:, :80].mean() > first[:, 80:].mean() + 20, "the picture is not mirrored"


def test_another_video_is_chosen_in_the_bar_and_the_mirror_turned_off(
    qtbot: QtBot, studio: Studio, video: Path, tmp_path: Path
) -> None:
    start(qtbot, studio, video)
    qtbot.waitUntil(lambda: studio.live.last is not None)
    other = write_video(tmp_path / "other.avi", [shade(100)] * 100)
    bar = studio.window.photo.live
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(other), ""))
        bar.camera.activated.emit(bar.camera.count() - 1)
    qtbot.waitUntil(lambda: studio.window.photo._title.text() == "other.avi")
    qtbot.mouseClick(bar.mirror, Qt.MouseButton.LeftButton, pos=QPoint(8, bar.mirror.height() // 2))
    assert not bar.mirror.isChecked()

    def plain() -> bool:
        view = studio.live.last
        return view is not None and view.frame.image[:, 80:].mean() > 120

    qtbot.waitUntil(plain)


def test_late_frames_are_dropped_not_queued(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, video: Path
) -> None:
    engine.hold.clear()
    start(qtbot, studio, video)
    qtbot.waitUntil(lambda: studio.live._asked == AHEAD)
    qtbot.wait(900)
    engine.hold.set()
    qtbot.waitUntil(lambda: len(engine.fed) >= 2)
    (_, early), (_, late) = engine.fed[:2]
    assert late - early > 0.6, "the frames that came meanwhile were queued"


def test_freeze_keeps_the_picture_and_capture_adds_it(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, video: Path
) -> None:
    start(qtbot, studio, video)
    qtbot.waitUntil(lambda: studio.live.last is not None)
    studio.actions["freeze"].trigger()
    kept = studio.live.last
    qtbot.wait(200)
    assert studio.live.last is kept
    qtbot.keyClick(studio.window, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == 1, timeout=10_000)
    photo = studio.session.photos()[0]
    assert kept is not None
    assert photo.pixels is kept.frame.image
    assert studio.window.isWindowModified(), "a capture is nowhere else"
    assert studio.live.running, "the preview ended with the capture"
    assert studio.session.selected is None
    studio.actions["freeze"].trigger()
    qtbot.waitUntil(lambda: studio.live.last is not kept)


def test_a_click_on_a_photo_ends_the_preview(
    qtbot: QtBot, studio: Studio, photo: Path, video: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    start(qtbot, studio, video)
    assert studio.session.selected is None
    qtbot.waitUntil(lambda: studio.live.last is not None)
    studio.session.select(item.key)
    assert not studio.live.running
    assert not studio.actions["camera"].isChecked()
    assert not studio.window.photo.live.isVisible()
    assert studio.window.mesh.view._mesh is item.faces[0].mesh_canonical


def test_where_no_face_is_seen_the_panel_says_so(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, tmp_path: Path
) -> None:
    black = write_video(tmp_path / "night.avi", [np.zeros((120, 160, 3), np.uint8)] * 10)
    start(qtbot, studio, black)
    qtbot.waitUntil(lambda: studio.live.last is not None)
    assert studio.live.last is not None
    assert studio.live.last.face is None
    assert not studio.window.mesh._has_mesh


@pytest.mark.parametrize("content", [b"no video", None])
def test_a_video_that_cannot_be_read_is_told(
    qtbot: QtBot, studio: Studio, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "broken.avi"
    if content is not None:
        path.write_bytes(content)
    with qtbot.waitSignal(studio.live.failed):
        start(qtbot, studio, path)
    assert "cannot be played" in studio.window.status.text()
    assert not studio.actions["camera"].isChecked()


def test_a_missing_camera_is_told_and_the_photo_is_back(
    qtbot: QtBot, studio: Studio, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = open_photo(qtbot, studio, photo)
    monkeypatch.setattr(cv2, "VideoCapture", Unplugged)
    with qtbot.waitSignal(studio.live.failed):
        qtbot.keyClick(studio.window, Qt.Key.Key_V)
    assert "Plug it in" in studio.window.status.text()
    assert studio.session.selected is item


def plug_in(folder: Path, number: int, name: str, index: int = 0) -> None:
    """Let the system tell of a camera."""
    device = folder / f"video{number}"
    device.mkdir(parents=True)
    (device / "name").write_text(f"{name}\n")
    (device / "index").write_text(f"{index}\n")


def test_cameras_are_chosen_by_name_from_those_that_are_there_when_the_list_opens(
    qtbot: QtBot, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = tmp_path / "class" / "video4linux"
    monkeypatch.setattr("app.state.cameras.V4L", system)
    monkeypatch.setattr(Unplugged, "opened", True)
    monkeypatch.setattr(Unplugged, "frames", 10_000)
    monkeypatch.setattr(cv2, "VideoCapture", Unplugged)
    plug_in(system, 0, "Integrated Camera: Integrated C")
    plug_in(system, 1, "Integrated Camera: Integrated C", index=1)
    qtbot.keyClick(studio.window, Qt.Key.Key_V)
    box = studio.window.photo.live.camera

    def offered() -> list[str]:
        return [box.itemText(row) for row in range(box.count())]

    assert offered() == ["Integrated Camera", "Video file…"]
    plug_in(system, 2, "Brio 100")
    plug_in(system, 4, "Brio 100")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert offered() == ["Integrated Camera", "Brio 100 (1)", "Brio 100 (2)", "Video file…"]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(box.view(), key)
    qtbot.waitUntil(lambda: studio.window.photo._title.text() == "Brio 100 (2)")
    assert studio.live._capture is not None
    assert studio.live._capture.source.source == 4


def test_without_a_camera_the_list_says_so(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "class").mkdir()
    monkeypatch.setattr("app.state.cameras.V4L", tmp_path / "class" / "video4linux")
    box = CameraBox()
    qtbot.addWidget(box)
    assert [box.itemText(row) for row in range(box.count())] == ["No camera found", "Video file…"]


def test_a_system_that_tells_no_names_offers_numbers(tmp_path: Path) -> None:
    assert [camera.name for camera in find_cameras(tmp_path / "none" / "video4linux")] == [
        "Camera 1",
        "Camera 2",
        "Camera 3",
        "Camera 4",
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the cause")
def test_the_cause_is_told_why_a_camera_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not plugged in" in _why_not(3, "Brio", tmp_path)
    (tmp_path / "video3").touch()
    assert "Another program uses Brio" in _why_not(3, "Brio", tmp_path)
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "group" in _why_not(3, "Brio", tmp_path)


class Unplugged:
    """A camera that gives some frames, or cannot be opened at all."""

    opened, frames = False, 3

    def __init__(self, _source: object) -> None:
        self._left = self.frames

    def isOpened(self) -> bool:
        return self.opened

    def set(self, *_: object) -> bool:
        return True

    def read(self) -> tuple[bool, ByteArray | None]:
        self._left -= 1
        return (True, shade(50)) if self._left >= 0 else (False, None)

    def release(self) -> None:
        pass


def test_a_camera_unplugged_while_live_is_told(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Unplugged, "opened", True)
    monkeypatch.setattr(cv2, "VideoCapture", Unplugged)
    with qtbot.waitSignal(studio.live.failed):
        qtbot.keyClick(studio.window, Qt.Key.Key_V)
    assert "unplugged" in studio.window.status.text()
    assert not studio.live.running


def test_a_failure_of_the_network_ends_the_preview(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, video: Path
) -> None:
    engine.error = EmptyVolumeError("the volume is empty")
    with qtbot.waitSignal(studio.live.failed):
        start(qtbot, studio, video)
    assert not studio.live.running


def test_stopping_frees_the_source_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    ten_seconds = write_video(tmp_path / "long.avi", [shade(n) for n in range(250)])
    capture = Capture(FrameSource(ten_seconds))
    capture.start()
    qtbot.waitUntil(lambda: capture.take() is not None)
    qtbot.waitUntil(lambda: capture._newest is not None)
    with qtbot.assertNotEmitted(capture.ended):
        assert capture.stop()
    assert capture.take() is not None
    assert capture.take() is None
