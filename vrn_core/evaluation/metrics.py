"""How far a reconstruction is from the truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkDoubleArray
from vtkmodules.vtkFiltersCore import vtkImplicitPolyDataDistance

from vrn_core.errors import ShapeError
from vrn_core.ibug import OUTER_EYES
from vrn_core.meshing.cleanup import to_polydata
from vrn_core.types import ByteArray, FloatArray, TriangleMesh

BLOCK = 512
"""Points measured at a time: VTK keeps the interpreter to itself meanwhile, some 5 ms."""


def volume_iou(pred: ByteArray, target: ByteArray) -> float:
    """Return the intersection over union of two occupancies (D, H, W) uint8, at one half."""
    if pred.shape != target.shape:
        raise ShapeError("pred", pred.shape, f"{target.shape} like the target, axes (z, y, x)")
    inside_pred, inside_target = pred > 127, target > 127
    union = np.count_nonzero(inside_pred | inside_target)
    both = np.count_nonzero(inside_pred & inside_target)
    return both / union if union else 1.0


def distance_to_surface(points: FloatArray, mesh: TriangleMesh) -> NDArray[np.float64]:
    """Return the distance (N,) of points (N, 3) to the nearest place of a mesh's surface."""
    if points.ndim != 2 or points.shape[1] != 3:
        raise ShapeError("points", points.shape, "(N, 3), axes (point, xyz)")
    field = vtkImplicitPolyDataDistance()
    field.SetInput(to_polydata(mesh))
    distances = np.empty(len(points))
    for start in range(0, len(points), BLOCK):
        block = np.ascontiguousarray(points[start : start + BLOCK], np.float64)
        signed = vtkDoubleArray()
        field.FunctionValue(numpy_to_vtk(block), signed)
        distances[start : start + BLOCK] = np.abs(vtk_to_numpy(signed))
    return distances


def interocular_distance(landmarks: FloatArray) -> float:
    """Return the distance of the outer corners of the eyes, of landmarks (68, 2 or 3)."""
    first, second = landmarks[OUTER_EYES[0]], landmarks[OUTER_EYES[1]]
    return float(np.linalg.norm(first - second))


def nme_interocular(vertices: FloatArray, mesh: TriangleMesh, landmarks: FloatArray) -> float:
    """Return the mean distance of true vertices to a predicted surface, without alignment.

    Parameters
    ----------
    vertices : (V, 3)
        The true face's, in the frame of `mesh`, depth from the face's mean in both.
    mesh : TriangleMesh
        The prediction.
    landmarks : (68, 3)
        The true ones; their 3-D outer interocular distance is the unit.

    References
    ----------
    .. [1] Jackson et al., "Large Pose 3D Face Reconstruction from a Single Image via Direct
       Volumetric CNN Regression", ICCV 2017, section 4; where a point has no counterpart,
       its nearest place on the other surface is taken.
    """
    return float(distance_to_surface(vertices, mesh).mean() / interocular_distance(landmarks))


def landmark_nme(pred: FloatArray, target: FloatArray) -> float:
    """Return the mean distance in the image of landmarks (68, 2 or 3), interocular in 3-D."""
    distance = np.linalg.norm(pred[:, :2] - target[:, :2], axis=1).mean()
    return float(distance / interocular_distance(target))


def landmark_nme_bbox(pred: FloatArray, target: FloatArray) -> float:
    """Return the mean distance in the image of landmarks (68, 2 or 3), by the true ones' box.

    The unit is sqrt(w * h) of the upright box round the true landmarks, which needs no depth.

    References
    ----------
    .. [1] Zhu et al., "Face Alignment Across Large Poses: A 3D Solution", CVPR 2016,
       section 5.3.
    """
    distance = np.linalg.norm(pred[:, :2] - target[:, :2], axis=1).mean()
    return float(distance / np.sqrt(np.prod(np.ptp(target[:, :2], axis=0))))
