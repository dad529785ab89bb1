"""The free head: a face model that ships, made of MakeHuman's head and its shapes.

It speaks ICT-FaceKit's language, so that whatever takes that model takes this one: its frame, its
60 identities in standard deviations and its 57 expressions. Both are mixed of MakeHuman's shapes
and expressions: the identities as the principal components of what was found in portraits, see
``packaging/make_free_head.py``. All of it is CC0.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from vrn_core.errors import ModelFileError
from vrn_core.morphable.ict_folder import EXPRESSIONS
from vrn_core.resources import resource
from vrn_core.template.template import Part, Template, shipped_template, split_quads
from vrn_core.types import NUM_LANDMARKS, FloatArray, IntArray

FILE = "people.safetensors"
FORMAT = "vrn-people-1"
COMPONENTS = 60
MAX_BYTES = 20_000_000
EYES_MM = np.array([0.0, 34.419, 92.225], np.float32)
"""Where ICT-FaceKit's neutral head has the point midway between the eyes, its frame's origin."""


@dataclass(frozen=True)
class People:
    """How people's heads differ, over the template's vertices, in the canonical frame."""

    neutral: FloatArray
    """(V, 3) mm, the average of people."""
    identity: FloatArray
    """(60, V, 3) mm a standard deviation."""
    expression: FloatArray
    """(57, V, 3) mm at full weight, in the order of `EXPRESSIONS`."""
    front_quads: IntArray
    """(F,) the template's quads that are the front of the face."""
    landmark_corners: IntArray
    """(68, 3) vertices of the triangles in which the average face's landmarks lie."""
    landmark_weights: FloatArray
    """(68, 3) their barycentric coordinates there."""
    middle_shift: FloatArray
    """(3,) mm, see :class:`vrn_core.morphable.face_model.FaceModel`."""


@dataclass(frozen=True)
class HeadArrays:
    """What a face model is made of, its vertices in order of the parts."""

    neutral: FloatArray
    identity: FloatArray
    expression: FloatArray
    triangles: IntArray
    landmark_vertices: IntArray
    ends: tuple[int, int, int, int, int]
    """Where front, skin, mouth, teeth and eyeballs end."""
    middle_shift: FloatArray


def read_people(path: Path, template: Template) -> People:
    """Read the file of people.

    Raises
    ------
    ModelFileError
        If it is missing, damaged, or not of this template.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES} bytes")
        with safe_open(path, framework="np") as file:
            header = file.metadata() or {}
            if header.get("format") != FORMAT:
                raise ValueError(f"format {header.get('format')!r}; expected {FORMAT!r}")
            arrays = {key: file.get_tensor(key) for key in file.keys()}
        return _checked(arrays, template)
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelFileError(
            f"cannot read the free head {path}: {error}; install the program again"
        ) from error


def _checked(arrays: dict[str, NDArray[np.generic]], template: Template) -> People:
    count, quads = len(template.vertices), len(template.quads)
    numbers = {
        "neutral": (count, 3),
        "identity": (COMPONENTS, count, 3),
        "expression": (len(EXPRESSIONS), count, 3),
        "landmark_weights": (NUM_LANDMARKS, 3),
        "middle_shift": (3,),
    }
    floats = {}
    for key, shape in numbers.items():
        floats[key] = arrays[key].astype(np.float32)
        if arrays[key].shape != shape or not np.isfinite(floats[key]).all():
            raise ValueError(f"{key} of shape {arrays[key].shape}; expected {shape}, all finite")
    return People(
        front_quads=_indices(arrays, "front_quads", (len(arrays["front_quads"]),), quads),
        landmark_corners=_indices(arrays, "landmark_corners", (NUM_LANDMARKS, 3), count),
        **floats,
    )


def _indices(
    arrays: dict[str, NDArray[np.generic]], key: str, shape: tuple[int, ...], below: int
) -> IntArray:
    array = arrays[key]
    if array.shape != shape or array.dtype != np.int32 or not array.size:
        raise ValueError(f"{key} is {array.dtype} of shape {array.shape}; expected int32 {shape}")
    indices = array.astype(np.int32)
    if indices.min() < 0 or indices.max() >= below:
        raise ValueError(f"{key} has values outside 0 to {below - 1}")
    return indices


def free_head() -> HeadArrays:
    """Return the arrays of the free head that ships; raises :class:`ModelFileError`."""
    template = shipped_template()
    return _assemble(template, read_people(resource("template", FILE), template))


def _assemble(template: Template, people: People) -> HeadArrays:
    order, triangles, ends = _sorted_parts(template, people.front_quads)
    front_end = ends[0]

    def arranged(values: FloatArray) -> FloatArray:
        """Return (..., n, 3) of values (..., V, 3); the landmarks end the front."""
        corners = values[..., people.landmark_corners, :]
        marks = np.einsum("lc,...lcx->...lx", people.landmark_weights, corners)
        parts = [values[..., order[:front_end], :], marks, values[..., order[front_end:], :]]
        return np.ascontiguousarray(np.concatenate(parts, axis=-2), np.float32)

    count = NUM_LANDMARKS
    triangles = triangles + count * (triangles >= front_end)
    return HeadArrays(
        neutral=arranged(people.neutral + EYES_MM),
        identity=arranged(people.identity),
        expression=arranged(people.expression),
        triangles=triangles.astype(np.int32),
        landmark_vertices=np.arange(front_end, front_end + count, dtype=np.int32),
        ends=tuple(end + count for end in ends),  # type: ignore[arg-type]
        middle_shift=people.middle_shift,
    )


def _sorted_parts(
    template: Template, front_quads: IntArray
) -> tuple[IntArray, IntArray, tuple[int, ...]]:
    """Return the template's vertices part by part, triangles of the same, and the parts' ends.

    Where parts meet each has vertices of its own, but for the front, which is a part of the skin.
    """
    # Where parts meet vertices are the skin's, so a quad is of what its other corners are of.
    quad_parts = template.parts[template.quads].max(axis=1)
    skin = template.quads[quad_parts == Part.SKIN]
    front = np.unique(template.quads[front_quads])
    order = [front, np.setdiff1d(skin, front)]
    ends = [len(order[0]), len(order[0]) + len(order[1])]
    triangles = [split_quads(_numbered(skin, np.concatenate(order), 0))]
    for parts in (
        (Part.MOUTH, Part.TONGUE),
        (Part.UPPER_TEETH, Part.LOWER_TEETH),
        (Part.LEFT_EYE, Part.RIGHT_EYE),
    ):
        quads = template.quads[np.isin(quad_parts, parts)]
        own = np.unique(quads)
        triangles.append(split_quads(_numbered(quads, own, ends[-1])))
        order.append(own)
        ends.append(ends[-1] + len(own))
    return np.concatenate(order), np.concatenate(triangles), tuple(ends)


def _numbered(quads: IntArray, vertices: IntArray, first: int) -> IntArray:
    number = np.zeros(int(vertices.max()) + 1, np.int32)
    number[vertices] = np.arange(first, first + len(vertices))
    return number[quads]
