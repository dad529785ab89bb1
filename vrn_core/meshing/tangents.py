"""The tangents of a mesh that is laid flat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vrn_core.meshing.geometry import vertex_normals
from vrn_core.types import FloatArray, TexturedMesh

Vectors = NDArray[np.float64]


def vertex_tangents(textured: TexturedMesh) -> FloatArray:
    """Return (U, 3) unit tangents along u at the rows of `uv`, upright to the vertices' normals.

    They are those of MikkTSpace [1]_: at each corner of a triangle the direction in which u
    grows, laid into the plane of the vertex's normal, weighted by the corner's angle there.

    References
    ----------
    .. [1] Mikkelsen, "Simulation of Wrinkled Surfaces Revisited", 2008.
    """
    mesh, count = textured.mesh, len(textured.uv)
    normals = vertex_normals(mesh).astype(np.float64)[textured.origin]
    points = mesh.vertices.astype(np.float64)[mesh.faces]
    uv = textured.uv.astype(np.float64)[textured.corners]
    v1, v2 = uv[:, 1, 1] - uv[:, 0, 1], uv[:, 2, 1] - uv[:, 0, 1]
    u1, u2 = uv[:, 1, 0] - uv[:, 0, 0], uv[:, 2, 0] - uv[:, 0, 0]
    along = (points[:, 1] - points[:, 0]) * v2[:, None] - (points[:, 2] - points[:, 0]) * v1[
        :, None
    ]
    along *= np.where(u1 * v2 - u2 * v1 < 0, -1.0, 1.0)[:, None]
    total = np.zeros((count, 3))
    for k in range(3):
        row = textured.corners[:, k]
        normal = normals[row]

        def flat(vectors: Vectors, normal: Vectors = normal) -> Vectors:
            laid = vectors - (vectors * normal).sum(axis=1, keepdims=True) * normal
            length = np.linalg.norm(laid, axis=1, keepdims=True)
            return np.where(length > 1e-12, laid / np.maximum(length, 1e-12), 0)

        one = flat(points[:, (k + 1) % 3] - points[:, k])
        other = flat(points[:, (k + 2) % 3] - points[:, k])
        angle = np.arccos(np.clip((one * other).sum(axis=1), -1, 1))
        weighted = flat(along) * angle[:, None]
        for axis in range(3):
            total[:, axis] += np.bincount(row, weighted[:, axis], minlength=count)
    # Where nothing tells a direction, any across the normal will do.
    lost = np.linalg.norm(total, axis=1) < 1e-9
    total[lost] = np.cross(normals[lost], np.eye(3)[np.abs(normals[lost]).argmin(axis=1)])
    unit: FloatArray = (total / np.linalg.norm(total, axis=1, keepdims=True)).astype(np.float32)
    return unit
