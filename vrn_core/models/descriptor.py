"""A face as 128 numbers that lie near one another for photos of one person.

The architecture is that of dlib's face recognition network [1]_, a residual network [2]_ of 29
convolutions, whose author placed it in the public domain; the weights are his, see
``resources/SOURCES.md``. The affine layers are multiplied into the convolutions.

References
----------
.. [1] King, "High Quality Face Recognition with Deep Metric Learning", dlib blog, 2017.
.. [2] He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

CHIP_SIDE = 150
"""Side of the face's picture in pixels."""
DESCRIPTOR_SIZE = 128
MEAN_RGB = (122.782, 117.001, 104.298)
RANGE = 256.0


class _Block(nn.Module):
    """Two convolutions beside a shortcut; halves the sides of the map if it is `down`."""

    def __init__(self, inputs: int, outputs: int, down: bool = False) -> None:
        super().__init__()
        self.down = down
        # As in the original, which pads no convolution that has a stride.
        self.first = nn.Conv2d(inputs, outputs, 3, 2 if down else 1, 0 if down else 1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, H, W)."""
        y = self.second(functional.relu(self.first(x)))
        if self.down:
            x = functional.avg_pool2d(x, 2)
        return functional.relu(_sum(y, x))


class FaceDescriptor(nn.Module):
    """Pictures of upright faces to descriptors."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 7, 2)
        blocks = [_Block(32, 32) for _ in range(3)]
        for inputs, outputs, more in ((32, 64, 3), (64, 128, 2), (128, 256, 2), (256, 256, 0)):
            blocks.append(_Block(inputs, outputs, down=True))
            blocks += [_Block(outputs, outputs) for _ in range(more)]
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(256, DESCRIPTOR_SIZE, bias=False)
        self.register_buffer("mean", torch.tensor(MEAN_RGB).view(1, 3, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Return descriptors (B, 128) of images (B, 3, 150, 150), RGB in 0-255."""
        x = functional.relu(self.stem((images - self.mean) / RANGE))
        x = self.blocks(functional.max_pool2d(x, 3, 2))
        descriptors: Tensor = self.head(x.mean(dim=(2, 3)))
        return descriptors


def _sum(one: Tensor, other: Tensor) -> Tensor:
    """Add maps (B, C, H, W) whose sizes differ; what one of them lacks counts as 0."""
    size = [max(a, b) for a, b in zip(one.shape, other.shape, strict=True)]

    def filled(x: Tensor) -> Tensor:
        channels, rows, columns = (size[n] - x.shape[n] for n in (1, 2, 3))
        return functional.pad(x, (0, columns, 0, rows, 0, channels))

    return filled(one) + filled(other)
