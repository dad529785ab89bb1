"""The textured head that is turned to make large-pose photos, cut from the face model.

It holds face, ears, skull and neck, the eyeballs, and the mouth: a cap that carries the
photo's own mouth where the expression is the photo's, else socket and teeth in plain colors.
Socket and teeth, the inner part, come last and are left out where they are not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from vrn_core.data.raster import vertex_normals
from vrn_core.morphable.face_model import (
    FaceModel,
)
from vrn_core.morphable.fitting import FaceFit
from vrn_core.morphable.solid import solid_topology
from vrn_core.pose import FLIP
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

    outer_count: int
    """Vertices before this one are the outer part: skin and eyeballs."""
    neutral: FloatArray
    """(N, 3) mm."""
    identity: FloatArray
    """(60, 3 N)."""
    expression: FloatArray
    """(57, 3 N)."""
    skin: IntArray
    """Triangles of the outer part."""
    mouth_cap: IntArray
    """Triangles of the mouth's cap; its center is vertex `outer_count`."""
    mouth_loop: IntArray
    """Vertices of the cap's edge."""
    mouth_middle: IntArray
    """Two of them: the middles of the upper and of the lower lip."""
    inner_mouth: IntArray
    """Triangles of socket and teeth."""
    inner_colors: FloatArray
    """(triangles of `inner_mouth`, 3) in 0 to 255."""
    mirror: IntArray
    """(outer_count,) the vertex on the other side."""
    scalp: NDArray[np.bool_]
    """(outer_count,) whether a vertex belongs to the back of the skull."""

    def identity_shape(self, identity: FloatArray) -> FloatArray:
        """Return the outer part (outer_count, 3) mm of identity (60,) without expression."""
        end = 3 * self.outer_count
        flat = self.neutral.reshape(-1)[:end] + identity @ self.identity[:, :end]
        return flat.reshape(-1, 3).astype(np.float32)

    def with_inner(self, outer: FloatArray, identity: FloatArray) -> FloatArray:
        """Return the outer part (outer_count, 3) followed by the inner one of `identity`."""
        start = 3 * self.outer_count
        inner = self.neutral.reshape(-1)[start:] + identity @ self.identity[:, start:]
        return np.concatenate([outer, inner.reshape(-1, 3)]).astype(np.float32)

    def add_expression(self, vertices: FloatArray, expression: FloatArray) -> FloatArray:
        """Return vertices (n, 3), the first n of a head, with expression weights (57,)."""
        active = np.flatnonzero(expression > 1e-3)
        if not len(active):
            return vertices
        added = expression[active] @ self.expression[active, : vertices.size]
        return (vertices + added.reshape(-1, 3)).astype(np.float32)


_HEADS: WeakKeyDictionary[FaceModel, Head] = WeakKeyDictionary()


def build_head(model: FaceModel) -> Head:
    """Return the head of a face model; the same object for the same model."""
    if model not in _HEADS:
        _HEADS[model] = _build(model)
    return _HEADS[model]


