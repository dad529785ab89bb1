"""Reconstruction in one lasting thread: the models are loaded once, jobs run in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.failures import describe
from app.jobs.engine import EngineOptions
from app.jobs.making import Maker
from app.state.correction import Known
from app.state.frames import Frame
from vrn_core.errors import CancelledError, GpuMemoryError
from vrn_core.progress import CancelToken
from vrn_core.types import ByteArray

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """A photo to reconstruct: a file, or pixels (H, W, 3) RGB."""

    job: int
    source: Path | ByteArray
    known: tuple[Known, ...] = ()
    """The faces, where they are known already; else they are looked for."""
    model: str = ""
    """A network that is asked for this once; empty takes the one of the options."""
    urgent: bool = False
    """Asked for by the user by itself, so that it does not wait while the queue is held."""
    cancel: CancelToken = field(default_factory=CancelToken)


class InferenceWorker(QObject):
    """Lives in the inference thread; the one place where a job's errors are caught."""

    started = Signal(int)
    progress = Signal(int, float, str)
    finished = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)
    followed = Signal(object, object)
    not_followed = Signal(object)
    fell_back = Signal()

    def __init__(
        self, make_maker: Callable[[EngineOptions], Maker], options: EngineOptions
    ) -> None:
        super().__init__()
        self._make_maker, self._options = make_maker, options
        self._maker = make_maker(options)

    @Slot()
    def warm_up(self) -> None:
        """Load the models before the first job; a failure is told by that job instead."""
        try:
            self._try(lambda maker: maker.prepare())
        except Exception as error:  # noqa: BLE001 - the job boundary: told by the first job
            log.info("the models are not loaded: %s", error)

    @Slot(object)
    def configure(self, options: EngineOptions) -> None:
        """Work by other options from now on."""
        self._change(options)
        self.warm_up()

    @Slot(object)
    def follow(self, take: Callable[[], Frame | None]) -> None:
        """Find the face of the newest live frame: ``followed``, or ``not_followed``."""
        frame, face = take(), None
        try:
            if frame is not None:
                face = self._try(lambda maker: maker.follow(frame))
        except Exception as error:  # noqa: BLE001 - the job boundary: told to the user
            self.not_followed.emit(describe(error))
        else:
            self.followed.emit(frame, face)

    @Slot()
    def unfollow(self) -> None:
        """Forget the face that was followed."""
        try:
            self._maker.unfollow()
        except Exception as error:  # noqa: BLE001 - the job boundary: told by the next frame
            log.info("the face followed was not forgotten: %s", error)

    @Slot(object)
    def run(self, request: Request) -> None:
        """Do a job: ``started``, any ``progress``, then one of the three ends."""
        job = request.job
        self.started.emit(job)
        try:
            outcome = self._try(
                lambda maker: maker.make(
                    request.source,
                    request.known,
                    request.cancel,
                    lambda done, stage: self.progress.emit(job, done, stage),
                    request.model,
                )
            )
        except CancelledError:
            self.cancelled.emit(job)
        except Exception as error:  # noqa: BLE001 - the job boundary: told to the user
            self.failed.emit(job, describe(error))
        else:
            self.finished.emit(job, outcome)

    def _try(self, work: Callable[[Maker], T]) -> T:
        """Do work; where a GPU is out of memory, once more on the CPU, which is kept to."""
        try:
            return work(self._maker)
        except GpuMemoryError as error:
            if self._options.device == "cpu":
                raise
            log.warning("the GPU is out of memory, going on with the CPU: %s", error)
        self._change(replace(self._options, device="cpu"))
        self.fell_back.emit()
        return work(self._maker)

    def _change(self, options: EngineOptions) -> None:
        before, self._options = self._maker, options
        self._maker = self._make_maker(options)
        before.close()

    def close(self) -> None:
        """End the work that is going on, from any thread."""
        self._maker.close()


