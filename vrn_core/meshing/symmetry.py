"""The symmetry of faces, and what it says of the part that a volume has no room for.

A volume reaches 50 pixels of the crop behind the mean depth of the face. From about 20 degrees
of yaw the averted cheek reaches farther, and the surface would be cut off flat in front of the
ear. There the other cheek stands in for it, mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.optimize import least_squares

from vrn_core.errors import ShapeError
from vrn_core.meshing.grid import EXTRA_PX, VoxelGrid
from vrn_core.pose import Similarity
from vrn_core.types import CROP_SIZE, ByteArray, FaceCrop, FloatArray

BLENDED_PX = 10.0
"""Depth over which the volume gives way to its mirror image in front of the back border."""
FITTED_PX = 30.0
"""Depth in front of the back border in which the mirror image is made to meet the face."""
FITTED_VOXELS = 1000
"""About how many voxels are compared."""
FADE = (50, 205)
"""Probabilities times 255 of the voxels that the surface passes through."""
LEVER_PX = 50.0
"""Half the width of a face: a turn of the plane is counted in pixels there."""
TRUSTED_PX, PRIOR = 3.0, 0.1
"""How far landmarks may misplace the plane, and what that counts for."""
TOUCHING = 25
"""Probability times 255 in the last slice from which on a volume counts as cut off."""


@dataclass(frozen=True)
class SymmetryPlane:
    """The plane that mirrors the left half of a face onto the right, in the mesh's frame.

    ``point`` (3,) lies on it; ``normal`` (3,) has length one.
    """

    point: NDArray[np.float64]
    normal: NDArray[np.float64]

    @classmethod
    def of_canonical_frame(cls, to_canonical: Similarity) -> SymmetryPlane:
        """Return the canonical plane x = 0 in the frame that the similarity maps from."""
        point = to_canonical.inverse().apply(np.zeros((1, 3)))[0]
        return cls(point, to_canonical.rotation[0] / np.linalg.norm(to_canonical.rotation[0]))

    def in_crop(self, crop: FaceCrop) -> SymmetryPlane:
        """Return the plane, given in the photo frame, in the pixels of a crop."""
        point = crop.to_crop(self.point[None].astype(np.float32))[0]
        return SymmetryPlane(point.astype(np.float64), self.normal)

    def moved(self, change: NDArray[np.floating]) -> SymmetryPlane:
        """Return the plane moved along its normal by change[0], its normal turned by the rest."""
        normal = self.normal + change[1:]
        normal /= np.linalg.norm(normal)
        return SymmetryPlane(self.point + change[0] * self.normal, normal)

    def reflect(self, points: NDArray[np.floating]) -> FloatArray:
        """Mirror points (N, 3)."""
        distance = (points - self.point) @ self.normal
        return (points - 2 * distance[:, None] * self.normal).astype(np.float32)

    def reflect_directions(self, directions: NDArray[np.floating]) -> FloatArray:
        """Mirror directions (N, 3)."""
        along = directions @ self.normal
        return (directions - 2 * along[:, None] * self.normal).astype(np.float32)


def complete_behind(
    volume: ByteArray, plane: SymmetryPlane, change: FloatArray | None = None
) -> ByteArray:
    """Return a volume with what its back border cut off, taken from the other half of the face.

    Parameters
    ----------
    volume : (D, H, W) uint8
        Occupancy probability times 255 of a face crop, axes (z, y, x), at any resolution.
    plane : SymmetryPlane
        In crop pixels.
    change : (4,), optional
        By which the plane is off, as of :func:`plane_change` for a frame shortly before; by
        default it is found, which takes most of the time.

    Returns
    -------
    (D + E, H, W) uint8
        The same volume, with slices that reach `EXTRA_PX` farther back. The last `BLENDED_PX`
        of the volume give way to the mirror image little by little. A volume that ends before
        its back border is returned as it is.
    """
    if volume.ndim != 3 or 0 in volume.shape or CROP_SIZE % volume.shape[2]:
        raise ShapeError("volume", volume.shape, f"(D, H, W), W a whole part of {CROP_SIZE}")
    if not is_cut_off(volume):
        return volume
    depth = len(volume)
    grid = VoxelGrid.of_crop(CROP_SIZE // volume.shape[2])
    plane = plane.moved(plane_change(volume, plane) if change is None else change)
    step = grid.spacing[2]
    blended, extra = (round(length / step) for length in (BLENDED_PX, EXTRA_PX))
    completed = np.concatenate([volume, np.zeros((extra, *volume.shape[1:]), np.uint8)])
    spacing, origin = np.array(grid.spacing), np.array(grid.origin)

    # Where the image of the solid lies behind the blended border; the rest stays empty.
    solid = np.argwhere(volume[::2, ::2, ::2] >= TOUCHING)[:, ::-1] * 2
    image = (plane.reflect(solid * spacing + origin) - origin) / spacing
    image = image[image[:, 2] > depth - blended - 2]
    start = depth - blended
    rows, columns = slice(0, 0), slice(0, 0)
    if len(image):
        low = np.clip(np.floor(image.min(axis=0)).astype(int) - 3, 0, None)
        high = np.ceil(image.max(axis=0)).astype(int) + 4
        rows, columns = slice(low[1], high[1]), slice(low[0], high[0])
    target = completed[start:, rows, columns]
    # The mirror image of a voxel's place is linear in it: from its value at three steps.
    first = np.array([start, rows.start or 0, columns.start or 0])
    index = first + np.vstack([np.zeros(3), np.eye(3)])
    source = (plane.reflect(index[:, ::-1] * spacing + origin) - origin)[:, ::-1] / spacing[::-1]
    mirrored = ndimage.affine_transform(
        volume,
        (source[1:] - source[0]).T,
        source[0],
        target.shape,
        output=np.float32,
        order=1,
        mode="constant",
    )
    weight = np.clip((np.arange(len(target)) + 1) / (blended + 1), 0, 1)[:, None, None]
    target[:] = np.rint((1 - weight) * target + weight * mirrored).astype(np.uint8)
    return completed


def is_cut_off(volume: ByteArray) -> bool:
    """Return whether the solid of a volume (D, H, W) uint8 reaches its back border."""
    return bool(volume[-1].max() >= TOUCHING)


def plane_change(volume: ByteArray, plane: SymmetryPlane) -> FloatArray:
    """Return how to move a plane a little, so that the image meets the face before the border.

    Landmarks place the plane within a few pixels, which would leave a step. Sought is the
    plane near it that makes the volume most like its own mirror image, where its surface
    passes through the last `FITTED_PX`. Arguments are those of :func:`complete_behind`; the
    result (4,) float32 is for :meth:`SymmetryPlane.moved`.
    """
    grid = VoxelGrid.of_crop(CROP_SIZE // volume.shape[2])
    spacing, origin = np.array(grid.spacing), np.array(grid.origin)
    first = max(len(volume) - round(FITTED_PX / grid.spacing[2]), 0)
    fade = volume[first:]
    chosen = np.flatnonzero((fade >= FADE[0]) & (fade <= FADE[1]))
    chosen = chosen[:: max(len(chosen) // FITTED_VOXELS, 1)]
    index = np.stack(np.unravel_index(chosen, fade.shape), axis=1) + [first, 0, 0]
    values = volume[tuple(index.T)] / 255.0
    points = index[:, ::-1] * spacing + origin
    across = np.linalg.svd(plane.normal[None])[2][1:]

    def of(turned: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([turned[:1], turned[1:] @ across / LEVER_PX])

    def differences(change: NDArray[np.float64]) -> NDArray[np.float64]:
        source = (plane.moved(of(change)).reflect(points) - origin) / spacing
        image = ndimage.map_coordinates(volume, source.T[::-1], output=np.float32, order=1)
        difference = (image / 255.0 - values) / np.sqrt(max(len(values), 1))
        return np.concatenate([difference, PRIOR * change / TRUSTED_PX])

    def slopes(change: NDArray[np.float64]) -> NDArray[np.float64]:
        # Over half a pixel: between voxels the values are linear.
        here = differences(change)
        return np.stack([2 * (differences(change + 0.5 * e) - here) for e in np.eye(3)], axis=1)

    found = least_squares(differences, np.zeros(3), slopes, max_nfev=6)
    return of(found.x).astype(np.float32)
