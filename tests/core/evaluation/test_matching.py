from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from vrn_core.evaluation.matching import nearest_face


def moved(face: SimpleNamespace, by: float) -> SimpleNamespace:
    return SimpleNamespace(landmarks=face.landmarks + np.float32([by, 0, 0]))


def test_nearest_face_is_taken(face):
    near, far = moved(face, 3), moved(face, 20)
    assert nearest_face([far, near], face.landmarks) is near


def test_depth_of_the_truth_may_be_unknown(face):
    assert nearest_face([face], face.landmarks[:, :2]) is face


def test_face_elsewhere_is_another_one(face):
    assert nearest_face([moved(face, 40)], face.landmarks) is None


def test_nothing_found_is_no_error(face):
    assert nearest_face([], face.landmarks) is None
