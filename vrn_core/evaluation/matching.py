"""Which of the faces found in a photo is the one whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np

from vrn_core.types import FloatArray


class Found(Protocol):
    """A face that was found."""

    @property
    def landmarks(self) -> FloatArray:
        """(68, 3), photo frame."""


Face = TypeVar("Face", bound=Found)

FAILED_NME = 1.0
"""Counted where no face was found: as if every point were an interocular distance away."""
FARTHEST = 0.5
"""How far a face may lie from the truth to be the same one, in sizes of the true face."""


def nearest_face(faces: Sequence[Face], landmarks: FloatArray) -> Face | None:
    """Return the face nearest to the truth, or None if none of them is it.

    `landmarks` (68, 2 or 3) are the true ones, in the photo frame.
    """
    middle = landmarks[:, :2].mean(axis=0)
    size = float(np.ptp(landmarks[:, :2], axis=0).max())

    def off(face: Face) -> float:
        return float(np.linalg.norm(face.landmarks[:, :2].mean(axis=0) - middle)) / size

    nearest = min(faces, key=off, default=None)
    return nearest if nearest is not None and off(nearest) < FARTHEST else None
