"""Arrays out of MATLAB's files, which come from strangers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import io

from vrn_core.errors import DataError

MAX_MEGABYTES = 64
"""Larger files are refused unread; those of the data sets have a hundredth of that."""

Shape = tuple[int, ...]


def read_arrays(
    path: Path, expected: Mapping[str, Sequence[Shape]]
) -> dict[str, NDArray[np.float64]]:
    """Return arrays of finite numbers from a .mat file, by their names.

    Parameters
    ----------
    path : Path
    expected : mapping
        The shapes that each array may have.

    Raises
    ------
    DataError
        If the file is missing, too large, damaged, or lacks one of the arrays.
    """
    check_size(path)
    try:
        with path.open("rb") as file:
            # The headers first: a damaged one could ask for any amount of memory.
            found = {name: tuple(shape) for name, shape, _ in io.whosmat(file)}
            _check_shapes(path, found, expected)
            file.seek(0)
            content = io.loadmat(file, variable_names=list(expected))
            return {name: _numbers(path, name, content[name]) for name in expected}
    except DataError:
        raise
    # What the reader raises on damaged files is not limited to a few types.
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(
            f"{path.name} is damaged or no .mat file of MATLAB 5 to 7.2 ({reason}); "
            "download it again"
        ) from error


def check_size(path: Path) -> None:
    """Raise :class:`DataError` if a file is missing, no file, or larger than 64 MB."""
    if not path.is_file():
        raise DataError(f"there is no file {path.name} in {path.parent}; unpack the data again")
    size = path.stat().st_size
    if size > MAX_MEGABYTES * 1_000_000:
        raise DataError(
            f"{path.name} has {size / 1e6:.0f} MB; expected at most {MAX_MEGABYTES} MB: "
            "download it again"
        )


def _check_shapes(
    path: Path, found: Mapping[str, Shape], expected: Mapping[str, Sequence[Shape]]
) -> None:
    for name, shapes in expected.items():
        if name not in found:
            has = ", ".join(sorted(found)) or "nothing"
            raise DataError(f"{path.name} has no {name}, only {has}; is it of another data set?")
        if found[name] not in shapes:
            wanted = " or ".join(map(str, shapes))
            raise DataError(
                f"{name} of {path.name} has shape {found[name]}; expected {wanted}: "
                "download it again"
            )


def _numbers(path: Path, name: str, values: object) -> NDArray[np.float64]:
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iuf":
        raise DataError(f"{name} of {path.name} is not made of numbers; download it again")
    numbers: NDArray[np.float64] = values.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise DataError(f"{name} of {path.name} has values that are not finite; download it again")
    return numbers
