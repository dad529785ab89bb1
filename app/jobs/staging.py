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
        for moved in tried:
            if (before / moved).exists():
                os.replace(before / moved, folder / moved)
            elif not (staging / moved).exists():
                (folder / moved).unlink(missing_ok=True)
        raise _refusal(folder / name, error) from error
    finally:
        discard(staging)
    return [folder / name for name in names]


def discard(staging: Path) -> None:
    """End a staging folder with all that is in it."""
    shutil.rmtree(staging, ignore_errors=True)


def _refusal(path: Path, error: OSError) -> ExportError:
    reason = (error.strerror or str(error)).lower()
    advice = ADVICE.get(error.errno or 0, "choose another place")
    return ExportError(f"cannot write {path}: {reason}; {advice}")
