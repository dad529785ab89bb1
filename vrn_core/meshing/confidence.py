"""How far each vertex of a mesh can be trusted: what the photo showed and what was guessed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vrn_core.errors import ConfigError, ShapeError
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.visibility import vertex_visibility
from vrn_core.types import ByteArray, FaceCrop, FloatArray, Reconstruction, TriangleMesh

REACH = 2.0
"""Crop pixels round a vertex, some 3 mm, within which the true surface is looked for."""
GUESSED_SHARE = 0.4
"""What the certainty of the volume counts for where the photo shows nothing."""


def surface_certainty(
    mesh: TriangleMesh, volume: ByteArray, grid: VoxelGrid, reach: float = REACH
) -> FloatArray:
    """Return how sure a volume is that its surface passes near each vertex, in [0, 1].

    ``p(x - reach * n) - p(x + reach * n)`` with the probability ``p`` of being inside, the
    vertex ``x`` and its outward normal ``n``. Along the normal, ``p`` is the probability that
    the surface lies farther out, so that the difference is the one with which it lies within
    `reach` of the vertex: 1 for a sharp step, little for a slow fade.

    Parameters
    ----------
    mesh : TriangleMesh
        In the space of the grid.
    volume : (D, H, W) uint8
        Occupancy probability times 255, axes (z, y, x); empty outside its border.
    grid : VoxelGrid
        Where the voxels lie.
    reach : float, default: 2
        In units of the grid.

    Returns
    -------
    (V,) float32
    """
    if volume.ndim != 3:
        raise ShapeError("volume", volume.shape, "(D, H, W), axes (z, y, x)")
    if not reach > 0:
        raise ConfigError(f"reach is {reach}; expected a distance of more than 0")
    step = np.float32(reach) * vertex_normals(mesh)
    inner, outer = (_sample(volume, grid, mesh.vertices + side) for side in (-step, step))
    certainty: FloatArray = np.clip((inner - outer) / 255, 0, 1)
    return certainty


def vertex_confidence(
    mesh: TriangleMesh,
    crop: FaceCrop,
    volume: ByteArray,
    grid: VoxelGrid,
    photo_size: tuple[int, int],
) -> FloatArray:
    """Return how far each vertex can be trusted, in [0, 1].

    ``certainty * (g + (1 - g) * seen)``: the certainty of the volume, see
    :func:`surface_certainty`, counts in full where the photo's camera saw the vertex, see
    :func:`~vrn_core.meshing.visibility.vertex_visibility`, and as ``g = GUESSED_SHARE`` where
    it was hidden, seen at too flat an angle or beyond the photo's border.

    Parameters
    ----------
    mesh : TriangleMesh
        Photo frame.
    crop : FaceCrop
        The volume's place in the photo.
    volume : (D, H, W) uint8
        Occupancy probability times 255, axes (z, y, x).
    grid : VoxelGrid
        Where the voxels lie in the crop, in crop pixels.
    photo_size : (width, height)
        Pixels.

    Returns
    -------
    (V,) float32
    """
    in_crop = TriangleMesh(crop.to_crop(mesh.vertices), mesh.faces)
    limit = np.asarray(photo_size, np.float32) - 0.5
    inside = ((mesh.vertices[:, :2] >= -0.5) & (mesh.vertices[:, :2] <= limit)).all(axis=1)
    seen = vertex_visibility(in_crop, vertex_normals(in_crop)) * inside
    share = np.float32(GUESSED_SHARE) + np.float32(1 - GUESSED_SHARE) * seen
    confidence: FloatArray = surface_certainty(in_crop, volume, grid) * share
    return confidence


def reconstruction_confidence(result: Reconstruction, photo_size: tuple[int, int]) -> FloatArray:
    """Return how far each vertex of a reconstruction's meshes can be trusted, (V,) in [0, 1].

    See :func:`vertex_confidence`; the volume is the one that the surface was taken from, and
    `photo_size` is the photo's width and height in pixels.
    """
    volume = result.volume if result.solid is None else result.solid
    grid = VoxelGrid.of_crop(result.crop.size // volume.shape[2])
    return vertex_confidence(result.mesh, result.crop, volume, grid, photo_size)


def _sample(volume: ByteArray, grid: VoxelGrid, points: FloatArray) -> NDArray[np.float32]:
    """Return the volume's values at points (N, 3), linearly between voxels."""
    places = (points - np.asarray(grid.origin, np.float32)) / np.asarray(grid.spacing, np.float32)
    values: NDArray[np.float32] = ndimage.map_coordinates(
        volume, places.T[::-1], output=np.float32, order=1, mode="constant"
    )
    return values
