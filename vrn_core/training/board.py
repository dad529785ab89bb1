"""The log written a second time, in the form that TensorBoard reads."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = "tensorboard"
NOT_DRAWN = ("kind", "step", "samples", "seconds", "text")


class Board:
    """Writes the figures of a run's log as TensorBoard's events.

    It writes at once, in the process that trains: a writer with a thread of its own would
    make training wait for ever when the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._writer: Any = None

    def add(self, row: Mapping[str, Any]) -> None:
        """Write one row of the log; a disk that cannot be written to loses no more than that."""
        figures = {
            name: float(value)
            for name, value in row.items()
            if name not in NOT_DRAWN and isinstance(value, (int, float))
        }
        if not figures:
            return
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.proto.summary_pb2 import Summary

        phase = str(row["kind"])
        values = [
            Summary.Value(tag=f"{name}/{phase}", simple_value=value)
            for name, value in figures.items()
        ]
        self._write(Event(wall_time=time.time(), step=row["step"], summary=Summary(value=values)))

    def forget_after(self, step: int) -> None:
        """Let TensorBoard drop what was drawn of the steps that are done again."""
        from tensorboardX.proto.event_pb2 import Event, SessionLog

        start = SessionLog(status=SessionLog.START)
        self._write(Event(wall_time=time.time(), step=step + 1, session_log=start))

    def close(self) -> None:
        """Let go of the file; what is added after that goes to another."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(OSError):
                writer.close()

    def _write(self, event: Any) -> None:
        try:
            if self._writer is None:
                from tensorboardX.event_file_writer import EventsWriter

                self._folder.mkdir(parents=True, exist_ok=True)
                self._writer = EventsWriter(str(self._folder / "events"))
            self._writer.write_event(event)
            self._writer.flush()
        except OSError:
            # The log itself waits for room; here there is nothing that would be missed.
            self.close()
