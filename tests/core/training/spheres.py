"""Synthetic samples: a solid ball, drawn in the image, with landmarks on its outline."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np


class SphereSource:
    """Balls of random place and size; sample `index` is always the same.

    `repeat` makes the stream start again after so many samples, `shape` is the volume's.
    """

    def __init__(
        self, shape: tuple[int, int, int] = (100, 96, 96), repeat: int = 0, seed: int = 0
    ) -> None:
        self.shape, self.repeat, self.seed = shape, repeat, seed

    def sample(self, index: int) -> dict[str, Any]:
        """Return image (3, 192, 192), landmarks (68, 3) and volume uint8."""
        index = index % self.repeat if self.repeat else index
        return _ball(self.shape, self.seed, index)


@lru_cache(maxsize=64)
def _ball(shape: tuple[int, int, int], seed: int, index: int) -> dict[str, Any]:
    rng = np.random.default_rng((seed, index))
    center = rng.uniform(75, 115, 2)
    radius = rng.uniform(35, 60)
    y, x = np.mgrid[:192, :192]
    inside = (x - center[0]) ** 2 + (y - center[1]) ** 2 < radius**2
    image = rng.uniform(0, 0.3, (3, 192, 192)) + inside * rng.uniform(0.3, 0.7, (3, 1, 1))
    angle = np.linspace(0, 2 * np.pi, 68, endpoint=False)
    landmarks = np.stack(
        [
            center[0] + 0.8 * radius * np.cos(angle),
            center[1] + 0.8 * radius * np.sin(angle),
            20 * np.cos(angle),
        ],
        axis=1,
    )
    depth, height, width = shape
    axes = [(np.arange(n) + 0.5) * size / n - 0.5 for n, size in ((height, 192), (width, 192))]
    z = ((np.arange(depth) + 0.5) * 200 / depth - 100) / 2
    squared = (
        z[:, None, None] ** 2
        + (axes[0][None, :, None] - center[1]) ** 2
        + (axes[1][None, None, :] - center[0]) ** 2
    )
    occupancy = np.clip((radius - np.sqrt(squared)) / 2 + 0.5, 0, 1)
    return {
        "image": image.astype(np.float32),
        "landmarks": landmarks.astype(np.float32),
        "volume": np.round(occupancy * 255).astype(np.uint8),
    }
