"""From where a finished mesh is looked at; light to import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewpoint:
    """From where a canonical mesh is looked at, and what of it is shown."""

    yaw_deg: float = 0.0
    """To the right round the mesh."""
    pitch_deg: float = 0.0
    """Up over it."""
    zoom: float = 1.0
    edges: bool = False
    """Whether the edges of its triangles or quads are drawn."""
    clay: bool = False
    """Whether its shape is shown without its colors."""
