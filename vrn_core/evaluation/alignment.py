"""Laying points onto a surface without bending or scaling them."""

from __future__ import annotations

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkIterativeClosestPointTransform, vtkPolyData

from vrn_core.meshing.cleanup import to_polydata
from vrn_core.types import FloatArray, TriangleMesh

ITERATIONS = 200
ENOUGH = 1e-4
"""Root mean square step, in the points' unit, below which the alignment has arrived."""


def align_to_surface(points: FloatArray, mesh: TriangleMesh) -> FloatArray:
    """Return points (N, 3) turned and moved as a whole to lie closest to a mesh's surface.

    References
    ----------
    .. [1] Besl and McKay, "A Method for Registration of 3-D Shapes", PAMI 1992; VTK's
       implementation, from where the points are.
    """
    source = np.ascontiguousarray(points, np.float64)
    held = vtkPoints()
    held.SetData(numpy_to_vtk(source, deep=True))
    cloud = vtkPolyData()
    cloud.SetPoints(held)
    closest = vtkIterativeClosestPointTransform()
    closest.SetSource(cloud)
    closest.SetTarget(to_polydata(mesh))
    closest.GetLandmarkTransform().SetModeToRigidBody()
    closest.SetMaximumNumberOfLandmarks(len(source))
    closest.SetMaximumNumberOfIterations(ITERATIONS)
    closest.CheckMeanDistanceOn()
    closest.SetMaximumMeanDistance(ENOUGH)
    closest.Update()
    matrix = np.array(
        [[closest.GetMatrix().GetElement(row, column) for column in range(4)] for row in range(3)]
    )
    moved: FloatArray = (source @ matrix[:, :3].T + matrix[:, 3]).astype(np.float32)
    return moved
