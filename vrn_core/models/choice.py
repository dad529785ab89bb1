"""The name that was chosen for the default model, in a file beside the user's own models."""

from __future__ import annotations

import json
from pathlib import Path

from vrn_core.files import write_atomically
from vrn_core.resources import models_folder

FILE = "default.json"
LARGEST_FILE = 10_000
"""Bytes."""


def chosen() -> str | None:
    """Return the name that was chosen, whether there is such a model or not."""
    path = _file()
    try:
        if path.stat().st_size > LARGEST_FILE:
            return None
        name = json.loads(path.read_text(encoding="utf-8"))["model"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    # A name, not a path: what was chosen is in the library.
    return name if isinstance(name, str) and name and len(Path(name).parts) == 1 else None


def choose(name: str) -> None:
    """Keep a name; raise :class:`ExportError` if it cannot be written."""
    write_atomically(_file(), json.dumps({"model": name}).encode("ascii"), make_folder=True)


def _file() -> Path:
    return models_folder() / FILE
