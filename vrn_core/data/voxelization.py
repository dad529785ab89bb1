"""Occupancy of a closed mesh on the volume's grid, by crossings along z.

Every column of voxels is seen by 2 x 2 lines; each triangle that a line meets adds its sign
at the depth of the meeting, and the running sum along z is the winding number: one inside,
zero outside. A voxel that the surface cuts keeps the share that lies inside. Edges are tested in
fixed-point arithmetic with the top-left rule, so that a line through an edge of two triangles
meets exactly one of them and a closed mesh leaves no stray columns.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import ConfigError
from vrn_core.types import CROP_SIZE, DEPTH_STEP, UNKNOWN, VOLUME_SHAPE, ByteArray, TriangleMesh

_SUBPIXEL = 256
_RAYS = 2
"""Lines a column in x and in y; with one, steep cheeks come out in terraces."""
ROUNDING = 8
"""Two volumes that differ by less hold the same."""


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _accumulate(
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    z: NDArray[np.float32],
    faces: NDArray[np.int32],
    slices: NDArray[np.float32],
) -> None:
    """Add each triangle's signed crossings to `slices` (D + 1, H, W).

    x and y are in 1/256 of the lines' distance, z in cells from the first voxel's near face.
    """
    depth = slices.shape[0] - 1
    height, width = slices.shape[1] * _RAYS, slices.shape[2] * _RAYS
    weight = 1.0 / (_RAYS * _RAYS)
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
        if area == 0:
            continue
        sign = weight
        if area < 0:
            b, c = c, b
            area = -area
            sign = -weight
        low_x = max((min(x[a], x[b], x[c]) + _SUBPIXEL - 1) // _SUBPIXEL, 0)
        high_x = min(max(x[a], x[b], x[c]) // _SUBPIXEL, width - 1)
        low_y = max((min(y[a], y[b], y[c]) + _SUBPIXEL - 1) // _SUBPIXEL, 0)
        high_y = min(max(y[a], y[b], y[c]) // _SUBPIXEL, height - 1)
        if low_x > high_x or low_y > high_y:
            continue
        # Edge functions, positive inside; the bias keeps left and top edges only.
        ex0, ey0 = x[c] - x[b], y[c] - y[b]
        ex1, ey1 = x[a] - x[c], y[a] - y[c]
        ex2, ey2 = x[b] - x[a], y[b] - y[a]
        bias0 = 0 if (ey0 < 0 or (ey0 == 0 and ex0 > 0)) else -1
        bias1 = 0 if (ey1 < 0 or (ey1 == 0 and ex1 > 0)) else -1
        bias2 = 0 if (ey2 < 0 or (ey2 == 0 and ex2 > 0)) else -1
        for j in range(low_y, high_y + 1):
            py = j * _SUBPIXEL
            for i in range(low_x, high_x + 1):
                px = i * _SUBPIXEL
                w0 = ex0 * (py - y[b]) - ey0 * (px - x[b])
                w1 = ex1 * (py - y[c]) - ey1 * (px - x[c])
                w2 = ex2 * (py - y[a]) - ey2 * (px - x[a])
                if w0 + bias0 < 0 or w1 + bias1 < 0 or w2 + bias2 < 0:
                    continue
                depth_here = (w0 * z[a] + w1 * z[b] + w2 * z[c]) / area
                depth_here = min(max(depth_here, 0.0), depth - 1e-3)
                k = int(depth_here)
                share = depth_here - k
                slices[k, j // _RAYS, i // _RAYS] += sign * (1.0 - share)
                slices[k + 1, j // _RAYS, i // _RAYS] += sign * share


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _integrate(slices: NDArray[np.float32], volume: NDArray[np.uint8]) -> None:
    """Sum `slices` (D + 1, n) along depth into `volume` (D, n) as bytes."""
    total = np.zeros(slices.shape[1], np.float32)
    for k in range(volume.shape[0]):
        for i in range(slices.shape[1]):
            total[i] += slices[k, i]
            inside = min(max(total[i], np.float32(0)), np.float32(1))
            volume[k, i] = np.uint8(inside * np.float32(255) + np.float32(0.5))


def voxelize(mesh: TriangleMesh, resolution: str = "full") -> ByteArray:
    """Return the occupancy of a closed mesh in the crop.

    Parameters
    ----------
    mesh : TriangleMesh
        Closed and outward, in crop pixels with z from the face's mean depth.
    resolution : "full" or "half"
        (200, 192, 192), or (100, 96, 96) whose voxels span two of the full grid's each way.

    Returns
    -------
    (D, H, W) uint8
        Occupancy times 255, axes (z, y, x).
    """
    if resolution not in ("full", "half"):
        raise ConfigError(f"unknown volume resolution {resolution!r}; expected 'full' or 'half'")
    cell = 1 if resolution == "full" else 2
    depth, height, width = (n // cell for n in VOLUME_SHAPE)
    v = mesh.vertices.astype(np.float64)
    # A cell of `cell` pixels is centered on pixel cell * i + (cell - 1) / 2.
    xy = (v[:, :2] - (cell - 1) / 2) / cell
    z = (v[:, 2] / DEPTH_STEP / cell + depth / 2).astype(np.float32)
    # Only the columns within the mesh's box are worked on.
    low = np.clip(np.floor(xy.min(axis=0) + 0.5).astype(int), 0, [width, height])
    high = np.clip(np.ceil(xy.max(axis=0) + 0.5).astype(int), low, [width, height])
    # Line r of a column's _RAYS lies (r + 0.5) / _RAYS - 0.5 cells from its middle.
    rays = (np.clip(xy, -CROP_SIZE, 2 * CROP_SIZE) - low) * _RAYS + (_RAYS - 1) / 2
    fixed = np.rint(rays * _SUBPIXEL).astype(np.int64)
    slices = np.zeros((depth + 1, high[1] - low[1], high[0] - low[0]), np.float32)
    # Seen along +z with y down, an outward triangle that faces the camera has negative area.
    faces = mesh.faces[:, ::-1]
    _accumulate(
        np.ascontiguousarray(fixed[:, 0]),
        np.ascontiguousarray(fixed[:, 1]),
        z,
        np.ascontiguousarray(faces),
        slices,
    )
    inside = np.empty((depth, slices[0].size), np.uint8)
    _integrate(slices.reshape(depth + 1, -1), inside)
    volume = np.zeros((depth, height, width), np.uint8)
    volume[:, low[1] : high[1], low[0] : high[0]] = inside.reshape(depth, *slices.shape[1:])
    return volume


def mark_unknown(least: ByteArray, most: ByteArray) -> ByteArray:
    """Return the first volume with ``UNKNOWN`` where the second, that surrounds it, has more.

    Both (D, H, W) uint8, occupancy times 255; a difference that is but rounding does not count.
    """
    more = most.astype(np.int16) - least > ROUNDING
    return np.where(more, np.uint8(UNKNOWN), least)
