from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import ShapeError
from vrn_core.evaluation.metrics import distance_to_surface
from vrn_core.meshing.geometry import signed_volumes
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.repair import is_closed_manifold
from vrn_core.meshing.symmetry import SymmetryPlane, complete_behind
from vrn_core.types import ByteArray, FaceCrop

HALF_AXES = np.array([42.0, 50.0, 30.0])
"""Of an ellipsoid as wide, high and deep as a face is in its crop, in pixels."""
MIDDLE = np.array([95.5, 95.5, 24.0])


def face_like(yaw_deg: float, voxel_size: int = 2) -> tuple[ByteArray, SymmetryPlane]:
    """Return the volume of the ellipsoid turned by an angle, cut off behind, and its plane."""
    shape = [200 // voxel_size, 192 // voxel_size, 192 // voxel_size]
    grid = VoxelGrid.of_crop(voxel_size)
    places = np.indices(shape).reshape(3, -1).T[:, ::-1] * grid.spacing + grid.origin
    yaw = np.radians(yaw_deg)
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    inside = np.linalg.norm((places - MIDDLE) @ turn / HALF_AXES, axis=1)
    values = np.clip((1 - inside) * 10 + 0.5, 0, 1) * 255
    return values.reshape(shape).astype(np.uint8), SymmetryPlane(MIDDLE, turn[:, 0])


def surface_points(yaw_deg: float) -> np.ndarray:
    """Return points all over the ellipsoid."""
    rng = np.random.default_rng(5)
    ball = rng.normal(size=(2000, 3))
    ball /= np.linalg.norm(ball, axis=1, keepdims=True)
    _, plane = face_like(yaw_deg)
    across = plane.normal
    turn = np.stack([across, [0, 1, 0], np.cross(across, [0, 1, 0])], axis=1)
    return (MIDDLE + ball * HALF_AXES @ turn.T).astype(np.float32)


@pytest.mark.parametrize("voxel_size", [1, 2, 4])
@pytest.mark.parametrize("yaw_deg", [-50.0, 50.0])
def test_what_the_border_cut_off_comes_back(yaw_deg: float, voxel_size: int) -> None:
    volume, plane = face_like(yaw_deg, voxel_size)
    completed = complete_behind(volume, plane)
    grid, points = VoxelGrid.of_crop(voxel_size), surface_points(yaw_deg)
    hidden = points[:, 2] > 51
    assert hidden.any()
    cut = extract_isosurface(volume, grid=grid)
    whole = extract_isosurface(completed, grid=grid)
    assert distance_to_surface(points[hidden], cut).max() > 5
    assert distance_to_surface(points, whole).max() < 1.0
    assert is_closed_manifold(whole.faces)
    assert signed_volumes(whole).sum() > signed_volumes(cut).sum()


def test_what_lies_before_the_border_stays() -> None:
    volume, plane = face_like(50.0)
    completed = complete_behind(volume, plane)
    assert completed.shape == (125, 96, 96)
    np.testing.assert_array_equal(completed[:90], volume[:90])


def test_nothing_is_added_to_a_volume_that_is_not_cut_off() -> None:
    volume, plane = face_like(0.0)
    volume[-1] = 0
    assert complete_behind(volume, plane) is volume


def test_a_part_whose_mirror_image_is_cut_off_too_stays_cut_off() -> None:
    # Straight from the front both halves end at the same depth.
    volume, plane = face_like(0.0)
    volume[-1, 40:50, 40:50] = 255
    completed = complete_behind(volume, plane)
    assert not completed[100:].any()


def test_a_plane_beside_the_face_adds_nothing() -> None:
    volume, _ = face_like(50.0)
    far = SymmetryPlane(np.array([-500.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    assert not complete_behind(volume, far)[100:].any()


def test_a_volume_of_another_width_is_refused() -> None:
    _, plane = face_like(0.0)
    with pytest.raises(ShapeError, match="192"):
        complete_behind(np.ones((10, 70, 70), np.uint8), plane)


def test_the_plane_goes_with_the_crop() -> None:
    crop = FaceCrop((300.0, 200.0), 0.5, 192)
    plane = SymmetryPlane(np.array([310.0, 190.0, 4.0]), np.array([0.6, 0.0, 0.8]))
    points = np.array([[280.0, 210.0, -20.0], [330.0, 150.0, 33.0]], np.float32)
    np.testing.assert_allclose(
        plane.in_crop(crop).reflect(crop.to_crop(points)),
        crop.to_crop(plane.reflect(points)),
        atol=1e-3,
    )


@pytest.mark.parametrize("yaw_deg", [-50.0, 50.0])
def test_a_misplaced_plane_still_brings_the_cut_off_part_back(yaw_deg: float) -> None:
    volume, plane = face_like(yaw_deg)
    turn = np.radians(2.0)
    tilted = np.array(
        [[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]]
    )
    misplaced = SymmetryPlane(plane.point + 2 * plane.normal, tilted @ plane.normal)
    whole = extract_isosurface(complete_behind(volume, misplaced), grid=VoxelGrid.of_crop(2))
    points = surface_points(yaw_deg)
    # Left where it was, the image would lie up to four pixels from the surface.
    assert distance_to_surface(points, whole).max() < 2.0
