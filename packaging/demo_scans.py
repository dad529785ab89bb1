"""Colored scans of a portrait's person, as a depth camera would deliver them, to show things on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import trimesh

from vrn_core.data.head import Head, Texture, build_head, make_texture
from vrn_core.data.portraits import Portrait
from vrn_core.files import write_atomically
from vrn_core.morphable.face_model import FaceModel
from vrn_core.types import FloatArray, IntArray

ROUNDS = 2
"""Of subdivision: colors at the vertices are then as fine as the photo."""


def portrait_scan(
    model: FaceModel, portrait: Portrait, expression: dict[str, float] | None = None
) -> trimesh.Trimesh:
    """Return a person's head in millimetres, with the photo's colors at its vertices.

    `expression` names shapes of the face model and their weights; ``None`` is that of the photo.
    """
    head = build_head(model)
    texture = make_texture(head, portrait.fit)
    outer, faces = _shape(model, head, texture, portrait, expression), head.skin
    colors = _Colors(head, texture.places, texture.shares, portrait)
    if expression is None:
        vertices = np.concatenate([outer, outer[head.mouth_middle].mean(axis=0)[None]])
        return colors.mesh(vertices, np.concatenate([faces, head.mouth_cap]))
    skin = colors.mesh(outer[: head.outer_count], faces)
    plain = np.clip(head.inner_colors * (float(colors.photo.mean()) / 110), 0, 255)
    corners = outer[head.inner_mouth].reshape(-1, 3)
    inner = trimesh.Trimesh(
        corners,
        np.arange(len(corners)).reshape(-1, 3),
        vertex_colors=np.repeat(plain.astype(np.uint8), 3, axis=0),
        process=False,
    )
    return cast(trimesh.Trimesh, trimesh.util.concatenate([skin, inner]))


def portrait_marks(
    model: FaceModel, portrait: Portrait, expression: dict[str, float] | None = None
) -> FloatArray:
    """Return the landmarks (68, 3) of that head, in its millimetres."""
    head = build_head(model)
    shape = _shape(model, head, make_texture(head, portrait.fit), portrait, expression)
    marks: FloatArray = shape[model.landmark_vertices]
    return marks


def _shape(
    model: FaceModel,
    head: Head,
    texture: Texture,
    portrait: Portrait,
    expression: dict[str, float] | None,
) -> FloatArray:
    if expression is None:
        return texture.shape
    weights = np.zeros(len(model.expression), np.float32)
    for name, value in expression.items():
        weights[model.expression_index(name)] = value
    whole = head.with_inner(texture.identity_shape, portrait.fit.identity)
    return head.add_expression(whole, weights)


class _Colors:
    """Where each vertex of a head takes its color from."""

    def __init__(
        self, head: Head, places: FloatArray, shares: FloatArray, portrait: Portrait
    ) -> None:
        self.columns = np.column_stack([places, shares])
        self.photo = portrait.load()
        self.head = head

    def mesh(self, vertices: FloatArray, faces: IntArray) -> trimesh.Trimesh:
        """Return a surface made finer and colored; `vertices` are the first of the head's."""
        subdivide: Any = trimesh.remesh.subdivide
        columns = np.column_stack([vertices, self.columns[: len(vertices)]])
        for _ in range(ROUNDS):
            columns, faces = subdivide(columns, faces)
        own, mirrored = self._seen(columns[:, 3:5]), self._seen(columns[:, 5:7])
        share = columns[:, 7:8]
        colors = np.clip(share * own + (1 - share) * mirrored, 0, 255).astype(np.uint8)
        return trimesh.Trimesh(columns[:, :3], faces, vertex_colors=colors, process=False)

    def _seen(self, places: FloatArray) -> FloatArray:
        """Return the photo's colors (N, 3) at places (N, 2)."""
        x, y = places.astype(np.float32).T
        # OpenCV maps at most 32,767 places a row.
        side = int(np.ceil(np.sqrt(len(x))))
        left, top = (np.pad(v, (0, side * side - len(v))).reshape(side, side) for v in (x, y))
        seen = cv2.remap(
            self.photo, left, top, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        colors: FloatArray = seen.reshape(-1, 3)[: len(x)].astype(np.float32)
        return colors


def write_scan(mesh: trimesh.Trimesh, path: Path) -> None:
    """Write a scan as PLY."""
    write_atomically(path, cast(bytes, mesh.export(file_type="ply")), make_folder=True)
