"""The writer of videos, without a window."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.jobs.video import WAITING_FRAMES, FrameQueue, save_video
from vrn_core.errors import CancelledError, ExportError
from vrn_core.types import ByteArray


def frame(shade: int, height: int = 90, width: int = 120) -> ByteArray:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[..., 0] = shade
    return picture


def read(path: Path) -> list[ByteArray]:
    video, frames = cv2.VideoCapture(str(path)), []
    while (answer := video.read())[0]:
        frames.append(np.asarray(answer[1][..., ::-1], np.uint8))
    return frames


def feed(queue: FrameQueue, frames: list[ByteArray]) -> threading.Thread:
    """Hand over frames from another thread, as the window does, and end."""

    def work() -> None:
        for picture in frames:
            while queue.full:
                pass
            queue.put(picture)
        queue.end()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_frames_arrive_in_order_with_their_colors(tmp_path: Path) -> None:
    queue, shades = FrameQueue(), list(range(20, 240, 20))
    thread = feed(queue, [frame(shade) for shade in shades])
    target = save_video(queue, tmp_path / "face.mp4")
    thread.join()
    frames = read(target)
    assert [picture.shape for picture in frames] == [(90, 120, 3)] * len(shades)
    for picture, shade in zip(frames, shades, strict=True):
        assert picture[..., 0].mean() == pytest.approx(shade, abs=6)
        assert picture[..., 2].mean() < 8
    assert [path.name for path in tmp_path.iterdir()] == ["face.mp4"]


def test_odd_sides_lose_a_row_and_a_column(tmp_path: Path) -> None:
    queue = FrameQueue()
    thread = feed(queue, [frame(90, 91, 121)] * 3)
    [first, *_] = read(save_video(queue, tmp_path / "face.mp4"))
    thread.join()
    assert first.shape == (90, 120, 3)


def test_a_cancelled_video_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "face.mp4"
    target.write_bytes(b"old")
    queue = FrameQueue()
    queue.put(frame(50))
    queue.end(cancel=True)
    with pytest.raises(CancelledError):
        save_video(queue, target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["face.mp4"]


def test_a_folder_that_is_not_there_and_no_frames_are_told(tmp_path: Path) -> None:
    queue = FrameQueue()
    queue.end()
    with pytest.raises(ExportError, match="choose another folder"):
        save_video(queue, tmp_path / "missing" / "face.mp4")
    queue = FrameQueue()
    queue.end()
    with pytest.raises(ExportError, match="0 of 0 frames"):
        save_video(queue, tmp_path / "face.mp4")
    assert list(tmp_path.iterdir()) == []


def test_the_queue_is_full_before_it_holds_much_and_still_takes_the_end() -> None:
    queue = FrameQueue()
    for _ in range(WAITING_FRAMES):
        assert not queue.full
        queue.put(frame(1, 2, 2))
    assert queue.full
    queue.end(cancel=True)
