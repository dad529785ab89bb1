"""Writing files so that a failure leaves neither a half-written file nor a lost one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
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


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all or none: those that belong together, as OBJ, MTL and pictures.

    Raises
    ------
    ExportError
        If one of them fails; what was there before is then there again.
    """
    saved: dict[Path, Path | None] = {}
    current = next(iter(contents), Path())
    try:
        with ExitStack() as stack:
            # All are written beside their targets first: a full disk leaves no trace.
            staged = []
            for current, content in contents.items():
                handle, name = tempfile.mkstemp(prefix=f".{current.name}.", dir=current.parent)
                stack.callback(Path(name).unlink, missing_ok=True)
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                _give_usual_rights(name)
                staged.append((Path(name), current))
            for temporary, current in staged:
                saved[current] = _set_aside(current)
                os.replace(temporary, current)
    except OSError as error:
        for path, aside in saved.items():
            with suppress(OSError):
                path.unlink(missing_ok=True) if aside is None else os.replace(aside, path)
        raise _export_error(current, error) from error
    for aside in saved.values():
        if aside is not None:
            with suppress(OSError):
                aside.unlink()


def _set_aside(path: Path) -> Path | None:
    """Keep what is at a path under another name until all is written; return that name."""
    if not path.exists() or path.is_dir():
        return None
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    os.replace(path, name)
    return Path(name)


def _give_usual_rights(name: str) -> None:
    """Let others read a file of mkstemp, which lets nobody, as they may read other files."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(name, 0o666 & ~mask)


def _export_error(path: Path, error: OSError) -> ExportError:
    reason = (error.strerror or str(error)).lower()
    advice = ADVICE.get(error.errno or 0, "choose another place")
    return ExportError(f"cannot write {path}: {reason}; {advice}")


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
        _give_usual_rights(temporary)
        os.replace(temporary, path)
    except OSError as error:
        raise _export_error(path, error) from error
    else:
        temporary = None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
