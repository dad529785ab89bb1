"""Reader of the linear face model ICT-FaceKit and its parts.

Vertices are in millimetres, y up, the face looking along +z, as in the canonical frame but
with the model's own origin. A face is
``neutral + identity coefficients @ identity + expression weights @ expression``.

References
----------
.. [1] Li et al., "Learning Formation of Physically-Based Face Attributes", CVPR 2020.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vrn_core.errors import DataError
from vrn_core.ibug import eye_centers
from vrn_core.morphable.free_head import free_head
from vrn_core.morphable.ict_folder import EXPRESSIONS, ict_folder, read_ict_folder
from vrn_core.resources import data_folder
from vrn_core.types import FloatArray, IntArray

PACKED = "ict_facekit.npz"
FREE_HEAD = Path("free-head")
"""Stands for the face model that ships wherever a model's folder is named."""
IDENTITY_COUNT = 60
"""Identity components in use; the rest hold less than a person's noise."""


Range = tuple[int, int]
"""The first vertex of a part, and the one after its last."""


@dataclass(frozen=True)
class HeadParts:
    """Which vertices of a model belong to which part of the head."""

    face_end: int
    """Vertices before this one are the front of the face, forehead to chin, ear to ear."""
    head_end: int
    """Vertices before this one are face, ears, head and neck."""
    mouth_socket: Range
    teeth: Range
    eyeballs: Range
    lip_rings: int
    """Rings of vertices round the mouth's hole in the front that lie behind the lips."""


ICT_PARTS = HeadParts(
    face_end=6706,
    head_end=11248,
    mouth_socket=(11248, 13294),
    teeth=(17039, 21451),
    eyeballs=(21451, 24591),
    lip_rings=6,
)


@dataclass(frozen=True, eq=False)
class FaceModel:
    """The model's arrays."""

    neutral: FloatArray
    """(V, 3) mm."""
    identity: FloatArray
    """(60, V, 3) mm a standard deviation."""
    expression: FloatArray
    """(57, V, 3) mm at full weight."""
    expression_names: tuple[str, ...]
    triangles: IntArray
    """(T, 3)."""
    landmark_vertices: IntArray
    """(68,) iBUG order."""
    measured_points: IntArray
    """(M,) of the 478 measured points, those that have a vertex; none without a file of them ..."""
    measured_vertices: IntArray
    """(M,) ... their vertices ..."""
    measured_weights: FloatArray
    """(M,) ... and how much they count."""
    parts: HeadParts = ICT_PARTS
    middle_shift: FloatArray = field(default_factory=lambda: np.zeros(3, np.float32))
    """(3,) mm from the mean of the front's vertices to the middle of the face, which is the mean
    of as many vertices as ICT-FaceKit has there: networks have learned where that lies."""

    def expression_index(self, name: str) -> int:
        """Return the number of an expression shape such as ``jawOpen``."""
        return self.expression_names.index(name)

    def shape(self, identity: FloatArray, expression: FloatArray, end: int) -> FloatArray:
        """Return the first `end` vertices of a face, (end, 3) mm.

        `identity` (60,) in standard deviations, `expression` (57,) in 0 to 1.
        """
        flat = self.neutral[:end].reshape(-1).copy()
        flat += identity @ self.identity[:, :end].reshape(len(self.identity), -1)
        active = np.flatnonzero(expression)
        if len(active):
            flat += expression[active] @ self.expression[active, :end].reshape(len(active), -1)
        return flat.reshape(-1, 3)

    @cached_property
    def mirror(self) -> IntArray:
        """(V,) the vertex on the other side of the face for each vertex."""
        flipped = self.neutral * np.array([-1, 1, 1], np.float32)
        nearest = np.arange(len(flipped), dtype=np.int32)
        parts = self.parts
        for start, end in ((0, parts.head_end), parts.mouth_socket, parts.teeth, parts.eyeballs):
            own = cKDTree(self.neutral[start:end])
            nearest[start:end] = start + own.query(flipped[start:end])[1]
        return nearest

    def middle(self, vertices: FloatArray) -> FloatArray:
        """Return the middle (3,) mm of a face (V, 3), whose depth is the volume's middle."""
        middle: FloatArray = vertices[: self.parts.face_end].mean(axis=0) + self.middle_shift
        return middle

    def triangles_between(self, start: int, end: int) -> IntArray:
        """Return the triangles (T, 3) whose corners all lie in start <= vertex < end."""
        inside = ((self.triangles >= start) & (self.triangles < end)).all(axis=1)
        chosen: IntArray = self.triangles[inside]
        return chosen


