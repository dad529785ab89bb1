"""A folder of the running window: its autosave and the photos that have no file elsewhere."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile

from vrn_core.project.loading import safe_name

log = logging.getLogger(__name__)

LOCK, AUTOSAVE, PHOTOS = "lock", "autosave.vrn", "photos"
YOUNG_S = 60.0
"""A folder without an autosave that is younger may belong to a window that just opens."""


@dataclass(frozen=True)
class Leftover:
    """The folder of a window that was not closed properly."""

    folder: Path
    saved_s: float
    """When it was saved last, in seconds since the epoch."""


class Workspace:
    """Locked while the window is open, so that no other takes it for that of a crash."""

    def __init__(self, root: Path | None = None) -> None:
        """Make a folder under `root`, or a temporary one if there is none or it is read-only."""
        self.root = root
        self._token = uuid.uuid4().hex
        self.folder = self._make_folder()
        self._lock = lock_file(self.folder / LOCK)
        self._lock.tryLock(0)

    @property
    def autosave(self) -> Path:
        """Where the autosave is written."""
        return self.folder / AUTOSAVE

    @property
    def photos(self) -> Path:
        """The folder for files of photos."""
        return self.folder / PHOTOS

    def holds(self, path: Path) -> bool:
        """Return whether a photo's file is the window's own."""
        return path.is_relative_to(self.photos)

    def place_for(self, key: int, name: str) -> Path:
        """Return where the pixels of a photo without a file are written."""
        return self.photos / self._token / str(key) / safe_name(name, "pixels.png")

    def claim(self, folder: Path) -> QLockFile | None:
        """Return the lock of a folder that a crash left, or None if another window has it."""
        lock = lock_file(folder / LOCK)
        return lock if folder.is_dir() and lock.tryLock(0) else None

    def move_to(self, folder: Path, lock: QLockFile) -> None:
        """Go on in a folder that was claimed; what was in the one before is deleted."""
        self.remove()
        self.folder, self._lock = folder, lock

    def remove(self) -> None:
        """Delete the folder and all that is in it."""
        self._lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)

    def leftovers(self) -> list[Leftover]:
        """Return what crashes left, newest first; empty folders are tidied away."""
        found = []
        for folder in self._others():
            lock = lock_file(folder / LOCK)
            try:
                if not lock.tryLock(0):
                    continue
                autosave = folder / AUTOSAVE
                if autosave.is_file():
                    found.append(Leftover(folder, autosave.stat().st_mtime))
                elif time.time() - folder.stat().st_mtime > YOUNG_S:
                    shutil.rmtree(folder, ignore_errors=True)
            except OSError as error:
                log.warning("cannot look at %s: %s", folder, error)
            finally:
                lock.unlock()
        return sorted(found, key=lambda leftover: leftover.saved_s, reverse=True)

    def _others(self) -> list[Path]:
        if self.root is None or not self.root.is_dir():
            return []
        return [item for item in self.root.iterdir() if item.is_dir() and item != self.folder]

    def _make_folder(self) -> Path:
        if self.root is not None:
            try:
                folder = self.root / self._token
                folder.mkdir(parents=True)
            except OSError as error:
                log.warning("no autosave can be kept in %s: %s", self.root, error)
            else:
                return folder
        return Path(tempfile.mkdtemp(prefix="vrn-studio-"))


def lock_file(path: Path) -> QLockFile:
    """Return a lock that holds as long as its program runs, however long that is."""
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)
    return lock
