from __future__ import annotations

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from vrn_core.evaluation.alignment import align_to_surface
from vrn_core.evaluation.metrics import distance_to_surface
from vrn_core.types import TriangleMesh


@pytest.fixture
def box() -> TriangleMesh:
    shape = trimesh.creation.box((40, 60, 80))
    return TriangleMesh(shape.vertices.astype(np.float32), shape.faces.astype(np.int32))


@pytest.fixture
def points() -> np.ndarray:
    """Return points on the box's sides."""
    on_sides = np.random.default_rng(0).uniform(-1, 1, (68, 3))
    axis = np.arange(68) % 3
    on_sides[np.arange(68), axis] = np.sign(on_sides[np.arange(68), axis])
    return (on_sides * [20, 30, 40]).astype(np.float32)


def test_a_known_motion_is_undone(box, points):
    turned = points @ Rotation.from_rotvec([0.05, -0.04, 0.03]).as_matrix().T + [2, -1, 1.5]
    assert distance_to_surface(turned, box).mean() > 0.5
    np.testing.assert_allclose(align_to_surface(turned, box), points, atol=0.05)


def test_the_points_keep_their_shape(box, points):
    larger = 1.2 * points
    moved = align_to_surface(larger, box)
    before, after = (np.linalg.norm(p[:, None] - p[None], axis=2) for p in (larger, moved))
    np.testing.assert_allclose(after, before, atol=1e-3)
