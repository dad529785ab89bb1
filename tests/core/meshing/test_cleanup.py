from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import trimesh
from scipy import ndimage

from vrn_core.errors import ConfigError
from vrn_core.meshing.cleanup import clean_mesh, decimate, largest_component
from vrn_core.meshing.geometry import signed_volumes
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.smoothing import smooth, windowed_sinc
from vrn_core.types import TriangleMesh


def merged(*meshes: TriangleMesh) -> TriangleMesh:
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes])
    return TriangleMesh(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate(
            [mesh.faces + start for mesh, start in zip(meshes, starts, strict=False)]
        ).astype(np.int32),
    )


def moved(mesh: TriangleMesh, scale: float, x: float = 0.0) -> TriangleMesh:
    vertices = mesh.vertices * np.float32(scale) + np.array([x, 0, 0], np.float32)
    return TriangleMesh(vertices, mesh.faces)


def test_specks_and_cavities_go_and_the_largest_part_stays(ball: TriangleMesh) -> None:
    cavity = moved(ball, 0.5)
    cavity = TriangleMesh(cavity.vertices, cavity.faces[:, ::-1].copy())
    specks = [moved(ball, 0.1, x) for x in (-40.0, 40.0)]
    result = largest_component(merged(specks[0], cavity, ball, specks[1]))
    np.testing.assert_array_equal(result.vertices, ball.vertices)
    np.testing.assert_array_equal(result.faces, ball.faces)


def test_mesh_of_one_part_is_returned_as_it_is(ball: TriangleMesh) -> None:
    assert largest_component(ball) is ball


def test_smoothing_takes_steps_off_without_shrinking(
    sphere_volume: Callable[..., np.ndarray],
) -> None:
    binary = (sphere_volume(25.0, (30.0, 30.0, 29.5), 60) >= 0.5).astype(np.float32)
    stepped = extract_isosurface(binary)
    # A crop's voxel is half as deep as wide, which makes of the ball an ellipsoid.
    smoothed = smooth(stepped)

    def roughness(mesh: TriangleMesh) -> float:
        angles = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).face_adjacency_angles
        return float(np.degrees(np.sqrt((angles**2).mean())))

    assert roughness(smoothed) < 0.2 * roughness(stepped)
    volume, before = signed_volumes(smoothed).sum(), signed_volumes(stepped).sum()
    assert volume == pytest.approx(before, rel=2e-3)


def test_smoothing_leaves_a_smooth_ball_alone(ball: TriangleMesh) -> None:
    distance = np.linalg.norm(smooth(ball).vertices, axis=1)
    assert np.abs(distance - 20).max() < 0.1
    assert abs(distance.mean() - 20) < 0.02


@pytest.mark.parametrize(("triangles", "error"), [(200, 1.0), (2000, 0.2), (5000, 0.06)])
def test_decimated_ball_is_a_closed_ball_of_that_many_triangles(
    ball: TriangleMesh,
    triangles: int,
    error: float,
    assert_closed_solid: Callable[..., None],
) -> None:
    result = decimate(ball, triangles)
    assert triangles * 0.98 <= len(result.faces) <= triangles
    assert_closed_solid(result)
    distance = np.linalg.norm(result.vertices, axis=1)
    assert np.abs(distance - 20).max() < error


def test_mesh_of_fewer_triangles_is_not_decimated(ball: TriangleMesh) -> None:
    assert decimate(ball, len(ball.faces) + 1) is ball


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("share", [0.3, 0.1, 0.02])
def test_cleaned_sponge_is_closed_and_manifold(
    seed: int, share: float, assert_closed_solid: Callable[..., None]
) -> None:
    # Hundreds of thin handles, which decimation pinches.
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(40, 40, 40)), 1.5)
    sponge = extract_isosurface((1 / (1 + np.exp(-2 * noise / noise.std()))).astype(np.float32))
    target = int(len(sponge.faces) * share)
    result = clean_mesh(sponge, triangles=target)
    assert_closed_solid(result)
    assert len(result.faces) < 1.1 * target


def test_cleaned_binary_solid_at_the_border_is_closed(
    assert_closed_solid: Callable[..., None],
) -> None:
    volume = np.zeros((30, 40, 50), np.uint8)
    volume[10:, 5:35, :20] = 255
    assert_closed_solid(clean_mesh(extract_isosurface(volume), triangles=1000))


def test_too_few_triangles_are_refused(ball: TriangleMesh) -> None:
    with pytest.raises(ConfigError, match="cannot reduce a mesh to 3 triangles"):
        decimate(ball, 3)


@pytest.mark.parametrize(("iterations", "pass_band"), [(-1, 0.1), (10, 0.0), (10, 2.0)])
def test_smoothing_settings_out_of_range_are_refused(
    ball: TriangleMesh, iterations: int, pass_band: float
) -> None:
    with pytest.raises(ConfigError, match="smoothing got"):
        smooth(ball, iterations, pass_band)


def test_the_filter_keeps_the_pass_band_and_stops_what_is_above() -> None:
    weights = windowed_sinc(15, 0.01)
    # At the frequency 2 (1 - cos t) the polynomials are cos(n t).
    gain = [
        float(weights @ np.cos(np.arange(16) * np.arccos(1 - k / 2))) for k in (0.0, 0.01, 1.0, 2.0)
    ]
    assert gain[0] == pytest.approx(1, abs=1e-6)
    assert gain[1] == pytest.approx(1, abs=0.01)
    assert abs(gain[2]) < 0.01
    assert abs(gain[3]) < 0.01


def test_vertices_without_triangles_stay_where_they_are(ball: TriangleMesh) -> None:
    lonely = np.array([[7, 8, 9]], np.float32)
    vertices = np.concatenate([ball.vertices, lonely])
    smoothed = smooth(TriangleMesh(vertices, ball.faces))
    np.testing.assert_array_equal(smoothed.vertices[-1:], lonely)
    np.testing.assert_allclose(smoothed.vertices[:-1], smooth(ball).vertices, atol=1e-4)
