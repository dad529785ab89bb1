"""What the window is asked to do on the command line, without a user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Errand:
    """The mesh of the first photo's first face is to be written."""

    target: Path
    """In the format of its suffix."""
    leave: bool
    """Whether the program ends then."""
