"""The models that are here, looked at apart from the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vrn_core.errors import VrnError
from vrn_core.models import library
from vrn_core.models.library import LibraryModel


@dataclass(frozen=True)
class Shelf:
    """All models at one moment."""

    models: tuple[LibraryModel, ...]
    unreadable: tuple[tuple[Path, str], ...]
    """Files that cannot be used, each with the reason."""
    default: str
    missing_default: str | None
    """What was chosen for the default, if it is gone."""


@dataclass(frozen=True)
class Imported:
    """What came of files that were to be taken in."""

    models: tuple[LibraryModel, ...]
    errors: tuple[tuple[str, VrnError], ...]
    """The names of the files that were refused, and why."""


def look() -> Shelf:
    """Return what is there."""
    models, unreadable = library.list_library(), library.unreadable_models()
    default, missing = library.default_model(), library.missing_default()
    return Shelf(tuple(models), tuple(unreadable), default, missing)


def take_in(paths: Sequence[Path]) -> Imported:
    """Import model files, one after the other; a bad one keeps none of the rest out."""
    models, errors = [], []
    for path in paths:
        try:
            models.append(library.import_model(path))
        except VrnError as error:
            errors.append((path.name, error))
    return Imported(tuple(models), tuple(errors))
