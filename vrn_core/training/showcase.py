"""A few people of the validation as the network sees them now, to be looked at meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import DataError, EmptyVolumeError
from vrn_core.files import write_atomically
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.types import CROP_SIZE, DEPTH_STEP, VOLUME_SHAPE, ByteArray, FloatArray, TriangleMesh

SHOWCASE_NAME = "validation.safetensors"
COUNT = 3
"""People that are shown."""
TRIANGLES = 8_000
NOISE_TRIANGLES = 400_000
"""A face has half as many at full resolution; more are the noise of a network at its beginning."""
NO_SURFACE = TriangleMesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
MOST_BYTES = 20_000_000
"""A file that is larger was not written by this module."""


@dataclass(frozen=True)
class ShownFace:
    """One person of the validation."""

    photo: ByteArray
    """(192, 192, 3) uint8 RGB, what the network saw."""
    mesh: TriangleMesh
    """In crop pixels; without triangles while the network finds no surface."""


@dataclass(frozen=True)
class Showcase:
    """What a network made of people at a step of its training."""

    step: int
    faces: tuple[ShownFace, ...]


def reconstruct(photo: FloatArray, probabilities: FloatArray) -> ShownFace:
    """Return a person from what a network saw and found.

    `photo` (3, 192, 192) float32 in [0, 1]; `probabilities` (D, H, W) float32, axes (z, y, x),
    on any grid over the face crop.
    """
    pixels = np.rint(255 * photo.transpose(1, 2, 0).clip(0, 1)).astype(np.uint8)
    depth, height, width = probabilities.shape
    spacing = (
        CROP_SIZE / width,
        CROP_SIZE / height,
        VOLUME_SHAPE[0] * DEPTH_STEP / depth,
    )
    front = -VOLUME_SHAPE[0] * DEPTH_STEP / 2
    grid = VoxelGrid(spacing, ((spacing[0] - 1) / 2, (spacing[1] - 1) / 2, front + spacing[2] / 2))
    try:
        mesh = extract_isosurface(probabilities, grid=grid)
    except EmptyVolumeError:
        return ShownFace(pixels, NO_SURFACE)
    if len(mesh.faces) > NOISE_TRIANGLES:
        return ShownFace(pixels, NO_SURFACE)
    return ShownFace(pixels, _simplified(mesh))


def _simplified(mesh: TriangleMesh) -> TriangleMesh:
    """Return a mesh of fewer triangles; it need not be closed, only looked at."""
    if len(mesh.faces) <= TRIANGLES:
        return mesh
    import fast_simplification

    points, faces = fast_simplification.simplify(
        mesh.vertices, mesh.faces, target_count=TRIANGLES, agg=7.0
    )
    return TriangleMesh(points.astype(np.float32), faces.astype(np.int32))


def write_showcase(path: Path, step: int, faces: Sequence[ShownFace]) -> None:
    """Write people to a file, whole or not at all.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    from safetensors.numpy import save

    arrays: dict[str, NDArray[Any]] = {"step": np.array([step], np.int64)}
    for place, face in enumerate(faces):
        arrays[f"photo_{place}"] = face.photo
        arrays[f"vertices_{place}"] = face.mesh.vertices.astype(np.float32)
        arrays[f"faces_{place}"] = face.mesh.faces.astype(np.int32)
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    write_atomically(path, save(contiguous))


def read_showcase(path: Path) -> Showcase:
    """Return the people in a file; raise :class:`DataError` if it holds none."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError(f"{path} has {size:,} bytes; expected at most {MOST_BYTES:,}")
        arrays = load(path.read_bytes())
        step = int(arrays["step"][0])
        count = sum(name.startswith("photo_") for name in arrays)
        faces = tuple(
            _face(arrays[f"photo_{n}"], arrays[f"vertices_{n}"], arrays[f"faces_{n}"])
            for n in range(min(count, COUNT))
        )
    except (OSError, SafetensorError, KeyError, IndexError, ValueError) as error:
        raise DataError(f"{path} shows no people of a validation: {error}") from error
    return Showcase(step, faces)


def _face(photo: ByteArray, vertices: FloatArray, faces: FloatArray) -> ShownFace:
    side = CROP_SIZE
    if photo.dtype != np.uint8 or photo.shape != (side, side, 3):
        raise ValueError(f"a photo has shape {photo.shape}; expected ({side}, {side}, 3)")
    for array, kind in ((vertices, np.float32), (faces, np.int32)):
        if array.dtype != kind or array.ndim != 2 or array.shape[1] != 3:
            raise ValueError(f"a mesh has an array {array.shape} of {array.dtype}")
    inside = not faces.size or (0 <= faces.min() and faces.max() < len(vertices))
    if not inside or not np.isfinite(vertices).all():
        raise ValueError("a mesh has triangles without corners")
    return ShownFace(photo, TriangleMesh(vertices, faces.astype(np.int32)))
