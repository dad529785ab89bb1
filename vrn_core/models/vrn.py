"""The Volumetric Regression Networks: VRN, VRN-Guided and VRN-Multitask.

A photo goes through a stem and two stacked hourglasses to slices of occupancy; depth is the
channel axis, so that only 2-D convolutions are needed [1]_. VRN-Guided also sees the 68
landmarks as heatmaps; VRN-Multitask forks after its first hourglass into a volume and a
landmark hourglass.

Three heads are there. `bilinear` is the paper's: a 1x1 convolution to 200 slices at 48 x 48,
enlarged four times. `subpixel` predicts 100 slices at 96 x 96 by pixel shuffle, twice as
fine sideways for the same number of values; the full grid is interpolated from it. So it is
from `convolved`, whose 100 slices come from a convolution at 96 x 96.

References
----------
.. [1] Jackson et al., "Large Pose 3D Face Reconstruction from a Single Image via Direct
   Volumetric CNN Regression", ICCV 2017.
.. [2] Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient
   Sub-Pixel Convolutional Neural Network", CVPR 2016.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from vrn_core.errors import ConfigError, ShapeError
from vrn_core.models.blocks import Hourglass, Projection, Stem
from vrn_core.models.heatmaps import draw_gaussians
from vrn_core.models.landmarks import LandmarkHead, LandmarkOutput, landmark_output
from vrn_core.types import CROP_SIZE, NUM_LANDMARKS, VOLUME_SHAPE

HEADS = {"bilinear": 200, "subpixel": 400, "convolved": 100}
"""Channels that each head's last convolution makes."""
HALF_SHAPE = (100, 96, 96)
"""Axes (z, y, x) of the half-resolution volume."""


class VolumeOutput(NamedTuple):
    """What a volume network predicts."""

    logits: Tensor
    """(B, D, H, W) occupancy logits on the network's own grid, axes (z, y, x)."""
    landmarks: LandmarkOutput | None
    """From VRN-Multitask alone."""
    early_logits: tuple[Tensor, ...] = ()
    """Those of the stacks before the last, while training with intermediate supervision."""


