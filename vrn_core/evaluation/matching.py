"""Which of the faces found in a photo is the one whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vrn_core.errors import EmptyVolumeError, NoFaceFoundError
from vrn_core.types import ByteArray, FloatArray, Reconstruction

if TYPE_CHECKING:
    from vrn_core.inference.reconstructor import Reconstructor

FAILED_NME = 1.0
"""Counted where no face was found: as if every point were an interocular distance away."""
FARTHEST = 0.5
"""How far a face may lie from the truth to be the same one, in sizes of the true face."""


def find_face(
    reconstructor: Reconstructor, photo: ByteArray, landmarks: FloatArray
) -> Reconstruction | None:
    """Return the reconstruction nearest to the truth, or None if its face was not found.

    Parameters
    ----------
    reconstructor : Reconstructor
    photo : (H, W, 3) uint8
        RGB.
    landmarks : (68, 2 or 3)
        The true ones, in the photo frame.
    """
    try:
        faces = reconstructor.reconstruct(photo)
    except (NoFaceFoundError, EmptyVolumeError):
        return None
    middle = landmarks[:, :2].mean(axis=0)
    size = float(np.ptp(landmarks[:, :2], axis=0).max())

    def off(face: Reconstruction) -> float:
        return float(np.linalg.norm(face.landmarks[:, :2].mean(axis=0) - middle)) / size

    nearest = min(faces, key=off, default=None)
    return nearest if nearest is not None and off(nearest) < FARTHEST else None
