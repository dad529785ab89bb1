"""Videos written while their frames are drawn, in the pool."""

from __future__ import annotations

import tempfile
from pathlib import Path
from queue import Queue

from vrn_core.errors import CancelledError, ExportError
from vrn_core.types import ByteArray

FRAMES_PER_SECOND = 30
WAITING_FRAMES = 4
"""Most frames drawn but not written yet; each takes some megabytes."""


class FrameQueue:
    """Hands frames (H, W, 3) RGB from the window to the writer, in order."""

    def __init__(self) -> None:
        self._queue: Queue[ByteArray | None] = Queue(WAITING_FRAMES + 1)
        self._cancelled = False

    @property
    def full(self) -> bool:
        """Whether the writer must catch up first."""
        return self._queue.qsize() >= WAITING_FRAMES

    def put(self, frame: ByteArray) -> None:
        """Add a frame; must not be called while full."""
        self._queue.put_nowait(frame)

    def end(self, *, cancel: bool = False) -> None:
        """Say that no frame follows; with `cancel` the video is not wanted any more."""
        self._cancelled = cancel
        self._queue.put_nowait(None)

    def get(self) -> ByteArray | None:
        """Return the next frame, None after the last."""
        frame = self._queue.get()
        if frame is None and self._cancelled:
            raise CancelledError
        return frame


def save_video(frames: FrameQueue, target: Path) -> Path:
    """Write frames to an MP4 file until they end; return the target.

    Raises :class:`ExportError` if that fails and :class:`CancelledError` if it is not wanted
    any more; what was at the target is then untouched.
    """
    import cv2

    from vrn_core.files import write_atomically

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "video.mp4")
        writer, count = None, 0
        while (frame := frames.get()) is not None:
            # The codec wants even sides.
            height, width = frame.shape[0] // 2 * 2, frame.shape[1] // 2 * 2
            if writer is None:
                codec = cv2.VideoWriter.fourcc(*"mp4v")
                writer = cv2.VideoWriter(str(path), codec, FRAMES_PER_SECOND, (width, height))
            writer.write(cv2.cvtColor(frame[:height, :width], cv2.COLOR_RGB2BGR))
            count += 1
        if writer is not None:
            writer.release()
        # The writer does not tell of a full disk.
        video = cv2.VideoCapture(str(path)) if count else None
        written = int(video.get(cv2.CAP_PROP_FRAME_COUNT)) if video else 0
        if not count or written != count:
            raise ExportError(
                f"cannot write {target}: {written} of {count} frames arrived; "
                "free some space or choose another folder"
            )
        write_atomically(target, path.read_bytes())
    return target
