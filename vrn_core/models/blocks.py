"""The blocks that every network here is built of.

References
----------
.. [1] Newell, Yang, Deng, "Stacked Hourglass Networks for Human Pose Estimation", ECCV 2016.
.. [2] He et al., "Identity Mappings in Deep Residual Networks", ECCV 2016.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from vrn_core.errors import ConfigError


class Residual(nn.Module):
    """Pre-activation bottleneck: 1x1 to half the features, 3x3, 1x1, plus the identity.

    Input (B, in_features, H, W), result (B, out_features, H, W).
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        middle = out_features // 2
        self.norm1 = nn.BatchNorm2d(in_features)
        self.conv1 = nn.Conv2d(in_features, middle, 1, bias=False)
        self.norm2: nn.Module = nn.BatchNorm2d(middle)
        self.conv2 = nn.Conv2d(middle, middle, 3, padding=1, bias=False)
        self.norm3: nn.Module = nn.BatchNorm2d(middle)
        self.conv3 = nn.Conv2d(middle, out_features, 1)
        self.skip: nn.Module = (
            nn.Identity()
            if in_features == out_features
            else nn.Conv2d(in_features, out_features, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, in_features, H, W) to (B, out_features, H, W)."""
        y = self.conv1(functional.relu(self.norm1(x)))
        y = self.conv2(functional.relu(self.norm2(y)))
        y = self.conv3(functional.relu(self.norm3(y)))
        return cast(Tensor, y + self.skip(x))


def residuals(features: int, count: int) -> nn.Sequential:
    """Return `count` residuals in a row that keep the number of features."""
    return nn.Sequential(*(Residual(features, features) for _ in range(count)))


class Hourglass(nn.Module):
    """Residuals from full resolution down `levels` halvings and up again, with skips [1]_.

    Keeps (B, features, H, W); H and W must be divisible by ``2 ** levels``.
    """

    def __init__(self, levels: int, features: int, residuals_per_place: int = 1) -> None:
        super().__init__()
        n = residuals_per_place
        self.skip = residuals(features, n)
        self.down = residuals(features, n)
        self.inner: nn.Module = (
            Hourglass(levels - 1, features, n) if levels > 1 else residuals(features, n)
        )
        self.up = residuals(features, n)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, features, H, W) to the same shape."""
        low = self.up(self.inner(self.down(functional.max_pool2d(x, 2))))
        low = functional.interpolate(low, scale_factor=2.0, mode="nearest")
        return cast(Tensor, self.skip(x) + low)


class Stem(nn.Module):
    """The way from the image to a quarter of its resolution.

    7x7 convolution of stride 2 (`narrow` features), residual to ``2 * narrow``, max-pool,
    residuals to `features`: (B, in_channels, H, W) to (B, features, H / 4, W / 4). `extra`
    further channels may be given at the quarter resolution.
    """

    def __init__(self, in_channels: int, narrow: int, features: int, extra: int = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, narrow, 7, stride=2, padding=3, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(narrow)
        self.widen = Residual(narrow, 2 * narrow)
        self.mix = Residual(2 * narrow, 2 * narrow)
        self.out = Residual(2 * narrow + extra, features)

    def forward(self, images: Tensor, extra: Tensor | None = None) -> Tensor:
        """Map images (B, C, H, W) and extra maps (B, E, H / 4, W / 4) to features."""
        x = self.widen(functional.relu(self.norm(self.conv(images))))
        x = self.mix(functional.max_pool2d(x, 2))
        if extra is not None:
            x = torch.cat([x, extra.to(x.dtype)], dim=1)
        return cast(Tensor, self.out(x))


class Projection(nn.Sequential):
    """1x1 convolution, norm and ReLU: the linear step after an hourglass [1]_."""

    def __init__(self, features: int) -> None:
        super().__init__(
            Residual(features, features),
            nn.Conv2d(features, features, 1, bias=False),
            nn.BatchNorm2d(features),
            nn.ReLU(inplace=True),
        )


def fold_norms(network: nn.Module) -> None:
    """Let the convolutions of a network in evaluation do the work of the norms that follow them.

    The network computes the same with two thirds fewer norms, and can be trained no more.
    """
    for block in network.modules():
        if isinstance(block, Residual):
            block.conv1, block.norm2 = _folded(block.conv1, block.norm2)
            block.conv2, block.norm3 = _folded(block.conv2, block.norm3)
        elif isinstance(block, Stem):
            block.conv, block.norm = _folded(block.conv, block.norm)
        elif isinstance(block, Projection):
            block[1], block[2] = _folded(block[1], block[2])


def _folded(conv: nn.Module, norm: nn.Module) -> tuple[nn.Conv2d, nn.Module]:
    if not isinstance(conv, nn.Conv2d) or not isinstance(norm, nn.BatchNorm2d):
        raise ConfigError("the norms of this network were folded already; load it anew")
    return fuse_conv_bn_eval(conv, norm), nn.Identity()
