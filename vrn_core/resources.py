"""Where the files that ship with the program lie, and where the user's data are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_data_path

SHARED_VARIABLE = "VRN_DATA"
"""Environment variable naming the folder of portraits, face model and samples."""
FACE_MODEL_VARIABLE = "VRN_FACE_MODEL"
"""Environment variable naming the folder of the face model for photos without scans."""
MODELS_VARIABLE = "VRN_MODELS"
"""Environment variable naming the folder of the user's own models."""


def project_root() -> Path:
    """Return the folder that holds `resources`: the source tree or the frozen program."""
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) if frozen else Path(__file__).resolve().parent.parent


def resource(*parts: str) -> Path:
    """Return the path of a shipped file below `resources`."""
    return project_root().joinpath("resources", *parts)


def data_folder() -> Path:
    """Return the folder of training data: `$VRN_DATA`, else `../shared/data` by the project."""
    chosen = os.environ.get(SHARED_VARIABLE)
    return Path(chosen) if chosen else project_root().parent / "shared" / "data"


def cache_folder() -> Path:
    """Return the folder for files that can be made again, `$VRN_CACHE` or the user's cache."""
    chosen = os.environ.get("VRN_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "vrn-studio"


def models_folder() -> Path:
    """Return the folder of the user's own models: `$VRN_MODELS`, else by the user's data."""
    chosen = os.environ.get(MODELS_VARIABLE)
    return Path(chosen) if chosen else user_data_path("vrn-studio", appauthor=False) / "models"
