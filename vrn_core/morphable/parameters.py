"""A face as 125 numbers: camera, identity and expression of the linear face model.

In this order, each in the unit that makes it about as large as one:

- 6, a (2, 3) matrix: the upper rows of scale times rotation, image from model, in 0.3 px a mm,
- 2, where the middle of the model's neutral face lies, from the crop's middle, in 10 px,
- 60 of identity, in standard deviations,
- 57 of expression, in a quarter of the full shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vrn_core.morphable.face_model import IDENTITY_COUNT, FaceModel
from vrn_core.types import CROP_SIZE, FloatArray, IntArray

EXPRESSION_COUNT = 57
PARAMETER_COUNT = 8 + IDENTITY_COUNT + EXPRESSION_COUNT
UNITS = np.concatenate(
    [
        np.full(6, 0.3),
        np.full(2, 10.0),
        np.ones(IDENTITY_COUNT),
        np.full(EXPRESSION_COUNT, 0.25),
    ]
).astype(np.float32)
MIDDLE = (CROP_SIZE - 1) / 2


@dataclass(frozen=True)
class FaceParameters:
    """The same numbers in their parts."""

    matrix: NDArray[np.float64]
    """(3, 3) scale times rotation, x right, y down, z away, px a mm."""
    middle: NDArray[np.float64]
    """(2,) crop pixels: where the middle of the neutral face lies."""
    identity: FloatArray
    """(60,)."""
    expression: FloatArray
    """(57,)."""


def neutral_middle(model: FaceModel) -> NDArray[np.float64]:
    """Return the mean (3,) of the neutral narrow face, mm."""
    return np.asarray(model.middle(model.neutral), np.float64)


def encode(
    model: FaceModel,
    matrix: NDArray[np.float64],
    offset: NDArray[np.float64],
    identity: FloatArray,
    expression: FloatArray,
) -> FloatArray:
    """Return the parameters (125,) of a face seen by ``pixel = matrix @ model + offset``."""
    middle = (matrix @ neutral_middle(model) + offset)[:2] - MIDDLE
    values = np.concatenate([matrix[:2].reshape(-1), middle, identity, expression])
    return (values / UNITS).astype(np.float32)


def decode(parameters: FloatArray) -> FaceParameters:
    """Return the parts of parameters (125,).

    The matrix is the scaled rotation nearest to the six numbers, by the singular values.
    """
    values = np.asarray(parameters, np.float64) * UNITS
    rows = values[:6].reshape(2, 3)
    u, stretch, vt = np.linalg.svd(rows, full_matrices=False)
    upper = u @ vt
    rotation = np.vstack([upper, np.cross(upper[0], upper[1])])
    return FaceParameters(
        matrix=float(stretch.mean()) * rotation,
        middle=values[6:8] + MIDDLE,
        identity=values[8 : 8 + IDENTITY_COUNT].astype(np.float32),
        expression=values[8 + IDENTITY_COUNT :].astype(np.float32),
    )


def camera_offset(model: FaceModel, face: FaceParameters, shape: FloatArray) -> NDArray[np.float64]:
    """Return the offset (3,) of the camera, the narrow face's mean depth at zero.

    `shape` (V, 3) mm are the face's vertices, of which the narrow face comes first.
    """
    offset = np.zeros(3)
    offset[:2] = face.middle - (face.matrix @ neutral_middle(model))[:2]
    offset[2] = -float(model.middle(shape) @ face.matrix[2])
    return offset


@dataclass(frozen=True)
class Mirroring:
    """How the parameters of a face become those of its mirror image."""

    identity: FloatArray
    """(60, 60), applied from the left."""
    expression: IntArray
    """(57,) the shape of the other side for each shape."""


@lru_cache(maxsize=1)
def mirroring(model: FaceModel) -> Mirroring:
    """Return how a face model's coefficients mirror.

    A mirrored component of identity is a sum of components but for a five-hundredth.
    """
    end = model.parts.face_end
    flip = np.array([-1, 1, 1], np.float32)
    count = len(model.identity)
    basis = model.identity[:, :end].reshape(count, -1)
    mirrored = (model.identity[:, model.mirror[:end]] * flip).reshape(count, -1)
    identity = np.linalg.lstsq(basis.T, mirrored.T, rcond=None)[0].astype(np.float32)
    names = list(model.expression_names)
    expression = np.array([names.index(_other_side(name)) for name in names], np.int32)
    return Mirroring(identity, expression)


def _other_side(name: str) -> str:
    """Return the name of an expression shape on the other side of the face."""
    for side, other in (("_L", "_R"), ("_R", "_L"), ("Left", "Right"), ("Right", "Left")):
        if name.endswith(side):
            return name.removesuffix(side) + other
    return name


def mirror(model: FaceModel, parameters: FloatArray) -> FloatArray:
    """Return the parameters (125,) of the face in the crop's mirror image."""
    ways = mirroring(model)
    mirrored = parameters.copy()
    # x turns its sign in the image and in the model; the middle of the face has x = 0.
    mirrored[:6] *= np.array([1, -1, -1, -1, 1, 1], np.float32)
    mirrored[6] *= -1
    identity = slice(8, 8 + IDENTITY_COUNT)
    mirrored[identity] = ways.identity @ parameters[identity]
    mirrored[8 + IDENTITY_COUNT :] = parameters[8 + IDENTITY_COUNT :][ways.expression]
    return mirrored
