"""Project files and autosaves, read and written in the pool."""

from __future__ import annotations

import logging
import os
import shutil
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from app.state.workspace import AUTOSAVE, Leftover
from vrn_core.errors import ProjectError
from vrn_core.files import replacing
from vrn_core.project.contents import LoadedProject, Project, SavedPhoto, Summary

log = logging.getLogger(__name__)

MOST_ENTRIES = 200_000
"""Files and folders that are looked at in search of photos."""


@dataclass(frozen=True)
class Found:
    """What a crash left."""

    leftover: Leftover
    summary: Summary


def autosave(project: Project, path: Path) -> float:
    """Write an autosave beside the photos that have no file elsewhere; return the seconds."""
    from vrn_core.project.saving import save_project

    began = time.monotonic()
    photos = tuple(_with_file(photo) for photo in project.photos)
    save_project(path, replace(project, photos=photos), compress=False)
    return time.monotonic() - began


def read(path: Path, folder: Path) -> LoadedProject:
    """Read a project; packed photos are unpacked to a new folder inside a folder."""
    from vrn_core.project.loading import load_project

    return load_project(path, folder / uuid.uuid4().hex)


def look_at(leftovers: Callable[[], list[Leftover]]) -> list[Found]:
    """Return what crashes left and what is in it; what cannot be read is left alone."""
    from vrn_core.project.loading import summarize

    found = []
    for leftover in leftovers():
        try:
            found.append(Found(leftover, summarize(leftover.folder / AUTOSAVE)))
        except ProjectError as error:
            log.warning("an autosave cannot be read: %s", error)
    return found


def discard(folder: Path) -> None:
    """Delete the folder of a crash."""
    shutil.rmtree(folder, ignore_errors=True)


def find_photos(folder: Path, names: Collection[str]) -> dict[str, Path]:
    """Return where in a folder, or in those inside it, there are files of these names."""
    found: dict[str, Path] = {}
    seen = 0
    for place, folders, files in os.walk(folder):
        for name in files:
            if name in names:
                found.setdefault(name, Path(place) / name)
        seen += len(folders) + len(files)
        if seen > MOST_ENTRIES or len(found) == len(names):
            break
    return found


def _with_file(photo: SavedPhoto) -> SavedPhoto:
    """Return a photo that is a file: pixels are written once, and their file stays."""
    from vrn_core.project.saving import write_png

    if photo.pixels is not None and photo.path is not None:
        if not photo.path.exists():
            with replacing(photo.path, make_folder=True) as file:
                write_png(file, photo.pixels)
        photo = replace(photo, pixels=None)
    return replace(photo, packed=False)
