from __future__ import annotations

import numpy as np
import pytest
import torch

from vrn_core.inference.detection import DetectedFace, FaceDetector
from vrn_core.inference.landmarks import DOUBTFUL, LandmarkFinder
from vrn_core.inference.photo import load_photo
from vrn_core.models import load_model
from vrn_core.resources import resource
from vrn_core.types import ByteArray


@pytest.fixture(scope="module")
def finder() -> LandmarkFinder:
    network = load_model(resource("models", "landmarks-lite.safetensors")).eval()
    return LandmarkFinder(network, torch.device("cpu"))


@pytest.fixture(scope="module")
def sample() -> ByteArray:
    return load_photo(resource("sample.jpg"))


def tilted(face: DetectedFace, angle_deg: float) -> DetectedFace:
    """Return a face whose features the detector saw turned."""
    middle = np.array(face.box.center)
    angle = np.deg2rad(angle_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = (face.points - middle) @ turn.T + middle
    return DetectedFace(face.box, points.astype(np.float32))


@pytest.mark.parametrize("angle_deg", [-90, 110, 180])
def test_a_tilt_that_the_detector_mistook_is_put_right(
    angle_deg: float, finder: LandmarkFinder, sample: ByteArray
) -> None:
    face = FaceDetector().detect(sample)[0]
    right = finder.find(sample, [face])[0]
    wrong = finder.find(sample, [tilted(face, angle_deg)])[0]
    size = np.ptp(right.points[:, :2], axis=0).max()
    off = np.linalg.norm(wrong.points[:, :2] - right.points[:, :2], axis=1).mean()
    assert off / size < 0.05
    assert wrong.sharpness > DOUBTFUL


def test_each_face_has_its_own_landmarks(finder: LandmarkFinder, sample: ByteArray) -> None:
    face = FaceDetector().detect(sample)[0]
    both = finder.find(sample, [tilted(face, 180), face])
    size = np.ptp(both[1].points[:, :2], axis=0).max()
    off = np.linalg.norm(both[0].points[:, :2] - both[1].points[:, :2], axis=1).mean()
    assert off / size < 0.05
