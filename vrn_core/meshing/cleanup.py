"""From a raw isosurface to a mesh to show: one part, smooth, with few triangles, closed."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from vrn_core.errors import ConfigError
from vrn_core.meshing.geometry import signed_volumes
from vrn_core.meshing.repair import is_closed_manifold, repair_manifold, without_unused_vertices
from vrn_core.meshing.smoothing import SMOOTHING_ITERATIONS, smooth
from vrn_core.types import TriangleMesh


def clean_mesh(
    mesh: TriangleMesh,
    triangles: int | None = 20_000,
    smoothing_iterations: int = SMOOTHING_ITERATIONS,
) -> TriangleMesh:
    """Return the largest part of a closed mesh, smoothed and decimated, closed and manifold.

    Parameters
    ----------
    mesh : TriangleMesh
        A closed surface, as :func:`vrn_core.meshing.extract_isosurface` makes it.
    triangles : int, optional
        How many triangles to keep at most; ``None`` keeps all.
    smoothing_iterations : int, default: 15
        0 leaves the surface as it is.
    """
    mesh = largest_component(mesh)
    mesh = smooth(mesh, smoothing_iterations)
    if triangles is not None:
        mesh = decimate(mesh, triangles)
    return mesh


def largest_component(mesh: TriangleMesh) -> TriangleMesh:
    """Return the connected part of a mesh that encloses the largest volume.

    Specks round the face go, and so do cavities inside it, whose volume is negative.
    """
    vertices, triangles = len(mesh.vertices), len(mesh.faces)
    # A graph of the vertices and then the triangles, in which each triangle leads to its corners:
    # the list of triangles as it is, with nothing to sort.
    ends = np.zeros(vertices + triangles + 1, np.int32)
    ends[vertices:] = np.arange(0, 3 * triangles + 1, 3)
    graph = sparse.csr_matrix(
        (np.ones(3 * triangles), mesh.faces.ravel(), ends),
        shape=(vertices + triangles, vertices + triangles),
    )
    parts, label = csgraph.connected_components(graph, directed=False)
    if parts == 1:
        return mesh
    part_of_face = label[mesh.faces[:, 0]]
    volume = np.bincount(part_of_face, signed_volumes(mesh), minlength=parts)
    # A vertex without triangles is a part without volume; never choose it over a flat part.
    volume[np.bincount(part_of_face, minlength=parts) == 0] = -np.inf
    faces = mesh.faces[part_of_face == volume.argmax()]
    return without_unused_vertices(TriangleMesh(mesh.vertices, faces, mesh.colors))


def decimate(mesh: TriangleMesh, triangles: int) -> TriangleMesh:
    """Return a mesh of at most about `triangles` triangles that follows the same surface.

    Where the surface has thin handles a few triangles more or fewer may come back, for what
    decimation pinches is repaired, and the largest part kept. Colors are dropped: sample
    them again.

    References
    ----------
    .. [1] Garland and Heckbert, "Surface simplification using quadric error metrics",
       SIGGRAPH 1997.
    """
    if triangles < 4:
        raise ConfigError(f"cannot reduce a mesh to {triangles} triangles; a solid has 4 or more")
    if triangles >= len(mesh.faces):
        return mesh if is_closed_manifold(mesh.faces) else largest_component(repair_manifold(mesh))
    import fast_simplification

    # At a lower aggressiveness it stops before the target.
    points, faces = fast_simplification.simplify(
        mesh.vertices, mesh.faces, target_count=triangles, agg=7.0
    )
    simple = TriangleMesh(points.astype(np.float32), faces.astype(np.int32))
    return largest_component(repair_manifold(simple))


def to_polydata(mesh: TriangleMesh) -> Any:
    """Return a mesh as a vtkPolyData of its own memory; colors are its active scalars."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

    points = vtkPoints()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(mesh.vertices), deep=True))
    corners = vtkCellArray()
    corners.SetData(3, numpy_to_vtkIdTypeArray(mesh.faces.astype(np.int64).ravel(), deep=True))
    polydata = vtkPolyData()
    polydata.SetPoints(points)
    polydata.SetPolys(corners)
    if mesh.colors is not None:
        colors = numpy_to_vtk(np.ascontiguousarray(mesh.colors), deep=True)
        colors.SetName("colors")
        polydata.GetPointData().SetScalars(colors)
    return polydata
