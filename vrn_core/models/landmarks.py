"""The stacked-hourglass network that finds the 68 landmarks, and so guides VRN-Guided.

Each stack predicts 68 heatmaps, whose soft-argmax is the position in the image, and 68
depth maps, which are read where the heatmap is. In the manner of [1]_ and [2]_.

References
----------
.. [1] Newell, Yang, Deng, "Stacked Hourglass Networks for Human Pose Estimation", ECCV 2016.
.. [2] Bulat and Tzimiropoulos, "How far are we from solving the 2D & 3D Face Alignment
   problem?", ICCV 2017.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from vrn_core.models.blocks import Hourglass, Projection, Stem
from vrn_core.models.heatmaps import concentration, soft_argmax
from vrn_core.types import CROP_SIZE, NUM_LANDMARKS

STRIDE = 4
"""Crop pixels a heatmap's cell."""
HEATMAP_SIGMA = 1.25
"""Standard deviation of the target Gaussians, in cells."""
DEPTH_SCALE = 50.0
"""Crop pixels that a depth map's unit stands for."""


class LandmarkOutput(NamedTuple):
    """Landmarks of the last stack, and what the loss of every stack needs."""

    points: Tensor
    """(B, 68, 3) crop pixels, z from the face's mean depth, away from the camera."""
    sharpness: Tensor
    """(B, 68) in [0, 1]: how concentrated the heatmap is."""
    heatmap_logits: tuple[Tensor, ...]
    """One (B, 68, 48, 48) a stack."""
    stage_points: tuple[Tensor, ...]
    """One (B, 68, 3) a stack, like `points`."""


class LandmarkHead(nn.Module):
    """Features (B, F, 48, 48) to heatmap logits and depth maps, (B, 136, 48, 48)."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.maps = nn.Conv2d(features, 2 * NUM_LANDMARKS, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return 68 heatmap logits followed by 68 depth maps."""
        return cast(Tensor, self.maps(x))


def decode_landmarks(maps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return points (B, 68, 3), probabilities and heatmap logits of a head's maps.

    `maps` (B, 136, H, W) holds 68 heatmap logits and 68 depth maps; the depth is the mean
    of its map under the heatmap's softmax, in units of 50 crop pixels.
    """
    logits, depth = maps.split(NUM_LANDMARKS, dim=1)
    xy, probabilities = soft_argmax(logits, STRIDE)
    z = DEPTH_SCALE * (probabilities * depth.float()).sum(dim=(2, 3))
    return torch.cat([xy, z[..., None]], dim=-1), probabilities, logits


def landmark_output(stage_maps: list[Tensor]) -> LandmarkOutput:
    """Gather the maps of every stack into one output."""
    decoded = [decode_landmarks(maps) for maps in stage_maps]
    points, probabilities, _ = decoded[-1]
    return LandmarkOutput(
        points=points,
        sharpness=concentration(probabilities, HEATMAP_SIGMA),
        heatmap_logits=tuple(d[2] for d in decoded),
        stage_points=tuple(d[0] for d in decoded),
    )


class LandmarkNetwork(nn.Module):
    """Images (B, 3, 192, 192), RGB in [0, 1], to 68 landmarks."""

    def __init__(self, features: int, stem_features: int, stacks: int, levels: int) -> None:
        super().__init__()
        self.stem = Stem(3, stem_features, features)
        self.hourglasses = nn.ModuleList(Hourglass(levels, features) for _ in range(stacks))
        self.projections = nn.ModuleList(Projection(features) for _ in range(stacks))
        self.heads = nn.ModuleList(LandmarkHead(features) for _ in range(stacks))
        self.back = nn.ModuleList(
            nn.Conv2d(features + 2 * NUM_LANDMARKS, features, 1) for _ in range(stacks - 1)
        )

    def forward(self, images: Tensor) -> LandmarkOutput:
        """Return the landmarks of every stack."""
        return landmark_output(self.stage_maps(images))

    def maps(self, images: Tensor) -> Tensor:
        """Return the maps of the last stack, (B, 136, 48, 48), before they are decoded."""
        return self.stage_maps(images)[-1]

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """Return the maps of every stack."""
        if images.shape[1:] != (3, CROP_SIZE, CROP_SIZE):
            from vrn_core.errors import ShapeError

            raise ShapeError("images", images.shape, "(B, 3, 192, 192), axes (batch, RGB, y, x)")
        x = self.stem(images)
        stage_maps: list[Tensor] = []
        for i, (hourglass, projection, head) in enumerate(
            zip(self.hourglasses, self.projections, self.heads, strict=True)
        ):
            y = projection(hourglass(x))
            maps = head(y)
            stage_maps.append(maps)
            if i < len(self.back):
                x = x + self.back[i](torch.cat([y, maps], dim=1))
        return stage_maps
