"""The results of a large folder of photos: a folder for each photo, put in place whole and once.

Below the output lies the same tree as below the photos, with a folder of results in the place of
each photo::

    out/2024/anna.jpg/anna.glb      a mesh, as many as there are faces and formats
    out/2024/anna.jpg/photo.json    the record: what was found, or why nothing was
    out/.vrn/job.json               what the meshes were made with
    out/.vrn/run-.../               results that are being written

A result is written below ``.vrn`` and then renamed to its place. That succeeds for one process
only, whichever machines and however many try, and a photo whose record is there is finished.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vrn_core.errors import CancelledError, ConfigError, ExportError, VrnError
from vrn_core.files import write_atomically

OWN_FOLDER = ".vrn"
RECORD = "photo.json"
JOB = "job.json"
FORSAKEN_S = 24 * 3600.0
"""A run that wrote nothing for so long was killed; what it left is removed."""
LARGEST_RECORD = 64_000_000


@dataclass(frozen=True)
class ResultFolder:
    """Where the results of a large folder are kept.

    `folder` is the output. Photos are named by their paths below the folder of the photos,
    as :func:`vrn_core.inference.photo.walk_photos` yields them.
    """

    folder: Path

    @property
    def own(self) -> Path:
        """The folder of what is no result."""
        return self.folder / OWN_FOLDER

    def place(self, photo: str) -> Path:
        """Return the folder of a photo's results, there or not."""
        return self.folder / photo

    def record(self, photo: str) -> dict[str, Any] | None:
        """Return what is known of a finished photo; ``None`` if it is not finished.

        Raises :class:`VrnError` if something else lies in its place.
        """
        path = self.place(photo) / RECORD
        try:
            if path.stat().st_size > LARGEST_RECORD:
                raise VrnError(f"{path} is too large for a record; remove its folder")
            record = json.loads(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise VrnError(f"cannot read {path}: {reason}") from error
        except ValueError as error:
            raise VrnError(f"{path} is damaged; remove its folder") from error
        if not isinstance(record, dict) or not isinstance(record.get("faces"), list):
            raise VrnError(f"{path} is no record of a photo; remove its folder")
        # Where a disk takes A.jpg and a.jpg for one, the second must not pass for the first.
        if record.get("photo") != photo:
            raise VrnError(f"{path} is the record of {record.get('photo')!r}, not of {photo!r}")
        return record

    def begin_run(self) -> str:
        """Make the folder of a run; return its name. Workers stop when it goes."""
        for left in self.own.glob("run-*"):
            try:
                forsaken = time.time() - left.stat().st_mtime > FORSAKEN_S
            except OSError:
                continue
            if forsaken:
                shutil.rmtree(left, ignore_errors=True)
        name = f"run-{uuid.uuid4().hex[:12]}"
        try:
            (self.own / name).mkdir(parents=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ExportError(f"cannot write into {self.folder}: {reason}") from error
        return name

    def end_run(self, run: str) -> None:
        """Remove the folder of a run, with what stopped workers were writing."""
        shutil.rmtree(self.own / run, ignore_errors=True)

    @contextmanager
    def staged(self, run: str) -> Iterator[Path]:
        """Make a folder to write a photo's results into; at the end it is gone.

        Raises :class:`CancelledError` if the run has ended.
        """
        path = self.own / run / uuid.uuid4().hex
        try:
            path.mkdir()
        except FileNotFoundError:
            raise CancelledError("the run has ended") from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ExportError(f"cannot write into {self.folder}: {reason}") from error
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def commit(self, staged: Path, photo: str, record: Mapping[str, Any]) -> bool:
        """Put a photo's results in their place; return whether these are the ones that count.

        It is ``False`` if another process was first. Raises :class:`ExportError` if nothing can
        be written and :class:`VrnError` if something else is in the way.
        """
        text = json.dumps({"photo": photo, **record}, allow_nan=False)
        write_atomically(staged / RECORD, text.encode("ascii"))
        place = self.place(photo)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # Never onto a folder that holds something: the first one stays.
            os.rename(staged, place)
        except OSError as error:
            if self.record(photo) is not None:
                return False
            if place.exists():
                raise VrnError(f"{place} is in the way and is no result; remove it") from error
            reason = (error.strerror or str(error)).lower()
            raise ExportError(f"cannot write {place}: {reason}") from error
        return True

    def agree_on(self, settings: Mapping[str, Any], resume: bool) -> None:
        """Keep what the meshes are made with, so that a resumed run makes the same.

        Raises :class:`ConfigError` if the folder was begun with other settings, or was begun
        and `resume` was not asked for.
        """
        path = self.own / JOB
        try:
            before = json.loads(path.read_bytes())
        except FileNotFoundError:
            text = json.dumps(dict(settings), indent=1)
            write_atomically(path, (text + "\n").encode("ascii"), make_folder=True)
            return
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path} cannot be read; choose another folder") from error
        if not resume:
            raise ConfigError(
                f"{self.folder} holds results already; add --resume to go on with them or choose "
                "another folder"
            )
        if not isinstance(before, dict):
            raise ConfigError(f"{path} is damaged; choose another folder")
        for name, value in settings.items():
            if before.get(name) != value:
                raise ConfigError(
                    f"{self.folder} was begun with {name} {before.get(name)}, not {value}; "
                    "go on with that or choose another folder"
                )
