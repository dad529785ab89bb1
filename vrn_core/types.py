"""The values that the core's stages hand to one another: frozen dataclasses of arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import ShapeError

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]
ByteArray = NDArray[np.uint8]

CROP_SIZE = 192
"""Side of the face crop in pixels."""
CROP_FACE_SIZE = 90.0
"""Side that sqrt(w * h) of the landmarks' box has in the crop, in pixels."""
VOLUME_SHAPE = (200, 192, 192)
"""Axes (z, y, x) of the occupancy volume."""
DEPTH_STEP = 0.5
"""Crop pixels a voxel is deep."""
UNKNOWN = 128
"""In a target volume of bytes: a voxel of which nothing is known, see `LossConfig.unknown`."""
NUM_LANDMARKS = 68


@dataclass(frozen=True)
class FaceBox:
    """An upright box round a face in pixels of the photo, with the detector's score."""

    x: float
    y: float
    width: float
    height: float
    score: float = 1.0

    @property
    def center(self) -> tuple[float, float]:
        """Middle of the box (x, y)."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class FaceCrop:
    """The square cut out of a photo: a scale and a centre, without rotation.

    ``crop = scale * (photo - center) + (size - 1) / 2`` for x and y, and
    ``crop_z = scale * photo_z`` for depth, so that the transform is a similarity in 3-D.
    """

    center: tuple[float, float]
    scale: float
    size: int = CROP_SIZE

    @classmethod
    def around_landmarks(cls, landmarks: FloatArray) -> FaceCrop:
        """Return the paper's crop of landmarks (68, 2 or 3) given in photo pixels.

        The scale is 90 / sqrt(w * h) of the landmarks' box, the centre their mean.
        """
        points = np.asarray(landmarks, np.float64)
        if points.ndim != 2 or points.shape[1] not in (2, 3):
            raise ShapeError("landmarks", points.shape, "(68, 2) or (68, 3), axes (point, xy[z])")
        width, height = np.ptp(points[:, :2], axis=0)
        scale = CROP_FACE_SIZE / math.sqrt(max(width, 1e-3) * max(height, 1e-3))
        center = points[:, :2].mean(axis=0)
        return cls(center=(float(center[0]), float(center[1])), scale=scale)

    def matrix(self) -> NDArray[np.float64]:
        """Return the (2, 3) affine matrix photo to crop, as OpenCV's warpAffine takes it."""
        offset = (self.size - 1) / 2
        return np.array(
            [
                [self.scale, 0, offset - self.scale * self.center[0]],
                [0, self.scale, offset - self.scale * self.center[1]],
            ]
        )

    def to_crop(self, points: FloatArray) -> FloatArray:
        """Map points (N, 2 or 3) from the photo frame to crop pixels."""
        crop = np.asarray(points, np.float64).copy()
        crop[:, :2] -= np.asarray(self.center)
        crop *= self.scale
        crop[:, :2] += (self.size - 1) / 2
        return crop.astype(np.float32)

    def to_photo(self, points: FloatArray) -> FloatArray:
        """Map points (N, 2 or 3) from crop pixels to the photo frame."""
        photo = np.asarray(points, np.float64).copy()
        photo[:, :2] -= (self.size - 1) / 2
        photo /= self.scale
        photo[:, :2] += np.asarray(self.center)
        return photo.astype(np.float32)


