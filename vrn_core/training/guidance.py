"""The landmarks that guide a network in training: true ones with noise, or detected ones.

Guided by true landmarks alone, a network would trust them more than it may: at work it gets
those of a landmark network, whose errors are neither small nor independent.
"""

from __future__ import annotations

import os

import numpy as np
import torch
from torch import Tensor

from vrn_core.errors import ModelFileError
from vrn_core.models import LandmarkNetwork, load_model, model_path
from vrn_core.types import NUM_LANDMARKS

_STREAM = 0x6E6F697365
"""Keeps these random numbers apart from others of the same seed and index."""


class Guidance:
    """Makes the guiding points of a batch, determined by the seed and the samples' indices.

    Parameters
    ----------
    noise : (float, float)
        Each sample draws its own standard deviation between these, in crop pixels. Half of
        the variance is shared by all of its points, for a detector's errors are not
        independent: a face found too low has all its points too low.
    network : path, optional
        A landmark network's file, or the name of one that ships.
    share : float
        Share of the samples guided by what the network finds instead.
    device : torch.device
    """

    def __init__(
        self,
        noise: tuple[float, float],
        network: str | os.PathLike[str] | None = None,
        share: float = 0.0,
        device: torch.device | None = None,
    ) -> None:
        self._noise, self._share = noise, share
        self._network: LandmarkNetwork | None = None
        if network is not None:
            loaded = load_model(model_path(network))
            if not isinstance(loaded, LandmarkNetwork):
                raise ModelFileError(f"{network} holds no landmark network; choose another file")
            loaded.requires_grad_(False).to(device or torch.device("cpu"))
            self._network = loaded.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def points(
        self, images: Tensor, landmarks: Tensor, first_index: int, seed: int, always: bool = False
    ) -> Tensor:
        """Return guiding points (B, 68, 2) in crop pixels.

        `images` (B, 3, 192, 192) and true `landmarks` (B, 68, 3) of the samples from
        `first_index` on; `always` guides by the network alone if there is one.
        """
        points = landmarks[..., :2].clone()
        low, high = self._noise
        displacements = np.zeros(points.shape, np.float32)
        detected = []
        for offset in range(len(points)):
            rng = np.random.default_rng((seed, _STREAM, first_index + offset))
            sigma = rng.uniform(low, high) * np.sqrt(0.5)
            own = rng.standard_normal((NUM_LANDMARKS, 2))
            shared = rng.standard_normal((1, 2))
            displacements[offset] = sigma * (own + shared)
            if self._network is not None and (always or rng.random() < self._share):
                detected.append(offset)
        points += torch.from_numpy(displacements).to(points.device)
        if self._network is not None and detected:
            with torch.no_grad():
                found = self._network(images[detected]).points[..., :2]
            points[detected] = found.to(points.dtype)
        return points
