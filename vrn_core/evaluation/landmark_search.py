"""The landmarks of a picture by the shipped network, whatever is being evaluated."""

from __future__ import annotations

from vrn_core.inference.detection import FaceDetector
from vrn_core.inference.device import choose_device
from vrn_core.inference.landmarks import LandmarkFinder, LandmarkResult
from vrn_core.inference.reconstructor import LANDMARK_MODEL
from vrn_core.inference.runtime import Network
from vrn_core.models import model_path
from vrn_core.types import ByteArray


class LandmarkSearch:
    """Finds the landmarks of the faces in a picture with the shipped network."""

    def __init__(self) -> None:
        device = choose_device("cpu")
        network = Network(model_path(LANDMARK_MODEL), device)
        network.accelerate()
        self._detector = FaceDetector()
        self._landmarks = LandmarkFinder(network, device)

    def __call__(self, photo: ByteArray) -> list[LandmarkResult]:
        """Return the landmarks of the faces in a photo (H, W, 3) uint8 RGB."""
        return self._landmarks.find(photo, self._detector.detect(photo))
