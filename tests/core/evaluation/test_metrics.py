from __future__ import annotations

import numpy as np
import pytest
import trimesh

from vrn_core.errors import ShapeError
from vrn_core.evaluation.metrics import (
    distance_to_surface,
    landmark_nme,
    nme_interocular,
    volume_iou,
)
from vrn_core.types import TriangleMesh


def sphere(radius: float) -> TriangleMesh:
    ball = trimesh.creation.icosphere(5, radius)
    return TriangleMesh(ball.vertices.astype(np.float32), ball.faces.astype(np.int32))


def eyes_apart(distance: float) -> np.ndarray:
    landmarks = np.zeros((68, 3), np.float32)
    landmarks[45, 0] = distance
    return landmarks


def test_distance_between_concentric_spheres_is_the_difference_of_their_radii():
    distances = distance_to_surface(sphere(30).vertices, sphere(25))
    np.testing.assert_allclose(distances, 5, atol=0.05)
    inside = distance_to_surface(sphere(22).vertices, sphere(25))
    np.testing.assert_allclose(inside, 3, atol=0.05)


def test_nme_is_in_units_of_the_interocular_distance():
    assert nme_interocular(sphere(30).vertices, sphere(25), eyes_apart(50)) == pytest.approx(
        0.1, abs=1e-3
    )


def test_nme_of_the_truth_itself_is_zero():
    ball = sphere(30)
    assert nme_interocular(ball.vertices, ball, eyes_apart(50)) == pytest.approx(0, abs=1e-6)


def test_iou_of_overlapping_boxes():
    first, second = np.zeros((2, 8, 8, 8), np.uint8)
    first[:4], second[2:6] = 255, 255
    assert volume_iou(first, second) == pytest.approx(2 / 6)
    assert volume_iou(first, first) == 1


def test_iou_needs_equal_grids():
    with pytest.raises(ShapeError, match="like the target"):
        volume_iou(np.zeros((2, 2, 2), np.uint8), np.zeros((3, 2, 2), np.uint8))


def test_landmark_nme_ignores_depth():
    target = eyes_apart(40)
    moved = target + np.array([3, 4, 100], np.float32)
    assert landmark_nme(moved, target) == pytest.approx(5 / 40)
