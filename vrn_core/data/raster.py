"""A small z-buffer rasterizer for head meshes textured with their own photo.

Two passes: the first keeps, for each pixel, the nearest triangle and where in it the pixel
lies; the second colors each covered pixel once.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def rasterize(
    vertices: NDArray[np.float32], triangles: NDArray[np.int32], size: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the nearest triangle of each pixel, seen along +z.

    Parameters
    ----------
    vertices : (V, 3) float32
        Pixels, z away from the camera.
    triangles : (T, 3) int32
    size : int
        Side of the square image.

    Returns
    -------
    index : (size, size) int32
        Triangle, or -1 where there is none.
    weights : (size, size, 3) float32
        The pixel's barycentric coordinates in it.
    """
    index = np.full((size, size), -1, np.int32)
    weights = np.zeros((size, size, 3), np.float32)
    nearest = np.full((size, size), np.float32(1e9), np.float32)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, az = vertices[a, 0], vertices[a, 1], vertices[a, 2]
        bx, by, bz = vertices[b, 0], vertices[b, 1], vertices[b, 2]
        cx, cy, cz = vertices[c, 0], vertices[c, 1], vertices[c, 2]
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        # Seen along +z with y down, outward triangles that face the camera are negative.
        if area > -1e-6:
            continue
        low_x = max(int(np.ceil(min(ax, bx, cx))), 0)
        high_x = min(int(np.floor(max(ax, bx, cx))), size - 1)
        low_y = max(int(np.ceil(min(ay, by, cy))), 0)
        high_y = min(int(np.floor(max(ay, by, cy))), size - 1)
        inverse = np.float32(1) / area
        for j in range(low_y, high_y + 1):
            for i in range(low_x, high_x + 1):
                u = ((bx - i) * (cy - j) - (cx - i) * (by - j)) * inverse
                v = ((cx - i) * (ay - j) - (ax - i) * (cy - j)) * inverse
                w = np.float32(1) - u - v
                # A little outside counts as well: no pinholes between neighbors.
                if u < -1e-3 or v < -1e-3 or w < -1e-3:
                    continue
                z = u * az + v * bz + w * cz
                if z < nearest[j, i]:
                    nearest[j, i] = z
                    index[j, i] = t
                    weights[j, i, 0], weights[j, i, 1], weights[j, i, 2] = u, v, w
    return index, weights


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _bilinear(
    photo: NDArray[np.uint8], x: float, y: float, channel: int
) -> float:  # pragma: no cover - compiled
    height, width = photo.shape[0], photo.shape[1]
    x = min(max(x, 0.0), width - 1.001)
    y = min(max(y, 0.0), height - 1.001)
    i, j = int(x), int(y)
    fx, fy = x - i, y - j
    top = photo[j, i, channel] * (1 - fx) + photo[j, i + 1, channel] * fx
    low = photo[j + 1, i, channel] * (1 - fx) + photo[j + 1, i + 1, channel] * fx
    return top * (1 - fy) + low * fy  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def paint(
    image: NDArray[np.float32],
    index: NDArray[np.int32],
    weights: NDArray[np.float32],
    triangles: NDArray[np.int32],
    photo: NDArray[np.uint8],
    places: NDArray[np.float32],
    shares: NDArray[np.float32],
    shade: NDArray[np.float32],
    plain: NDArray[np.float32],
) -> None:
    """Color the covered pixels of `image` (S, S, 3) float32 in 0 to 255, in place.

    Parameters
    ----------
    image, index, weights, triangles
        The image and what :func:`rasterize` found.
    photo : (H, W, 3) uint8
    places : (V, 4) float32
        Where in the photo a vertex and its mirror image are seen: x, y, mirrored x, y.
    shares : (V,) float32
        Share of the vertex's own place in its color; the rest is its mirror image's.
    shade : (V, 3) float32
        Factors on the color.
    plain : (T, 3) float32
        A color of the triangle's own; negative where the photo is the color.
    """
    size = image.shape[0]
    for j in range(size):
        for i in range(size):
            t = index[j, i]
            if t < 0:
                continue
            a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            u, v, w = weights[j, i, 0], weights[j, i, 1], weights[j, i, 2]
            if plain[t, 0] >= 0:
                for ch in range(3):
                    light = u * shade[a, ch] + v * shade[b, ch] + w * shade[c, ch]
                    image[j, i, ch] = plain[t, ch] * light
                continue
            share = u * shares[a] + v * shares[b] + w * shares[c]
            x = u * places[a, 0] + v * places[b, 0] + w * places[c, 0]
            y = u * places[a, 1] + v * places[b, 1] + w * places[c, 1]
            mx = u * places[a, 2] + v * places[b, 2] + w * places[c, 2]
            my = u * places[a, 3] + v * places[b, 3] + w * places[c, 3]
            for ch in range(3):
                color = np.float32(0)
                if share > 0.002:
                    color += share * _bilinear(photo, x, y, ch)
                if share < 0.998:
                    color += (1 - share) * _bilinear(photo, mx, my, ch)
                light = u * shade[a, ch] + v * shade[b, ch] + w * shade[c, ch]
                image[j, i, ch] = color * light


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def vertex_normals(
    vertices: NDArray[np.float32], triangles: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Return unit normals (V, 3) float32, the mean of each vertex's triangles by area."""
    normals = np.zeros_like(vertices)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = (
            vertices[b, 0] - vertices[a, 0],
            vertices[b, 1] - vertices[a, 1],
            vertices[b, 2] - vertices[a, 2],
        )
        vx, vy, vz = (
            vertices[c, 0] - vertices[a, 0],
            vertices[c, 1] - vertices[a, 1],
            vertices[c, 2] - vertices[a, 2],
        )
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for k in (a, b, c):
            normals[k, 0] += nx
            normals[k, 1] += ny
            normals[k, 2] += nz
    for k in range(vertices.shape[0]):
        length = np.sqrt(normals[k, 0] ** 2 + normals[k, 1] ** 2 + normals[k, 2] ** 2)
        if length > 0:
            normals[k] /= length
    return normals
