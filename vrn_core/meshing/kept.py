"""The volume of a face in little memory, for surfaces that are taken anew."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from vrn_core.errors import EmptyVolumeError
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.pose import Similarity, fit_similarity
from vrn_core.types import ByteArray, FaceCrop, Reconstruction

Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class KeptVolume:
    """The volume of a face in little memory, without loss, and its place in the photo.

    Only the box of the voxels that are not 0 is kept, compressed: some 80 kB a face.
    """

    packed: bytes
    box: Box
    shape: tuple[int, int, int]
    voxel_size: int
    """Side of a voxel in crop pixels: 2 on the half grid, else 1."""
    crop: FaceCrop
    to_canonical: Similarity
    """From the photo frame."""

    @classmethod
    def of(cls, result: Reconstruction) -> KeptVolume:
        """Keep the volume that the surface of a reconstruction was taken from.

        Raises
        ------
        EmptyVolumeError
            If there is no voxel to keep.
        """
        volume = result.volume if result.solid is None else result.solid
        to_canonical = fit_similarity(result.mesh.vertices, result.mesh_canonical.vertices)
        return cls.pack(volume, result.crop.size // volume.shape[2], result.crop, to_canonical)

    @classmethod
    def pack(
        cls, volume: ByteArray, voxel_size: int, crop: FaceCrop, to_canonical: Similarity
    ) -> KeptVolume:
        """Keep a volume (D, H, W) uint8 that fills a crop; the arguments are as the fields.

        Raises
        ------
        EmptyVolumeError
            If there is no voxel to keep.
        """
        if not volume.any():
            raise EmptyVolumeError("the volume is empty; there is no surface to keep")
        spans = [np.flatnonzero(volume.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
        z, y, x = (slice(int(span[0]), int(span[-1]) + 1) for span in spans)
        depth, height, width = volume.shape
        return cls(
            packed=zlib.compress(volume[z, y, x].tobytes(), 1),
            box=(z, y, x),
            shape=(depth, height, width),
            voxel_size=voxel_size,
            crop=crop,
            to_canonical=to_canonical,
        )

    @property
    def grid(self) -> VoxelGrid:
        """Where the voxels lie, in crop pixels."""
        return VoxelGrid.of_crop(self.voxel_size)

    def volume(self) -> ByteArray:
        """Return the volume (D, H, W) uint8, probability times 255, axes (z, y, x)."""
        whole = np.zeros(self.shape, np.uint8)
        size = [part.stop - part.start for part in self.box]
        whole[self.box] = np.frombuffer(zlib.decompress(self.packed), np.uint8).reshape(size)
        return whole
