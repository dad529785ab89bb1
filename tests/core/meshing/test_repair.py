from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vrn_core.meshing.repair import is_closed_manifold, repair_manifold, without_unused_vertices
from vrn_core.types import TriangleMesh

TETRAHEDRON = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]], np.int32)


def mesh_of(vertices: list[list[float]], faces: np.ndarray) -> TriangleMesh:
    return TriangleMesh(np.array(vertices, np.float32), np.asarray(faces, np.int32))


def test_tetrahedron_is_a_closed_manifold_and_an_open_one_is_not() -> None:
    assert is_closed_manifold(TETRAHEDRON)
    assert not is_closed_manifold(TETRAHEDRON[:3])
    assert not is_closed_manifold(np.zeros((0, 3), np.int32))
    turned = TETRAHEDRON.copy()
    turned[0] = turned[0, ::-1]
    assert not is_closed_manifold(turned)


def test_manifold_is_returned_unchanged(ball: TriangleMesh) -> None:
    result = repair_manifold(ball)
    np.testing.assert_array_equal(result.vertices, ball.vertices)
    np.testing.assert_array_equal(result.faces, ball.faces)


def test_solids_that_share_an_edge_are_parted(assert_closed_solid: Callable[..., None]) -> None:
    vertices = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.4, -1, 0], [0.6, 0, -1]]
    # The second touches the first along the edge of vertices 0 and 1.
    second = np.array([0, 1, 4, 5])[TETRAHEDRON][:, ::-1]
    mesh = mesh_of(vertices, np.concatenate([TETRAHEDRON, second]))
    assert not is_closed_manifold(mesh.faces)
    result = repair_manifold(mesh)
    assert is_closed_manifold(result.faces)
    assert_closed_solid(result, bodies=2)
    assert np.abs(result.vertices).max() <= 1


def test_triangles_back_to_back_cancel_out() -> None:
    vertices = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [5, 5, 5]]
    fin = np.array([[0, 1, 4], [1, 0, 4]])
    mesh = mesh_of(vertices, np.concatenate([TETRAHEDRON, fin]))
    result = repair_manifold(mesh)
    np.testing.assert_array_equal(result.faces, TETRAHEDRON)
    assert len(result.vertices) == 4


def test_flat_triangles_collapse_without_a_hole(ball: TriangleMesh) -> None:
    # A vertex that comes to lie on its neighbour leaves two triangles without area.
    vertices = ball.vertices.copy()
    a, b = ball.faces[1000, :2]
    vertices[a] = vertices[b]
    result = repair_manifold(TriangleMesh(vertices, ball.faces))
    assert is_closed_manifold(result.faces)
    assert len(result.faces) == len(ball.faces) - 2
    assert len(result.vertices) == len(ball.vertices) - 1


def test_colors_follow_their_vertices(colored_ball: TriangleMesh) -> None:
    kept = colored_ball.faces[:100]
    assert colored_ball.colors is not None
    result = without_unused_vertices(TriangleMesh(colored_ball.vertices, kept, colored_ball.colors))
    assert result.colors is not None
    np.testing.assert_array_equal(result.colors[result.faces], colored_ball.colors[kept])
    np.testing.assert_array_equal(result.vertices[result.faces], colored_ball.vertices[kept])
