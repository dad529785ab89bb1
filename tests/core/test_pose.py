from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import ShapeError
from vrn_core.pose import (
    FLIP,
    Similarity,
    fit_similarity,
    pose_from_rotation,
    rotation_from_pose,
)
from vrn_core.types import Pose

NOSE = np.array([0.0, 0.0, 1.0])
CROWN = np.array([0.0, 1.0, 0.0])


def test_positive_yaw_points_the_nose_to_the_viewers_right():
    assert (rotation_from_pose(Pose(90, 0, 0)) @ NOSE) == pytest.approx([1, 0, 0])


def test_positive_pitch_points_the_nose_up():
    assert (rotation_from_pose(Pose(0, 90, 0)) @ NOSE) == pytest.approx([0, 1, 0])


def test_positive_roll_tilts_the_head_counter_clockwise():
    assert (rotation_from_pose(Pose(0, 0, 90)) @ CROWN) == pytest.approx([-1, 0, 0])


@pytest.mark.parametrize("yaw", [-90, -35, 0, 60, 90, 150])
@pytest.mark.parametrize("pitch", [-40, 0, 25])
@pytest.mark.parametrize("roll", [-170, 0, 45])
def test_pose_survives_the_way_to_a_rotation_and_back(yaw, pitch, roll):
    pose = pose_from_rotation(rotation_from_pose(Pose(yaw, pitch, roll)))
    assert (pose.yaw_deg, pose.pitch_deg, pose.roll_deg) == pytest.approx((yaw, pitch, roll))


def test_photo_frame_is_the_viewers_axes_turned_half_about_x():
    assert np.linalg.det(FLIP) == pytest.approx(1)
    assert pytest.approx([1, -2, -3]) == FLIP @ [1, 2, 3]


def test_fit_recovers_a_known_similarity():
    rng = np.random.default_rng(0)
    points = rng.standard_normal((30, 3))
    known = Similarity(2.5, rotation_from_pose(Pose(70, -20, 30)), np.array([4.0, -1.0, 9.0]))
    found = fit_similarity(points, known.apply(points))
    assert found.scale == pytest.approx(known.scale)
    np.testing.assert_allclose(found.rotation, known.rotation, atol=1e-9)
    np.testing.assert_allclose(found.inverse().apply(known.apply(points)), points, atol=1e-9)


def test_fit_ignores_points_of_no_weight():
    rng = np.random.default_rng(1)
    points = rng.standard_normal((20, 3))
    moved = points + [1, 2, 3]
    moved[0] += 100
    weights = np.ones(20)
    weights[0] = 0
    found = fit_similarity(points, moved, weights)
    np.testing.assert_allclose(found.translation, [1, 2, 3], atol=1e-9)


def test_fit_never_mirrors():
    rng = np.random.default_rng(2)
    points = rng.standard_normal((20, 3))
    found = fit_similarity(points, points * [-1, 1, 1])
    assert np.linalg.det(found.rotation) == pytest.approx(1)


def test_fit_names_the_shapes_it_cannot_use():
    with pytest.raises(ShapeError, match=r"source has shape \(3, 2\); expected"):
        fit_similarity(np.zeros((3, 2)), np.zeros((3, 2)))
