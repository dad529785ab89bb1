"""How much it costs to bend and stretch the template."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, diags
from scipy.spatial import cKDTree

from vrn_core.meshing.geometry import face_cross_products
from vrn_core.template.template import Template
from vrn_core.types import TriangleMesh

COUPLING_MM = 7.0
"""Vertices this near to one another hold together though no edge joins them: the lips, lids and
eyes, teeth and gums."""
COUPLED = 6
"""Most vertices that one holds to in this way."""
COUPLING = 0.25
"""Weight of such a pair against that of an edge."""


@dataclass(frozen=True, eq=False)
class Stiffness:
    """Quadratic energies of a displacement d (V, 3): trace of ``d.T @ matrix @ d``."""

    areas: NDArray[np.float64]
    """(V,) mm^2, a third of the triangles round each vertex."""
    bending: csr_matrix
    """(V, V) in mm^-2: the squared Laplacian, summed over the area."""
    stretching: csr_matrix
    """(V, V) without unit: the squared gradient, faint; it holds what bending lets go."""


@lru_cache(maxsize=2)
def stiffness(template: Template) -> Stiffness:
    """Return the energies of a template's displacements.

    On quads that are nearly squares every edge has the same weight in the Laplacian. Both
    energies do not depend on how densely the surface is sampled.
    """
    mesh = TriangleMesh(template.vertices, template.triangles)
    area = np.linalg.norm(face_cross_products(mesh), axis=1) / 2
    count = len(mesh.vertices)
    # As numbers with a fraction: numpy's types know only of counts here.
    sums = np.bincount(mesh.faces.ravel(), np.repeat(area / 3, 3), minlength=count)
    areas = sums.astype(np.float64)
    areas = np.maximum(areas, np.median(areas) / 50)
    graph = _edges(template) + COUPLING * _couplings(template)
    laplacian = diags(np.asarray(graph.sum(axis=1)).ravel()) - graph
    bending = laplacian.T @ diags(1 / areas) @ laplacian
    return Stiffness(areas, csr_matrix(bending), csr_matrix(0.002 * laplacian))


def _edges(template: Template) -> csr_matrix:
    """Return (V, V) with 1 for each edge of a quad."""
    quads = template.quads
    pairs = np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])
    return _symmetric(pairs, len(template.vertices))


def _couplings(template: Template) -> csr_matrix:
    """Return (V, V) with 1 for each pair that is near in space but not along the surface."""
    points = template.vertices
    _, near = cKDTree(points).query(points, k=24, distance_upper_bound=COUPLING_MM)
    edges = _edges(template)
    # Within three edges the surface itself holds a pair.
    ring = edges + edges @ edges
    ring = ring + ring @ edges
    pairs: list[tuple[int, int]] = []
    for vertex, others in enumerate(near):
        along = set(ring.indices[ring.indptr[vertex] : ring.indptr[vertex + 1]].tolist())
        apart = [v for v in others.tolist() if v < len(points) and v not in along and v != vertex]
        pairs.extend((vertex, v) for v in apart[:COUPLED])
    return _symmetric(np.array(pairs).reshape(-1, 2), len(points))


def _symmetric(pairs: NDArray[np.integer], count: int) -> csr_matrix:
    both = np.concatenate([pairs, pairs[:, ::-1]])
    graph = coo_matrix((np.ones(len(both)), both.T), shape=(count, count)).tocsr()
    graph.data[:] = 1
    return graph
