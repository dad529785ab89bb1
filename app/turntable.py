"""A video of the mesh going round once: frames drawn one by one while the window lives on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.failures import Failure
from app.jobs.pool import TaskRunner
from app.jobs.video import FRAMES_PER_SECOND, FrameQueue, save_video
from app.views.mesh_view import MeshView

SECONDS = 6
CATCH_UP_MS = 5
"""How long to wait where the writer is behind."""


class Turntable(QObject):
    """Records one video at a time."""

    began = Signal()
    progress = Signal(float)
    """How far the recording is, in [0, 1]; 1 when all frames are drawn."""
    finished = Signal(object)
    """The file that was written."""
    failed = Signal(object)
    """The failure; no file was written."""

    def __init__(self, view: MeshView, runner: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._runner = view, runner
        self._frames: FrameQueue | None = None
        self._drawn = 0
        self._count = SECONDS * FRAMES_PER_SECOND
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)

    @property
    def busy(self) -> bool:
        """Whether a video is being recorded."""
        return self._frames is not None

    def record(self, target: Path) -> None:
        """Start to record the mesh that is shown."""
        if self._frames is None:
            self.began.emit()
            self._frames, self._drawn = FrameQueue(), 0
            work = partial(save_video, self._frames, target)
            self._runner.submit(work, self.finished.emit, self._on_failed)
            self._timer.start(0)

    def cancel(self) -> None:
        """Stop recording; nothing is written."""
        if self._frames is not None:
            self._frames.end(cancel=True)
            self._end()

    def _step(self) -> None:
        """Draw a frame, unless the writer is behind."""
        frames = self._frames
        if frames is None:
            return
        self._timer.setInterval(CATCH_UP_MS if frames.full else 0)
        if frames.full:
            return
        frame = self._view.turned_picture(360 * self._drawn / self._count)
        if frame is None:
            self.cancel()
            return
        frames.put(frame)
        self._drawn += 1
        if self._drawn == self._count:
            frames.end()
            self._end()
        else:
            self.progress.emit(self._drawn / self._count)

    def _on_failed(self, failure: Failure) -> None:
        self._end()
        self.failed.emit(failure)

    def _end(self) -> None:
        self._timer.stop()
        if self._frames is not None:
            self._frames = None
            self._view.reset_view()
            self.progress.emit(1.0)
