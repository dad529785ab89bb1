"""The log of a run read while it grows, only what is new each time."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from vrn_core.training.log import LOG_NAME

CHUNK_BYTES = 4_000_000
"""Most that is read at a time, so that a large log is not taken into memory at once."""


class LogTail:
    """Where in a run's log a reader is."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG_NAME
        self._offset, self._file = 0, 0

    def read(self) -> tuple[list[dict[str, Any]], bool]:
        """Return the rows that were written since the last time, and whether the log began anew.

        A resumed run writes a new log without the steps that it does again: what was read
        before is then void. A last line that is still being written is left for the next time.
        """
        try:
            status = os.stat(self._path)
        except OSError:
            began_anew = self._offset > 0
            self._offset, self._file = 0, 0
            return [], began_anew
        began_anew = self._offset > 0 and (
            status.st_ino != self._file or status.st_size < self._offset
        )
        if began_anew:
            self._offset = 0
        self._file = status.st_ino
        rows: list[dict[str, Any]] = []
        if status.st_size == self._offset:
            return rows, began_anew
        rest = b""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                while chunk := file.read(CHUNK_BYTES):
                    *lines, rest = (rest + chunk).split(b"\n")
                    self._offset += sum(len(line) + 1 for line in lines)
                    rows += [row for line in lines if (row := _row(line)) is not None]
        except OSError:
            # It is being replaced; the next time tells.
            return rows, began_anew
        return rows, began_anew


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
