"""Laying a fine surface over the layout of a coarser one, so that it is drawn in its texture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vrn_core.meshing.geometry import face_cross_products, vertex_normals
from vrn_core.texture.raster import fill_triangles, texel_corners
from vrn_core.texture.unwrap import Layout
from vrn_core.types import ByteArray, FloatArray, IntArray, TriangleMesh

SAMPLES = 60_000
"""About how many points of the coarse surface are looked through for the nearest one."""
CANDIDATES = 5
"""Nearest samples whose triangles are measured exactly."""
MOST_SPREAD = 8.0
"""How many times larger in the layout than others of its size a triangle may be: one that is
larger lies across a cut."""


@dataclass(frozen=True)
class Laid:
    """A fine surface in the layout of a coarse one."""

    layout: Layout
    fine: TriangleMesh
    uv: FloatArray
    """(T, 3, 2) of the corners of those triangles of the fine one that lie in one chart."""
    faces: IntArray
    """(T, 3) those triangles."""
    nearest: NDArray[np.intp]
    """(V,) vertex of the fine surface next to each vertex of the layout's mesh."""

    @property
    def same(self) -> bool:
        """Whether the fine surface is the layout's own mesh."""
        return self.fine is self.layout.mesh


def lay(fine: TriangleMesh, layout: Layout) -> Laid:
    """Lay a surface over a layout of nearly the same surface, by nearest points.

    Parameters
    ----------
    fine : TriangleMesh
        In the frame of the layout's mesh; that mesh itself is laid as it is.
    layout : Layout
    """
    if fine is layout.mesh:
        own = np.arange(len(fine.vertices))
        return Laid(layout, fine, layout.uv[layout.corners], fine.faces, own)
    triangle, weights = _nearest_points(fine, layout.mesh)
    uv = (layout.uv[layout.corners[triangle]] * weights[:, :, None]).sum(axis=1)
    chart = layout.chart[triangle]
    faces = fine.faces
    kept = (chart[faces] == chart[faces[:, :1]]).all(axis=1)
    corners = uv[faces]
    sides = np.linalg.norm(corners - corners[:, [1, 2, 0]], axis=2).max(axis=1)
    points = fine.vertices[faces]
    lengths = np.linalg.norm(points - points[:, [1, 2, 0]], axis=2).max(axis=1)
    ratio = sides / np.maximum(lengths, 1e-9)
    kept &= ratio < MOST_SPREAD * np.median(ratio[kept]) if kept.any() else kept
    nearest = nearest_vertices(layout.mesh, fine)
    return Laid(layout, fine, corners[kept].astype(np.float32), faces[kept], nearest)


def nearest_vertices(mesh: TriangleMesh, fine: TriangleMesh) -> NDArray[np.intp]:
    """Return (V,) the vertex of `fine` next to each vertex of `mesh`."""
    _, nearest = cKDTree(fine.vertices).query(mesh.vertices)
    numbers: NDArray[np.intp] = np.asarray(nearest, np.intp)
    return numbers


def draw(
    laid: Laid, coarse: FloatArray, fine: FloatArray, size: int, first: int, rows: int
) -> tuple[FloatArray, ByteArray]:
    """Interpolate values over some rows of a texture.

    Parameters
    ----------
    laid : Laid
    coarse : (V, C) float32
        At the vertices of the layout's mesh; they show where the fine surface leaves gaps.
    fine : (W, C) float32
        At the vertices of the fine surface.
    size : int
        Side of the texture in texels.
    first, rows : int
        Which rows, from the top.

    Returns
    -------
    values : (rows, size, C) float32
        0 where no triangle lies.
    covered : (rows, size) uint8
        0 there.
    """
    image = np.zeros((rows, size, coarse.shape[1]), np.float32)
    covered = np.zeros((rows, size), np.uint8)
    layout = laid.layout
    places = texel_corners(layout.uv[layout.corners], size)
    fill_triangles(image, covered, places, layout.mesh.faces, coarse, first)
    if not laid.same:
        over = np.zeros_like(covered)
        fill_triangles(image, over, texel_corners(laid.uv, size), laid.faces, fine, first)
        # What lies beside the charts, along their rims, is no part of them.
        image[covered == 0] = 0
    return image, covered


def _nearest_points(
    fine: TriangleMesh, coarse: TriangleMesh
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return for each fine vertex the coarse triangle (V,) nearest to it, and where in it (V, 3).

    Triangles that face the other way are passed over: where the surface is thin, the
    other side of it may be nearer.
    """
    cross = face_cross_products(coarse)
    area = np.linalg.norm(cross, axis=1)
    facing = cross / np.maximum(area, 1e-12)[:, None]
    count = np.ceil(area / area.sum() * SAMPLES).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(area)), count)
    # Evenly spread over each triangle by a sequence of low discrepancy.
    number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    u, v = (0.5 + number * 0.7548776662466927) % 1, (0.5 + number * 0.5698402909980532) % 1
    over = u + v > 1
    u[over], v[over] = 1 - u[over], 1 - v[over]
    share = np.stack([1 - u - v, u, v], axis=1)
    samples = (coarse.vertices[coarse.faces[owner]] * share[:, :, None]).sum(axis=1)
    _, near = cKDTree(samples).query(fine.vertices, CANDIDATES)
    triangles = owner[near]
    points = np.repeat(fine.vertices.astype(np.float64)[:, None], CANDIDATES, axis=1)
    weights, distance = _closest(
        points, coarse.vertices.astype(np.float64)[coarse.faces[triangles]]
    )
    normals = vertex_normals(fine)[:, None]
    distance[(facing[triangles] * normals).sum(axis=2) < 0] += 1e6
    best = distance.argmin(axis=1)
    row = np.arange(len(best))
    return triangles[row, best], weights[row, best]


def _closest(
    points: NDArray[np.float64], corners: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights (..., 3) of the point of each triangle next to a point, and its distance.

    `points` is (..., 3), `corners` (..., 3, 3).
    """
    a, b, c = (corners[..., k, :] for k in range(3))
    ab, ac, ap = b - a, c - a, points - a
    d11, d12, d22 = (ab * ab).sum(-1), (ab * ac).sum(-1), (ac * ac).sum(-1)
    d1, d2 = (ap * ab).sum(-1), (ap * ac).sum(-1)
    scale = np.maximum(d11 * d22 - d12 * d12, 1e-18)
    v, w = (d22 * d1 - d12 * d2) / scale, (d11 * d2 - d12 * d1) / scale
    weights = np.stack([1 - v - w, v, w], axis=-1)
    outside = (weights < 0).any(axis=-1)
    # Outside, the nearest point lies on one of the sides.
    least = np.full(points.shape[:-1], np.inf)
    for k in range(3):
        start, side = corners[..., k, :], corners[..., (k + 1) % 3, :] - corners[..., k, :]
        along = ((points - start) * side).sum(-1) / np.maximum((side * side).sum(-1), 1e-18)
        along = np.clip(along, 0, 1)
        gap = ((points - start - along[..., None] * side) ** 2).sum(-1)
        better = outside & (gap < least)
        least = np.where(better, gap, least)
        on_side = np.zeros_like(weights)
        on_side[..., k], on_side[..., (k + 1) % 3] = 1 - along, along
        weights = np.where(better[..., None], on_side, weights)
    found = (corners * weights[..., None]).sum(axis=-2)
    return weights, np.linalg.norm(points - found, axis=-1)
