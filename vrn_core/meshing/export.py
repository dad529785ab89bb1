"""Mesh files: OBJ, PLY, STL and binary glTF, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from vrn_core.errors import ExportError
from vrn_core.files import write_atomically
from vrn_core.meshing.formats import FORMATS
from vrn_core.types import TriangleMesh

MeshFrame = Literal["canonical", "photo"]

Z_UP = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32)
"""Quarter turn about x: y up, facing +z, to z up, facing -y."""
METERS_PER_MILLIMETER = 1e-3


def export_formats() -> tuple[str, ...]:
    """Return the names of the mesh formats, which are their files' extensions."""
    return tuple(FORMATS)


def save_mesh(
    mesh: TriangleMesh,
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    frame: MeshFrame = "canonical",
) -> None:
    """Write a mesh to a file, replacing what is there only once the new file is complete.

    A canonical mesh arrives in other programs upright, facing the viewer of the front view:
    glTF and OBJ are y-up by custom and stay so, PLY and STL, which are read as z-up, are
    turned; glTF is in meters, as it prescribes, the rest in millimeters. A mesh in the photo
    frame is written as it is, in pixels, in every format.

    Parameters
    ----------
    mesh : TriangleMesh
        Its colors go into the file, with normals where the format has them.
    path : path
        Where to write.
    format : str, optional
        One of :func:`export_formats`; by default the extension of `path`.
    frame : {"canonical", "photo"}, default: "canonical"
        Frame of the mesh.

    Raises
    ------
    ExportError
        If the format is unknown, the mesh is empty or the file cannot be written. No partial
        file is left.
    """
    path = Path(path)
    known = ", ".join(FORMATS)
    name = (format or path.suffix).lower().removeprefix(".")
    if name not in FORMATS:
        asked = f"format {format!r}" if format else f"extension {path.suffix!r} of {path.name}"
        raise ExportError(f"cannot save a mesh in the {asked}; choose one of {known}")
    if frame not in get_args(MeshFrame):
        raise ExportError(f"frame is {frame!r}; expected one of {get_args(MeshFrame)}")
    if not len(mesh.faces):
        raise ExportError(f"cannot save {path.name}: the mesh has no triangles")
    if not np.isfinite(mesh.vertices).all():
        raise ExportError(f"cannot save {path.name}: the mesh has vertices that are no numbers")
    if frame == "canonical":
        mesh = _for_other_programs(mesh, name)
    write_atomically(path, FORMATS[name](mesh))


def _for_other_programs(mesh: TriangleMesh, format: str) -> TriangleMesh:
    """Return a canonical mesh in the axes and the unit that a format is read in."""
    vertices = mesh.vertices
    if format in ("ply", "stl"):
        vertices = vertices @ Z_UP.T
    if format == "glb":
        vertices = vertices * np.float32(METERS_PER_MILLIMETER)
    return TriangleMesh(vertices, mesh.faces, mesh.colors)
