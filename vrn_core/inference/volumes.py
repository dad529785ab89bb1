"""Running a volume network on a face crop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vrn_core.ibug import MIRROR
from vrn_core.imaging import warp_image
from vrn_core.inference.device import autocast, to_images
from vrn_core.types import CROP_SIZE, VOLUME_SHAPE, ByteArray, FaceCrop, FloatArray

EMPTY_BYTE = 1
"""Voxels of at most this probability times 255 are left out."""


class VolumePredictor:
    """Predicts the occupancy of face crops.

    Parameters
    ----------
    network : callable
        As :class:`vrn_core.inference.runtime.Network` is, or a network on the device.
    device : torch.device
    flip : bool
        Whether the mirrored crop is looked at as well and both are averaged: twice the cost
        of the network for a surface closer to the truth.
    """

    def __init__(
        self, network: Callable[..., Any], device: torch.device, flip: bool = True
    ) -> None:
        self._network = network
        self._device = device
        self._flip = flip

    def predict(self, photo: ByteArray, crop: FaceCrop, landmarks: FloatArray) -> Tensor:
        """Return the occupancy logits of one face.

        Parameters
        ----------
        photo : (H, W, 3) uint8 RGB
        crop : FaceCrop
        landmarks : (68, 2 or 3) float32
            Photo frame; networks that are not guided ignore them.

        Returns
        -------
        (D, H, W) float32
            On the network's own grid, axes (z, y, x).
        """
        pixels = warp_image(photo, crop.matrix(), crop.size)
        images = to_images(pixels[None], self._device)
        guide = torch.from_numpy(crop.to_crop(landmarks)[None, :, :2].copy()).to(self._device)
        if self._flip:
            mirrored = guide[:, torch.from_numpy(MIRROR)].clone()
            mirrored[..., 0] = CROP_SIZE - 1 - mirrored[..., 0]
            images = torch.cat([images, images.flip(3)])
            guide = torch.cat([guide, mirrored])
        with torch.inference_mode(), autocast(self._device):
            logits = self._network(images, guide).logits.float()
            if self._flip:
                logits = 0.5 * (logits[:1] + logits[1:].flip(3))
            chosen: Tensor = logits[0]
            return chosen


def to_bytes(logits: Tensor) -> ByteArray:
    """Return the probabilities times 255 of logits of any shape, as uint8."""
    values: ByteArray = torch.sigmoid(logits).mul_(255).add_(0.5).to(torch.uint8).cpu().numpy()
    return values


@torch.inference_mode()
def to_full_bytes(logits: Tensor, coarse: ByteArray | None = None) -> ByteArray:
    """Return the full volume (200, 192, 192) uint8 of logits (D, H, W) on any grid.

    Only the box that holds the face is resampled: most of the volume is empty. `coarse` is
    the outcome of :func:`to_bytes` on the same logits, if it is there already.
    """
    volume = np.zeros(VOLUME_SHAPE, np.uint8)
    occupied = (to_bytes(logits) if coarse is None else coarse) > EMPTY_BYTE
    if not occupied.any():
        return volume
    source, target = [], []
    for axis, (size, full) in enumerate(zip(logits.shape, VOLUME_SHAPE, strict=True)):
        others = tuple(a for a in range(3) if a != axis)
        where = np.flatnonzero(occupied.any(axis=others))
        # Two cells of margin, so that the box's own border does not show in the resampling.
        low = max(int(where.min()) - 2, 0)
        high = min(int(where.max()) + 3, size)
        ratio = full // size
        source.append(slice(low, high))
        target.append(slice(low * ratio, high * ratio))
    box = logits[source[0], source[1], source[2]]
    size3 = [t.stop - t.start for t in target]
    if list(box.shape) != size3:
        # Sideways first, by the two axes at once, then along depth.
        box = functional.interpolate(box[None], size=size3[1:], mode="bilinear")[0]
        depth = box.shape[0]
        flat = box.reshape(1, 1, depth, -1)
        box = functional.interpolate(flat, size=(size3[0], flat.shape[3]), mode="bilinear")
        box = box.reshape(size3)
    volume[target[0], target[1], target[2]] = to_bytes(box)
    return volume


def decisiveness(volume: ByteArray) -> float:
    """Return how sure a volume (D, H, W) uint8 is of itself, in [0, 1].

    The share of the inside, counted by probability, that lies in voxels of at least 0.9.
    """
    total = float(volume.sum(dtype=np.int64))
    if total == 0:
        return 0.0
    return float(volume[volume >= 230].sum(dtype=np.int64)) / total
