"""Fit of the face model to measured points of one photo.

A weak-perspective camera (a similarity in 3-D followed by dropping z) and the coefficients
of identity and expression are found in turn: the camera in closed form, the coefficients as
a ridge-regularized least-squares problem with bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import DataError, ShapeError
from vrn_core.morphable.face_model import FaceModel
from vrn_core.pose import FLIP, Similarity, fit_similarity
from vrn_core.types import NUM_LANDMARKS, FloatArray, IntArray

ROUNDS = 8
NOISE_MM = 1.5
"""Standard deviation of a measured point in the image plane."""
DEPTH_WEIGHT = 0.5
"""How much a measured depth counts against a measured position: it is estimated, not seen."""
EXPRESSION_DEVIATION = 0.35
RARE_DEVIATION = 0.15
RARE_SHAPES = ("cheekPuff", "noseSneer", "cheekSquint", "cheekRaiser", "eyeSquint", "jawForward")
"""Shapes that would otherwise explain the measured points' own bias instead of the face's."""
POINTS_PER_FACT = 6.0
"""How many of the measured points it takes to tell one thing: neighbors err together."""
LANDMARKS_PER_FACT = 2.0
"""The same of the 68 landmarks, which lie farther apart."""
LID_POINTS = (33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380)
LID_WEIGHT = 2.5
"""Lids are measured better than the rest, and a blink is otherwise lost among it."""
IDENTITY_LIMIT = 3.0


@dataclass(frozen=True)
class FaceFit:
    """A face model laid over a photo."""

    identity: FloatArray
    """(60,) standard deviations."""
    expression: FloatArray
    """(57,) in 0 to 1."""
    camera: Similarity
    """Model millimetres to viewer's axes in photo pixels (x right, y up, z near)."""
    residual_mm: float
    """Root mean square distance of the measured points in the image plane."""


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _bounded_least_squares(
    gram: NDArray[np.float64],
    right: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    x: NDArray[np.float64],
    sweeps: int,
) -> None:
    """Minimize x'Gx/2 - r'x within bounds by projected Gauss-Seidel, in place."""
    n = len(x)
    for _ in range(sweeps):
        for i in range(n):
            total = right[i]
            for j in range(n):
                total -= gram[i, j] * x[j]
            value = x[i] + total / gram[i, i]
            x[i] = min(max(value, low[i]), high[i])


def fit_face(model: FaceModel, measured: FloatArray) -> FaceFit:
    """Fit the model to measured points.

    Parameters
    ----------
    model : FaceModel
    measured : (478, 3) float32
        MediaPipe's points in the photo frame: x right, y down, z away, pixels.

    Returns
    -------
    FaceFit

    Raises
    ------
    ShapeError
    DataError
        If the model does not tell the points' vertices, as one that was downloaded.
    """
    if measured.shape != (478, 3):
        raise ShapeError("measured", measured.shape, "(478, 3), axes (point, xyz)")
    if not len(model.measured_points):
        raise DataError(
            "the face model knows no vertices of the 478 measured points; expected the packed "
            "model with mediapipe478_to_vertex.npz"
        )
    weights = model.measured_weights.astype(np.float64)
    weights[np.isin(model.measured_points, LID_POINTS)] *= LID_WEIGHT
    target = measured[model.measured_points].astype(np.float64) @ FLIP
    return _fit(model, model.measured_vertices, target, weights, POINTS_PER_FACT)


def fit_landmarks(model: FaceModel, landmarks: FloatArray) -> FaceFit:
    """Fit the model to the 68 landmarks (68, 3) float32 of a face in the photo frame."""
    if landmarks.shape != (NUM_LANDMARKS, 3):
        raise ShapeError("landmarks", landmarks.shape, "(68, 3), axes (point, xyz)")
    target = landmarks.astype(np.float64) @ FLIP
    weights = np.ones(NUM_LANDMARKS)
    return _fit(model, model.landmark_vertices, target, weights, LANDMARKS_PER_FACT)


def _fit(
    model: FaceModel,
    vertices: IntArray,
    target: NDArray[np.float64],
    weights: NDArray[np.float64],
    points_per_fact: float,
) -> FaceFit:
    """Fit the model's vertices (N,) to points (N, 3) in the viewer's axes."""
    neutral = model.neutral[vertices].astype(np.float64)
    basis = np.concatenate([model.identity[:, vertices], model.expression[:, vertices]])
    basis = basis.astype(np.float64)
    count_id = len(model.identity)
    rare = [name.startswith(RARE_SHAPES) for name in model.expression_names]
    deviations = np.concatenate(
        [np.ones(count_id), np.where(rare, RARE_DEVIATION, EXPRESSION_DEVIATION)]
    )
    low = np.concatenate([np.full(count_id, -IDENTITY_LIMIT), np.zeros(len(model.expression))])
    high = np.concatenate([np.full(count_id, IDENTITY_LIMIT), np.ones(len(model.expression))])
    for name in ("PupilDilate_L", "PupilDilate_R"):
        high[count_id + model.expression_index(name)] = 1e-6

    axis_weight = np.array([1.0, 1.0, DEPTH_WEIGHT])
    x = np.zeros(len(basis))
    for _ in range(ROUNDS):
        shape = neutral + np.tensordot(x, basis, axes=1)
        camera = fit_similarity(shape, target, weights)
        # In the camera's axes the residual is axis_weight * (R (m0 + B x) - (p - t) / s).
        goal = (target - camera.translation) / camera.scale - neutral @ camera.rotation.T
        rows = (basis @ camera.rotation.T) * axis_weight
        root = (np.sqrt(weights)[:, None] / NOISE_MM) * np.ones(3)
        a = (rows * root).reshape(len(basis), -1)
        b = (goal * axis_weight * root).reshape(-1)
        gram = a @ a.T / points_per_fact + np.diag(deviations**-2.0)
        right = a @ b / points_per_fact
        _bounded_least_squares(gram, right, low, high, x, 12)
    shape = neutral + np.tensordot(x, basis, axes=1)
    camera = fit_similarity(shape, target, weights)
    difference = (camera.apply(shape) - target)[:, :2] / camera.scale
    residual = float(np.sqrt((weights @ (difference**2).sum(axis=1)) / weights.sum()))
    return FaceFit(
        identity=x[:count_id].astype(np.float32),
        expression=x[count_id:].astype(np.float32),
        camera=camera,
        residual_mm=residual,
    )
