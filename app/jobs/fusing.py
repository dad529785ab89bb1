"""The fusing of faces, one at a time and in two stages: compare, then fuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.jobs.fusion_work import Part, compare, fuse_parts
from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace
from vrn_core.progress import CancelToken

Work = Callable[..., object]


class FusingJobs(QObject):
    """Hands the two stages to a process; after a cancellation nothing is told any more."""

    progress = Signal(float, str)
    """How far a stage is, in [0, 1], and what it does."""
    compared = Signal(object)
    """The :class:`~vrn_core.inference.identity.SamePerson` of the faces."""
    finished = Signal(object)
    """A :class:`~app.jobs.fusion_work.Fused`."""
    failed = Signal(object)

    def __init__(self, process: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = process
        self._runner = TaskRunner(threads=1, parent=self)
        self._cancel = CancelToken()

    def compare(self, parts: Sequence[Part]) -> None:
        """Read the photos and look whether they show one person."""
        self._submit(compare, parts, self.compared.emit)

    def fuse(self, parts: Sequence[Part]) -> None:
        """Make one face of several."""
        self._submit(fuse_parts, parts, self.finished.emit)

    def cancel(self) -> None:
        """Stop."""
        self._cancel.cancel()

    def shut_down(self, timeout_ms: int = 10_000) -> bool:
        """Drop all; return whether the work ended in time."""
        self.cancel()
        return self._runner.shut_down(timeout_ms)

    def _submit(self, work: Work, parts: Sequence[Part], tell: Callable[[object], object]) -> None:
        cancel = self._cancel = CancelToken()

        def report(fraction: float, stage: str) -> None:
            if not cancel.cancelled:
                self.progress.emit(fraction, stage)

        def unless_cancelled(tell: Callable[[object], object], what: object) -> None:
            if not cancel.cancelled:
                tell(what)

        self._runner.submit(
            partial(self._process.call, work, tuple(parts), cancel=cancel, progress=report),
            partial(unless_cancelled, tell),
            partial(unless_cancelled, self.failed.emit),
        )