@dataclass(frozen=True)
class Pose:
    """Head rotation in degrees; see :mod:`vrn_core.pose` for the axes and their order."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


@dataclass(frozen=True)
class TriangleMesh:
    """Triangles in space.

    ``vertices`` (V, 3) float32; ``faces`` (F, 3) int32, counter-clockwise seen from
    outside; ``colors`` (V, 3) uint8 RGB, if the mesh is coloured.
    """

    vertices: FloatArray
    faces: IntArray
    colors: ByteArray | None = None

    def __post_init__(self) -> None:
        if self.vertices.ndim != 2 or self.vertices.shape[1] != 3:
            raise ShapeError("vertices", self.vertices.shape, "(V, 3), axes (vertex, xyz)")
        if self.faces.ndim != 2 or self.faces.shape[1] != 3:
            raise ShapeError("faces", self.faces.shape, "(F, 3), axes (triangle, corner)")
        if self.colors is not None and self.colors.shape != self.vertices.shape:
            raise ShapeError("colors", self.colors.shape, f"{self.vertices.shape}, one a vertex")


@dataclass(frozen=True)
class Morphs:
    """Expressions of a mesh: their names (E), and how far each moves its vertices (E, V, 3)."""

    names: tuple[str, ...]
    offsets: FloatArray

    def __post_init__(self) -> None:
        if self.offsets.ndim != 3 or self.offsets.shape[2] != 3:
            raise ShapeError("offsets", self.offsets.shape, "(E, V, 3), axes (name, vertex, xyz)")
        if len(self.names) != len(self.offsets):
            raise ShapeError("names", (len(self.names),), f"({len(self.offsets)},), as offsets")


@dataclass(frozen=True)
class TexturedMesh:
    """A mesh laid flat on a picture.

    ``mesh`` is closed unless it is of quads, its vertices whole; ``uv`` (U, 2) float32 are places
    in the picture, u to the right and v up, from its lower left corner, in 0-1; ``corners`` (F, 3)
    int32 are the rows of `uv` at the corners of each triangle, and ``origin`` (U,) int32 is the
    vertex that each belongs to: along a seam a vertex has several. ``texture`` (S, S, 3) uint8 is
    sRGB, top row first. ``normal_map`` (S, S, 3) uint8 holds the normals of a finer surface in the
    tangent space of MikkTSpace, x along u, y along v (as OpenGL has it), 128 for 0. With ``quads``
    the triangles 2 q and 2 q + 1 are the halves of a quad, see :func:`halved_quads`; ``morphs``
    are its expressions.
    """

    mesh: TriangleMesh
    uv: FloatArray
    corners: IntArray
    origin: IntArray
    texture: ByteArray | None = None
    normal_map: ByteArray | None = None
    quads: bool = False
    morphs: Morphs | None = None

    def __post_init__(self) -> None:
        if self.uv.ndim != 2 or self.uv.shape[1] != 2:
            raise ShapeError("uv", self.uv.shape, "(U, 2), axes (place, uv)")
        if self.corners.shape != self.mesh.faces.shape:
            raise ShapeError("corners", self.corners.shape, f"{self.mesh.faces.shape}, as faces")
        if self.origin.shape != self.uv.shape[:1]:
            raise ShapeError("origin", self.origin.shape, f"{self.uv.shape[:1]}, one a place")
        for name, image in (("texture", self.texture), ("normal_map", self.normal_map)):
            if image is not None and (image.ndim != 3 or image.shape[2] != 3):
                raise ShapeError(name, image.shape, "(S, S, 3), RGB")
        if self.quads and len(self.mesh.faces) % 2:
            raise ShapeError("faces", self.mesh.faces.shape, "(2 Q, 3), two a quad")
        if self.morphs is not None and self.morphs.offsets.shape[1:] != self.mesh.vertices.shape:
            wanted = f"(E, {len(self.mesh.vertices)}, 3), as vertices"
            raise ShapeError("offsets", self.morphs.offsets.shape, wanted)


def halved_quads(triangles: IntArray) -> IntArray:
    """Return the corners (Q, 4) of quads that are there as triangles (2 Q, 3), two by two.

    Each is halved from its first corner to its third.
    """
    return np.column_stack([triangles[::2], triangles[1::2, 2]])


@dataclass(frozen=True)
class Reconstruction:
    """All that was found out about one face of one photo."""

    box: FaceBox
    crop: FaceCrop
    landmarks: FloatArray
    """(68, 3), photo frame."""
    pose: Pose
    make_volume: Callable[[], ByteArray]
    """Makes :attr:`volume`."""
    mesh: TriangleMesh
    """Photo frame, coloured."""
    mesh_canonical: TriangleMesh
    """Canonical frame, millimetres, coloured; same triangles as `mesh`."""
    confidence: float
    """In [0, 1]."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by stage."""
    solid: ByteArray | None = None
    """(D, H, W) what the surface was taken from: `volume`, or where the network predicts half
    the grid what that was interpolated from, with more slices behind if the back border would
    cut the face off. ``None`` stands for `volume`."""

    @cached_property
    def volume(self) -> ByteArray:
        """(200, 192, 192) occupancy probability times 255, axes (z, y, x), in the crop.

        It is made when it is first asked for: meshes are made without it.
        """
        return self.make_volume()
