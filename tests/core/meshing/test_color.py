from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import ConfigError, ShapeError
from vrn_core.meshing.color import color_from_photo, sample_photo
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.symmetry import SymmetryPlane
from vrn_core.meshing.visibility import vertex_visibility
from vrn_core.types import TriangleMesh


def colors_of(mesh: TriangleMesh) -> np.ndarray:
    assert mesh.colors is not None
    return mesh.colors.astype(np.float64)


@pytest.fixture(scope="module")
def ball_in_photo(ball: TriangleMesh) -> TriangleMesh:
    """The ball, radius 20, in the middle of a photo of 101 x 101 pixels."""
    return TriangleMesh(ball.vertices + np.array([50, 50, 0], np.float32), ball.faces)


@pytest.fixture(scope="module")
def gradient() -> np.ndarray:
    """Red tells x and green tells y, two levels a pixel."""
    y, x = np.mgrid[:101, :101]
    return np.stack([2 * x, 2 * y, np.full_like(x, 90)], axis=2).astype(np.uint8)


def test_photo_is_sampled_between_pixels(gradient: np.ndarray) -> None:
    points = np.array([[10.0, 20.0], [10.25, 20.5], [100.0, 100.0]], np.float32)
    colors, inside = sample_photo(gradient, points)
    np.testing.assert_allclose(colors, [[20, 40, 90], [20.5, 41, 90], [200, 200, 90]], atol=1e-3)
    assert inside.all()


@pytest.mark.parametrize("spacing", [2.0, 3.5, 8.0])
def test_averaging_a_fine_photo_moves_nothing(gradient: np.ndarray, spacing: float) -> None:
    points = np.array([[40.0, 60.0], [41.3, 55.5], [70.0, 30.2]], np.float32)
    colors, _ = sample_photo(gradient, points, spacing)
    np.testing.assert_allclose(colors[:, :2], 2 * points, atol=0.01)


def test_averaging_takes_noise_away() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3)).astype(np.uint8)
    points = np.random.default_rng(1).uniform(20, 180, (500, 2)).astype(np.float32)
    fine, _ = sample_photo(noise, points)
    coarse, _ = sample_photo(noise, points, 6.0)
    assert coarse.std() < 0.3 * fine.std()


def test_points_off_the_photo_are_told(gradient: np.ndarray) -> None:
    points = np.array([[-0.4, 5.0], [-0.6, 5.0], [100.4, 5.0], [5.0, 101.0]], np.float32)
    assert sample_photo(gradient, points)[1].tolist() == [True, False, True, False]


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 2)])
def test_smallest_photos_can_be_sampled(size: tuple[int, int]) -> None:
    photo = np.full((*size, 3), 7, np.uint8)
    points = np.array([[0.0, 0.0], [50.0, 50.0]], np.float32)
    for spacing in (1.0, 10.0):
        np.testing.assert_allclose(sample_photo(photo, points, spacing)[0], 7, atol=1e-3)


def test_front_of_a_ball_is_seen_and_its_back_is_not(ball_in_photo: TriangleMesh) -> None:
    normals = vertex_normals(ball_in_photo)
    visibility = vertex_visibility(ball_in_photo, normals)
    # The camera looks along +z: the front has the lower z.
    assert (visibility[normals[:, 2] < -0.55] == 1).all()
    assert (visibility[normals[:, 2] > -0.25] == 0).all()


def test_ball_behind_another_is_hidden(ball: TriangleMesh) -> None:
    behind = ball.vertices + np.array([10, 0, 60], np.float32)
    both = TriangleMesh(
        np.concatenate([ball.vertices, behind]),
        np.concatenate([ball.faces, ball.faces + len(ball.vertices)]).astype(np.int32),
    )
    normals = vertex_normals(both)
    visibility = vertex_visibility(both, normals)
    x, y = both.vertices[:, 0], both.vertices[:, 1]
    is_behind = np.arange(len(x)) >= len(ball.vertices)
    faces_camera = normals[:, 2] < -0.6
    covered = np.hypot(x, y) < 18
    free = np.hypot(x, y) > 22
    assert (visibility[~is_behind & faces_camera] == 1).all()
    assert (visibility[is_behind & faces_camera & covered] == 0).all()
    assert (visibility[is_behind & faces_camera & free] == 1).all()


