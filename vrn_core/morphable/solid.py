"""The watertight solid of a face, whose inside is the volume's occupancy.

The front of the face, forehead to chin and ear to ear, is closed: the eyes by pieces of a
sphere, the mouth by a sunken cap between the lips' inner edges, where the teeth are, the
outer edge by walls that run straight back to a flat plane in the model's own frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from vrn_core.errors import DataError
from vrn_core.morphable.face_model import FaceModel
from vrn_core.types import FloatArray, IntArray, TriangleMesh

EYE_RINGS = (0.2, 0.45, 0.7)
"""How far the rings of vertices over an eye lie from the lids to the pupil."""
BACK_PLANE_MM = 20.0
"""Depth of the flat back in the model's frame; the ears of the neutral face lie at 25."""
MOUTH_DEPTH = 0.25
"""How deep the middle of the mouth's cap is sunken, as a share of the mouth's opening."""
MAX_MOUTH_DEPTH_MM = 6.0


def boundary_loops(triangles: IntArray) -> list[IntArray]:
    """Return the loops of edges that only one triangle has, longest first.

    Each loop runs along its triangles' own direction, so that a fan of (next, current,
    center) closes it with outward triangles.
    """
    directed = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = {(int(a), int(b)) for a, b in directed}
    following = {a: b for a, b in edges if (b, a) not in edges}
    loops: list[IntArray] = []
    while following:
        start, current = following.popitem()
        loop = [start]
        while current != start:
            loop.append(current)
            current = following.pop(current)
        loops.append(np.array(loop, np.int32))
    return sorted(loops, key=len, reverse=True)


@dataclass(frozen=True)
class SolidTopology:
    """The triangles of every solid, and the loops its further vertices come from."""

    faces: IntArray
    """(F, 3); vertices are the narrow face, then eyes, mouth center, back loop, back center."""
    outer: IntArray
    mouth: IntArray
    eyes: tuple[IntArray, IntArray]
    mouth_faces: IntArray
    """The triangles that close the mouth, rows of `faces`."""
    mouth_center: int
    """Number of the vertex in the middle of the mouth's cap."""
    mouth_middle: IntArray
    """The two vertices of the cap's edge in the middle of the upper and of the lower lip."""
    ball_centers: tuple[FloatArray, FloatArray]
    """Centers of the neutral face's eyeballs, in the order of `eyes`, (3,) mm."""
    ball_radius: float


def _strip(front: IntArray, back: IntArray) -> IntArray:
    """Join two loops of equal length, wound like the surface that ends at `front`."""
    f, b = np.roll(front, -1), np.roll(back, -1)
    return np.concatenate([np.stack([f, front, back], 1), np.stack([f, back, b], 1)])


def _fan(loop: IntArray, center: int) -> IntArray:
    return np.stack([np.roll(loop, -1), loop, np.full(len(loop), center)], 1)


def _without_rings(surface: IntArray, loop: IntArray, count: int) -> IntArray:
    """Return `surface` without the `count` rings of triangles next to a boundary loop."""
    near = loop
    for _ in range(count):
        touching = np.isin(surface, near).any(axis=1)
        near = surface[touching]
        surface = surface[~touching]
    return surface


def _build(model: FaceModel) -> SolidTopology:
    surface = model.triangles_between(0, model.parts.face_end)
    loops = boundary_loops(surface)
    if len(loops) != 4:
        raise DataError(f"the face model's front has {len(loops)} boundaries; expected 4")
    surface = _without_rings(surface, loops[1], model.parts.lip_rings)
    loops = boundary_loops(surface)
    outer, mouth = loops[0], loops[1]
    eyes = (loops[2], loops[3])
    aside = np.abs(model.neutral[mouth, 0])
    faces = [surface]
    count = model.parts.face_end
    for eye in eyes:
        previous = eye
        for _ in EYE_RINGS:
            ring = np.arange(count, count + len(eye), dtype=np.int32)
            faces.append(_strip(previous, ring))
            previous, count = ring, count + len(eye)
        faces.append(_fan(previous, count))
        count += 1
    mouth_center = count
    mouth_faces = _fan(mouth, mouth_center)
    faces.append(mouth_faces)
    count += 1
    back = np.arange(count, count + len(outer), dtype=np.int32)
    faces.append(_strip(outer, back))
    faces.append(_fan(back, count + len(outer)))
    balls = model.neutral[slice(*model.parts.eyeballs)]
    left = balls[balls[:, 0] > 0]
    left_center = 0.5 * (left.max(axis=0) + left.min(axis=0))
    sides = [np.sign(model.neutral[eye, 0].mean()) for eye in eyes]
    centers = [(left_center * [side, 1, 1]).astype(np.float32) for side in sides]
    return SolidTopology(
        faces=np.concatenate(faces).astype(np.int32),
        outer=outer,
        mouth=mouth,
        eyes=eyes,
        mouth_faces=mouth_faces.astype(np.int32),
        mouth_center=mouth_center,
        mouth_middle=mouth[np.argsort(aside)[:2]],
        ball_centers=(centers[0], centers[1]),
        ball_radius=float(0.5 * np.ptp(left[:, :2], axis=0).mean()),
    )


_TOPOLOGIES: WeakKeyDictionary[FaceModel, SolidTopology] = WeakKeyDictionary()


def solid_topology(model: FaceModel) -> SolidTopology:
    """Return the triangles that every solid of this model has."""
    if model not in _TOPOLOGIES:
        _TOPOLOGIES[model] = _build(model)
    return _TOPOLOGIES[model]


def close_solid(model: FaceModel, vertices: FloatArray) -> TriangleMesh:
    """Close a face of the model.

    Parameters
    ----------
    model : FaceModel
    vertices : (V, 3) float32
        A face in the model's frame, mm, at least its narrow part.

    Returns
    -------
    TriangleMesh
        Watertight, outward; its first vertices are those of the face's front.
    """
    topology = solid_topology(model)
    face = vertices[: model.parts.face_end]
    neutral = model.neutral
    balls = topology.ball_centers
    parts = [face]
    for eye, ball in zip(topology.eyes, balls, strict=True):
        loop = face[eye]
        middle = loop.mean(axis=0)
        # The ball moves with its lids: as far from their middle as in the neutral face.
        center = middle + ball - neutral[eye].mean(axis=0)
        for ring in EYE_RINGS:
            flat = loop + ring * (middle - loop)
            parts.append(_onto_ball(flat, center, topology.ball_radius, ring))
        parts.append(_onto_ball(middle[None], center, topology.ball_radius, 1.0))
    lips = face[topology.mouth_middle]
    opening = float(np.linalg.norm(lips[0] - lips[1]))
    sunken = lips.mean(axis=0) - [0, 0, min(MOUTH_DEPTH * opening, MAX_MOUTH_DEPTH_MM)]
    back = face[topology.outer].copy()
    back[:, 2] = BACK_PLANE_MM
    parts += [sunken[None], back, back.mean(axis=0)[None]]
    return TriangleMesh(np.concatenate(parts).astype(np.float32), topology.faces)


def _onto_ball(points: FloatArray, center: FloatArray, radius: float, share: float) -> FloatArray:
    """Move points forward towards the eyeball's surface, fully where `share` is one."""
    sideways = ((points[:, :2] - center[:2]) ** 2).sum(axis=1)
    surface_z = center[2] + np.sqrt(np.maximum(radius**2 - sideways, 0.0))
    moved = points.copy()
    weight = min(2 * share, 1.0)
    moved[:, 2] += weight * np.clip(surface_z - points[:, 2], -2.0, 6.0)
    return moved
