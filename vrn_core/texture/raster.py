"""Filling the triangles of a flat layout with values, texel by texel."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

EDGE = 1
MARGIN = 2e-3
"""Texels that a texel's middle must lie inside a triangle to be counted in it."""


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def fill_triangles(
    image: NDArray[np.float32],
    covered: NDArray[np.uint8],
    corners: NDArray[np.float32],
    faces: NDArray[np.int32],
    values: NDArray[np.float32],
    first_row: int,
) -> None:
    """Interpolate values over triangles, in place; later triangles lie over earlier ones.

    Parameters
    ----------
    image : (R, S, C) float32
        Rows `first_row` to `first_row` + R of a picture; texel (0, 0) is its top left one.
    covered : (R, S) uint8
        0 where nothing is filled; `EDGE` where a texel's middle lies on edges only; where it
        lies inside of triangles, `EDGE` and their number, at most 255.
    corners : (F, 3, 2) float32
        x and y in texels, y down; the middle of texel (0, 0) is (0, 0).
    faces : (F, 3) int32
        Rows of `values` at the corners.
    values : (V, C) float32
    first_row : int
    """
    rows, columns, channels = image.shape
    for t in range(faces.shape[0]):
        ax, ay = corners[t, 0, 0], corners[t, 0, 1] - first_row
        bx, by = corners[t, 1, 0], corners[t, 1, 1] - first_row
        cx, cy = corners[t, 2, 0], corners[t, 2, 1] - first_row
        low_y = max(int(np.ceil(min(ay, by, cy))), 0)
        high_y = min(int(np.floor(max(ay, by, cy))), rows - 1)
        if low_y > high_y:
            continue
        low_x = max(int(np.ceil(min(ax, bx, cx))), 0)
        high_x = min(int(np.floor(max(ax, bx, cx))), columns - 1)
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if low_x > high_x or abs(area) < 1e-9:
            continue
        inverse = 1.0 / area
        # How much of a triangle's height the margin is that rounded coordinates need.
        span = max(abs(bx - ax), abs(cx - bx), abs(ax - cx)) + max(
            abs(by - ay), abs(cy - by), abs(ay - cy)
        )
        inner = MARGIN * span * abs(inverse)
        a, b, c = faces[t, 0], faces[t, 1], faces[t, 2]
        for j in range(low_y, high_y + 1):
            for i in range(low_x, high_x + 1):
                u = ((bx - i) * (cy - j) - (cx - i) * (by - j)) * inverse
                v = ((cx - i) * (ay - j) - (ax - i) * (cy - j)) * inverse
                w = 1.0 - u - v
                # A little outside is filled as well: no pinholes between neighbors.
                if u < -1e-4 or v < -1e-4 or w < -1e-4:
                    continue
                if u > inner and v > inner and w > inner:
                    covered[j, i] = min(max(covered[j, i], EDGE) + 1, 255)
                elif covered[j, i] == 0:
                    covered[j, i] = EDGE
                for k in range(channels):
                    image[j, i, k] = u * values[a, k] + v * values[b, k] + w * values[c, k]


def texel_corners(uv: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Return corners (..., 2) as :func:`fill_triangles` takes them from uv, v up, in 0-1."""
    flipped = np.stack([uv[..., 0], 1 - uv[..., 1]], axis=-1)
    texels: NDArray[np.float32] = (flipped * size - 0.5).astype(np.float32)
    return texels