def _build(model: FaceModel) -> Head:
    parts = model.parts
    ranges = [(0, parts.head_end), parts.eyeballs, parts.mouth_socket, parts.teeth]
    ids = np.concatenate([np.arange(a, b) for a, b in ranges]).astype(np.int32)
    number = np.full(len(model.neutral), -1, np.int32)
    number[ids] = np.arange(len(ids))
    outer_count = parts.head_end + parts.eyeballs[1] - parts.eyeballs[0]
    skin = [model.triangles_between(0, parts.head_end), model.triangles_between(*parts.eyeballs)]
    socket = model.triangles_between(*parts.mouth_socket)
    teeth = model.triangles_between(*parts.teeth)
    colors = [np.tile(SOCKET_COLOR, (len(socket), 1)), np.tile(TEETH_COLOR, (len(teeth), 1))]
    topology = solid_topology(model)
    cap = topology.mouth_faces.copy()
    cap[cap == topology.mouth_center] = outer_count
    outer = ids[:outer_count]
    mirror = number[model.mirror[outer]]
    neutral = model.neutral[ids]
    scalp = (
        (outer >= parts.face_end)
        & (outer < parts.head_end)
        & (neutral[:outer_count, 1] > -30)
        & (neutral[:outer_count, 2] < EAR_PLANE_MM)
    )
    return Head(
        outer_count=outer_count,
        neutral=neutral,
        identity=np.ascontiguousarray(model.identity[:, ids].reshape(len(model.identity), -1)),
        expression=np.ascontiguousarray(
            model.expression[:, ids].reshape(len(model.expression), -1)
        ),
        skin=number[np.concatenate(skin)],
        mouth_cap=cap.astype(np.int32),
        mouth_loop=topology.mouth,
        mouth_middle=topology.mouth_middle,
        inner_mouth=number[np.concatenate([socket, teeth])],
        inner_colors=np.concatenate(colors).astype(np.float32),
        mirror=np.where(mirror < 0, np.arange(outer_count), mirror).astype(np.int32),
        scalp=scalp,
    )


@dataclass(frozen=True)
class Texture:
    """A portrait's own head, and where in its photo each vertex takes its color from."""

    identity_shape: FloatArray
    """(outer_count, 3) mm, without expression."""
    shape: FloatArray
    """(outer_count, 3) mm, as in the photo."""
    places: FloatArray
    """(outer_count + 1, 4) photo pixels: x, y of the vertex and of its mirror image."""
    shares: FloatArray
    """(outer_count + 1,) share of the vertex's own place; the last vertex is the mouth cap's."""


def make_texture(head: Head, fit: FaceFit) -> Texture:
    """Lay the head over its photo."""
    plain = head.identity_shape(fit.identity)
    shape = head.add_expression(plain, fit.expression)
    seen = (fit.camera.apply(_texture_places(head, shape)) @ FLIP)[:, :2].astype(np.float32)
    places = np.concatenate([seen, seen[head.mirror]], axis=1)
    middle = np.tile(seen[head.mouth_middle].mean(axis=0), 2)
    facing = vertex_normals(shape, head.skin) @ fit.camera.rotation[2].astype(np.float32)
    own = smoothstep(0.0, 0.4, facing) + 1e-3
    mirrored = own[head.mirror]
    # Only where the photo hardly shows a place is the other side needed.
    shares = np.where(own > 0.9, 1.0, own**2 / (own**2 + mirrored**2))
    return Texture(
        identity_shape=plain,
        shape=shape,
        places=np.concatenate([places, middle[None]]).astype(np.float32),
        shares=np.append(shares, 1.0).astype(np.float32),
    )


def _texture_places(head: Head, vertices: FloatArray) -> FloatArray:
    """Return where on the head each vertex takes its color from, (N, 3) mm.

    The back of the skull is not in the photo; straight behind a forehead lies hair, not
    skin. So vertices behind the ears look at the skull's outline instead.
    """
    places, scalp = vertices.copy(), head.scalp
    neutral = head.neutral[: len(vertices)][scalp]
    toward = (neutral[:, :2] - SKULL_CENTER) / SKULL_RADII
    toward[:, 1] += 0.3
    toward /= np.linalg.norm(toward, axis=1, keepdims=True) + 1e-6
    outline = SKULL_CENTER + SKULL_RADII * toward
    blend = np.clip((EAR_PLANE_MM - neutral[:, 2:3]) / 30.0, 0, 1)
    places[scalp, :2] += blend * (outline - places[scalp, :2])
    places[scalp, 2] += blend[:, 0] * (EAR_PLANE_MM - places[scalp, 2])
    return places


def smoothstep(low: float, high: float, x: FloatArray) -> FloatArray:
    """Return 0 below `low`, 1 above `high`, and a smooth rise between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    rise: FloatArray = (t * t * (3 - 2 * t)).astype(np.float32)
    return rise
