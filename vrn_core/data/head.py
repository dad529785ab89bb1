"""The textured head that is turned to make large-pose photos, cut from the face model.

It holds face, ears, skull and neck, the eyeballs, and the mouth: a cap that carries the
photo's own mouth where the expression is the photo's, else socket and teeth in plain colors.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vrn_core.morphable.face_model import (
    EYEBALLS,
    HEAD_END,
    MOUTH_SOCKET,
    NARROW_FACE_END,
    TEETH,
    FaceModel,
)
from vrn_core.morphable.solid import solid_topology
from vrn_core.types import FloatArray, IntArray

SKULL_CENTER = np.array([0.0, 40.0], np.float32)
SKULL_RADII = np.array([84.0, 100.0], np.float32)
"""Outline of the skull from the front, mm: where the photo shows hair, if there is any."""
EAR_PLANE_MM = 25.0
"""Depth in the model's frame of the plane through the ears."""
SOCKET_COLOR = (70.0, 28.0, 28.0)
TEETH_COLOR = (205.0, 195.0, 180.0)


@dataclass(frozen=True)
class Head:
    """Vertices and triangles of the head, numbered on their own."""

    vertex_ids: IntArray
    """(N,) the model's vertex of each."""
    neutral: FloatArray
    """(N, 3) mm."""
    identity: FloatArray
    """(60, 3 N)."""
    expression: FloatArray
    """(57, 3 N)."""
    skin: IntArray
    """Triangles of head and eyeballs."""
    mouth_cap: IntArray
    """Triangles of the mouth's cap; the center is vertex N."""
    mouth_loop: IntArray
    """Vertices of the cap's edge."""
    inner_mouth: IntArray
    """Triangles of socket and teeth."""
    inner_colors: FloatArray
    """(triangles of `inner_mouth`, 3) in 0 to 255."""
    mirror: IntArray
    """(N + 1,) the vertex on the other side; the cap's center is its own."""

    def shape(self, identity: FloatArray, expression: FloatArray) -> FloatArray:
        """Return the head's vertices (N, 3) mm of identity (60,) and expression (57,)."""
        flat = self.neutral.reshape(-1) + identity @ self.identity
        active = np.flatnonzero(expression > 1e-3)
        if len(active):
            flat += expression[active] @ self.expression[active]
        return flat.reshape(-1, 3)

    def with_cap(self, vertices: NDArray[np.float32]) -> FloatArray:
        """Append the center of the mouth's cap to per-vertex values (N, C)."""
        return np.concatenate([vertices, vertices[self.mouth_loop].mean(axis=0)[None]])


def _renumber(triangles: IntArray, number: IntArray) -> IntArray:
    return number[triangles].astype(np.int32)


@lru_cache(maxsize=1)
def _build(key: int) -> Head:
    model = _MODELS[key]
    ranges = [(0, HEAD_END), MOUTH_SOCKET, TEETH, EYEBALLS]
    ids = np.concatenate([np.arange(a, b) for a, b in ranges]).astype(np.int32)
    number = np.full(len(model.neutral), -1, np.int32)
    number[ids] = np.arange(len(ids))
    skin = np.concatenate(
        [model.triangles_between(0, HEAD_END), model.triangles_between(*EYEBALLS)]
    )
    socket, teeth = model.triangles_between(*MOUTH_SOCKET), model.triangles_between(*TEETH)
    colors = np.concatenate(
        [np.tile(SOCKET_COLOR, (len(socket), 1)), np.tile(TEETH_COLOR, (len(teeth), 1))]
    )
    topology = solid_topology(model)
    cap = topology.mouth_faces.copy()
    cap[cap == topology.mouth_center] = len(ids)
    mirror = number[model.mirror[ids]]
    mirror = np.where(mirror < 0, np.arange(len(ids)), mirror)
    return Head(
        vertex_ids=ids,
        neutral=model.neutral[ids],
        identity=np.ascontiguousarray(model.identity[:, ids].reshape(len(model.identity), -1)),
        expression=np.ascontiguousarray(
            model.expression[:, ids].reshape(len(model.expression), -1)
        ),
        skin=_renumber(skin, number),
        mouth_cap=cap.astype(np.int32),
        mouth_loop=topology.mouth,
        inner_mouth=_renumber(np.concatenate([socket, teeth]), number),
        inner_colors=colors.astype(np.float32),
        mirror=np.append(mirror, len(ids)).astype(np.int32),
    )


_MODELS: dict[int, FaceModel] = {}


def build_head(model: FaceModel) -> Head:
    """Return the head of a face model; the same object for the same model."""
    _MODELS[id(model)] = model
    return _build(id(model))


def texture_places(head: Head, vertices: FloatArray) -> FloatArray:
    """Return where on the head each vertex takes its color from, (N, 3) mm.

    The back of the skull is not in the photo; straight behind a forehead lies hair, not
    skin. So vertices behind the ears look at the skull's outline instead.
    """
    places = vertices.copy()
    scalp = (
        (head.vertex_ids >= NARROW_FACE_END)
        & (head.vertex_ids < HEAD_END)
        & (head.neutral[:, 1] > -30)
        & (head.neutral[:, 2] < EAR_PLANE_MM)
    )
    toward = (head.neutral[scalp, :2] - SKULL_CENTER) / SKULL_RADII
    toward[:, 1] += 0.3
    toward /= np.linalg.norm(toward, axis=1, keepdims=True) + 1e-6
    outline = SKULL_CENTER + SKULL_RADII * toward
    blend = np.clip((EAR_PLANE_MM - head.neutral[scalp, 2:3]) / 30.0, 0, 1)
    places[scalp, :2] += blend * (outline - places[scalp, :2])
    places[scalp, 2] += blend[:, 0] * (EAR_PLANE_MM - places[scalp, 2])
    return places
