"""The relief of a fine surface as a picture for a coarse one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.tangents import vertex_tangents
from vrn_core.texture.bake import BAND, fill_gaps
from vrn_core.texture.lay import Laid, draw
from vrn_core.types import ByteArray, FloatArray, TexturedMesh

LEAST_UP = 0.05
"""Least part of a normal away from the coarse surface: less no renderer could show."""


def bake_normals(laid: Laid, size: int) -> ByteArray:
    """Return the normals of the fine surface in the tangent space of the coarse one.

    Renderers interpolate the coarse surface's normal N and tangent T over a triangle, take
    B = N x T, and shade with x T + y B + z N for the map's (x, y, z) [1]_; here that is solved for
    (x, y, z).

    Parameters
    ----------
    laid : Laid
    size : int
        Side of the map in texels.

    Returns
    -------
    (size, size, 3) uint8
        (n + 1) * 127.5 for each of x (along u), y (along v, up) and z (outward).

    References
    ----------
    .. [1] Mikkelsen, "Simulation of Wrinkled Surfaces Revisited", 2008, for the tangent space
       that renderers and modelers agree upon.
    """
    layout = laid.layout
    flat = TexturedMesh(layout.mesh, layout.uv, layout.corners, layout.origin)
    # At the rows of the layout, for tangents belong to them and not to vertices.
    frames = np.column_stack([vertex_normals(layout.mesh)[layout.origin], vertex_tangents(flat)])
    normals = vertex_normals(laid.fine)
    own = vertex_normals(layout.mesh)
    own = own if laid.same else _with_gaps_told(own)
    fine = normals if laid.same else np.column_stack([normals, np.ones(len(normals))])
    image = np.empty((size, size, 3), np.uint8)
    covered = np.empty((size, size), np.uint8)
    for first in range(0, size, BAND):
        rows = min(BAND, size - first)
        band = slice(first, first + rows)
        found, covered[band] = draw(
            laid, own.astype(np.float32), fine.astype(np.float32), size, first, rows
        )
        frame = _draw_rows(laid, frames.astype(np.float32), size, first, rows)
        image[band] = _encoded(found, frame)
    return fill_gaps(image, covered > 0)


def _with_gaps_told(normals: FloatArray) -> FloatArray:
    """Return normals (V, 4) that say, by a last 0, that the fine surface is not there."""
    return np.column_stack([normals, np.zeros(len(normals))]).astype(np.float32)


def _draw_rows(laid: Laid, values: FloatArray, size: int, first: int, rows: int) -> FloatArray:
    """Interpolate values (U, C), given at the rows of the layout, over rows of the texture."""
    from vrn_core.texture.raster import fill_triangles, texel_corners

    layout = laid.layout
    image = np.zeros((rows, size, values.shape[1]), np.float32)
    covered = np.zeros((rows, size), np.uint8)
    corners = texel_corners(layout.uv[layout.corners], size)
    fill_triangles(image, covered, corners, layout.corners, values, first)
    return image


def _encoded(found: FloatArray, frame: FloatArray) -> ByteArray:
    """Return bytes (R, S, 3) for normals (R, S, 3 or 4) seen in frames (R, S, 6) of N and T."""
    n, t = frame[..., :3], frame[..., 3:]
    b = np.cross(n, t)
    normal = found[..., :3]
    # N and T are not quite upright to each other between vertices; B is to both.
    nn, tt, nt = (n * n).sum(-1), (t * t).sum(-1), (n * t).sum(-1)
    along_n, along_t = (normal * n).sum(-1), (normal * t).sum(-1)
    scale = np.maximum(nn * tt - nt * nt, 1e-12)
    x = (along_t * nn - along_n * nt) / scale
    z = (along_n * tt - along_t * nt) / scale
    y = (normal * b).sum(-1) / np.maximum((b * b).sum(-1), 1e-12)
    local = np.stack([x, y, np.maximum(z, LEAST_UP)], axis=-1)
    if found.shape[-1] == 4:
        local[found[..., 3] < 0.5] = [0, 0, 1]
    length = np.linalg.norm(local, axis=-1, keepdims=True)
    rounded: NDArray[np.uint8] = np.rint((local / np.maximum(length, 1e-9) + 1) * 127.5).astype(
        np.uint8
    )
    return rounded
