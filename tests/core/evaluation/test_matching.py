from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from vrn_core.errors import EmptyVolumeError, NoFaceFoundError
from vrn_core.evaluation.matching import find_face

PHOTO = np.zeros((20, 20, 3), np.uint8)


def moved(face: SimpleNamespace, by: float) -> SimpleNamespace:
    return SimpleNamespace(landmarks=face.landmarks + np.float32([by, 0, 0]))


def test_nearest_face_is_taken(face, finds):
    near, far = moved(face, 3), moved(face, 20)
    assert find_face(finds(far, near), PHOTO, face.landmarks) is near


def test_depth_of_the_truth_may_be_unknown(face, finds):
    assert find_face(finds(face), PHOTO, face.landmarks[:, :2]) is face


def test_face_elsewhere_is_another_one(face, finds):
    assert find_face(finds(moved(face, 40)), PHOTO, face.landmarks) is None


@pytest.mark.parametrize("error", [NoFaceFoundError, EmptyVolumeError])
def test_nothing_found_is_no_error(face, error):
    def reconstruct(photo):
        raise error("nothing there")

    reconstructor = SimpleNamespace(reconstruct=reconstruct)
    assert find_face(reconstructor, PHOTO, face.landmarks) is None