def resize_volume(logits: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """Resample logits (B, D, H, W) to `shape`, both grids covering the same box."""
    if tuple(logits.shape[1:]) == shape:
        return logits
    if logits.shape[2:] == shape[1:]:
        return _resample_depth(logits, shape[0])
    if logits.shape[1] > shape[0]:
        logits = _resample_depth(logits, shape[0])
    enlarged = functional.interpolate(logits, size=shape[1:], mode="bilinear")
    return _resample_depth(enlarged, shape[0])


def _resample_depth(logits: Tensor, depth: int) -> Tensor:
    """Resample the channel axis of (B, D, H, W), treated as depth, to `depth` slices."""
    if logits.shape[1] == depth:
        return logits
    if logits.shape[1] == 2 * depth:
        halved: Tensor = logits.unflatten(1, (depth, 2)).mean(dim=2)
        return halved
    b, d, h, w = logits.shape
    flat = logits.reshape(b, 1, d, h * w)
    resampled = functional.interpolate(flat, size=(depth, h * w), mode="bilinear")
    return resampled.view(b, depth, h, w)


def full_volume(logits: Tensor) -> Tensor:
    """Resample logits (B, D, H, W) to the full grid (B, 200, 192, 192)."""
    return resize_volume(logits, VOLUME_SHAPE)


class VolumeHead(nn.Module):
    """Features (B, F, 48, 48) to occupancy logits."""

    def __init__(self, features: int, kind: str) -> None:
        super().__init__()
        if kind not in HEADS:
            raise ConfigError(f"unknown volume head {kind!r}; expected one of {', '.join(HEADS)}")
        self.kind = kind
        self.refine: nn.Module = nn.Identity()
        if kind == "convolved":
            self.refine = nn.Sequential(
                nn.Conv2d(features, features // 2, 3, padding=1, bias=False),
                nn.BatchNorm2d(features // 2),
                nn.ReLU(inplace=True),
            )
            features //= 2
        self.slices = nn.Conv2d(features, HEADS[kind], 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 200, 48, 48) for `bilinear`, else (B, 100, 96, 96)."""
        if self.kind == "convolved":
            enlarged = functional.interpolate(x, scale_factor=2.0, mode="bilinear")
            return cast(Tensor, self.slices(self.refine(enlarged)))
        y = self.slices(x)
        if self.kind == "bilinear":
            return cast(Tensor, y)
        return tent_blur(functional.pixel_shuffle(y, 2))


def tent_blur(x: Tensor) -> Tensor:
    """Blur maps (B, C, H, W) by [1, 2, 1] / 4 along both axes.

    Four equal sub-pixels then become a bilinear interpolation of their cells, so that what
    the head does not say more finely is smooth, not a staircase.
    """
    if torch.is_grad_enabled() and x.requires_grad:
        return cast(Tensor, _TentBlur.apply(x))  # type: ignore[no-untyped-call]
    return _tent_blur(x)


class _TentBlur(torch.autograd.Function):
    """The blur as its own transpose, which with repeated borders it is.

    The derivative of a repeated border costs more than the blur and all that is before it.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return _tent_blur(x)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Tensor:
        return tent_blur(grad_output)


def _tent_blur(x: Tensor) -> Tensor:
    kernel = torch.tensor([1.0, 2.0, 1.0], dtype=x.dtype, device=x.device) / 4
    channels = int(x.shape[1])
    weight = (kernel[:, None] * kernel).expand(channels, 1, 3, 3)
    # Mixed precision would make float32 of the maps, to repeat their borders.
    with torch.autocast(x.device.type, enabled=False):
        padded = functional.pad(x, (1, 1, 1, 1), mode="replicate")
        return functional.conv2d(padded, weight, groups=channels)


class VolumeNetwork(nn.Module):
    """VRN and, with `guided`, VRN-Guided.

    Parameters
    ----------
    features, stem_features : int
        Features of the hourglasses, and of the stem's first convolution.
    stacks, levels, residuals : int
        Hourglasses in a row, halvings in each, residuals at each place.
    head : "bilinear", "subpixel" or "convolved"
    guided : bool
        Whether the 68 landmarks come in as heatmaps.
    heatmap_stride : 1 or 4
        Crop pixels a heatmap's cell: 1 stacks the heatmaps on the RGB image, as the paper
        does, 4 on the stem's features, at a sixteenth of the cost.
    heatmap_sigma : float
        Standard deviation of the Gaussians, in cells.
    intermediate : bool
        Whether each hourglass has a head of its own, which training makes use of.
    """

    def __init__(
        self,
        features: int,
        stem_features: int,
        stacks: int,
        levels: int,
        residuals: int,
        head: str,
        guided: bool,
        heatmap_stride: int = 4,
        heatmap_sigma: float = 1.0,
        intermediate: bool = False,
    ) -> None:
        super().__init__()
        if heatmap_stride not in (1, 4):
            raise ConfigError(f"heatmap_stride is {heatmap_stride}; expected 1 or 4")
        self.guided = guided
        self.heatmap_stride = heatmap_stride
        self.heatmap_sigma = heatmap_sigma
        on_image = NUM_LANDMARKS if guided and heatmap_stride == 1 else 0
        on_features = NUM_LANDMARKS if guided and heatmap_stride == 4 else 0
        self.stem = Stem(3 + on_image, stem_features, features, extra=on_features)
        self.stacks = nn.ModuleList(
            nn.Sequential(Hourglass(levels, features, residuals), Projection(features))
            for _ in range(stacks)
        )
        self.between = nn.ModuleList(nn.Conv2d(features, features, 1) for _ in range(stacks - 1))
        self.head = VolumeHead(features, head)
        early = stacks - 1 if intermediate else 0
        self.early_heads = nn.ModuleList(VolumeHead(features, head) for _ in range(early))

    def forward(self, images: Tensor, landmarks: Tensor | None = None) -> VolumeOutput:
        """Predict the volume.

        `images` (B, 3, 192, 192), RGB in [0, 1]; `landmarks` (B, 68, 2 or 3) in crop pixels,
        which VRN-Guided needs and VRN ignores.
        """
        return self.guided_by(images, self.heatmaps(landmarks))

    def heatmaps(self, landmarks: Tensor | None) -> Tensor | None:
        """Return what guides the network (B, 68, S, S), nothing if it is not guided."""
        if not self.guided:
            return None
        if landmarks is None or landmarks.shape[1] != NUM_LANDMARKS:
            got = () if landmarks is None else tuple(landmarks.shape)
            raise ShapeError("landmarks", got, "(B, 68, 2): this network is guided by them")
        stride = self.heatmap_stride
        return draw_gaussians(landmarks[..., :2], CROP_SIZE // stride, stride, self.heatmap_sigma)

    def guided_by(self, images: Tensor, heatmaps: Tensor | None) -> VolumeOutput:
        """Predict the volume as `forward` does, from heatmaps that are drawn already."""
        _check_images(images)
        extra = heatmaps
        if heatmaps is not None and self.heatmap_stride == 1:
            images, extra = torch.cat([images, heatmaps.to(images.dtype)], dim=1), None
        x = self.stem(images, extra)
        early_logits = []
        for i, stack in enumerate(self.stacks):
            y = stack(x)
            if self.training and i < len(self.early_heads):
                early_logits.append(self.early_heads[i](y))
            x = x + self.between[i](y) if i < len(self.between) else y
        return VolumeOutput(self.head(x), None, tuple(early_logits))


class MultitaskNetwork(nn.Module):
    """VRN-Multitask: a shared hourglass, then one for the volume and one for the landmarks."""

    def __init__(
        self,
        features: int,
        stem_features: int,
        levels: int,
        residuals: int,
        head: str,
    ) -> None:
        super().__init__()
        self.stem = Stem(3, stem_features, features)

        def stack() -> nn.Sequential:
            return nn.Sequential(Hourglass(levels, features, residuals), Projection(features))

        self.shared, self.volume_stack, self.landmark_stack = stack(), stack(), stack()
        self.between = nn.Conv2d(features, features, 1)
        self.head = VolumeHead(features, head)
        self.landmark_head = LandmarkHead(features)

    def forward(self, images: Tensor, landmarks: Tensor | None = None) -> VolumeOutput:
        """Predict volume and landmarks of images (B, 3, 192, 192); `landmarks` is ignored."""
        del landmarks
        _check_images(images)
        x = self.stem(images)
        x = x + self.between(self.shared(x))
        maps = self.landmark_head(self.landmark_stack(x))
        return VolumeOutput(self.head(self.volume_stack(x)), landmark_output([maps]))


def _check_images(images: Tensor) -> None:
    if images.ndim != 4 or images.shape[1:] != (3, CROP_SIZE, CROP_SIZE):
        raise ShapeError("images", images.shape, "(B, 3, 192, 192), axes (batch, RGB, y, x)")
