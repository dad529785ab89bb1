"""Which vertices of a mesh the photo's camera sees."""

from __future__ import annotations

import numpy as np

from vrn_core.meshing.geometry import face_cross_products, mean_edge_length
from vrn_core.types import FloatArray, TriangleMesh

MIN_FACING = 0.3
"""Least cosine between a vertex's normal and the direction to the camera (about 72 degrees).

Nearer to the silhouette a pixel covers so much of the surface, and so easily shows the
background instead, that its color would run along the side in streaks.
"""
SURE_FACING = 0.5
"""The cosine from which on a pixel's color is trusted altogether (60 degrees)."""
CELL_EDGES = 1.5
"""Side of a cell of the depth grid in edges of a triangle: at 1 a few cells stay empty."""
BETWEEN = np.array(
    [[1 / 2, 1 / 2, 0], [0, 1 / 2, 1 / 2], [1 / 2, 0, 1 / 2], [1 / 3, 1 / 3, 1 / 3]], np.float32
)
"""Weights of a triangle's corners for the points that are splatted besides them."""
MAX_GRID = 2048
"""Most cells along a side of the depth grid."""


def vertex_visibility(mesh: TriangleMesh, normals: FloatArray) -> FloatArray:
    """Return (V,) in 0-1 how well the photo's camera sees a vertex.

    It is 0 where the vertex is hidden or seen at too flat an angle and rises to 1 with it.

    The mesh is in the photo frame, whose camera looks along +z without perspective.
    Occlusion is found in a depth grid with cells a little wider than a triangle, into which
    points of the triangles are splatted: as exact as vertex colors need, and no rasterizer to
    compile.

    Parameters
    ----------
    mesh : TriangleMesh
        Closed, photo frame or crop pixels.
    normals : (V, 3) float32
        Outward unit normals of the vertices.
    """
    facing = -normals[:, 2]
    rising = (facing - MIN_FACING) / (SURE_FACING - MIN_FACING)
    visibility: FloatArray = np.clip(rising, 0, 1).astype(np.float32)
    front = mesh.faces[face_cross_products(mesh)[:, 2] < 0]
    if not len(front):
        return np.zeros(len(mesh.vertices), np.float32)
    low, high = mesh.vertices[:, :2].min(axis=0), mesh.vertices[:, :2].max(axis=0)
    edge = mean_edge_length(mesh, slice(0, 2))
    cell = max(CELL_EDGES * edge, float((high - low).max()) / MAX_GRID, 1e-6)
    # In cells from here on: a vertex lies in the cell of its coordinates without fraction.
    points = mesh.vertices / np.float32(cell)
    points[:, :2] -= low / np.float32(cell)
    x, y, z = np.ascontiguousarray(points.T)
    width, height = int(x.max()) + 1, int(y.max()) + 1
    nearest = np.full(width * height, np.inf, np.float32)
    own_cell = y.astype(np.int32) * width + x.astype(np.int32)
    np.minimum.at(nearest, own_cell[front[:, 0]], z[front[:, 0]])
    # Corners alone would leave holes, so each triangle's middle and middles of sides as well.
    between = np.stack([x, y, z]).take(front.T, axis=1)
    column, row, depth = np.einsum("wc,acf->awf", BETWEEN, between).reshape(3, -1)
    np.minimum.at(nearest, row.astype(np.int32) * width + column.astype(np.int32), depth)

    # Within a cell a steep surface spans many depths; it must not hide itself.
    slope = np.sqrt(np.maximum(1 - facing**2, 0)) / np.maximum(facing, MIN_FACING)
    visibility[z > nearest[own_cell] + 1 + slope] = 0
    return visibility
