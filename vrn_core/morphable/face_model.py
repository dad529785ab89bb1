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
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vrn_core.errors import DataError
from vrn_core.ibug import eye_centers
from vrn_core.morphable.ict_folder import EXPRESSIONS, ict_folder, read_ict_folder
from vrn_core.resources import data_folder
from vrn_core.types import FloatArray, IntArray

PACKED = "ict_facekit.npz"
NARROW_FACE_END = 6706
"""Vertices before this one are the front of the face, forehead to chin, ear to ear."""
HEAD_END = 11248
"""Vertices before this one are face, ears, head and neck."""
MOUTH_SOCKET = (11248, 13294)
TEETH = (17039, 21451)
EYEBALLS = (21451, 24591)
IDENTITY_COUNT = 60
"""Identity components in use; the rest hold less than a person's noise."""


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
        nearest: IntArray = cKDTree(self.neutral).query(flipped)[1].astype(np.int32)
        return nearest

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

    The folder holds ``ict_facekit.npz`` and its companions, or ICT-FaceKit as it is downloaded;
    the latter tells no vertices of the 478 measured points, only of the 68 landmarks.

    Raises :class:`DataError` naming the file that is missing or damaged.
    """
    return _load(folder or data_folder() / "ict_facekit")


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
