"""Reconstruction in one lasting thread: the models are loaded once, jobs run in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.failures import describe
from app.jobs.engine import Engine, EngineOptions, Follower
from app.state.correction import Known
from app.state.frames import Frame
from app.state.photo import FaceResult
from vrn_core.errors import CancelledError, NoFaceFoundError
from vrn_core.progress import CancelToken
from vrn_core.types import ByteArray, FaceBox, Reconstruction

if TYPE_CHECKING:
    from vrn_core.meshing.kept import KeptVolume

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """A photo to reconstruct: a file, or pixels (H, W, 3) RGB."""

    job: int
    source: Path | ByteArray
    known: tuple[Known, ...] = ()
    """The faces, where they are known already; else they are looked for."""
    cancel: CancelToken = field(default_factory=CancelToken)


@dataclass(frozen=True)
class Outcome:
    """The photo as the core read it, and its faces."""

    photo: ByteArray
    """(H, W, 3) RGB, upright."""
    faces: tuple[FaceResult, ...]
    volumes: tuple[KeptVolume, ...]
    """Of each face, to take its surface anew."""


class InferenceWorker(QObject):
    """Lives in the inference thread; the one place where a job's errors are caught."""

    started = Signal(int)
    progress = Signal(int, float, str)
    finished = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)
    followed = Signal(object, object)
    not_followed = Signal(object)

    def __init__(
        self, make_engine: Callable[[EngineOptions], Engine], options: EngineOptions
    ) -> None:
        super().__init__()
        self._make_engine, self._options = make_engine, options
        self._engine: Engine | None = None
        self._follower: Follower | None = None

    @Slot()
    def warm_up(self) -> None:
        """Load the models before the first job; a failure is told by that job instead."""
        try:
            self._ready_engine()
        except Exception as error:  # noqa: BLE001 - the job boundary: told by the first job
            log.info("the models are not loaded: %s", error)

    @Slot(object)
    def configure(self, options: EngineOptions) -> None:
        """Make the next engine by other options."""
        self._options, self._engine, self._follower = options, None, None
        self.warm_up()

    @Slot(object)
    def follow(self, frame: Frame) -> None:
        """Find the face of a live frame: ``followed``, or ``not_followed``."""
        try:
            if self._follower is None:
                self._follower = self._ready_engine().follow()
            face = self._follower.feed(frame.image, frame.time_s)
        except Exception as error:  # noqa: BLE001 - the job boundary: told to the user
            self.not_followed.emit(describe(error))
        else:
            self.followed.emit(frame, face)

    @Slot()
    def unfollow(self) -> None:
        """Forget the face that was followed."""
        self._follower = None

    @Slot(object)
    def run(self, request: Request) -> None:
        """Do a job: ``started``, any ``progress``, then one of the three ends."""
        job = request.job
        self.started.emit(job)
        try:
            request.cancel.check()
            engine = self._ready_engine()
            photo = request.source
            if isinstance(photo, Path):
                self.progress.emit(job, 0.0, "Reading the photo")
                photo = engine.load_photo(photo)
            results = self._reconstruct(engine, photo, request)
            request.cancel.check()
            outcome = _outcome(photo, results)
        except CancelledError:
            self.cancelled.emit(job)
        except Exception as error:  # noqa: BLE001 - the job boundary: told to the user
            self.failed.emit(job, describe(error))
        else:
            self.finished.emit(job, outcome)

    def _reconstruct(
        self, engine: Engine, photo: ByteArray, request: Request
    ) -> list[Reconstruction]:
        cancel, results = request.cancel, []
        for number, known in enumerate(request.known):
            self.progress.emit(request.job, number / len(request.known), "Making the mesh")
            if isinstance(known, FaceBox):
                results.append(engine.reconstruct_box(photo, known, cancel))
            else:
                results.append(engine.reconstruct_from_landmarks(photo, known, cancel))
        if request.known:
            return results
        results = engine.reconstruct(
            photo, cancel, lambda done, stage: self.progress.emit(request.job, done, stage)
        )
        if not results:
            raise NoFaceFoundError("no face was found in this photo")
        # People count faces from the left.
        return sorted(results, key=lambda result: result.box.center[0])

    def _ready_engine(self) -> Engine:
        if self._engine is None:
            self._engine = self._make_engine(self._options)
        return self._engine


def _outcome(photo: ByteArray, results: Sequence[Reconstruction]) -> Outcome:
    """Return what is kept of the faces of a photo (H, W, 3)."""
    # Imported by the job, so that the program starts without them.
    from vrn_core.meshing.confidence import reconstruction_confidence
    from vrn_core.meshing.kept import KeptVolume

    size = (photo.shape[1], photo.shape[0])
    faces = [FaceResult.of(face, reconstruction_confidence(face, size)) for face in results]
    return Outcome(photo, tuple(faces), tuple(map(KeptVolume.of, results)))


class Inference(QObject):
    """The queue of reconstructions, on the GUI thread; owns the thread and its worker."""

    started = Signal(int)
    progress = Signal(int, float, str)
    finished = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)
    followed = Signal(object, object)
    """A live frame and the :class:`~vrn_core.inference.live.LiveFace` in it, or None."""
    not_followed = Signal(object)
    """The failure that a live frame ended in."""
    _fed = Signal(object)
    _unfollowed = Signal()
    _requested = Signal(object)
    _warm_up_requested = Signal()
    _configured = Signal(object)

    def __init__(
        self,
        make_engine: Callable[[EngineOptions], Engine],
        options: EngineOptions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._waiting: deque[Request] = deque()
        self._running: Request | None = None
        self._next_job = 1
        self._closed = False
        self._thread = QThread()
        self._thread.setObjectName("inference")
        self._worker = InferenceWorker(make_engine, options)
        self._worker.moveToThread(self._thread)
        self._requested.connect(self._worker.run)
        self._warm_up_requested.connect(self._worker.warm_up)
        self._configured.connect(self._worker.configure)
        self._fed.connect(self._worker.follow)
        self._unfollowed.connect(self._worker.unfollow)
        self._worker.followed.connect(self.followed)
        self._worker.not_followed.connect(self.not_followed)
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
        """Reconstruct by other options from the next photo on."""
        self._configured.emit(options)

    def follow(self, frame: Frame) -> None:
        """Find the face of a live frame; photos may be reconstructed in between."""
        self._fed.emit(frame)

    def unfollow(self) -> None:
        """Forget the face that was followed."""
        self._unfollowed.emit()

    def submit(
        self, source: Path | ByteArray, *, first: bool = False, known: Sequence[Known] = ()
    ) -> int:
        """Queue a photo, or put it in front of the queue; return the job's id."""
        request = Request(self._next_job, source, tuple(known))
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
        self._thread.quit()
        return not self._thread.isRunning() or self._thread.wait(timeout_ms)

    def _dispatch(self) -> None:
        if self._running is None and self._waiting and self._thread.isRunning():
            self._running = self._waiting.popleft()
            self._requested.emit(self._running)

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
