"""The nearest places of points on a triangle mesh, exactly and fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vrn_core.types import TriangleMesh

CANDIDATES = 12
"""Triangles whose middles are nearest to a point, among which its nearest place is sought."""


@dataclass(frozen=True)
class Nearest:
    """The nearest places of N points on a surface."""

    points: NDArray[np.float64]
    """(N, 3)."""
    triangles: NDArray[np.int64]
    """(N,) the triangles that they lie in."""
    weights: NDArray[np.float64]
    """(N, 3) their barycentric coordinates there."""
    distances: NDArray[np.float64]
    """(N,)."""


class SurfaceLocator:
    """Finds nearest places on a mesh.

    Only the triangles whose middles are the nearest are looked at, so that where triangles of
    very different size meet, a place can be found that is a little farther off.
    """

    def __init__(self, mesh: TriangleMesh) -> None:
        self._corners = mesh.vertices.astype(np.float64)[mesh.faces]
        self._tree = cKDTree(self._corners.mean(axis=1))

    def nearest(self, points: NDArray[np.floating]) -> Nearest:
        """Return the nearest places of points (N, 3)."""
        sought = np.asarray(points, np.float64)
        count = min(CANDIDATES, len(self._corners))
        _, near = self._tree.query(sought, k=count)
        near = near.reshape(len(sought), count)
        weights = closest_weights(sought[:, None], self._corners[near])
        places = np.einsum("nkc,nkcx->nkx", weights, self._corners[near])
        distances = np.linalg.norm(places - sought[:, None], axis=2)
        rows, best = np.arange(len(sought)), distances.argmin(axis=1)
        return Nearest(
            places[rows, best], near[rows, best], weights[rows, best], distances[rows, best]
        )


def closest_weights(
    points: NDArray[np.float64], corners: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return barycentric coordinates (..., 3) of the place in a triangle nearest to a point.

    Parameters
    ----------
    points : (..., 3)
    corners : (..., 3, 3)
        Axes (..., corner, xyz).

    Notes
    -----
    The place is the point's foot on the plane if that lies inside, else the nearest of the feet
    on the three sides.
    """
    a, b, c = corners[..., 0, :], corners[..., 1, :], corners[..., 2, :]
    ab, ac, ap = b - a, c - a, points - a
    d00, d01, d11 = (ab * ab).sum(-1), (ab * ac).sum(-1), (ac * ac).sum(-1)
    d20, d21 = (ap * ab).sum(-1), (ap * ac).sum(-1)
    area = np.maximum(d00 * d11 - d01 * d01, 1e-30)
    v = (d11 * d20 - d01 * d21) / area
    w = (d00 * d21 - d01 * d20) / area
    inside = np.stack([1 - v - w, v, w], axis=-1)
    best = np.full(v.shape, np.inf)
    weights = inside.copy()
    outside = (inside < 0).any(axis=-1)
    for first, second, start, along in ((0, 1, a, ab), (1, 2, b, c - b), (2, 0, c, a - c)):
        length = np.maximum((along * along).sum(-1), 1e-30)
        t = np.clip(((points - start) * along).sum(-1) / length, 0, 1)
        gap = ((start + t[..., None] * along - points) ** 2).sum(-1)
        better = outside & (gap < best)
        best = np.where(better, gap, best)
        side = np.zeros_like(weights)
        side[..., first], side[..., second] = 1 - t, t
        weights = np.where(better[..., None], side, weights)
    return weights
