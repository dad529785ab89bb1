"""What training does about the mishaps of long runs: a full disk, a GPU that is too small."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable

from torch import Tensor

from vrn_core.progress import CancelToken
from vrn_core.training.batches import Batch

LOWEST_RATE_FACTOR = 1 / 32
"""Share of the learning rate at which a run that does not become finite is given up."""
RETRY_SECONDS = 5.0
"""After which a full disk is tried again."""
LOOK_SECONDS = 0.2
"""How often a waiting run looks whether it is to stop."""


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, is that of a disk without room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__
    return False


def until_written(
    write: Callable[[], object], on_full: Callable[[str], object], cancel: CancelToken
) -> None:
    """Write; while the disk is full, wait and try again.

    `on_full` is told once, with the reason. What is to stop meanwhile, and any other error,
    raises that error.
    """
    told = False
    while True:
        try:
            write()
        except Exception as error:
            if not is_disk_full(error) or cancel.cancelled:
                raise
            if not told:
                on_full(str(error))
                told = True
            again = time.monotonic() + RETRY_SECONDS
            while time.monotonic() < again and not cancel.cancelled:
                time.sleep(LOOK_SECONDS)
        else:
            return


def split_batch(batch: Batch, parts: int) -> list[Batch]:
    """Return a batch in up to `parts` parts of nearly one size."""

    def pieces(tensor: Tensor | None) -> list[Tensor | None]:
        return [None] * count if tensor is None else list(tensor.tensor_split(count))

    count = min(parts, len(batch.images))
    return [Batch(*part) for part in zip(*map(pieces, batch), strict=True)]  # type: ignore[arg-type]
