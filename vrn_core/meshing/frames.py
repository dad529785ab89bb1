"""Meshes carried between the crop, the photo frame and the canonical frame."""

from __future__ import annotations

import numpy as np

from vrn_core.pose import Similarity
from vrn_core.types import FaceCrop, TriangleMesh


def crop_to_photo(mesh: TriangleMesh, crop: FaceCrop) -> TriangleMesh:
    """Return a mesh given in crop pixels in the photo frame, in pixels of the photo."""
    return TriangleMesh(crop.to_photo(mesh.vertices), mesh.faces, mesh.colors)


def photo_to_crop(mesh: TriangleMesh, crop: FaceCrop) -> TriangleMesh:
    """Return a mesh given in the photo frame in crop pixels."""
    return TriangleMesh(crop.to_crop(mesh.vertices), mesh.faces, mesh.colors)


def transform_mesh(mesh: TriangleMesh, similarity: Similarity) -> TriangleMesh:
    """Return a mesh moved by a similarity, for instance photo frame to canonical frame.

    Its triangles keep facing outward: should the map mirror, they are turned round.
    """
    faces = mesh.faces
    if np.linalg.det(similarity.rotation) * similarity.scale < 0:
        faces = np.ascontiguousarray(faces[:, ::-1])
    vertices = similarity.apply(mesh.vertices).astype(np.float32)
    return TriangleMesh(vertices, faces, mesh.colors)
