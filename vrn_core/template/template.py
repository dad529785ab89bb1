"""The head that is wrapped onto reconstructions: its file, checked as it is read.

The template is MakeHuman's base mesh, cut to the head, with the expressions of Face Units;
``packaging/make_template.py`` writes the file. It holds arrays only, so nothing in it can run.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from vrn_core.errors import ModelFileError
from vrn_core.resources import resource
from vrn_core.types import NUM_LANDMARKS, ByteArray, FloatArray, IntArray

FILE = "face.safetensors"
FORMAT = "vrn-template-1"
MAX_BYTES = 50_000_000
"""More than a template can need; a larger file is not read."""


class Part(IntEnum):
    """What a vertex of the template belongs to."""

    SKIN = 0
    MOUTH = 1
    """The inside of the mouth, behind the lips."""
    SOCKETS = 2
    """The inside of the eye sockets, behind the rims of the lids."""
    LEFT_EYE = 3
    RIGHT_EYE = 4
    UPPER_TEETH = 5
    LOWER_TEETH = 6
    TONGUE = 7


RIGID_PARTS = (
    Part.LEFT_EYE,
    Part.RIGHT_EYE,
    Part.UPPER_TEETH,
    Part.LOWER_TEETH,
    Part.TONGUE,
)
"""Pieces of their own, which keep their shape when the head is wrapped."""


@dataclass(frozen=True, eq=False)
class Template:
    """A head of quads with expressions and marks, in millimeters.

    Its frame is the canonical one: x to the viewer's right, y up, z towards the viewer, the
    origin midway between the eyes. It is exactly symmetric. The arrays are read-only.
    """

    vertices: FloatArray
    """(V, 3)."""
    quads: IntArray
    """(Q, 4) vertices of each quad, counter-clockwise seen from outside."""
    uvs: FloatArray
    """(T, 2) places in the texture, u to the right, v up, inside the unit square."""
    quads_uv: IntArray
    """(Q, 4) for each corner of `quads` its place in `uvs`."""
    expressions: tuple[str, ...]
    """(E) names of the expressions, in ARKit's manner."""
    offsets: FloatArray
    """(E, V, 3) how far each expression moves each vertex at full strength."""
    mirror: IntArray
    """(V,) the vertex that each one becomes when the head is mirrored."""
    parts: ByteArray
    """(V,) what each vertex belongs to, a :class:`Part`."""
    fit_weights: FloatArray
    """(V,) in [0, 1] how far a vertex belongs to the face that reconstructions show."""
    landmark_corners: IntArray
    """(68, 3) vertices of the triangles in which the iBUG landmarks lie."""
    landmark_weights: FloatArray
    """(68, 3) their barycentric coordinates there."""

    @property
    def triangles(self) -> IntArray:
        """(2 Q, 3) the quads, each split in two: those of quad q are 2 q and 2 q + 1."""
        return split_quads(self.quads)

    def landmarks(self, vertices: NDArray[np.floating] | None = None) -> NDArray[np.float64]:
        """Return the landmarks (68, 3) of the template, or of its vertices (V, 3) moved."""
        points = np.asarray(self.vertices if vertices is None else vertices, np.float64)
        return np.einsum(  # type: ignore[no-any-return]
            "lc,lcx->lx", self.landmark_weights.astype(np.float64), points[self.landmark_corners]
        )


def split_quads(quads: IntArray) -> IntArray:
    """Return (2 Q, 3) triangles of quads (Q, 4), two by two."""
    return np.ascontiguousarray(quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3))


@lru_cache(maxsize=1)
def shipped_template() -> Template:
    """Return the template that comes with the program.

    Raises
    ------
    ModelFileError
        If its file is missing or damaged.
    """
    return load_template(resource("template", FILE))


def load_template(path: str | os.PathLike[str]) -> Template:
    """Read a template.

    Raises
    ------
    ModelFileError
        If the file is missing, too large, damaged, or its arrays do not fit one another.
    """
    path = Path(path)
    if not path.is_file():
        raise ModelFileError(f"there is no template {path}; install the program again")
    if path.stat().st_size > MAX_BYTES:
        raise ModelFileError(f"{path} has more than {MAX_BYTES} bytes; it is not a template")
    try:
        with safe_open(path, framework="np") as file:
            header = file.metadata() or {}
            arrays = {key: file.get_tensor(key) for key in file.keys()}
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelFileError(f"{path} is not a template or is damaged: {error}") from error
    if header.get("format") != FORMAT:
        raise ModelFileError(f"{path} is of format {header.get('format')!r}; expected {FORMAT!r}")
    try:
        return _checked(arrays, json.loads(header["expressions"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} is damaged: {error}; install the program again") from error


def _checked(arrays: dict[str, NDArray[np.generic]], names: object) -> Template:
    """Return the template of arrays that fit one another; raises ValueError if they do not."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("the expressions have no names")
    vertex_count, uv_count = len(arrays["vertices"]), len(arrays["uvs"])
    quad_count = len(arrays["quads"])
    expected: dict[str, tuple[tuple[int, ...], type[np.generic], int]] = {
        # Shape, kind of number, and what an index must stay below.
        "vertices": ((vertex_count, 3), np.float32, 0),
        "quads": ((quad_count, 4), np.int32, vertex_count),
        "uvs": ((uv_count, 2), np.float32, 0),
        "quads_uv": ((quad_count, 4), np.int32, uv_count),
        "offsets": ((len(names), vertex_count, 3), np.float16, 0),
        "mirror": ((vertex_count,), np.int32, vertex_count),
        "parts": ((vertex_count,), np.uint8, len(Part)),
        "fit_weights": ((vertex_count,), np.float32, 0),
        "landmark_corners": ((NUM_LANDMARKS, 3), np.int32, vertex_count),
        "landmark_weights": ((NUM_LANDMARKS, 3), np.float32, 0),
    }
    for key, (shape, kind, below) in expected.items():
        array = arrays[key]
        if array.shape != shape or array.dtype != kind:
            raise ValueError(
                f"{key} is {array.dtype} of shape {array.shape}; expected "
                f"{np.dtype(kind)} of shape {shape}"
            )
        values = np.asarray(array, np.float64)
        if not np.isfinite(values).all():
            raise ValueError(f"{key} has values that are no numbers")
        if below and not ((values >= 0) & (values < below)).all():
            raise ValueError(f"{key} has values outside 0 to {below - 1}")
    if not vertex_count or not quad_count:
        raise ValueError("it has no vertices or no quads")
    arrays = {**arrays, "offsets": arrays["offsets"].astype(np.float32)}
    for array in arrays.values():
        array.setflags(write=False)
    return Template(
        expressions=tuple(names),
        **{key: arrays[key] for key in expected},  # type: ignore[arg-type]
    )
