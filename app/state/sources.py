"""Which files are photos, and what a folder or a list of paths holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from vrn_core.project.records import SUFFIX

PHOTO_SUFFIXES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".bmp",
    ".tif",
    ".tiff",
    ".gif",
    ".ppm",
    ".pgm",
    ".avif",
)
"""The same as the core's (a test says so), without importing the core's reader at the start."""


def expand_photos(paths: Iterable[Path]) -> list[Path]:
    """Return the photos among paths: files as they are, folders by their photos in order.

    A file that was named itself is kept whatever its suffix: the user meant it, and gets a
    clear answer if it is no photo.
    """
    photos: list[Path] = []
    for path in paths:
        if path.is_dir():
            try:
                found = [item for item in path.iterdir() if is_photo(item)]
            except OSError:
                found = []
            photos.extend(sorted(found, key=_natural_order))
        else:
            photos.append(path)
    return list(dict.fromkeys(photos))


def is_photo(path: Path) -> bool:
    """Return whether a file of a folder looks like a photo by its name."""
    hidden = path.name.startswith(".")
    return not hidden and path.suffix.lower() in PHOTO_SUFFIXES and path.is_file()


def is_project(path: Path) -> bool:
    """Return whether a file is a project by its name."""
    return path.suffix.lower() == SUFFIX


def _natural_order(path: Path) -> list[tuple[int, str]]:
    """Sort key that puts "face 2" before "face 10"."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
