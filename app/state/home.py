"""Where a project lives: its file, held so that no other window writes it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile

from app.state.workspace import lock_file
from app.translation import translate


class Taken(Exception):
    """A project is open in another window; `where` says on which computer, if on another."""

    def __init__(self, where: str = "") -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True, eq=False)
class Home:
    """A project's file and name; no file if it was not saved, no name if it is no project."""

    path: Path | None = None
    name: str = ""
    lock: QLockFile | None = None
    """None also where none can be kept, in a folder that is to be read only."""

    @classmethod
    def at(cls, path: Path) -> Home:
        """Return the home of a project, locked.

        Raises
        ------
        Taken
            If another window has the project open.
        """
        lock = lock_file(path.with_name(f".{path.name}.lock"))
        if lock.tryLock(0):
            return cls(path, path.stem, lock)
        if lock.error() is QLockFile.LockError.LockFailedError:
            _, host, _ = lock.getLockInfo()
            known = host and host != platform.node()
            raise Taken(
                translate("Projects", " on {computer}").format(computer=host) if known else ""
            )
        return cls(path, path.stem)

    def leave(self) -> None:
        """Let other windows have it."""
        if self.lock is not None:
            self.lock.unlock()
