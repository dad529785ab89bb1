"""How a mesh is painted: the color of each vertex and the material, without a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.settings import Coloring
from app.views.theme import Colors
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.types import ByteArray, FloatArray, TriangleMesh

CONFIDENCE_STOPS = ("#433a78", "#8c3f86", "#cf5569", "#f4a259", "#f9ecb4")
"""From what was guessed to what was seen; lightness rises evenly, so that it reads in gray."""
DIFFERENCE_STOPS = ("#dfe4e6", "#f4d9a4", "#ee9f5a", "#d1503f", "#84173c")
"""From surfaces that agree to those that lie apart."""
CLAY = {"ambient": 0.1, "diffuse": 0.95, "specular": 0.22, "specular_power": 22.0}
# The photo holds its own light, and other colors tell a figure; ours only tells the shape.
PAINTED = {"ambient": 0.42, "diffuse": 0.62, "specular": 0.0}


@dataclass(frozen=True)
class Look:
    """Colors (V, 3) uint8 RGB, or one color, and what pyvista is told of the material."""

    colors: ByteArray | None
    material: Mapping[str, Any] = field(default_factory=dict)

    def is_like(self, other: Look | None) -> bool:
        """Return whether another look differs in nothing but the colors of the vertices."""
        if other is None or (self.colors is None) is not (other.colors is None):
            return False
        return self.material == other.material


def paint(
    mesh: TriangleMesh, confidence: FloatArray | None, coloring: Coloring, colors: Colors
) -> Look:
    """Return the look of a mesh in the canonical frame.

    A mesh that has no colors, or a `confidence` (V,) in [0, 1] that is missing, leave bare clay.
    """
    if coloring is Coloring.PHOTO and mesh.colors is not None:
        return Look(mesh.colors, PAINTED)
    if coloring is Coloring.NORMALS:
        return Look(normal_colors(vertex_normals(mesh)), {"lighting": False})
    if coloring is Coloring.CONFIDENCE and confidence is not None:
        return Look(confidence_colors(confidence), PAINTED)
    material = {"color": colors.clay, **CLAY}
    if coloring is Coloring.WIREFRAME:
        edges = {"show_edges": True, "edge_color": colors.wire, "edge_opacity": 0.4}
        return Look(None, {**material, **edges})
    return Look(None, material)


def normal_colors(normals: FloatArray) -> ByteArray:
    """Return unit normals (V, 3) as RGB: x red, y green, z blue, each from -1 to 1."""
    return np.rint((np.clip(normals, -1, 1) + 1) * 127.5).astype(np.uint8)


def confidence_colors(confidence: FloatArray) -> ByteArray:
    """Return the RGB (V, 3) of confidences (V,) in [0, 1], between the stops of the legend."""
    return _shades(confidence, CONFIDENCE_STOPS)


def difference_colors(distances_mm: FloatArray, reach_mm: float) -> ByteArray:
    """Return the RGB (V, 3) of distances (V,), from nothing to `reach_mm` and more."""
    return _shades(distances_mm / reach_mm, DIFFERENCE_STOPS)


def _shades(values: FloatArray, stops: Sequence[str]) -> ByteArray:
    """Return the RGB (V, 3) of values (V,) on a scale of colors that are evenly apart."""
    colors = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops])
    places = np.linspace(0, 1, len(stops))
    channels = [np.interp(values, places, channel) for channel in colors.T]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)
