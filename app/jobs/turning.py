"""The people of a validation drawn from all sides, in the process that makes surfaces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vrn_core.types import ByteArray, FloatArray, TriangleMesh

FRAMES = 31
WIDEST_DEG = 60.0
"""They are turned from there on the left to there on the right."""
SIDE = 200
"""Pixels of a picture's side."""
SMOOTHING = 2
"""Pixels drawn along each side of a pixel shown."""
CLAY = np.array([216, 205, 195], np.float32)
LIGHTS: tuple[tuple[tuple[float, float, float], float], ...] = (
    ((-0.55, -0.55, -0.63), 0.75),
    ((0.8, -0.1, -0.6), 0.3),
)
"""Direction to the light, x right, y down, z away from the viewer; and its strength."""
AMBIENT = 0.14


@dataclass(frozen=True)
class TurningFace:
    """A person's photo, and pictures of the mesh as it turns."""

    photo: ByteArray
    """(192, 192, 3) RGB."""
    pictures: ByteArray
    """(FRAMES, SIDE, SIDE, 4) RGBA, from the left to the right; none without a surface."""


@dataclass(frozen=True)
class TurningFaces:
    """What was in the file."""

    step: int
    faces: tuple[TurningFace, ...]


def turning_faces(path: Path) -> TurningFaces:
    """Return the people of a run's file, drawn.

    Raises
    ------
    DataError
        If the file holds none.
    """
    from vrn_core.training.showcase import read_showcase

    shown = read_showcase(path)
    return TurningFaces(
        shown.step, tuple(TurningFace(face.photo, turn(face.mesh)) for face in shown.faces)
    )


def turn(mesh: TriangleMesh, frames: int = FRAMES, side: int = SIDE) -> ByteArray:
    """Return pictures (frames, side, side, 4) uint8 RGBA of a mesh that turns about its upright.

    The mesh is in crop pixels: x right, y down, z away from the viewer.
    """
    if not len(mesh.faces):
        return np.zeros((0, side, side, 4), np.uint8)
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    centered = mesh.vertices - (low + high) / 2
    # From whichever side, all of it is in the picture.
    reach = max(float(np.hypot(centered[:, 0], centered[:, 2]).max()), float(centered[:, 1].max()))
    centered *= 0.47 * side * SMOOTHING / max(reach, 1e-6)
    angles = np.deg2rad(np.linspace(-WIDEST_DEG, WIDEST_DEG, frames))
    faces = np.ascontiguousarray(mesh.faces, np.int32)
    return np.stack([_picture(centered, faces, float(angle), side) for angle in angles])


def _picture(vertices: FloatArray, faces: NDArray[np.int32], angle: float, side: int) -> ByteArray:
    from vrn_core.data.raster import rasterize, vertex_normals

    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]], np.float32)
    turned = (vertices @ turn.T).astype(np.float32)
    whole = side * SMOOTHING
    turned[:, :2] += (whole - 1) / 2
    normals = vertex_normals(turned, faces)
    light = np.full(len(turned), AMBIENT, np.float32)
    for direction, strength in LIGHTS:
        unit = np.asarray(direction, np.float32) / np.linalg.norm(direction)
        light += strength * np.clip(normals @ unit, 0, None)
    index, weights = rasterize(turned, faces, whole)
    seen = index >= 0
    shade = np.zeros((whole, whole), np.float32)
    shade[seen] = (light[faces[index[seen]]] * weights[seen]).sum(axis=1)
    # Pixels at the outline are partly covered: their color is that of the part that is.
    blocks = (side, SMOOTHING, side, SMOOTHING)
    cover = seen.reshape(blocks).sum(axis=(1, 3)).astype(np.float32)
    mean = shade.reshape(blocks).sum(axis=(1, 3)) / np.maximum(cover, 1)
    picture = np.empty((side, side, 4), np.uint8)
    picture[..., :3] = np.clip(mean[..., None] * CLAY, 0, 255)
    picture[..., 3] = 255 * cover / SMOOTHING**2
    return picture
