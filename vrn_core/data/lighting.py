"""Light that falls on a head from its surroundings, as spherical harmonics.

What a matt surface receives depends on its normal alone, and nine numbers a color hold that
to within a few percent for any surroundings [1]_. A light is a (9, 3) array of them, in the
viewer's axes (x right, y up, z towards the viewer).

References
----------
.. [1] Ramamoorthi and Hanrahan, "An Efficient Representation for Irradiance Environment
   Maps", SIGGRAPH 2001.
"""

from __future__ import annotations

import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vrn_core.data.config import DataConfig
from vrn_core.errors import DataError
from vrn_core.pose import rotation_from_pose
from vrn_core.resources import data_folder
from vrn_core.types import FloatArray, Pose

FIRST_HARMONIC = 0.5 / np.sqrt(np.pi)
COSINE_LOBE = np.array([np.pi] + [2 * np.pi / 3] * 3 + [np.pi / 4] * 5, np.float32)
"""What the cosine of the angle of incidence makes of each harmonic [1]_."""
FACING = np.array(
    [[0, 0, 1], [0.6, 0, 0.8], [-0.6, 0, 0.8], [0, 0.6, 0.8], [0, -0.6, 0.8]], np.float32
)
"""Normals of a face, over which the mean light is made one."""
DARKEST, BRIGHTEST = 0.03, 4.0
"""Factors between which light may change."""
GAMMA = 2.2
"""A photo's values are the linear light to the power of one over this."""


def harmonics(directions: FloatArray) -> FloatArray:
    """Return the nine real spherical harmonics to order 2 of unit vectors (N, 3), (N, 9)."""
    x, y, z = np.asarray(directions, np.float32).T
    values = np.stack(
        [
            np.full_like(x, FIRST_HARMONIC),
            0.488603 * y,
            0.488603 * z,
            0.488603 * x,
            1.092548 * x * y,
            1.092548 * y * z,
            0.315392 * (3 * z * z - 1),
            1.092548 * x * z,
            0.546274 * (x * x - y * y),
        ],
        axis=1,
    )
    return values.astype(np.float32)


def light_of_map(radiance: NDArray[np.floating]) -> FloatArray:
    """Return the (9, 3) light of an environment map.

    `radiance` (H, W, 3) is linear and equirectangular: rows from straight up to straight
    down, columns once round; its middle lies behind the head, its border behind the viewer.
    """
    height, width = radiance.shape[:2]
    polar = (np.arange(height) + 0.5) * np.pi / height
    round_ = (np.arange(width) + 0.5) * 2 * np.pi / width
    side = np.sin(polar)[:, None]
    directions = np.stack(
        [
            -side * np.sin(round_),
            np.broadcast_to(np.cos(polar)[:, None], (height, width)),
            side * np.cos(round_),
        ],
        axis=-1,
    ).reshape(-1, 3)
    solid_angle = np.repeat(np.sin(polar), width) * (np.pi / height) * (2 * np.pi / width)
    weighted = radiance.reshape(-1, 3).astype(np.float64) * solid_angle[:, None]
    projected = harmonics(directions.astype(np.float32)).astype(np.float64).T @ weighted
    light: FloatArray = (COSINE_LOBE[:, None] * projected).astype(np.float32)
    return light


def lamp(direction: FloatArray) -> FloatArray:
    """Return the (9, 3) light of a white lamp far away, `direction` (3,) being a unit vector.

    A surface that faces the lamp receives about one.
    """
    light = COSINE_LOBE * harmonics(direction[None])[0]
    return np.repeat(light[:, None], 3, axis=1).astype(np.float32)


def level(light: FloatArray) -> float:
    """Return the mean that a face which looks at the viewer receives from a light (9, 3)."""
    return float((harmonics(FACING) @ light).mean())


def mix(light: FloatArray, even: float) -> FloatArray:
    """Return a light (9, 3) with a share `even` of it coming from all around instead."""
    mixed = (1 - even) * light
    # The first harmonic is the same in all directions.
    mixed[0] += even * level(light) / FIRST_HARMONIC
    return mixed.astype(np.float32)


def turn_light(light: FloatArray, degrees: float) -> FloatArray:
    """Return a light (9, 3) turned about the vertical axis."""
    directions = _SPREAD @ rotation_from_pose(Pose(degrees, 0, 0)).astype(np.float32)
    # Nine harmonics are known from their values in enough directions.
    turned: FloatArray = (_SPREAD_INVERSE @ (harmonics(directions) @ light)).astype(np.float32)
    return turned


def _spread(count: int) -> FloatArray:
    """Return `count` unit vectors spread evenly, on a golden spiral."""
    number = np.arange(count) + 0.5
    y = 1 - 2 * number / count
    angle = np.pi * (1 + 5**0.5) * number
    side = np.sqrt(1 - y * y)
    return np.stack([side * np.cos(angle), y, side * np.sin(angle)], axis=1).astype(np.float32)


_SPREAD = _spread(32)
_SPREAD_INVERSE = np.linalg.pinv(harmonics(_SPREAD))


def shading(light: FloatArray, normals: FloatArray) -> FloatArray:
    """Return the factors (N, 3) by which a light (9, 3) changes a photo's values.

    `normals` (N, 3) are unit vectors in the viewer's axes. A face that looks at the viewer
    keeps its mean brightness.
    """
    received = harmonics(normals) @ light / np.float32(max(level(light), 1e-6))
    factors: FloatArray = (np.clip(received, DARKEST, BRIGHTEST) ** (1 / GAMMA)).astype(np.float32)
    return factors


@lru_cache(maxsize=2)
def load_environments(folder: Path | None = None) -> tuple[FloatArray, ...]:
    """Return the lights (9, 3) of the environment maps in `folder`.

    By default ``hdri`` of the data folder; raises :class:`DataError` if its file cannot be
    read.
    """
    path = (folder or data_folder() / "hdri") / "hdri.npz"
    try:
        with np.load(path, allow_pickle=False) as maps:
            return tuple(light_of_map(maps[name].astype(np.float32)) for name in maps.files)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DataError(
            f"cannot read the environment maps {path}: {error}; set VRN_DATA to the folder that "
            "holds hdri, or data.environment_share to 0"
        ) from error


def draw_light(rng: np.random.Generator, config: DataConfig) -> FloatArray | None:
    """Return the light (9, 3) of a sample, or ``None`` for that of the photo itself."""
    kind = rng.random()
    if kind < config.environment_share:
        environments = load_environments()
        chosen = environments[int(rng.integers(len(environments)))]
        light = turn_light(chosen, float(rng.uniform(-180, 180)))
        # Photos that were balanced for their light show less of its color.
        colorful = np.float32(rng.uniform(0, 1))
        light = colorful * light + (1 - colorful) * light.mean(axis=1, keepdims=True)
        return mix(light, float(rng.uniform(0, 0.5)))
    if kind < config.environment_share + config.lamp_share:
        direction = rng.normal(0, 1, 3)
        direction[2] = abs(direction[2]) + 0.3
        direction /= np.linalg.norm(direction)
        return mix(lamp(direction.astype(np.float32)), float(rng.uniform(0, 0.7)))
    return None
