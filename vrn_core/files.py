"""Writing files so that a failure leaves neither a half-written file nor a lost one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from vrn_core.errors import ExportError

ADVICE = {
    errno.ENOSPC: "free some space or choose another disk",
    errno.EFBIG: "free some space or choose another disk",
    errno.EDQUOT: "free some space or choose another disk",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
    errno.ENOENT: "make the folder first or choose another",
    errno.ENOTDIR: "choose a folder that exists",
    errno.EISDIR: "choose another name, for a folder has this one",
}


def write_atomically(path: Path, content: bytes, make_folder: bool = False) -> None:
    """Write a file beside its target, then put it in the target's place.

    Raises
    ------
    ExportError
        If that fails; what was at `path` is then untouched and the new file gone.
    """
    with replacing(path, make_folder) as file:
        file.write(content)


@contextmanager
def replacing(path: Path, make_folder: bool = False) -> Iterator[IO[bytes]]:
    """Open a file to write beside its target; at the end it takes the target's place.

    Raises
    ------
    ExportError
        If anything is not written; what was at `path` is then untouched and the new file gone.
    """
    temporary: str | None = None
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # mkstemp lets nobody else read its file; ours have the usual rights.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        advice = ADVICE.get(error.errno or 0, "choose another place")
        raise ExportError(f"cannot write {path}: {reason}; {advice}") from error
    else:
        temporary = None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
