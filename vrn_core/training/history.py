"""What the log of a run tells: its curves, its pace, its last words."""

from __future__ import annotations

import csv
import io
import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vrn_core.training.log import describe_row

Phase = Literal["train", "validation"]
CURVES = ("loss", "volume_iou", "nme_interocular", "learning_rate")
"""The figures of the log's rows that are followed from step to step."""
KEPT_LINES = 400
"""Lines of the log's text that are kept to be read."""
PACE_ROWS = 10
"""Rows of training over which the pace is taken."""


@dataclass(frozen=True)
class Curve:
    """One figure over the steps."""

    steps: NDArray[np.float64]
    """(N,)"""
    values: NDArray[np.float64]
    """(N,), all of them finite."""


@dataclass(frozen=True)
class Pace:
    """How fast a run is."""

    samples_per_second: float
    seconds_left: float
    """For the steps that remain and their validations, without pauses."""


class History:
    """Takes the rows of a log in their order."""

    def __init__(self) -> None:
        self._points: dict[tuple[str, Phase], tuple[list[float], list[float]]] = {}
        self._recent: deque[Mapping[str, Any]] = deque(maxlen=PACE_ROWS)
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.step = 0
        """The last one that the log knows."""
        self.last_kind: str | None = None
        """What kind of row came last."""
        self.validation: Mapping[str, Any] | None = None
        """The last row that validation wrote."""

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take more rows."""
        for row in rows:
            step, kind = _number(row.get("step")), row.get("kind")
            if step is not None:
                self.step = max(self.step, int(step))
            self.last_kind = str(kind)
            self._lines.append(describe_row(row))
            if step is None or (kind != "train" and kind != "validation"):
                continue
            if kind == "train":
                self._recent.append(row)
            else:
                self.validation = dict(row)
            for name in CURVES:
                value = _number(row.get(name))
                if value is not None:
                    steps, values = self._points.setdefault((name, kind), ([], []))
                    steps.append(step)
                    values.append(value)

    def curves(self) -> dict[tuple[str, Phase], Curve]:
        """Return all curves as they are now, by figure and phase."""
        return {
            key: Curve(np.asarray(steps, np.float64), np.asarray(values, np.float64))
            for key, (steps, values) in self._points.items()
        }

    def text(self) -> str:
        """Return the log's last lines, to be read."""
        return "\n".join(self._lines)

    def pace(self, steps: int, validation_every: int) -> Pace | None:
        """Return how fast a run of so many `steps` is, None where too little is known."""
        if len(self._recent) < 2:
            return None
        first, last = self._recent[0], self._recent[-1]
        done = _difference(first, last, "step")
        seconds = _difference(first, last, "seconds")
        samples = _difference(first, last, "samples")
        if done <= 0 or seconds <= 0:
            return None
        left = max(steps - self.step, 0)
        validations = left / validation_every if validation_every > 0 else min(left, 1)
        each = _number((self.validation or {}).get("seconds")) or 0.0
        return Pace(samples / seconds, left * seconds / done + validations * each)


def to_csv(curves: Mapping[tuple[str, Phase], Curve]) -> str:
    """Return curves as a table: a row a step, a column for each figure and phase."""
    keys = sorted(curves, key=lambda key: (CURVES.index(key[0]), key[1]))
    rows: dict[float, dict[int, float]] = {}
    for column, key in enumerate(keys):
        for step, value in zip(curves[key].steps, curves[key].values, strict=True):
            rows.setdefault(float(step), {})[column] = float(value)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", *(f"{phase}_{name}" for name, phase in keys)])
    for step in sorted(rows):
        found = rows[step]
        writer.writerow([int(step), *(found.get(column, "") for column in range(len(keys)))])
    return text.getvalue()


def nearest(curve: Curve, step: float) -> tuple[int, float] | None:
    """Return the step of a curve next to a given one, and its value there."""
    if not len(curve.steps):
        return None
    place = int(np.abs(curve.steps - step).argmin())
    return int(curve.steps[place]), float(curve.values[place])


def _difference(first: Mapping[str, Any], last: Mapping[str, Any], name: str) -> float:
    low, high = _number(first.get(name)), _number(last.get(name))
    return 0.0 if low is None or high is None else high - low


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None
