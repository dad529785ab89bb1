"""Which names files may have on every system, wherever they are made."""

from __future__ import annotations

FORBIDDEN = '<>:"/\\|?*'
"""What the name of a file may not hold on one system or another."""
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Names of devices on Windows, with any ending."""


def forbidden_marks(name: str) -> str:
    """Return the characters of a name that no file's may hold, sorted, each once."""
    return "".join(sorted({c for c in name if c in FORBIDDEN or not c.isprintable()}))


def is_device(name: str) -> bool:
    """Return whether Windows would take a name, with or without an ending, for a device's."""
    return name.partition(".")[0].rstrip().casefold() in DEVICES


def portable_stem(name: str, otherwise: str, longest: int = 80) -> str:
    """Return a name as near to a given one as a file may have everywhere, without an ending.

    What is forbidden becomes ``_``, blanks round it and dots behind it go, which Windows leaves
    out by itself, and a device's name gets a ``_`` before it. An empty one becomes `otherwise`.
    """
    kept = "".join("_" if forbidden_marks(c) else c for c in name).strip()[:longest].rstrip(". ")
    return f"_{kept}" if is_device(kept) else kept or otherwise
