"""Short, independent jobs on a thread pool: pictures read, thumbnails made, files saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.failures import describe
from vrn_core.errors import CancelledError
from vrn_core.progress import CancelToken

Answers = tuple[Callable[..., object], Callable[..., object] | None]
"""What to call with the result, and with the failure."""


class _Task(QRunnable):
    """Runs one function; speaks through the runner, which outlives it.

    The pool deletes tasks on its own thread, so a task owns no QObject.
    """

    def __init__(
        self, runner: TaskRunner, job: int, work: Callable[[], Any], cancel: CancelToken
    ) -> None:
        super().__init__()
        self._runner, self._job, self._work, self._cancel = runner, job, work, cancel

    def run(self) -> None:
        runner, job = self._runner, self._job
        try:
            self._cancel.check()
            result = self._work()
            self._cancel.check()
        except CancelledError:
            runner.cancelled.emit(job)
        except Exception as error:  # noqa: BLE001 - the job boundary: told to the user
            runner.failed.emit(job, describe(error))
        else:
            runner.finished.emit(job, result)


class TaskRunner(QObject):
    """Hands functions to a bounded pool and their results to the GUI thread."""

    finished = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)

    def __init__(self, threads: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._answers: dict[int, Answers] = {}
        self._tokens: dict[int, CancelToken] = {}
        self._next_job = 1
        self.finished.connect(self._on_finished)
        self.failed.connect(self._on_failed)
        self.cancelled.connect(self._forget)

    def submit(
        self,
        work: Callable[[], Any],
        on_finished: Callable[[Any], object],
        on_failed: Callable[[Any], object] | None = None,
        *,
        urgent: bool = False,
    ) -> int:
        """Run `work` in the pool; answer on the GUI thread; return the job's id."""
        job = self._next_job
        self._next_job += 1
        token = CancelToken()
        self._answers[job], self._tokens[job] = (on_finished, on_failed), token
        self._pool.start(_Task(self, job, work, token), 1 if urgent else 0)
        return job

    @property
    def active(self) -> bool:
        """Whether any job is running."""
        return self._pool.activeThreadCount() > 0

    def shut_down(self, timeout_ms: int = 10_000, *, finish: bool = False) -> bool:
        """Drop what waits, or `finish` it; return whether all ended in time."""
        self._answers.clear()
        if not finish:
            for token in self._tokens.values():
                token.cancel()
            self._pool.clear()
        return self._pool.waitForDone(timeout_ms)

    @Slot(int, object)
    def _on_finished(self, job: int, result: object) -> None:
        answer = self._forget(job)
        if answer:
            answer[0](result)

    @Slot(int, object)
    def _on_failed(self, job: int, failure: object) -> None:
        answer = self._forget(job)
        if answer and answer[1]:
            answer[1](failure)

    @Slot(int)
    def _forget(self, job: int) -> Answers | None:
        self._tokens.pop(job, None)
        return self._answers.pop(job, None)
