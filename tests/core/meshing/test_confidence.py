from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from vrn_core.errors import ConfigError, ShapeError
from vrn_core.meshing.confidence import GUESSED_SHARE, surface_certainty, vertex_confidence
from vrn_core.meshing.frames import crop_to_photo
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.types import ByteArray, FaceCrop, TriangleMesh

SphereMaker = Callable[..., NDArray[np.float32]]
GRID = VoxelGrid.of_crop(2)
SOFTNESS = 8.0
"""Voxels over which the sphere's probability falls from 1 to 0, in a straight line."""


@pytest.fixture(scope="module")
def soft_sphere(sphere_volume: SphereMaker) -> tuple[ByteArray, TriangleMesh]:
    """A sphere of radius 30 in unit voxels, fading over eight of them, and its surface."""
    volume = np.rint(255 * sphere_volume(30.0, (40, 40, 40), 81, SOFTNESS)).astype(np.uint8)
    return volume, extract_isosurface(volume, grid=VoxelGrid((1, 1, 1), (0, 0, 0)))


@pytest.mark.parametrize("reach", [1.0, 2.0, 3.0])
def test_certainty_is_the_part_of_the_fade_within_reach(
    soft_sphere: tuple[ByteArray, TriangleMesh], reach: float
) -> None:
    volume, mesh = soft_sphere
    certainty = surface_certainty(mesh, volume, VoxelGrid((1, 1, 1), (0, 0, 0)), reach)
    np.testing.assert_allclose(certainty, 2 * reach / SOFTNESS, atol=0.02)


def test_a_sharp_step_is_certain(sphere_volume: SphereMaker) -> None:
    volume = np.rint(255 * sphere_volume(20.0, (30, 30, 30), 61, 1.0)).astype(np.uint8)
    grid = VoxelGrid((1, 1, 1), (0, 0, 0))
    assert surface_certainty(extract_isosurface(volume, grid=grid), volume, grid).min() > 0.99


def test_what_the_photo_shows_counts_in_full_and_the_rest_as_guessed(
    soft_sphere: tuple[ByteArray, TriangleMesh],
) -> None:
    volume, _ = soft_sphere
    grid = VoxelGrid((1, 1, 1), (55, 55, -40))
    crop = FaceCrop(center=(120.0, 90.0), scale=0.5)
    mesh = crop_to_photo(extract_isosurface(volume, grid=grid), crop)
    middle = mesh.vertices.mean(axis=0)
    confidence = vertex_confidence(mesh, crop, volume, grid, (400, 300))
    certain = 2 * 2.0 / SOFTNESS
    depth = (mesh.vertices - middle)[:, 2] / 60
    np.testing.assert_allclose(confidence[depth < -0.6], certain, atol=0.02)
    np.testing.assert_allclose(confidence[depth > 0], GUESSED_SHARE * certain, atol=0.02)


def test_what_lies_beyond_the_photo_is_guessed(
    soft_sphere: tuple[ByteArray, TriangleMesh],
) -> None:
    volume, _ = soft_sphere
    grid = VoxelGrid((1, 1, 1), (55, 55, -40))
    crop = FaceCrop(center=(60.0, 60.0), scale=1.0)
    mesh = crop_to_photo(extract_isosurface(volume, grid=grid), crop)
    confidence = vertex_confidence(mesh, crop, volume, grid, (60, 200))
    front = mesh.vertices[:, 2] < -20
    right = mesh.vertices[:, 0] > 59.5
    assert confidence[front & right].max() < 0.5 * confidence[front & ~right].min()


def test_wrong_volumes_and_distances_are_refused(
    soft_sphere: tuple[ByteArray, TriangleMesh],
) -> None:
    volume, mesh = soft_sphere
    with pytest.raises(ShapeError, match=r"\(D, H, W\)"):
        surface_certainty(mesh, volume[0], GRID)
    with pytest.raises(ConfigError, match="reach is 0"):
        surface_certainty(mesh, volume, GRID, 0)
