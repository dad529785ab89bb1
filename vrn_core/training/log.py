"""The log of a run: one JSON object a line, so that it can be read while it grows."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # A log is read where there is no need for torch.
    from torch import Tensor

LOG_NAME = "log.jsonl"


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of a run's log; a last line that is still being written is left out."""
    path = folder / LOG_NAME
    if not path.is_file():
        return []
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(row, dict):
            rows.append(row)
    return rows


def describe_row(row: Mapping[str, Any]) -> str:
    """Return a row of the log as one line to read."""
    kind, step = row.get("kind"), row.get("step")
    if kind == "note":
        return str(row.get("text", ""))
    if kind in ("resumed", "paused"):
        return f"{kind} at step {step}"
    skipped = ("kind", "step", "samples", "seconds")
    facts = "  ".join(
        f"{name} {value:.4g}"
        for name, value in row.items()
        if name not in skipped and isinstance(value, (int, float))
    )
    start = "validation" if kind == "validation" else "step"
    return f"{start} {step}  {facts}"


class TrainLog:
    """Appends rows to a run's log."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG_NAME

    def write(self, row: Mapping[str, Any]) -> None:
        """Append one row, whole or not at all."""
        with self._path.open("ab") as file:
            end = file.tell()
            try:
                file.write((json.dumps(row) + "\n").encode())
                file.flush()
            except OSError:
                os.truncate(self._path, end)
                raise

    def forget_after(self, step: int) -> None:
        """Drop the rows of steps that a resumed run will do again."""
        rows = [row for row in read_log(self._path.parent) if row.get("step", 0) <= step]
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        os.replace(temporary, self._path)


class Meter:
    """Sums since the last row of the log; losses stay on their device until asked for."""

    def __init__(self) -> None:
        self.samples, self.seconds, self.data_seconds, self._steps = 0, 0.0, 0.0, 0
        self._sums: dict[str, Tensor] = {}

    def add(
        self, parts: Mapping[str, Tensor], samples: int, seconds: float, data_seconds: float
    ) -> None:
        """Count one step: the parts of its loss, its samples, its time and that for data."""
        self.samples += samples
        self.seconds += seconds
        self.data_seconds += data_seconds
        self._steps += 1
        for name, part in parts.items():
            self._sums[name] = self._sums[name] + part if name in self._sums else part

    def sum_of(self, name: str) -> Tensor:
        """Return the sum of a part over the steps."""
        return self._sums[name]

    def means(self) -> dict[str, float]:
        """Return the mean of every part over the steps."""
        return {name: float(total) / self._steps for name, total in self._sums.items()}
