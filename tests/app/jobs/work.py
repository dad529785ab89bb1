"""Work for a process of its own; it has to find these functions by their module."""

from __future__ import annotations

import os
import time

import numpy as np

from vrn_core.errors import EmptyVolumeError, ShapeError
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import ByteArray


def process_id() -> int:
    return os.getpid()


def double(values: ByteArray) -> ByteArray:
    return np.asarray(values * 2, np.uint8)


def fail(kind: str) -> None:
    if kind == "own":
        raise EmptyVolumeError("nothing is in it; try another")
    if kind == "unsendable":
        raise ShapeError("volume", (1, 2), "(D, H, W)")
    raise ZeroDivisionError("by nothing")


def die() -> None:
    os._exit(3)


def count(steps: int, cancel: CancelToken, progress: Progress) -> int:
    """Count with 10 ms a step, telling each."""
    for step in range(steps):
        cancel.check()
        progress(step / steps, f"step {step}")
        time.sleep(0.01)
    return steps
