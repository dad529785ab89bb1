"""Meshes finished, shown and written in a process: the newest look only, files one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.jobs.finishing import Facts, Subject, draw, forget, make, write
from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace
from app.jobs.staging import discard, place, stage
from app.state.export_choice import ExportChoice
from vrn_core.progress import CancelToken
from vrn_core.texture.viewpoint import Viewpoint
from vrn_core.types import ByteArray

Tell = Callable[[Any], object]


class ExportJobs(QObject):
    """Hands the work to a process; answers to what is not wanted any more are dropped."""

    progress = Signal(float, str)
    """How far a face that is written is, in [0, 1], and what is done."""
    made = Signal(object)
    """The :class:`~app.jobs.finishing.Facts` of the mesh that is looked at."""
    drawn = Signal(object)
    """Its picture (H, W, 3) uint8 RGB."""
    not_made = Signal(object)
    """The failure that keeps it from being shown."""

    def __init__(self, process: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = process
        self._runner = TaskRunner(threads=1, parent=self)
        self._making, self._writing = CancelToken(), CancelToken()
        self._subject: Subject | None = None
        self._choice = ExportChoice()
        self._size = (1, 1)
        self._viewpoint: Viewpoint | None = None
        self._drawing = False
        self._redraw = False

    def look_at(self, subject: Subject, choice: ExportChoice) -> None:
        """Finish a face for the eye, in the place of the one that was asked for before."""
        self._making.cancel()
        cancel = self._making = CancelToken()
        self._subject, self._choice = subject, choice
        self._submit(
            partial(self._process.call, make, subject, choice, cancel=cancel, progress=_silent),
            cancel,
            self._on_made,
            self.not_made.emit,
        )

    def look_from(self, size: tuple[int, int], viewpoint: Viewpoint) -> None:
        """Draw the face that is looked at, from somewhere else."""
        self._size, self._viewpoint = size, viewpoint
        self._draw()

    def look_away(self) -> None:
        """Stop to look, and give back the memory."""
        self._making.cancel()
        self._subject = None
        self._runner.submit(partial(self._process.call, forget), _nothing, _nothing)

    def begin(self, folder: Path, tell: Tell, tell_failure: Tell) -> None:
        """Make a place for the files of an export; `tell` gets it."""
        self._making.cancel()
        self._writing = CancelToken()
        self._submit(partial(stage, folder), self._writing, tell, tell_failure, discard)

    def write(
        self,
        subject: Subject,
        choice: ExportChoice,
        staging: Path,
        name: str,
        tell: Tell,
        tell_failure: Tell,
    ) -> None:
        """Write a face; `tell` gets its :class:`~app.jobs.finishing.Facts`."""
        cancel = self._writing

        def report(fraction: float, stage: str) -> None:
            if not cancel.cancelled:
                self.progress.emit(fraction, stage)

        arguments = (write, subject, choice, staging, name)
        work = partial(self._process.call, *arguments, cancel=cancel, progress=report)
        self._submit(work, cancel, tell, tell_failure)

    def place(self, staging: Path, folder: Path, tell: Tell, tell_failure: Tell) -> None:
        """Put the files where they belong; `tell` gets their paths."""
        self._submit(partial(place, staging, folder), self._writing, tell, tell_failure)

    def cancel(self, staging: Path | None) -> None:
        """Stop to write; what was written already goes away."""
        self._writing.cancel()
        if staging is not None:
            # After what is going on, as there is one thread.
            self._runner.submit(partial(discard, staging), _nothing)

    def shut_down(self, timeout_ms: int = 10_000) -> bool:
        """Drop all; return whether the work ended in time."""
        self._making.cancel()
        self._writing.cancel()
        self._subject = None
        self._process.close()
        return self._runner.shut_down(timeout_ms)

    def _submit(
        self,
        work: Callable[[], object],
        cancel: CancelToken,
        tell: Tell,
        tell_failure: Tell,
        unwanted: Tell | None = None,
    ) -> None:
        def answer(to: Tell, otherwise: Tell | None, what: object) -> None:
            if not cancel.cancelled:
                to(what)
            elif otherwise is not None:
                otherwise(what)

        self._runner.submit(
            work, partial(answer, tell, unwanted), partial(answer, tell_failure, None)
        )

    def _on_made(self, facts: Facts) -> None:
        self.made.emit(facts)
        self._draw()

    def _draw(self) -> None:
        """Draw; what is asked for meanwhile is drawn once after it."""
        subject, viewpoint = self._subject, self._viewpoint
        if subject is None or viewpoint is None:
            return
        self._redraw = self._drawing
        if self._drawing:
            return
        self._drawing = True
        self._runner.submit(
            partial(self._process.call, draw, subject.number, self._choice, self._size, viewpoint),
            self._on_drawn,
            self._on_not_drawn,
            urgent=True,
        )

    def _on_drawn(self, pixels: ByteArray | None) -> None:
        self._drawing = False
        if self._subject is None:
            return
        # Without it another is being made, which is drawn when it is there.
        if pixels is not None:
            self.drawn.emit(pixels)
        if self._redraw:
            self._draw()

    def _on_not_drawn(self, failure: object) -> None:
        self._drawing = self._redraw = False
        if self._subject is not None:
            self.not_made.emit(failure)


def _silent(fraction: float, stage: str) -> None:
    """Tell nobody."""


def _nothing(_: object) -> None:
    """Answer nobody."""
