"""A sheet of samples to look at: photo with landmarks above, volume below."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np

from vrn_core.data.config import DataConfig
from vrn_core.data.dataset import PortraitDataset
from vrn_core.errors import ConfigError
from vrn_core.files import write_atomically
from vrn_core.types import CROP_SIZE, ByteArray, FloatArray

COLUMNS = 8


def shade_volume(volume: ByteArray, size: int = CROP_SIZE) -> ByteArray:
    """Return the front of a volume (D, H, W) uint8 as a lit relief, (size, size) uint8."""
    inside = volume > 127
    seen = inside.any(axis=0)
    first = np.argmax(inside, axis=0)
    depth, rows, columns = volume.shape
    j, i = np.mgrid[:rows, :columns]
    # The surface lies between the first voxel inside and the one before it.
    here = volume[first, j, i] / 255.0
    nearest: FloatArray = np.full((rows, columns), depth, np.float32)
    nearest[seen] = (first + 1.0 - here)[seen]
    enlarged = cv2.resize(nearest, (size, size), interpolation=cv2.INTER_LINEAR)
    front = np.asarray(cv2.GaussianBlur(enlarged, (0, 0), 1.0), np.float32)
    slope_y, slope_x = np.gradient(front * (size / depth))
    light = (0.8 - 0.45 * slope_x + 0.45 * slope_y) / np.sqrt(1 + slope_x**2 + slope_y**2)
    mask = np.asarray(cv2.resize(np.asarray(seen, np.uint8), (size, size))) > 0
    return np.where(mask, np.clip(light, 0, 1) * 255, 0).astype(np.uint8)


def sample_tile(image: FloatArray, landmarks: FloatArray, volume: ByteArray) -> ByteArray:
    """Return one sample as (384, 192, 3) uint8 BGR: the photo over the volume."""
    photo = np.ascontiguousarray(image.transpose(1, 2, 0)[:, :, ::-1] * 255).astype(np.uint8)
    for x, y in landmarks[:, :2]:
        cv2.circle(photo, (round(float(x)), round(float(y))), 1, (0, 255, 0), -1)
    relief = cv2.cvtColor(shade_volume(volume), cv2.COLOR_GRAY2BGR)
    return np.vstack([photo, relief]).astype(np.uint8)


def write_preview(
    path: Path, config: DataConfig, count: int = 24, first: int = 0, split: str = "train"
) -> None:
    """Write a PNG of samples `first` to `first + count` of a split."""
    if count < 1:
        raise ConfigError(f"count is {count}; expected at least 1")
    dataset = PortraitDataset(config, split)
    tiles = []
    for index in range(first, first + count):
        sample = dataset.sample(index)
        tiles.append(
            sample_tile(
                np.asarray(sample["image"], np.float32),
                np.asarray(sample["landmarks"], np.float32),
                np.asarray(sample["volume"], np.uint8),
            )
        )
    columns = min(COLUMNS, count)
    rows = math.ceil(count / columns)
    tiles += [np.zeros_like(tiles[0])] * (rows * columns - count)
    sheet = np.vstack([np.hstack(tiles[r * columns : (r + 1) * columns]) for r in range(rows)])
    write_atomically(path, cv2.imencode(".png", sheet)[1].tobytes())