def quads_to_triangles(quads: IntArray) -> IntArray:
    """Split quads (Q, 4), where -1 pads a triangle, into triangles (T, 3)."""
    first = quads[:, :3]
    second = quads[quads[:, 3] >= 0][:, [0, 2, 3]]
    return np.concatenate([first, second]).astype(np.int32)


def load_face_model(folder: Path | None = None) -> FaceModel:
    """Read the model from `folder`, by default ``ict_facekit`` of the data folder.

    `FREE_HEAD` stands for the one that ships, see :mod:`vrn_core.morphable.free_head`. Else the
    folder holds ``ict_facekit.npz`` and its companions, or ICT-FaceKit as it is downloaded;
    the latter tells no vertices of the 478 measured points, only of the 68 landmarks.

    Raises :class:`DataError` naming the file that is missing or damaged, and of the free head
    :class:`ModelFileError`.
    """
    if folder == FREE_HEAD:
        return _load_free_head()
    return _load(folder or data_folder() / "ict_facekit")


@lru_cache(maxsize=1)
def _load_free_head() -> FaceModel:
    arrays = free_head()
    front, skin, mouth, teeth, eyes = arrays.ends
    parts = HeadParts(front, skin, (skin, mouth), (mouth, teeth), (teeth, eyes), lip_rings=0)
    return FaceModel(
        neutral=arrays.neutral,
        identity=arrays.identity,
        expression=arrays.expression,
        expression_names=EXPRESSIONS,
        triangles=arrays.triangles,
        landmark_vertices=arrays.landmark_vertices,
        measured_points=np.empty(0, np.int32),
        measured_vertices=np.empty(0, np.int32),
        measured_weights=np.empty(0, np.float32),
        parts=parts,
        middle_shift=arrays.middle_shift,
    )


@lru_cache(maxsize=2)
def _load(folder: Path) -> FaceModel:
    downloaded = None if (folder / PACKED).exists() else ict_folder(folder)
    return _load_packed(folder) if downloaded is None else _load_downloaded(downloaded)


def _load_downloaded(folder: Path) -> FaceModel:
    arrays = read_ict_folder(folder, IDENTITY_COUNT)
    return FaceModel(
        neutral=arrays.neutral * 10,
        identity=arrays.identity * 10,
        expression=arrays.expression * 10,
        expression_names=EXPRESSIONS,
        triangles=quads_to_triangles(arrays.quads),
        landmark_vertices=arrays.landmark_vertices,
        measured_points=np.empty(0, np.int32),
        measured_vertices=np.empty(0, np.int32),
        measured_weights=np.empty(0, np.float32),
    )


def _load_packed(folder: Path) -> FaceModel:
    try:
        with np.load(folder / PACKED, allow_pickle=False) as arrays:
            neutral = arrays["vertices"].astype(np.float32) * 10
            identity = arrays["identity"][:IDENTITY_COUNT].astype(np.float32) * 10
            expression = arrays["expression"].astype(np.float32) * 10
            names = tuple(str(n) for n in arrays["expression_names"])
            triangles = quads_to_triangles(arrays["quads"])
        with np.load(folder / "mediapipe478_to_vertex.npz", allow_pickle=False) as pairs:
            points, vertices = pairs["mp"].astype(np.int32), pairs["vertex"].astype(np.int32)
            weights = pairs["weight"].astype(np.float32)
        indices = json.loads((folder / "vertex_indices.json").read_text())
        landmark_vertices = np.array(indices["idx_to_landmark_verts"], np.int32)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise DataError(
            f"cannot read the face model in {folder}: {error}; "
            "expected the folder of ICT-FaceKit as downloaded, with generic_neutral_mesh.obj in it "
            "or in its FaceXModel; or set VRN_DATA to the folder that holds ict_facekit"
        ) from error
    return FaceModel(
        neutral=neutral,
        identity=np.ascontiguousarray(identity),
        expression=np.ascontiguousarray(expression),
        expression_names=names,
        triangles=triangles,
        landmark_vertices=landmark_vertices,
        measured_points=points,
        measured_vertices=vertices,
        measured_weights=weights,
    )


def canonical_landmarks(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Move landmarks (68, 3) so that the point midway between the eyes is the origin."""
    eyes = eye_centers(landmarks).mean(axis=0)
    centered: NDArray[np.float32] = (landmarks - eyes).astype(np.float32)
    return centered
