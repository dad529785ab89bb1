"""Filling the tunnels of a volume, before its surface is taken.

In some volumes the dark of a nostril goes all through the wing of the nose. No face has such a
hole; sculptors and printers trip over it, and a surface with one cannot be laid flat.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vrn_core.errors import EmptyVolumeError
from vrn_core.meshing.cleanup import largest_component
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.texture.handles import euler_characteristic, handle_loop
from vrn_core.types import ByteArray, TriangleMesh

MOST_TUNNELS = 8
RADII_PX = (4.0, 5.5, 7.0)
"""Half the width, in crop pixels, up to which a tunnel is filled, tried in turn; the first is wide
enough to leave no deep pits at its ends."""
REACH_PX = 9.0
"""How far from the middle of a tunnel the volume may change."""


def fill_tunnels(volume: ByteArray, iso_level: float, grid: VoxelGrid) -> ByteArray:
    """Return a volume whose surface, as far as can be, has no tunnels.

    Where the surface has a loop that does not divide it, what is narrow is filled by a
    morphological closing, in growing widths, until the tunnel is gone; if none helps, what is
    thin is cut by an opening. Elsewhere the volume stays as it is.

    Parameters
    ----------
    volume : (D, H, W) uint8
        Probability times 255, axes (z, y, x).
    iso_level : float
        At which the surface is taken.
    grid : VoxelGrid
        Where the voxels lie, in crop pixels.
    """
    try:
        surface = _surface(volume, iso_level, grid)
        for _ in range(MOST_TUNNELS):
            if euler_characteristic(surface) >= 2:
                break
            found = _without_one(volume, surface, iso_level, grid)
            if found is None:
                break
            volume, surface = found
    except EmptyVolumeError:
        pass
    return volume


def _surface(volume: ByteArray, iso_level: float, grid: VoxelGrid) -> TriangleMesh:
    return largest_component(extract_isosurface(volume, iso_level, grid=grid))


def _without_one(
    volume: ByteArray, surface: TriangleMesh, iso_level: float, grid: VoxelGrid
) -> tuple[ByteArray, TriangleMesh] | None:
    """Return volume and surface with a tunnel less, or ``None`` if no attempt succeeds."""
    spacing, origin = np.array(grid.spacing), np.array(grid.origin)
    loop = surface.vertices[handle_loop(surface)]
    middle = ((loop.min(axis=0) + loop.max(axis=0)) / 2 - origin) / spacing
    half = (REACH_PX + RADII_PX[-1]) / spacing + np.ptp(loop, axis=0) / 2 / spacing
    low = np.clip(np.floor(middle - half).astype(int), 0, None)[::-1]
    high = np.ceil(middle + half).astype(int)[::-1] + 1
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    part = volume[box]
    places = np.indices(part.shape).reshape(3, -1).T[:, ::-1] + low[::-1]
    distance = np.linalg.norm(
        (places - middle) * spacing / (1 + np.ptp(loop, axis=0) / 2 / REACH_PX), axis=1
    ).reshape(part.shape)
    near = np.clip(2 * (1 - distance / REACH_PX), 0, 1)
    count = euler_characteristic(surface)
    for change in (ndimage.grey_closing, ndimage.grey_opening):
        for radius in RADII_PX:
            changed = change(part, footprint=_ball(radius, spacing))
            tried = volume.copy()
            tried[box] = np.rint(part + near * (changed.astype(np.float32) - part)).astype(np.uint8)
            again = _surface(tried, iso_level, grid)
            if euler_characteristic(again) > count:
                return tried, again
    return None


def _ball(radius: float, spacing: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the voxels (z, y, x) of a ball round the middle one."""
    reach = np.floor(radius / spacing).astype(int)
    z, y, x = np.ogrid[tuple(slice(-n, n + 1) for n in reach[::-1])]
    inside: NDArray[np.bool_] = (
        (x * spacing[0]) ** 2 + (y * spacing[1]) ** 2 + (z * spacing[2]) ** 2
    ) <= radius**2 + 1e-6
    return inside