def test_seen_vertices_take_the_color_of_the_photo(
    ball_in_photo: TriangleMesh, gradient: np.ndarray
) -> None:
    mesh = color_from_photo(ball_in_photo, gradient)
    front = vertex_normals(mesh)[:, 2] < -0.6
    np.testing.assert_allclose(colors_of(mesh)[front, :2], 2 * mesh.vertices[front, :2], atol=1)
    np.testing.assert_array_equal(mesh.vertices, ball_in_photo.vertices)


def test_no_streaks_run_along_a_side_wall() -> None:
    grid = VoxelGrid((1.0, 1.0, 1.0), (20.0, 20.0, -20.0))
    solid = np.zeros((40, 60, 60), np.float32)
    solid[:, 2:-2, 2:-2] = 1
    block = extract_isosurface(solid, grid=grid)
    photo = np.full((101, 101, 3), 100, np.uint8)
    photo[::4] = 220
    colors = colors_of(color_from_photo(block, photo))[:, 0]
    z = block.vertices[:, 2]
    wall = (block.vertices[:, 0] < 22) & (np.abs(block.vertices[:, 1] - 49.5) < 20)
    front = (z < -19) & (np.abs(block.vertices[:, :2] - 49.5) < 20).all(axis=1)
    assert colors[front].std() > 20
    assert colors[wall & (z > -10)].std() < 3
    assert 100 < colors[wall].mean() < 160


def test_unseen_side_takes_the_color_of_its_mirror_image(ball: TriangleMesh) -> None:
    # The plane is turned by 45 degrees: what it mirrors to the back right is the front left.
    mesh = TriangleMesh(ball.vertices + np.array([50, 50, 0], np.float32), ball.faces)
    normal = np.array([1.0, 0.0, 1.0]) / np.sqrt(2)
    plane = SymmetryPlane(np.array([50.0, 50.0, 0.0]), normal)
    photo = np.full((101, 101, 3), 60, np.uint8)
    photo[:46] = 200
    colors = colors_of(color_from_photo(mesh, photo, plane))[:, 0]
    right = mesh.vertices[:, 0] > 65
    top = right & (mesh.vertices[:, 1] < 42)
    bottom = right & (mesh.vertices[:, 1] > 50)
    np.testing.assert_allclose(colors[top & (mesh.vertices[:, 2] > 2)], 200, atol=25)
    np.testing.assert_allclose(colors[bottom & (mesh.vertices[:, 2] > 2)], 60, atol=25)


def test_mesh_off_the_photo_gets_a_plain_color(ball: TriangleMesh, gradient: np.ndarray) -> None:
    far = TriangleMesh(ball.vertices + np.array([500, 500, 0], np.float32), ball.faces)
    colors = colors_of(color_from_photo(far, gradient))
    assert (colors == colors[0]).all()


def test_mesh_half_off_the_photo_is_colored_from_the_half_on_it(
    ball: TriangleMesh, gradient: np.ndarray
) -> None:
    shifted = TriangleMesh(ball.vertices + np.array([0, 50, 0], np.float32), ball.faces)
    colors = colors_of(color_from_photo(shifted, gradient))
    assert np.abs(colors[:, 2] - 90).max() <= 1


@pytest.mark.parametrize("shape", [(10, 10), (10, 10, 4), (10, 10, 1)])
def test_photo_of_other_shape_is_refused(ball: TriangleMesh, shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"photo has shape .* expected \(H, W, 3\), RGB"):
        color_from_photo(ball, np.zeros(shape, np.uint8))


def test_photo_of_other_type_is_refused(ball: TriangleMesh) -> None:
    with pytest.raises(ConfigError, match="data type float32; expected uint8"):
        color_from_photo(ball, np.zeros((9, 9, 3), np.float32))  # type: ignore[arg-type]
