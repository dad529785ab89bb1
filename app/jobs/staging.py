"""Files of one export, gathered beside their folder and put into it together, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from vrn_core.errors import ExportError
from vrn_core.files import ADVICE

BEFORE = ".before"
"""Where the files lie that the new ones replace, until all are in place."""


def stage(folder: Path) -> Path:
    """Make a hidden folder inside `folder`, which is made if need be; return it.

    Raises
    ------
    ExportError
        If nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".vrn-", dir=folder))
    except OSError as error:
        raise _refusal(folder, error) from error


def place(staging: Path, folder: Path) -> list[Path]:
    """Move the files of a staging folder to `folder` and end it; return them.

    Raises
    ------
    ExportError
        If one of them cannot be moved; all that was there before is then there again.
    """
    names = sorted(path.name for path in staging.iterdir())
    before = staging / BEFORE
    before.mkdir()
    tried: list[str] = []
    try:
        for name in names:
            target = folder / name
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            tried.append(name)
            if target.exists():
                os.replace(target, before / name)
            os.replace(staging / name, target)
    except OSError as error:
        if not _restored(staging, folder, tried):
            # It holds the only copy of what was there.
            refusal = _refusal(folder / name, error)
            raise ExportError(f"{refusal}; what was there lies in {before}") from error
        discard(staging)
        raise _refusal(folder / name, error) from error
    discard(staging)
    return [folder / name for name in names]


def _restored(staging: Path, folder: Path, tried: list[str]) -> bool:
    """Put back what was there before; return whether that could be done."""
    before, whole = staging / BEFORE, True
    for name in tried:
        try:
            if (before / name).exists():
                os.replace(before / name, folder / name)
            elif not (staging / name).exists():
                (folder / name).unlink(missing_ok=True)
        except OSError:
            whole = False
    return whole


def discard(staging: Path) -> None:
    """End a staging folder with all that is in it."""
    shutil.rmtree(staging, ignore_errors=True)


def _refusal(path: Path, error: OSError) -> ExportError:
    reason = (error.strerror or str(error)).lower()
    advice = ADVICE.get(error.errno or 0, "choose another place")
    return ExportError(f"cannot write {path}: {reason}; {advice}")
