from __future__ import annotations

import numpy as np
import pytest
import trimesh

from vrn_core.errors import ShapeError
from vrn_core.evaluation.surfaces import surface_difference
from vrn_core.types import TriangleMesh


def sphere(radius: float) -> TriangleMesh:
    ball = trimesh.creation.icosphere(5, radius)
    return TriangleMesh(ball.vertices.astype(np.float32), ball.faces.astype(np.int32))


def plate(corners: list[float], height: float) -> TriangleMesh:
    """Return a square of 1 whose vertices stand at `corners` along both sides."""
    x, y = (grid.ravel() for grid in np.meshgrid(corners, corners))
    n = len(corners)
    starts = [row * n + column for row in range(n - 1) for column in range(n - 1)]
    faces = [half for s in starts for half in ((s, s + 1, s + n), (s + 1, s + n + 1, s + n))]
    vertices = np.column_stack([x, y, np.full(n * n, height)])
    return TriangleMesh(vertices.astype(np.float32), np.asarray(faces, np.int32))


def test_concentric_spheres_differ_by_the_difference_of_their_radii() -> None:
    difference = surface_difference(sphere(30), sphere(25))
    np.testing.assert_allclose(difference.distances, 5, atol=0.05)
    assert difference.distances.shape == (len(sphere(30).vertices),)
    assert difference.mean == pytest.approx(5, abs=0.05)


def test_a_mesh_does_not_differ_from_itself() -> None:
    assert surface_difference(sphere(30), sphere(30)).mean == pytest.approx(0, abs=1e-5)


def test_the_mean_is_over_the_area_whichever_way_it_is_looked_at() -> None:
    # Nearly all vertices of one lie in a strip that is near to the other.
    crowded = [0.0, *np.linspace(0.9, 1, 20)]
    one, other = plate(crowded, 0.0), plate([0.0, 1.0], 0.0)
    bent = TriangleMesh(one.vertices.copy(), one.faces)
    bent.vertices[:, 2] = 1 - bent.vertices[:, 0]
    there, back = surface_difference(bent, other), surface_difference(other, bent)
    assert there.mean == pytest.approx(back.mean)
    assert there.mean > 1.5 * there.distances.mean()


def test_a_mesh_without_triangles_is_refused() -> None:
    empty = TriangleMesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    with pytest.raises(ShapeError, match=r"other\.faces.*at least one triangle"):
        surface_difference(sphere(1), empty)
