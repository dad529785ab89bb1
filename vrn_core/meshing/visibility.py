"""Which vertices of a mesh the photo's camera sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vrn_core.meshing.geometry import face_cross_products, mean_edge_length
from vrn_core.types import FloatArray, TriangleMesh

MIN_FACING = 0.3
"""Least cosine between a vertex's normal and the direction to the camera (about 72 degrees).

Nearer to the silhouette a pixel covers so much of the surface, and so easily shows the
background instead, that its color would run along the side in streaks.
"""
MAX_GRID = 2048
"""Most cells along a side of the depth grid."""
SAMPLE_WEIGHTS = np.array(
    [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [0.5, 0.5, 0],
        [0, 0.5, 0.5],
        [0.5, 0, 0.5],
        [1 / 3, 1 / 3, 1 / 3],
    ],
    np.float32,
)
"""Corners, middles of the sides and middle of a triangle, in barycentric coordinates."""


def visible_vertices(
    mesh: TriangleMesh, normals: FloatArray, min_facing: float = MIN_FACING
) -> NDArray[np.bool_]:
    """Return (V,) whether the photo's camera sees a vertex, and not at too flat an angle.

    The mesh is in the photo frame, whose camera looks along +z without perspective.
    Occlusion is found in a depth grid with cells as wide as a triangle, into which points of
    the triangles are splatted: as exact as vertex colors need, and no rasterizer to compile.

    Parameters
    ----------
    mesh : TriangleMesh
        Closed, photo frame or crop pixels.
    normals : (V, 3) float32
        Outward unit normals of the vertices.
    min_facing : float, default: 0.3
        Least cosine between normal and direction to the camera.
    """
    facing = -normals[:, 2]
    visible = facing > min_facing
    front = mesh.faces[face_cross_products(mesh)[:, 2] < 0]
    if not len(front):
        return np.zeros(len(mesh.vertices), bool)
    low, high = mesh.vertices[:, :2].min(axis=0), mesh.vertices[:, :2].max(axis=0)
    cell = max(mean_edge_length(mesh, slice(0, 2)), float((high - low).max()) / MAX_GRID, 1e-6)
    width, height = ((high - low) // cell).astype(int) + 1

    def cells(points: FloatArray) -> NDArray[np.int64]:
        column, row = ((points[:, :2] - low) // cell).astype(np.int64).T
        index: NDArray[np.int64] = row * width + column
        return index

    samples = np.einsum("sc,fcx->sfx", SAMPLE_WEIGHTS, mesh.vertices[front], optimize=True)
    samples = samples.reshape(-1, 3)
    nearest = np.full(width * height, np.inf, np.float32)
    np.minimum.at(nearest, cells(samples), samples[:, 2])

    # Within a cell a steep surface spans many depths; it must not hide itself.
    slope = np.sqrt(np.maximum(1 - facing**2, 0)) / np.maximum(facing, min_facing)
    tolerance = cell * (1.5 + slope)
    visible &= mesh.vertices[:, 2] <= nearest[cells(mesh.vertices)] + tolerance
    return visible
