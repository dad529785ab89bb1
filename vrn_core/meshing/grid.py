"""Where the voxels of a volume lie."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vrn_core.errors import ConfigError
from vrn_core.types import DEPTH_STEP, VOLUME_SHAPE

EXTRA_PX = 25.0
"""How much farther back than its volume a completed face may reach, in crop pixels."""
COMPLETED_SHAPE = (VOLUME_SHAPE[0] + round(EXTRA_PX / DEPTH_STEP), *VOLUME_SHAPE[1:])
"""Of a completed volume at full resolution, see :mod:`vrn_core.meshing.symmetry`."""


@dataclass(frozen=True)
class VoxelGrid:
    """Where the voxels of a volume lie in space.

    Voxel (k, j, i) of a volume with axes (z, y, x) is centered on
    ``origin + spacing * (i, j, k)``; both are written (x, y, z).
    """

    spacing: tuple[float, float, float]
    origin: tuple[float, float, float]

    def __post_init__(self) -> None:
        if not all(math.isfinite(v) for v in (*self.spacing, *self.origin)):
            raise ConfigError(f"a voxel grid needs finite numbers; got {self}")
        if min(self.spacing) <= 0:
            raise ConfigError(f"voxel spacing must be positive; got {self.spacing}")

    @classmethod
    def of_crop(cls, voxel_size: int = 1) -> VoxelGrid:
        """Return the grid of a volume that fills the face crop.

        `voxel_size` is the side of a voxel in crop pixels: 1 at full resolution, 2 for the
        half grid, whose voxels are centered between two full ones. A voxel is half as deep
        as it is wide. The front of the volume lies half its full depth before z = 0,
        however many slices it has.
        """
        step = DEPTH_STEP * voxel_size
        side, offset = float(voxel_size), (voxel_size - 1) / 2
        front = -VOLUME_SHAPE[0] * DEPTH_STEP / 2
        return cls((side, side, step), (offset, offset, front + step / 2))
