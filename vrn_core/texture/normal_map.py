"""The relief of a fine surface as a picture for a coarse one."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.tangents import vertex_tangents
from vrn_core.texture.bake import BAND, fill_gaps
from vrn_core.texture.lay import Laid, draw
from vrn_core.texture.raster import fill_triangles, texel_corners
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
    fine = _with_mark(vertex_normals(laid.fine), 1.0)
    # Where the fine surface leaves gaps, the coarse one says so.
    own = _with_mark(vertex_normals(layout.mesh), 1.0 if laid.same else 0.0)
    image = np.empty((size, size, 3), np.uint8)
    covered = np.empty((size, size), np.uint8)
    for first in range(0, size, BAND):
        rows = min(BAND, size - first)
        band = slice(first, first + rows)
        found, covered[band] = draw(laid, own, fine, size, first, rows)
        frame = _draw_rows(laid, frames.astype(np.float32), size, first, rows)
        _encode(image[band], found, frame)
    return fill_gaps(image, covered > 0)


def _with_mark(normals: FloatArray, mark: float) -> FloatArray:
    """Return normals (V, 4) with a mark behind each."""
    return np.column_stack([normals, np.full(len(normals), mark)]).astype(np.float32)


def _draw_rows(laid: Laid, values: FloatArray, size: int, first: int, rows: int) -> FloatArray:
    """Interpolate values (U, C), given at the rows of the layout, over rows of the texture."""
    layout = laid.layout
    image = np.zeros((rows, size, values.shape[1]), np.float32)
    covered = np.zeros((rows, size), np.uint8)
    corners = texel_corners(layout.uv[layout.corners], size)
    fill_triangles(image, covered, corners, layout.corners, values, first)
    return image


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _encode(
    image: NDArray[np.uint8], found: NDArray[np.float32], frame: NDArray[np.float32]
) -> None:
    """Write normals (R, S, 4) seen in frames (R, S, 6) of N and T as bytes (R, S, 3), in place.

    The last of four values tells how far the fine surface is there.
    """
    for j in range(image.shape[0]):
        for i in range(image.shape[1]):
            nx, ny, nz, tx, ty, tz = frame[j, i]
            gx, gy, gz, there = found[j, i]
            x, y, z = 0.0, 0.0, 1.0
            # N and T are not quite upright to each other between vertices; B is to both.
            bx, by, bz = ny * tz - nz * ty, nz * tx - nx * tz, nx * ty - ny * tx
            nn, tt = nx * nx + ny * ny + nz * nz, tx * tx + ty * ty + tz * tz
            nt, bb = nx * tx + ny * ty + nz * tz, bx * bx + by * by + bz * bz
            if there >= 0.5 and bb > 1e-12:
                gn, gt = gx * nx + gy * ny + gz * nz, gx * tx + gy * ty + gz * tz
                # nn tt - nt^2 is the square of B.
                x, z = (gt * nn - gn * nt) / bb, (gn * tt - gt * nt) / bb
                y = (gx * bx + gy * by + gz * bz) / bb
                z = max(z, LEAST_UP)
                length = np.sqrt(x * x + y * y + z * z)
                x, y, z = x / length, y / length, z / length
            image[j, i, 0] = np.uint8((x + 1) * 127.5 + 0.5)
            image[j, i, 1] = np.uint8((y + 1) * 127.5 + 0.5)
            image[j, i, 2] = np.uint8((z + 1) * 127.5 + 0.5)
