"""The peer of the volume networks: parameters of a linear face model instead of voxels.

In the manner of 3DDFA [1]_: a small convolutional network sees the crop, and the landmarks as
heatmaps where VRN-Guided does, and regresses camera, identity and expression. What the numbers
mean is told by :mod:`vrn_core.morphable.parameters`; the face model itself is not in the weights.

References
----------
.. [1] Zhu et al., "Face Alignment in Full Pose Range: A 3D Total Solution", PAMI 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vrn_core.errors import ShapeError
from vrn_core.models.blocks import Residual, Stem
from vrn_core.models.heatmaps import draw_gaussians
from vrn_core.types import CROP_SIZE, NUM_LANDMARKS

STRIDE = 4
"""Crop pixels a heatmap's cell."""


class ParametricOutput(NamedTuple):
    """What the parametric network predicts."""

    parameters: Tensor
    """(B, 125), each in its own unit."""


class ParametricNetwork(nn.Module):
    """Images and landmarks to parameters.

    Parameters
    ----------
    stem_features : int
        Of the first convolution.
    widths : sequence of int
        Features at 48, 24, 12 and 6 cells a side.
    squeezed : int
        Features of the last map before it is laid flat.
    parameters : int
    """

    guided = True

    def __init__(
        self, stem_features: int, widths: Sequence[int], squeezed: int, parameters: int
    ) -> None:
        super().__init__()
        self.stem = Stem(3, stem_features, widths[0], extra=NUM_LANDMARKS)
        stages: list[nn.Module] = []
        before = widths[0]
        for number, width in enumerate(widths):
            if number:
                stages.append(nn.MaxPool2d(2))
            stages += [Residual(before, width), Residual(width, width)]
            before = width
        self.stages = nn.Sequential(*stages)
        self.squeeze = nn.Sequential(
            nn.BatchNorm2d(before), nn.ReLU(inplace=True), nn.Conv2d(before, squeezed, 1)
        )
        side = CROP_SIZE // STRIDE // 2 ** (len(widths) - 1)
        self.head = nn.Linear(squeezed * side * side, parameters)

    def forward(self, images: Tensor, landmarks: Tensor) -> ParametricOutput:
        """Predict parameters.

        `images` (B, 3, 192, 192), RGB in [0, 1]; `landmarks` (B, 68, 2 or 3) in crop pixels.
        """
        if images.shape[1:] != (3, CROP_SIZE, CROP_SIZE):
            raise ShapeError("images", images.shape, "(B, 3, 192, 192), axes (batch, RGB, y, x)")
        size = CROP_SIZE // STRIDE
        heatmaps = draw_gaussians(landmarks[..., :2], size, STRIDE, 1.0)
        x = self.squeeze(self.stages(self.stem(images, heatmaps)))
        return ParametricOutput(self.head(torch.flatten(x, 1)).float())
