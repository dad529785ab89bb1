"""How long work tells of its progress and is asked to stop."""

from __future__ import annotations

import threading
from typing import Protocol

from vrn_core.errors import CancelledError


class Progress(Protocol):
    """Called with a fraction in [0, 1] and a few words about the present stage."""

    def __call__(self, fraction: float, stage: str) -> None:
        """Take notice of the progress."""
        ...


class CancelToken:
    """A flag set from any thread and read by the work between its stages."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise :class:`CancelledError` if the work was asked to stop."""
        if self.cancelled:
            raise CancelledError("the work was cancelled")
