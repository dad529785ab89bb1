"""A face as a record and the bytes of its arrays, in the safetensors format: no pickles."""

from __future__ import annotations

import zlib
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import ConfigError
from vrn_core.meshing.grid import COMPLETED_SHAPE
from vrn_core.meshing.kept import KeptVolume
from vrn_core.pose import Similarity
from vrn_core.project.contents import FaceResult
from vrn_core.project.records import FaceRecord, VolumeRecord
from vrn_core.types import NUM_LANDMARKS, FaceBox, FaceCrop, Pose, TriangleMesh

Arrays = dict[str, NDArray[Any]]
FLOATS, INTEGERS, BYTES = ("float32", "float64"), ("int32", "int64"), ("uint8",)


def pack_face(face: FaceResult, name: str) -> tuple[FaceRecord, bytes]:
    """Return a face as a record and bytes that are to be kept under a name."""
    from safetensors.numpy import save

    mesh, canonical = face.mesh, face.mesh_canonical
    arrays: Arrays = {
        "landmarks": face.landmarks,
        "vertices": mesh.vertices,
        "faces": mesh.faces,
        "canonical_vertices": canonical.vertices,
        "vertex_confidence": face.vertex_confidence,
    }
    if mesh.colors is not None:
        arrays["colors"] = mesh.colors
    # The two meshes are the same triangles as a rule, and are then kept once.
    if not _same(mesh.faces, canonical.faces):
        arrays["canonical_faces"] = canonical.faces
    if canonical.colors is not None and not _same(mesh.colors, canonical.colors):
        arrays["canonical_colors"] = canonical.colors
    if face.volume is not None:
        arrays["volume"] = np.frombuffer(face.volume.packed, np.uint8)
    box, pose = face.box, face.pose
    record = FaceRecord(
        arrays=name,
        box=(float(box.x), float(box.y), float(box.width), float(box.height), float(box.score)),
        pose_deg=(float(pose.yaw_deg), float(pose.pitch_deg), float(pose.roll_deg)),
        confidence=float(face.confidence),
        milliseconds=float(face.milliseconds),
        settings=face.settings,
        model=face.model,
        fused=face.fused,
        volume=None if face.volume is None else _volume_record(face.volume),
    )
    return record, save({key: np.ascontiguousarray(array) for key, array in arrays.items()})


def unpack_face(record: FaceRecord, content: bytes) -> FaceResult:
    """Return the face of a record and bytes, all of it checked: they come from outside.

    Raises
    ------
    ConfigError
        If an array is missing, damaged or of another shape or type than it must be.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(content)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"the arrays of a face are damaged: {error}") from error
    vertices = _take(arrays, "vertices", FLOATS, (None, 3))
    count = len(vertices)
    mesh = TriangleMesh(
        vertices,
        _corners(_take(arrays, "faces", INTEGERS, (None, 3)), count),
        _take(arrays, "colors", BYTES, (count, 3)) if "colors" in arrays else None,
    )
    canonical = TriangleMesh(
        _take(arrays, "canonical_vertices", FLOATS, (count, 3)),
        _corners(_take(arrays, "canonical_faces", INTEGERS, (None, 3)), count)
        if "canonical_faces" in arrays
        else mesh.faces,
        _take(arrays, "canonical_colors", BYTES, (count, 3))
        if "canonical_colors" in arrays
        else mesh.colors,
    )
    return FaceResult(
        box=FaceBox(*record.box),
        landmarks=_take(arrays, "landmarks", FLOATS, (NUM_LANDMARKS, 3)),
        pose=Pose(*record.pose_deg),
        mesh=mesh,
        mesh_canonical=canonical,
        confidence=record.confidence,
        milliseconds=record.milliseconds,
        vertex_confidence=_take(arrays, "vertex_confidence", FLOATS, (count,)),
        settings=record.settings,
        model=record.model,
        fused=record.fused,
        volume=_volume(record.volume, arrays) if record.volume else None,
    )


def _same(one: NDArray[Any] | None, other: NDArray[Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return one is other or (one.dtype == other.dtype and np.array_equal(one, other))


def _take(
    arrays: Arrays, name: str, kinds: tuple[str, ...], shape: tuple[int | None, ...]
) -> NDArray[Any]:
    """Return an array of one of the kinds, with a length of any or of the given number."""
    array = arrays.get(name)
    if array is None:
        raise ConfigError(f"the array '{name}' of a face is missing")
    fits = len(array.shape) == len(shape) and all(
        wanted in (None, length) for length, wanted in zip(array.shape, shape, strict=True)
    )
    if array.dtype.name not in kinds or not fits:
        raise ConfigError(
            f"the array '{name}' of a face is {array.dtype.name} {array.shape}; "
            f"expected {' or '.join(kinds)} {shape}"
        )
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ConfigError(f"the array '{name}' of a face holds numbers that are not finite")
    return array


def _corners(faces: NDArray[Any], count: int) -> NDArray[Any]:
    """Return triangles whose corners are among `count` vertices."""
    if faces.size and (faces.min() < 0 or faces.max() >= count):
        raise ConfigError(f"triangles of a face point beyond its {count} vertices")
    return faces


def _volume_record(volume: KeptVolume) -> VolumeRecord:
    z, y, x = ((int(part.start), int(part.stop)) for part in volume.box)
    scale, (tx, ty, tz) = volume.to_canonical.scale, volume.to_canonical.translation.tolist()
    return VolumeRecord(
        box=(z, y, x),
        shape=volume.shape,
        voxel_size=volume.voxel_size,
        crop_center=volume.crop.center,
        crop_scale=float(volume.crop.scale),
        crop_size=volume.crop.size,
        scale=float(scale),
        rotation=tuple(volume.to_canonical.rotation.ravel().tolist()),
        translation=(tx, ty, tz),
    )


def _volume(record: VolumeRecord, arrays: Arrays) -> KeptVolume:
    sizes = [stop - start for start, stop in record.box]
    inside = all(
        0 <= start < stop <= length <= most
        for (start, stop), length, most in zip(
            record.box, record.shape, COMPLETED_SHAPE, strict=True
        )
    )
    if not inside or record.voxel_size not in (1, 2) or len(record.rotation) != 9:
        raise ConfigError(f"the volume of a face is damaged: {record}")
    if not (0 < record.crop_scale < 1e6 and 0 < record.crop_size < 1e6):
        raise ConfigError(f"the crop of a face is damaged: {record}")
    packed = _take(arrays, "volume", BYTES, (None,)).tobytes()
    _check_unpacked(packed, prod(sizes))
    z, y, x = (slice(start, stop) for start, stop in record.box)
    return KeptVolume(
        packed=packed,
        box=(z, y, x),
        shape=record.shape,
        voxel_size=record.voxel_size,
        crop=FaceCrop(record.crop_center, record.crop_scale, record.crop_size),
        to_canonical=Similarity(
            record.scale,
            np.array(record.rotation, np.float64).reshape(3, 3),
            np.array(record.translation, np.float64),
        ),
    )


def _check_unpacked(packed: bytes, size: int) -> None:
    """Raise :class:`ConfigError` unless the voxels are `size` bytes, without unpacking more."""
    stream = zlib.decompressobj()
    try:
        unpacked = len(stream.decompress(packed, size + 1))
    except zlib.error as error:
        raise ConfigError(f"the volume of a face is damaged: {error}") from error
    if unpacked != size or not stream.eof:
        raise ConfigError(f"the volume of a face is damaged; expected {size} voxels")
