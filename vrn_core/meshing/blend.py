"""Vertex colors from several photos of one surface, each where it sees it best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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


Evening = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
"""Takes colors (V, 3), normals (V, 3) in the photo frame and visibility (V,); returns the factors
(V,) that take a photo's light off its colors."""


@dataclass(frozen=True)
class ViewShare:
    """What one photo gives to each vertex of a surface."""

    view: PhotoView
    places: FloatArray
    """(V, 3), photo frame."""
    share: FloatArray
    """(V,) of its color in the blend; they sum to 1 where any photo sees the vertex."""
    factor: FloatArray
    """(V,) for its light at the vertex; 1 unless it was evened."""
    gain: NDArray[np.float32]
    """(3,) that matches its brightness to the first photo's, by channel."""


@dataclass(frozen=True)
class PhotoBlend:
    """Colors that several photos give to a surface, and each one's part in them."""

    colors: FloatArray
    """(V, 3) RGB in 0-255; 0 where no photo sees the surface."""
    visibility: FloatArray
    """(V,) in 0-1 how well any photo sees a vertex."""
    parts: tuple[ViewShare, ...]


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
    blended = blend_photos(skin, views)
    colored = complete_colors(skin, blended.colors, blended.visibility, symmetry)
    return colored, blended.visibility


def blend_photos(
    skin: Skin,
    views: Sequence[PhotoView],
    evening: Evening | None = None,
    shown: FloatArray | None = None,
) -> PhotoBlend:
    """Return the colors that the photos give to a surface, and each one's part in them.

    `shown` (V,) in 0-1 is how far each vertex may take its color from photos, by default fully.
    """
    mesh = skin.mesh
    total = np.zeros(mesh.vertices.shape, np.float32)
    weights = np.zeros(len(mesh.vertices), np.float32)
    best = np.zeros(len(mesh.vertices), np.float32)
    parts = []
    for view in views:
        normals = (skin.normals @ view.to_photo.rotation.T).astype(np.float32)
        placed = transform_mesh(mesh, view.to_photo)
        colors, seen = seen_colors(placed, normals, view.photo)
        if shown is not None:
            seen = seen * shown
        factor, gain = np.ones(len(seen), np.float32), np.ones(3, np.float32)
        if evening is not None:
            factor = evening(colors, normals, seen)
            colors *= factor[:, None]
        if weights.any():
            both = (seen > 0.5) & (best > 0.5)
            gain = _gain(colors[both], total[both] / weights[both, None])
            colors *= gain
        share = seen * np.clip(-normals[:, 2], 0, 1) ** SHARPNESS
        total += share[:, None] * colors
        weights += share
        best = np.maximum(best, seen)
        parts.append(ViewShare(view, placed.vertices, share, factor, gain))
    whole = np.maximum(weights, np.float32(1e-6))
    total /= whole[:, None]
    shared = (replace(p, share=(p.share / whole).astype(np.float32)) for p in parts)
    return PhotoBlend(total, best, tuple(shared))


def _gain(colors: FloatArray, target: FloatArray) -> NDArray[np.float32]:
    """Return the factor (3,) that brings colors (N, 3) nearest to the target's, by channel."""
    if len(colors) < ENOUGH_SHARED:
        return np.ones(3, np.float32)
    ratio = np.median(target, axis=0) / np.maximum(np.median(colors, axis=0), 1.0)
    gain: NDArray[np.float32] = np.clip(ratio, 1 / MAX_GAIN, MAX_GAIN).astype(np.float32)
    return gain
