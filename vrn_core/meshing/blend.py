"""Vertex colors from several photos of one surface, each where it sees it best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vrn_core.meshing.color import Skin, complete_colors, seen_colors
from vrn_core.meshing.frames import transform_mesh
from vrn_core.meshing.symmetry import SymmetryPlane
from vrn_core.pose import Similarity
from vrn_core.types import ByteArray, FloatArray, TriangleMesh

SHARPNESS = 4
"""Power of the facing that weighs the photos: with a greater one the best counts nearly alone,
with a smaller one small faults of the alignment blur the features."""
MAX_GAIN = 1.6
"""Most that a photo is brightened or darkened to match another: more is another light."""
ENOUGH_SHARED = 50
"""Vertices that two photos must both see for their brightness to be compared."""


@dataclass(frozen=True)
class PhotoView:
    """A photo (H, W, 3) uint8 RGB, and the map from the mesh's frame to the photo frame."""

    photo: ByteArray
    to_photo: Similarity


def color_from_photos(
    mesh: TriangleMesh, views: Sequence[PhotoView], symmetry: SymmetryPlane | None = None
) -> tuple[TriangleMesh, FloatArray]:
    """Return a mesh colored from several photos, and how well (V,) in 0-1 any of them sees it.

    Each vertex takes the mean of the photos that see it, weighted by how squarely they do;
    their brightness is matched to that of the first where both see the surface. What none
    sees is filled in as in :func:`~vrn_core.meshing.color.color_from_photo`.

    Parameters
    ----------
    mesh : TriangleMesh
        Closed.
    views : sequence of PhotoView
        The first sets the brightness.
    symmetry : SymmetryPlane, optional
        In the frame of the mesh.
    """
    skin = Skin.of(mesh)
    total = np.zeros(mesh.vertices.shape, np.float32)
    weights = np.zeros(len(mesh.vertices), np.float32)
    best = np.zeros(len(mesh.vertices), np.float32)
    for view in views:
        normals = (skin.normals @ view.to_photo.rotation.T).astype(np.float32)
        colors, seen = seen_colors(transform_mesh(mesh, view.to_photo), normals, view.photo)
        if weights.any():
            both = (seen > 0.5) & (best > 0.5)
            colors *= _gain(colors[both], total[both] / weights[both, None])
        share = seen * np.clip(-normals[:, 2], 0, 1) ** SHARPNESS
        total += share[:, None] * colors
        weights += share
        best = np.maximum(best, seen)
    total /= np.maximum(weights, np.float32(1e-6))[:, None]
    return complete_colors(skin, total, best, symmetry), best


def _gain(colors: FloatArray, target: FloatArray) -> NDArray[np.float32]:
    """Return the factor (3,) that brings colors (N, 3) nearest to the target's, by channel."""
    if len(colors) < ENOUGH_SHARED:
        return np.ones(3, np.float32)
    ratio = np.median(target, axis=0) / np.maximum(np.median(colors, axis=0), 1.0)
    gain: NDArray[np.float32] = np.clip(ratio, 1 / MAX_GAIN, MAX_GAIN).astype(np.float32)
    return gain
