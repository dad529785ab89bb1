"""What a run leaves in its folder while it goes on, and what it hears from there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vrn_core.progress import CancelToken
from vrn_core.training.board import Board
from vrn_core.training.log import TrainLog
from vrn_core.training.recovery import LOOK_SECONDS, until_written
from vrn_core.training.runs import Wish, read_wish

Report = Callable[[Mapping[str, Any]], None]
"""Called with every row of the log."""


class RunKeeper:
    """Writes the log and hears the wishes of others; does nothing but in the main process."""

    def __init__(
        self, folder: Path, is_main: bool, report: Report | None, cancel: CancelToken
    ) -> None:
        self._folder, self._is_main = folder, is_main
        self._report, self._cancel = report, cancel
        self._log, self._board = TrainLog(folder), Board(folder)
        self._wish, self._next_look = Wish.GO_ON, 0.0

    def row(self, row: Mapping[str, Any]) -> None:
        """Write a row of the log, and report it."""
        if self._is_main:
            self.write(int(row["step"]), lambda: self._log.write(row))
            self._board.add(row)
            if self._report is not None:
                self._report(row)

    def note(self, step: int, text: str) -> None:
        """Write a row that says something to whoever reads it."""
        self.row({"kind": "note", "step": step, "text": text})

    def forget_after(self, step: int) -> None:
        """Drop the rows of steps that will be done again."""
        if self._is_main:
            self.write(step, lambda: self._log.forget_after(step))
            self._board.forget_after(step)

    def write(self, step: int, write: Callable[[], object]) -> None:
        """Write something; a full disk makes the run wait, and its report tell so."""
        if not self._is_main:
            return

        def on_full(reason: str) -> None:
            if self._report is not None:
                text = f"{reason}; waiting at step {step} until there is room"
                self._report({"kind": "note", "step": step, "text": text})

        until_written(write, on_full, self._cancel)

    def close(self) -> None:
        """Let go of what is open."""
        self._board.close()

    def stop_wanted(self, step: int, before_pause: Callable[[], object]) -> bool:
        """Return whether the run is to stop now; while a pause is wished for, wait.

        `before_pause` makes what was done so far safe.
        """
        if self._is_main and time.monotonic() >= self._next_look:
            self._look()
            if self._wish is Wish.PAUSE:
                before_pause()
                self.row({"kind": "paused", "step": step})
                while self._wish is Wish.PAUSE and not self._cancel.cancelled:
                    time.sleep(LOOK_SECONDS)
                    self._look()
                self.row({"kind": "resumed", "step": step})
        return self._wish is Wish.STOP or self._cancel.cancelled

    @property
    def stops_after_validation(self) -> bool:
        """Whether the run is to stop once it was validated."""
        return self._wish is Wish.STOP_AFTER_VALIDATION

    def _look(self) -> None:
        self._next_look = time.monotonic() + LOOK_SECONDS
        self._wish = read_wish(self._folder)
