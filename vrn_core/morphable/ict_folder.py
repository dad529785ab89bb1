"""ICT-FaceKit as it is downloaded: a folder with an OBJ file for every shape.

Each file holds the whole head in centimetres, with the same vertices in the same order; a shape is
its difference from the neutral head, for identities at one standard deviation, for expressions at
full weight. Only the release with 24,591 vertices is read, for parts are told by vertex numbers.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import DataError
from vrn_core.types import NUM_LANDMARKS, FloatArray, IntArray

VERTEX_COUNT = 24_591
INNER_FOLDER = "FaceXModel"
NEUTRAL = "generic_neutral_mesh.obj"
INDICES = "vertex_indices.json"
MOST_BYTES = 30_000_000
"""Of one file; they have about three million."""
BOTH_SIDES = """PupilDilate browDown browInnerUp browOuterUp cheekPuff cheekRaiser cheekSquint
eyeBlink eyeLookDown eyeLookIn eyeLookOut eyeLookUp eyeSquint eyeWide mouthDimple mouthFrown
mouthLowerDown mouthPress mouthSmile mouthStretch mouthUpperUp noseSneer""".split()
MIDDLE = """jawForward jawLeft jawOpen jawRight mouthClose mouthFunnel mouthLeft mouthPucker
mouthRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper""".split()
EXPRESSIONS = tuple(sorted([f"{name}_{side}" for name in BOTH_SIDES for side in "LR"] + MIDDLE))
VERTEX_LINE = re.compile(rb"^v[ \t]+([^\r\n]*)", re.MULTILINE)
FACE_LINE = re.compile(rb"^f[ \t]+([^\r\n]*)", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class IctArrays:
    """What the files hold."""

    neutral: FloatArray
    """(V, 3) cm."""
    identity: FloatArray
    """(N, V, 3) cm a standard deviation."""
    expression: FloatArray
    """(57, V, 3) cm at full weight, in the order of `EXPRESSIONS`."""
    quads: IntArray
    """(Q, 4) vertices, where -1 pads a triangle."""
    landmark_vertices: IntArray
    """(68,) iBUG order."""


def ict_folder(folder: Path) -> Path | None:
    """Return where the OBJ files of a download lie, in `folder` or below it, or ``None``."""
    for place in (folder, folder / INNER_FOLDER):
        if (place / NEUTRAL).is_file():
            return place
    return None


def read_ict_folder(folder: Path, identities: int) -> IctArrays:
    """Read the neutral head, the first `identities` identities and all expressions.

    `folder` holds the OBJ files themselves, see :func:`ict_folder`. Takes a few seconds.

    Raises
    ------
    DataError
        Naming the file that is missing, damaged or of another release.
    """
    landmark_vertices = _read_landmarks(folder / INDICES)
    neutral, quads = _read_mesh(folder / NEUTRAL)
    identity = np.empty((identities, VERTEX_COUNT, 3), np.float32)
    for number in range(identities):
        identity[number] = _read_vertices(folder / f"identity{number:03d}.obj") - neutral
    expression = np.empty((len(EXPRESSIONS), VERTEX_COUNT, 3), np.float32)
    for number, name in enumerate(EXPRESSIONS):
        expression[number] = _read_vertices(folder / f"{name}.obj") - neutral
    return IctArrays(neutral.astype(np.float32), identity, expression, quads, landmark_vertices)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(
                f"{path} is larger than {MOST_BYTES // 1_000_000} MB; expected a file of "
                "ICT-FaceKit: download it again"
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            f"cannot read the face model's {path}: {error.strerror or error}; "
            "download the whole of ICT-FaceKit again"
        ) from error


def _read_vertices(path: Path) -> NDArray[np.float64]:
    return _vertices(path, _read(path))


def _read_mesh(path: Path) -> tuple[NDArray[np.float64], IntArray]:
    content = _read(path)
    return _vertices(path, content), _quads(path, content)


def _vertices(path: Path, content: bytes) -> NDArray[np.float64]:
    lines = VERTEX_LINE.findall(content)
    if len(lines) != VERTEX_COUNT:
        raise DataError(
            f"{path} has {len(lines):,} vertices; expected {VERTEX_COUNT:,}: download the present "
            "release of ICT-FaceKit"
        )
    try:
        values = np.array([float(word) for line in lines for word in line.split()])
        values = values.reshape(VERTEX_COUNT, 3)
    except ValueError as error:
        raise DataError(
            f"{path} is damaged: not every vertex has three numbers ({error}); download it again"
        ) from error
    if not np.isfinite(values).all():
        raise DataError(f"{path} is damaged: a vertex is not finite; download it again")
    return values


def _quads(path: Path, content: bytes) -> IntArray:
    quads = []
    try:
        for line in FACE_LINE.findall(content):
            corners = [int(corner.split(b"/")[0]) - 1 for corner in line.split()]
            if len(corners) not in (3, 4):
                raise ValueError(f"a face of {len(corners)} corners")
            quads.append((*corners, -1) if len(corners) == 3 else tuple(corners))
    except ValueError as error:
        raise DataError(f"{path} is damaged: {error}; download it again") from error
    faces = np.array(quads, np.int64).reshape(-1, 4)
    named = faces[:, :3].ravel().tolist() + faces[:, 3][faces[:, 3] != -1].tolist()
    if not named or min(named) < 0 or max(named) >= VERTEX_COUNT:
        raise DataError(
            f"{path} has no faces, or some of vertices that it does not have; download it again"
        )
    return faces.astype(np.int32)


def _read_landmarks(path: Path) -> IntArray:
    content = _read(path)
    try:
        vertices = np.array(json.loads(content)["idx_to_landmark_verts"])
        if vertices.shape != (NUM_LANDMARKS,) or vertices.dtype.kind != "i":
            raise ValueError(f"landmarks of shape {vertices.shape}; expected (68,) whole numbers")
        if vertices.min() < 0 or vertices.max() >= VERTEX_COUNT:
            raise ValueError(f"a landmark at vertex {vertices.max()} of {VERTEX_COUNT}")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(f"{path} is damaged: {error}; download it again") from error
    return vertices.astype(np.int32)
