"""The cost of a face model's parameters, by how far they move the face.

A degree of yaw moves a face far more than a wrinkle, so each parameter's error is weighted
with the way that the face's vertices go when this parameter alone is wrong [1]_. The vertices'
own distance may be added, as its successor does [2]_.

References
----------
.. [1] Zhu et al., "Face Alignment in Full Pose Range: A 3D Total Solution", PAMI 2017,
   section 3.3: the Weighted Parameter Distance Cost.
.. [2] Guo et al., "Towards Fast, Accurate and Stable 3D Dense Face Alignment", ECCV 2020.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from vrn_core.morphable.face_model import IDENTITY_COUNT, load_face_model
from vrn_core.morphable.parameters import MIDDLE, UNITS, neutral_middle
from vrn_core.types import NUM_LANDMARKS

EVERY = 12
"""Of the face's vertices every so many, besides the landmarks', are looked at."""


class ParametricFace:
    """The face model's chosen vertices, the landmarks' first, as tensors on a device."""

    def __init__(self, device: torch.device) -> None:
        model = load_face_model()
        rest = np.arange(0, model.parts.face_end, EVERY)
        chosen = np.concatenate([model.landmark_vertices, rest])
        middle = neutral_middle(model)

        def tensor(array: np.ndarray) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(device)

        self.units = tensor(UNITS)
        self.neutral = tensor(model.neutral[chosen] - middle)
        self.identity = tensor(model.identity[:, chosen].reshape(IDENTITY_COUNT, -1))
        self.expression = tensor(model.expression[:, chosen].reshape(len(model.expression), -1))
        self._identity_reach = self.identity.norm(dim=1)
        self._expression_reach = self.expression.norm(dim=1)

    def shape(self, values: Tensor) -> Tensor:
        """Return vertices (B, V, 3) mm of parameters (B, 125) in their plain units."""
        identity, expression = values[:, 8 : 8 + IDENTITY_COUNT], values[:, 8 + IDENTITY_COUNT :]
        moved = identity @ self.identity + expression @ self.expression
        return self.neutral + moved.view(len(values), -1, 3)

    def vertices(self, parameters: Tensor) -> Tensor:
        """Return vertices (B, V, 3) in crop pixels, depth from their mean, of (B, 125).

        The third row of the matrix is the cross product of the first two, over their length.
        """
        values = parameters.float() * self.units
        rows = values[:, :6].view(-1, 2, 3)
        scale = rows.norm(dim=2).mean(dim=1, keepdim=True).clamp(min=1e-6)
        deep = torch.linalg.cross(rows[:, 0], rows[:, 1]) / scale
        matrix = torch.cat([rows, deep[:, None]], dim=1)
        placed = self.shape(values) @ matrix.transpose(1, 2)
        flat = placed[..., :2] + values[:, None, 6:8] + MIDDLE
        depth = placed[..., 2] - placed[..., 2].mean(dim=1, keepdim=True)
        return torch.cat([flat, depth[..., None]], dim=2)

    def landmarks(self, parameters: Tensor) -> Tensor:
        """Return the 68 landmarks (B, 68, 3) in crop pixels."""
        return self.vertices(parameters)[:, :NUM_LANDMARKS]

    def reach(self, target: Tensor) -> Tensor:
        """Return how far, (B, 125), one unit of each parameter moves the face's vertices.

        The root of the summed squares over the vertices, in crop pixels, at the true
        parameters (B, 125).
        """
        values = target * self.units
        shape = self.shape(values)
        columns = shape.norm(dim=1)
        scale = values[:, :6].view(-1, 2, 3).norm(dim=2).mean(dim=1, keepdim=True)
        count = float(shape.shape[1]) ** 0.5
        moved = torch.cat(
            [
                columns.repeat(1, 2),
                torch.full_like(columns[:, :2], count),
                scale * self._identity_reach,
                scale * self._expression_reach,
            ],
            dim=1,
        )
        reach: Tensor = moved * self.units
        return reach


@lru_cache(maxsize=4)
def parametric_face(device: torch.device) -> ParametricFace:
    """Return the face model on a device, read once."""
    return ParametricFace(device)


def parameter_cost(pred: Tensor, target: Tensor) -> Tensor:
    """Return the weighted parameter distance cost [1]_ of parameters (B, 125), () float32.

    ``sum(w * (pred - target) ** 2)`` with ``w = reach * abs(pred - target)`` over its largest
    value in the sample; the weights count as constants.
    """
    off = pred.float() - target
    weights = parametric_face(pred.device).reach(target) * off.detach().abs()
    weights = weights / weights.amax(dim=1, keepdim=True).clamp(min=1e-6)
    return (weights * off.square()).sum(dim=1).mean()


def vertex_cost(pred: Tensor, target: Tensor) -> Tensor:
    """Return the mean distance of the vertices in crop pixels of (B, 125), () float32."""
    face = parametric_face(pred.device)
    away: Tensor = (face.vertices(pred) - face.vertices(target)).norm(dim=2)
    return away.mean()
