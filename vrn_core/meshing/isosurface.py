"""The surface of a soft occupancy volume, by VTK's flying edges or by PyMCubes."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import ConfigError, EmptyVolumeError, ShapeError
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.types import ByteArray, FloatArray, IntArray, TriangleMesh

IsosurfaceMethod = Literal["vtk", "pymcubes"]


def extract_isosurface(
    volume: ByteArray | FloatArray,
    iso_level: float = 0.5,
    method: IsosurfaceMethod = "vtk",
    *,
    grid: VoxelGrid | None = None,
) -> TriangleMesh:
    """Extract the closed surface of a soft occupancy volume.

    The volume counts as empty outside its border, so that a solid that touches the border
    is closed there, half a voxel outside at the most.

    Parameters
    ----------
    volume : (D, H, W) uint8 or floating
        Occupancy probability, axes (z, y, x): in [0, 1], or times 255 if uint8.
    iso_level : float, default: 0.5
        Probability at which the surface is taken, inside (0, 1).
    method : {"vtk", "pymcubes"}, default: "vtk"
        VTK's flying edges is several times faster; both find the same surface.
    grid : VoxelGrid, optional
        Where the voxels lie; by default those of a full-resolution volume:
        x = i, y = j, z = (k - 99.5) / 2 in crop pixels.

    Returns
    -------
    TriangleMesh
        ``vertices`` (V, 3) float32 as (x, y, z) of the grid, each shared by its triangles;
        ``faces`` (F, 3) int32, counter-clockwise seen from outside.

    Raises
    ------
    ShapeError
        If `volume` is not 3-D or has no voxels.
    EmptyVolumeError
        If no voxel reaches `iso_level`.
    ConfigError
        If `iso_level`, `method` or the volume's data type cannot be used.

    References
    ----------
    .. [1] Lorensen and Cline, "Marching Cubes", SIGGRAPH 1987.
    .. [2] Schroeder, Maynard and Geveci, "Flying Edges", LDAV 2015.
    """
    if volume.ndim != 3 or 0 in volume.shape:
        raise ShapeError("volume", volume.shape, "(D, H, W), axes (z, y, x), none of them 0")
    if volume.dtype != np.uint8 and not np.issubdtype(volume.dtype, np.floating):
        raise ConfigError(f"volume has data type {volume.dtype}; expected uint8 or floating")
    if not 0 < iso_level < 1:
        raise ConfigError(f"iso_level is {iso_level}; expected a probability inside (0, 1)")
    if method not in get_args(IsosurfaceMethod):
        raise ConfigError(f"method is {method!r}; expected one of {get_args(IsosurfaceMethod)}")
    if grid is None:
        grid = VoxelGrid.of_crop()

    # A hair below the level, so that bytes never lie on it exactly: there the surface would
    # touch voxel centers with triangles of no area.
    level = (1 - 1e-4) * (iso_level * 255 if volume.dtype == np.uint8 else iso_level)
    block, start = _occupied_block(volume, level)
    contour = _flying_edges if method == "vtk" else _pymcubes
    points, faces = contour(block, level)
    if not len(faces):
        raise EmptyVolumeError(f"the iso level {iso_level} crosses no edge between two voxels")
    # The block's first voxel is the padding before `start`.
    points += np.asarray(start[::-1], np.float32)
    points *= np.asarray(grid.spacing, np.float32)
    points += np.asarray(grid.origin, np.float32)
    return TriangleMesh(points, faces)


def _occupied_block(
    volume: NDArray[Any], level: float
) -> tuple[NDArray[Any], tuple[int, int, int]]:
    """Return the inside voxels' box with one voxel round it, and the index where it starts.

    The box is uint8 as the volume, else float32.
    Where the box reaches over the volume's border it is filled with zeros. Contouring the
    box alone is several times faster than the whole volume.
    """
    # The highest values along z and within each slice, rather than a mask of the whole volume:
    # numpy's maximum is vectorised and a third of the time.
    highest_yx = volume.max(axis=0)
    spans = [
        np.flatnonzero(highest >= level)
        for highest in (volume.max(axis=(1, 2)), highest_yx.max(axis=1), highest_yx.max(axis=0))
    ]
    if np.isnan(highest_yx).any():
        raise ConfigError("volume holds values that are not numbers; expected probabilities")
    if not spans[0].size:
        raise EmptyVolumeError(
            f"no voxel reaches the iso level ({level:.4g}; the highest is {highest_yx.max():.4g});"
            " the volume holds no solid, or the level is too high"
        )
    low = [int(span[0]) - 1 for span in spans]
    high = [int(span[-1]) + 2 for span in spans]
    dtype = np.uint8 if volume.dtype == np.uint8 else np.float32
    block = np.zeros([h - lo for lo, h in zip(low, high, strict=True)], dtype)
    source = tuple(
        slice(max(lo, 0), min(h, n)) for lo, h, n in zip(low, high, volume.shape, strict=True)
    )
    target = tuple(
        slice(part.start - lo, part.stop - lo) for part, lo in zip(source, low, strict=True)
    )
    block[target] = volume[source]
    return block, (low[0], low[1], low[2])


def _flying_edges(block: NDArray[Any], level: float) -> tuple[FloatArray, IntArray]:
    """Return points (V, 3) as (x, y, z) in voxels, and triangles, by VTK."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkSMPTools
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

    # The default backend is sequential: with threads the contour takes half the time.
    vtkSMPTools.SetBackend("STDThread")
    image = vtkImageData()
    depth, height, width = block.shape
    image.SetDimensions(width, height, depth)
    image.GetPointData().SetScalars(numpy_to_vtk(block.reshape(-1)))
    contour = vtkFlyingEdges3D()
    contour.SetInputData(image)
    contour.SetValue(0, level)
    contour.ComputeNormalsOff()
    contour.ComputeScalarsOff()
    contour.Update()
    surface = contour.GetOutput()
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float32)
    corners = vtk_to_numpy(surface.GetPolys().GetConnectivityArray())
    return points, corners.reshape(-1, 3).astype(np.int32)


def _pymcubes(block: NDArray[Any], level: float) -> tuple[FloatArray, IntArray]:
    """Return points (V, 3) as (x, y, z) in voxels, and triangles, by PyMCubes."""
    try:
        import mcubes
    except ImportError as error:
        raise ConfigError(
            "the method 'pymcubes' needs the package PyMCubes, which is not installed; use 'vtk'"
        ) from error

    points, faces = mcubes.marching_cubes(block.astype(np.float32), level)
    # Its points are (z, y, x). Turning them round mirrors the surface, and with it triangles
    # that faced outwards, so they are turned round as well.
    return points[:, ::-1].astype(np.float32), faces[:, ::-1].astype(np.int32)
