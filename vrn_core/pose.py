"""Head rotations and the similarity between the canonical and the photo frame.

A head rotation is written in the viewer's axes (x right, y up, z towards the viewer),
which are the canonical axes of a face that looks straight into the camera:
``R = Rz(roll) @ Rx(-pitch) @ Ry(yaw)``. Yaw is positive when the nose points to the
viewer's right, pitch when it points up, roll when the head tilts counter-clockwise as the
viewer sees it. Yaw comes first, so that only a head seen from straight above or below is
degenerate, never a profile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrn_core.errors import ShapeError
from vrn_core.types import Pose

FLIP = np.diag([1.0, -1.0, -1.0])
"""Half a turn about x: viewer's axes (y up, z near) to the photo frame (y down, z far)."""


def rotation_from_pose(pose: Pose) -> NDArray[np.float64]:
    """Return the (3, 3) head rotation of a pose, in the viewer's axes."""
    yaw, pitch, roll = np.deg2rad([pose.yaw_deg, -pose.pitch_deg, pose.roll_deg])
    cy, sy, cx, sx, cz, sz = (f(a) for a in (yaw, pitch, roll) for f in (np.cos, np.sin))
    ry = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    rx = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    rz = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return rz @ rx @ ry  # type: ignore[no-any-return]


def pose_from_rotation(rotation: ArrayLike) -> Pose:
    """Return yaw, pitch and roll of a (3, 3) head rotation given in the viewer's axes."""
    r = np.asarray(rotation, np.float64)
    if r.shape != (3, 3):
        raise ShapeError("rotation", r.shape, "(3, 3)")
    angle_x = np.arcsin(np.clip(r[2, 1], -1, 1))
    yaw = np.arctan2(-r[2, 0], r[2, 2])
    roll = np.arctan2(-r[0, 1], r[1, 1])
    yaw_deg, pitch_deg, roll_deg = np.rad2deg([yaw, -angle_x, roll])
    return Pose(float(yaw_deg), float(pitch_deg), float(roll_deg))


@dataclass(frozen=True)
class Similarity:
    """``target = scale * rotation @ source + translation``."""

    scale: float
    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]

    def apply(self, points: ArrayLike) -> NDArray[np.float64]:
        """Map points (N, 3)."""
        mapped = self.scale * np.asarray(points, np.float64) @ self.rotation.T + self.translation
        return mapped  # type: ignore[no-any-return]

    def inverse(self) -> Similarity:
        """Return the similarity that undoes this one."""
        rotation = self.rotation.T
        return Similarity(1 / self.scale, rotation, -(rotation @ self.translation) / self.scale)


def fit_similarity(
    source: ArrayLike, target: ArrayLike, weights: ArrayLike | None = None
) -> Similarity:
    """Return the least-squares similarity from source to target points, both (N, 3).

    Weights (N,) are optional and need not sum to one. The rotation is proper even when the
    best orthogonal map would be a reflection.

    References
    ----------
    .. [1] Umeyama, "Least-squares estimation of transformation parameters between two
       point patterns", PAMI 1991.
    """
    a, b = np.asarray(source, np.float64), np.asarray(target, np.float64)
    if a.shape != b.shape or a.ndim != 2 or a.shape[1] != 3:
        raise ShapeError("source", a.shape, f"(N, 3) like target {b.shape}")
    w = np.ones(len(a)) if weights is None else np.asarray(weights, np.float64)
    w = w / w.sum()
    mean_a, mean_b = w @ a, w @ b
    a, b = a - mean_a, b - mean_b
    u, s, vt = np.linalg.svd((b * w[:, None]).T @ a)
    signs = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = (u * signs) @ vt
    scale = float((s * signs).sum() / (w @ (a**2).sum(axis=1)))
    return Similarity(scale, rotation, mean_b - scale * rotation @ mean_a)
