"""How long work will go on, judged by how fast it went so far."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from app.translation import translate

WINDOW_S = 60.0
"""The pace is that of the last minute: photos differ."""
LEAST_SAMPLES = 20
"""Kept even when they are older: slow work tells of its progress seldom."""
SETTLED_S = 1.0
"""Work is watched that long before anything is said about its end."""


class Pace:
    """Watches an amount of work that grows; time on hold does not count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._samples: deque[tuple[float, float]] = deque()
        self._idle_s = 0.0
        self._held_at: float | None = None

    def restart(self) -> None:
        """Forget what was watched: other work begins."""
        self._samples.clear()
        self._idle_s, self._held_at = 0.0, None

    def hold(self, on: bool) -> None:
        """Stop the clock, or let it run on."""
        if on and self._held_at is None:
            self._held_at = self._clock()
        elif not on and self._held_at is not None:
            self._idle_s += self._clock() - self._held_at
            self._held_at = None

    def note(self, done: float) -> None:
        """Note how much is done by now, in any unit; less than before is other work."""
        if self._samples and done < self._samples[-1][1]:
            self.restart()
        now = self._now()
        if not self._samples or done > self._samples[-1][1]:
            self._samples.append((now, done))
        while len(self._samples) > LEAST_SAMPLES and now - self._samples[0][0] > WINDOW_S:
            self._samples.popleft()

    def left_s(self, todo: float) -> float | None:
        """Return the seconds that `todo` more will take, or None while that is not known."""
        if not self._samples:
            return None
        (began, before), (_, done) = self._samples[0], self._samples[-1]
        spent = self._now() - began
        if spent < SETTLED_S or done <= before:
            return None
        return todo * spent / (done - before)

    def _now(self) -> float:
        now = self._clock() if self._held_at is None else self._held_at
        return now - self._idle_s


def time_left(seconds: float | None) -> str:
    """Return a time in words, as exact as it is known; empty for less than a second."""
    if seconds is None or seconds < 1:
        return ""
    if seconds < 10:
        return translate("Pace", "a few seconds left")
    if seconds < 55:
        return translate("Pace", "about {count} s left").format(count=5 * round(seconds / 5))
    minutes = max(round(seconds / 60), 1)
    if minutes < 60:
        return translate("Pace", "about {count} min left").format(count=minutes)
    if minutes < 90:
        return translate("Pace", "about an hour left")
    return translate("Pace", "about {count} h left").format(count=round(minutes / 60))
