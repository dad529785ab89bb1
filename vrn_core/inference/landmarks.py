"""Finding the 68 landmarks of detected faces, in passes that look ever closer.

The first pass looks where the detector points; each further one where the last landmarks
say, with the face turned upright, which is how the network has seen most faces. Where the
heatmaps stay blurred the detector may have mistaken the tilt, and all four sides are tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vrn_core.ibug import MIRROR
from vrn_core.imaging import warp_image
from vrn_core.inference.detection import DetectedFace
from vrn_core.inference.device import autocast, to_images
from vrn_core.morphable import mean_landmarks
from vrn_core.pose import FLIP, fit_similarity, pose_from_rotation
from vrn_core.types import CROP_FACE_SIZE, CROP_SIZE, ByteArray, FloatArray

PASSES = 2
BOX_TO_LANDMARKS = 0.88
"""The landmarks' box over the detector's, both as sqrt(w * h): mean of 60 portraits."""
BOX_SHIFT = 0.09
"""How far below the box's middle the landmarks' mean lies, in box sizes: likewise."""
FIRST_ZOOM = 0.9
"""The first look leaves room for the detector's errors."""
DOUBTFUL = 0.75
"""Where the heatmaps are less sharp, the detector may have told the wrong tilt: those of faces
looked at from the right side score about 0.85, of others rarely more than this."""
TURNS_DEG = (0.0, 90.0, 180.0, -90.0)
"""Tilts that are tried then; the network knows faces tilted by up to 45 degrees."""


@dataclass(frozen=True)
class LandmarkResult:
    """Landmarks of one face."""

    points: FloatArray
    """(68, 3) photo frame, z from the face's mean depth."""
    sharpness: float
    """Mean concentration of the heatmaps, in [0, 1]."""


@dataclass(frozen=True)
class _Window:
    """A square of the photo, turned by `roll_deg` so that the face in it is upright."""

    center: NDArray[np.float64]
    scale: float
    roll_deg: float

    def matrix(self) -> NDArray[np.float64]:
        """Return the (2, 3) map from the photo to the window."""
        angle = np.deg2rad(self.roll_deg)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = self.scale * turn
        middle = (CROP_SIZE - 1) / 2
        return np.column_stack([linear, middle - linear @ self.center])

    def to_photo(self, points: FloatArray) -> FloatArray:
        """Map points (68, 3) from the window to the photo frame."""
        matrix = self.matrix()
        xy = (points[:, :2] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
        return np.column_stack([xy, points[:, 2] / self.scale]).astype(np.float32)


def roll_of_landmarks(points: FloatArray) -> float:
    """Return the roll in degrees of a face's landmarks (68, 3) in the photo frame."""
    fit = fit_similarity(mean_landmarks(), points @ FLIP)
    return pose_from_rotation(fit.rotation).roll_deg


class LandmarkFinder:
    """Finds landmarks with a landmark network.

    Parameters
    ----------
    network : callable
        As :class:`vrn_core.inference.runtime.Network` is, or a network on the device.
    device : torch.device
    passes : int
    flip : bool
        Whether the last pass also looks at the mirrored face and averages.
    """

    def __init__(
        self,
        network: Callable[..., Any],
        device: torch.device,
        passes: int = PASSES,
        flip: bool = True,
    ) -> None:
        self._network = network
        self._device = device
        self._passes = passes
        self._flip = flip

    def find(self, photo: ByteArray, faces: list[DetectedFace]) -> list[LandmarkResult]:
        """Return the landmarks of faces detected in a photo (H, W, 3) uint8 RGB."""
        results = self._approach(photo, [_window_of_detection(f, f.roll_deg) for f in faces])
        for i, face in enumerate(faces):
            if results[i].sharpness < DOUBTFUL:
                turned = [_window_of_detection(face, roll) for roll in TURNS_DEG]
                tried = [results[i], *self._approach(photo, turned)]
                results[i] = max(tried, key=lambda result: result.sharpness)
        return results

    def follow(self, photo: ByteArray, points: FloatArray) -> LandmarkResult:
        """Return the landmarks of a face that was at `points` (68, 3) a moment ago."""
        (result,) = self._look(photo, [_window_of_landmarks(points)], flip=self._flip)
        return result

    def _approach(self, photo: ByteArray, windows: list[_Window]) -> list[LandmarkResult]:
        """Look through windows in all passes; return what the last one saw."""
        results: list[LandmarkResult] = []
        for number in range(self._passes):
            last = number == self._passes - 1
            results = self._look(photo, windows, flip=self._flip and last)
            windows = [_window_of_landmarks(r.points) for r in results]
        return results

    def _look(self, photo: ByteArray, windows: list[_Window], flip: bool) -> list[LandmarkResult]:
        if not windows:
            return []
        crops = np.stack([warp_image(photo, w.matrix(), CROP_SIZE) for w in windows])
        images = to_images(crops, self._device)
        if flip:
            images = torch.cat([images, images.flip(3)])
        with torch.inference_mode(), autocast(self._device):
            output = self._network(images)
        points = _numpy(output.points)
        sharpness = _numpy(output.sharpness).mean(axis=1)
        if flip:
            count = len(windows)
            mirrored = points[count:][:, MIRROR].copy()
            mirrored[..., 0] = CROP_SIZE - 1 - mirrored[..., 0]
            points = 0.5 * (points[:count] + mirrored)
            sharpness = sharpness[:count]
        return [
            LandmarkResult(window.to_photo(found), float(sharp))
            for window, found, sharp in zip(windows, points, sharpness, strict=True)
        ]


def _numpy(tensor: Tensor) -> FloatArray:
    array: FloatArray = tensor.float().cpu().numpy()
    return array


def _window_of_detection(face: DetectedFace, roll_deg: float) -> _Window:
    """Return the window of a face as if it were tilted by `roll_deg`."""
    size = float(np.sqrt(face.box.width * face.box.height))
    angle = np.deg2rad(roll_deg)
    down = np.array([np.sin(angle), np.cos(angle)])
    center = np.array(face.box.center) + BOX_SHIFT * size * down
    scale = FIRST_ZOOM * CROP_FACE_SIZE / max(BOX_TO_LANDMARKS * size, 1e-3)
    return _Window(center, scale, roll_deg)


def _window_of_landmarks(points: FloatArray) -> _Window:
    """Return the paper's crop of the landmarks, but turned upright first."""
    roll = roll_of_landmarks(points)
    upright = _Window(points[:, :2].mean(axis=0).astype(np.float64), 1.0, roll)
    matrix = upright.matrix()
    width, height = np.ptp(points[:, :2] @ matrix[:, :2].T, axis=0)
    scale = CROP_FACE_SIZE / float(np.sqrt(max(width, 1e-3) * max(height, 1e-3)))
    return _Window(upright.center, scale, roll)
