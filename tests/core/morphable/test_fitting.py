from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import ShapeError
from vrn_core.morphable import mean_landmarks
from vrn_core.morphable.face_model import load_face_model
from vrn_core.morphable.fitting import fit_face
from vrn_core.pose import FLIP, Similarity, rotation_from_pose
from vrn_core.types import Pose


@pytest.fixture(scope="module")
def model(data_folder):
    return load_face_model(data_folder / "ict_facekit")


def test_fit_recovers_a_known_face(model):
    rng = np.random.default_rng(3)
    identity = rng.normal(0, 0.5, len(model.identity)).astype(np.float32)
    expression = np.zeros(len(model.expression), np.float32)
    expression[model.expression_index("jawOpen")] = 0.6
    camera = Similarity(1.3, rotation_from_pose(Pose(25, 5, -10)), np.array([200.0, -150.0, 0.0]))
    face = model.shape(identity, expression, len(model.neutral))
    measured = np.zeros((478, 3), np.float32)
    measured[model.measured_points] = camera.apply(face[model.measured_vertices]) @ FLIP
    fit = fit_face(model, measured)
    found = fit.camera.apply(model.shape(fit.identity, fit.expression, 6706))
    error_mm = np.linalg.norm((found - camera.apply(face[:6706]))[:, :2], axis=1) / camera.scale
    # Several vertices share one measured point, so the truth is not met exactly.
    assert error_mm.mean() < 1.5
    assert fit.expression[model.expression_index("jawOpen")] > 0.35


def test_fit_keeps_expressions_within_their_range(model):
    measured = np.random.default_rng(0).uniform(0, 300, (478, 3)).astype(np.float32)
    fit = fit_face(model, measured)
    assert fit.expression.min() >= 0
    assert fit.expression.max() <= 1


def test_wrong_number_of_points_is_named(model):
    with pytest.raises(ShapeError, match=r"measured has shape \(68, 3\)"):
        fit_face(model, np.zeros((68, 3), np.float32))


def test_mean_landmarks_are_an_upright_face_in_the_canonical_frame():
    points = mean_landmarks()
    eyes = 0.5 * (points[36:42].mean(axis=0) + points[42:48].mean(axis=0))
    np.testing.assert_allclose(eyes, 0, atol=0.02)
    assert points[8, 1] < points[30, 1] < points[27, 1]
    assert points[30, 2] > points[0, 2]
    assert points[36, 0] < 0 < points[45, 0]
    assert np.linalg.norm(points[45] - points[36]) == pytest.approx(90, abs=8)
