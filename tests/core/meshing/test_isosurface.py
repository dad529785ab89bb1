from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import trimesh

from vrn_core.errors import ConfigError, EmptyVolumeError, ShapeError
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.types import TriangleMesh

METHODS = ["vtk", "pymcubes"]
CENTER = (80.1, 79.3, 79.5)
RADIUS = 60.0
VOXELS = VoxelGrid((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))


@pytest.fixture(scope="module")
def soft_sphere(sphere_volume: Callable[..., np.ndarray]) -> np.ndarray:
    return sphere_volume(RADIUS, CENTER, 160)


def extract(volume: np.ndarray, method: str, **settings: Any) -> TriangleMesh:
    if method == "pymcubes":
        pytest.importorskip("mcubes", reason="there is no built PyMCubes for this Python")
    return extract_isosurface(volume, method=method, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
@pytest.mark.parametrize("method", METHODS)
def test_isosurface_of_sphere_is_a_sphere(
    soft_sphere: np.ndarray,
    method: str,
    dtype: type,
    assert_closed_solid: Callable[..., None],
) -> None:
    volume = np.rint(soft_sphere * 255) if dtype is np.uint8 else soft_sphere
    mesh = extract(volume.astype(dtype), method, grid=VOXELS)
    distance = np.linalg.norm(mesh.vertices - CENTER, axis=1)
    assert np.abs(distance - RADIUS).max() < 0.01
    assert_closed_solid(mesh)
    volume_of_ball = 4 / 3 * np.pi * RADIUS**3
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    assert solid.volume == pytest.approx(volume_of_ball, rel=1e-3)
    assert mesh.vertices.dtype == np.float32
    assert mesh.faces.dtype == np.int32


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_solid_that_fills_the_volume_is_closed(
    method: str, dtype: type, assert_closed_solid: Callable[..., None]
) -> None:
    volume = np.full((6, 7, 8), 255 if dtype is np.uint8 else 1, dtype)
    mesh = extract(volume, method, grid=VOXELS)
    assert_closed_solid(mesh)
    np.testing.assert_allclose(mesh.vertices.min(axis=0), [-0.5, -0.5, -0.5], atol=1e-3)
    np.testing.assert_allclose(mesh.vertices.max(axis=0), [7.5, 6.5, 5.5], atol=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_volume_of_noise_gives_a_manifold(method: str) -> None:
    # Every ambiguous cube of marching cubes occurs, as does the level itself.
    values = np.random.default_rng(1).integers(0, 6, (20, 21, 22)) * 51
    mesh = extract(values.astype(np.uint8), method, iso_level=0.6)
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    assert solid.is_watertight
    assert solid.is_winding_consistent
    assert solid.volume > 0


def test_both_methods_find_the_same_surface(soft_sphere: np.ndarray) -> None:
    by_vtk, by_mcubes = (extract(soft_sphere, method) for method in METHODS)
    one, other = (np.unique(np.round(m.vertices, 3), axis=0) for m in (by_vtk, by_mcubes))
    np.testing.assert_allclose(one, other, atol=2e-3)


@pytest.mark.parametrize("method", METHODS)
def test_voxel_lies_where_the_conventions_say(method: str) -> None:
    volume = np.zeros((200, 192, 192), np.uint8)
    k, j, i = 40, 120, 60
    volume[k, j, i] = 255
    middle = extract(volume, method).vertices.mean(axis=0)
    np.testing.assert_allclose(middle, [i, j, (k - 99.5) / 2], atol=1e-4)


def test_half_grid_lies_on_the_full_one() -> None:
    full = np.zeros((200, 192, 192), np.uint8)
    full[80:84, 60:68, 30:50] = 255
    half = full[::2, ::2, ::2].copy()
    of_full = extract_isosurface(full)
    of_half = extract_isosurface(half, grid=VoxelGrid.of_crop(2))
    for end in (np.min, np.max):
        np.testing.assert_allclose(
            end(of_full.vertices, axis=0), end(of_half.vertices, axis=0), atol=1e-3
        )


def test_level_moves_the_surface_as_the_softness_says(
    sphere_volume: Callable[..., np.ndarray],
) -> None:
    center = (20.0, 20.0, 20.0)
    mesh = extract_isosurface(sphere_volume(15.0, center, 41), iso_level=0.25, grid=VOXELS)
    distance = np.linalg.norm(mesh.vertices - center, axis=1)
    assert distance.mean() == pytest.approx(16.0, abs=0.01)


def test_bytes_above_127_are_inside() -> None:
    # Read as signed they would turn negative and leave a second shell inside.
    volume = np.zeros((9, 9, 9), np.uint8)
    volume[2:7, 2:7, 2:7] = 120
    volume[3:6, 3:6, 3:6] = 250
    mesh = extract_isosurface(volume, grid=VOXELS)
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    assert solid.body_count == 1
    assert solid.volume > 27


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_empty_volume_is_refused(method: str, dtype: type) -> None:
    with pytest.raises(EmptyVolumeError, match="no voxel reaches the iso level"):
        extract(np.zeros((8, 8, 8), dtype), method)


@pytest.mark.parametrize("shape", [(192, 192), (1, 200, 192, 192), (0, 4, 4)])
def test_volume_of_other_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"volume has shape .* expected \(D, H, W\)"):
        extract_isosurface(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, float("nan")])
def test_level_outside_the_probabilities_is_refused(level: float) -> None:
    with pytest.raises(ConfigError, match="iso_level is"):
        extract_isosurface(np.ones((4, 4, 4), np.float32), level)


def test_integers_other_than_bytes_are_refused() -> None:
    with pytest.raises(ConfigError, match="data type int64; expected uint8 or floating"):
        extract_isosurface(np.ones((4, 4, 4), np.int64))  # type: ignore[arg-type]


def test_volume_with_nan_is_refused() -> None:
    volume = np.ones((4, 4, 4), np.float32)
    volume[1, 2, 3] = np.nan
    with pytest.raises(ConfigError, match="not numbers"):
        extract_isosurface(volume)


def test_unknown_method_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"method is 'lewiner'; expected one of \('vtk'"):
        extract_isosurface(np.ones((4, 4, 4), np.float32), method="lewiner")  # type: ignore[arg-type]


def test_grid_without_extent_is_refused() -> None:
    with pytest.raises(ConfigError, match="spacing must be positive"):
        VoxelGrid((1.0, 0.0, 1.0), (0.0, 0.0, 0.0))
