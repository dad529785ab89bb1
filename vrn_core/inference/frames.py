"""The pose of a face and its canonical frame, from its landmarks."""

from __future__ import annotations

import numpy as np

from vrn_core.ibug import eye_centers
from vrn_core.morphable import mean_landmarks
from vrn_core.pose import FLIP, Similarity, fit_similarity, pose_from_rotation
from vrn_core.types import FloatArray, Pose

EYE_DISTANCE_RANGE = 1.35
"""Largest ratio of a person's interocular distance, relative to the face, to the average."""


def head_pose(landmarks: FloatArray) -> Pose:
    """Return yaw, pitch and roll of landmarks (68, 3) in the photo frame."""
    return pose_from_rotation(fit_similarity(mean_landmarks(), landmarks @ FLIP).rotation)


def canonical_frame(landmarks: FloatArray, iod_mm: float) -> Similarity:
    """Return the map from the photo frame to the canonical frame in millimetres.

    The rotation is that of the average face laid over the landmarks (68, 3); the origin
    lies midway between the eyes, whose centers are `iod_mm` apart.
    """
    fit = fit_similarity(mean_landmarks(), landmarks @ FLIP)
    middle = eye_centers(landmarks).mean(axis=0)
    measured = _eye_distance(landmarks)
    average = fit.scale * _eye_distance(mean_landmarks())
    # Guessed eyes, of a face cut off by the border, can fall on one another; no person's
    # differ so much from the average.
    distance = float(np.clip(measured, average / EYE_DISTANCE_RANGE, average * EYE_DISTANCE_RANGE))
    rotation = fit.rotation.T @ FLIP
    scale = iod_mm / max(distance, 1e-6)
    return Similarity(scale, rotation, -scale * rotation @ middle)


def _eye_distance(landmarks: FloatArray) -> float:
    """Return the distance between the centers of the eyes of landmarks (68, 3)."""
    right, left = eye_centers(landmarks)
    return float(np.linalg.norm(left - right))