class Inference(QObject):
    """The queue of reconstructions, on the GUI thread; owns the thread and its worker."""

    started = Signal(int)
    progress = Signal(int, float, str)
    finished = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)
    followed = Signal(object, object)
    """A live frame and the :class:`~vrn_core.inference.live.LiveFace` in it; each may be None."""
    not_followed = Signal(object)
    """The failure that a live frame ended in."""
    fell_back = Signal()
    """The GPU was out of memory; until other options come, the CPU does the work."""
    _fed = Signal(object)
    _unfollowed = Signal()
    _requested = Signal(object)
    _warm_up_requested = Signal()
    _configured = Signal(object)

    def __init__(
        self,
        make_maker: Callable[[EngineOptions], Maker],
        options: EngineOptions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._waiting: deque[Request] = deque()
        self._running: Request | None = None
        self._next_job = 1
        self._closed = self._paused = self._fallen_back = False
        self._thread = QThread()
        self._thread.setObjectName("inference")
        self._worker = InferenceWorker(make_maker, options)
        self._worker.moveToThread(self._thread)
        self._requested.connect(self._worker.run)
        self._warm_up_requested.connect(self._worker.warm_up)
        self._configured.connect(self._worker.configure)
        self._fed.connect(self._worker.follow)
        self._unfollowed.connect(self._worker.unfollow)
        self._worker.followed.connect(self.followed)
        self._worker.not_followed.connect(self.not_followed)
        self._worker.fell_back.connect(self._on_fell_back)
        self._worker.started.connect(self.started)
        self._worker.progress.connect(self._on_progress)
        self._worker.finished.connect(self._on_finished)
        self._worker.failed.connect(self._on_failed)
        self._worker.cancelled.connect(self._on_cancelled)

    def start(self) -> None:
        """Start the thread and load the models; until then requests wait."""
        self._thread.start(QThread.Priority.LowPriority)
        self._warm_up_requested.emit()
        self._dispatch()

    def configure(self, options: EngineOptions) -> None:
        """Reconstruct by other options from the next photo on, on the GPU again if chosen."""
        self._fallen_back = False
        self._configured.emit(options)

    def follow(self, take: Callable[[], Frame | None]) -> None:
        """Find the face of a live frame; photos may be reconstructed in between.

        `take` is called in the thread of the work, as it begins, for the frame of that moment.
        """
        self._fed.emit(take)

    def unfollow(self) -> None:
        """Forget the face that was followed."""
        self._unfollowed.emit()

    def submit(
        self,
        source: Path | ByteArray,
        *,
        first: bool = False,
        known: Sequence[Known] = (),
        model: str = "",
    ) -> int:
        """Queue a photo, or put it in front of the queue; return the job's id.

        `model` names a network to take this once in the place of the usual one.
        """
        request = Request(self._next_job, source, tuple(known), model, urgent=first)
        self._next_job += 1
        if first:
            self._waiting.appendleft(request)
        else:
            self._waiting.append(request)
        self._dispatch()
        return request.job

    def hurry(self, job: int) -> None:
        """Put a waiting job in front of the queue: the user looks at it now."""
        for request in self._waiting:
            if request.job == job:
                self._waiting.remove(request)
                self._waiting.appendleft(request)
                return

    @property
    def fallen_back(self) -> bool:
        """Whether the CPU does the work because the GPU was out of memory."""
        return self._fallen_back

    @property
    def paused(self) -> bool:
        """Whether the queue is held."""
        return self._paused

    def pause(self, on: bool) -> None:
        """Hold the queue, or let it go on; a running job ends, and urgent ones still run."""
        self._paused = on
        self._dispatch()

    def cancel(self, job: int) -> None:
        """Stop a job, waiting or running."""
        if self._running and self._running.job == job:
            self._running.cancel.cancel()
        for request in self._waiting:
            if request.job == job:
                self._waiting.remove(request)
                self.cancelled.emit(job)
                return

    def cancel_all(self) -> None:
        """Stop the running job and drop all that wait."""
        dropped, self._waiting = self._waiting, deque()
        for request in dropped:
            self.cancelled.emit(request.job)
        if self._running:
            self._running.cancel.cancel()

    def shut_down(self, timeout_ms: int = 10_000) -> bool:
        """Cancel all and end the thread; return whether it ended in time."""
        self._closed = True
        self._waiting.clear()
        if self._running:
            self._running.cancel.cancel()
        self._worker.close()
        self._thread.quit()
        return not self._thread.isRunning() or self._thread.wait(timeout_ms)

    def _dispatch(self) -> None:
        if self._running is not None or not self._thread.isRunning():
            return
        ready = (item for item in self._waiting if item.urgent or not self._paused)
        self._running = next(ready, None)
        if self._running is not None:
            self._waiting.remove(self._running)
            self._requested.emit(self._running)

    @Slot()
    def _on_fell_back(self) -> None:
        self._fallen_back = True
        self.fell_back.emit()

    @Slot(int, float, str)
    def _on_progress(self, job: int, fraction: float, stage: str) -> None:
        if not self._closed:
            self.progress.emit(job, fraction, stage)

    @Slot(int, object)
    def _on_finished(self, job: int, outcome: object) -> None:
        self._end(lambda: self.finished.emit(job, outcome))

    @Slot(int, object)
    def _on_failed(self, job: int, failure: object) -> None:
        self._end(lambda: self.failed.emit(job, failure))

    @Slot(int)
    def _on_cancelled(self, job: int) -> None:
        self._end(lambda: self.cancelled.emit(job))

    def _end(self, tell: Callable[[], None]) -> None:
        self._running = None
        if not self._closed:
            # The next job starts before the views take up this one's result.
            self._dispatch()
            tell()
