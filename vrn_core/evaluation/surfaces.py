"""How far two surfaces lie apart, everywhere and on average."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import ShapeError
from vrn_core.evaluation.metrics import distance_to_surface
from vrn_core.meshing.geometry import face_cross_products
from vrn_core.types import FloatArray, TriangleMesh


@dataclass(frozen=True)
class SurfaceDifference:
    """Distances in the unit of the meshes."""

    distances: FloatArray
    """(V,) of each vertex of the mesh to the nearest place on the other surface."""
    mean: float
    """Over both surfaces: the mean of the two ways, each weighted by area."""


def surface_difference(mesh: TriangleMesh, other: TriangleMesh) -> SurfaceDifference:
    """Return how far two meshes of one frame lie apart.

    Raises :class:`ShapeError` if one of them has no triangles.
    """
    for name, of in (("mesh", mesh), ("other", other)):
        if not len(of.faces):
            raise ShapeError(f"{name}.faces", of.faces.shape, "at least one triangle")
    there = distance_to_surface(mesh.vertices, other)
    back = distance_to_surface(other.vertices, mesh)
    mean = (_mean_over(mesh, there) + _mean_over(other, back)) / 2
    return SurfaceDifference(there.astype(np.float32), mean)


def _mean_over(mesh: TriangleMesh, values: NDArray[np.float64]) -> float:
    """Return the mean over the area of a mesh of values (V,) given at its vertices."""
    areas = np.linalg.norm(face_cross_products(mesh), axis=1)
    if not areas.any():
        return float(values.mean())
    return float(np.average(values[mesh.faces].mean(axis=1), weights=areas))
