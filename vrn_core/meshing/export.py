"""Mesh files: OBJ, PLY, STL, binary glTF and USDZ, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np

from vrn_core.errors import ExportError
from vrn_core.files import write_atomically, write_together
from vrn_core.meshing.formats import obj_bytes, obj_files, ply_bytes, stl_bytes
from vrn_core.meshing.glb import glb_bytes
from vrn_core.meshing.usd import usdz_bytes
from vrn_core.types import FloatArray, TexturedMesh, TriangleMesh

MeshFrame = Literal["canonical", "photo"]

Z_UP = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32)
"""Quarter turn about x: y up, facing +z, to z up, facing -y."""
METERS_PER_MILLIMETER = 1e-3
PLAIN: Mapping[str, Callable[[TriangleMesh], bytes]] = MappingProxyType(
    {"obj": obj_bytes, "ply": ply_bytes, "stl": stl_bytes, "glb": glb_bytes}
)
"""Writers by name, which is the extension."""
OPTIONAL = ("usdz",)
"""Formats that need a package which need not be there."""


def export_formats() -> tuple[str, ...]:
    """Return the names of the formats that can always be written: their files' extensions."""
    return tuple(PLAIN)


def save_mesh(
    mesh: TriangleMesh | TexturedMesh,
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    frame: MeshFrame = "canonical",
) -> None:
    """Write a mesh to a file, replacing what is there only once the new file is complete.

    A canonical mesh arrives in other programs upright, facing the viewer of the front view:
    glTF, OBJ and USD are y-up by custom and stay so, PLY and STL, which are read as z-up, are
    turned; glTF is in meters, as it prescribes, and USD, which says so; the rest is in
    millimeters. A mesh in the photo frame is written as it is, in pixels, in every format.

    Parameters
    ----------
    mesh : TriangleMesh or TexturedMesh
        Its colors go into the file, with normals where the format has them. The pictures of
        a textured one are embedded in GLB and USDZ; with OBJ they and its materials are files
        beside it. PLY and STL have none: they take the colors of the vertices. Quads stay
        quads in OBJ and USDZ; expressions go into GLB, as morph targets.
    path : path
        Where to write.
    format : str, optional
        One of :func:`export_formats`, or "usdz"; by default the extension of `path`.
    frame : {"canonical", "photo"}, default: "canonical"
        Frame of the mesh.

    Raises
    ------
    ExportError
        If the format is unknown, the mesh is empty or a file cannot be written. No partial
        file is left, nor some of several.
    """
    path = Path(path)
    name = (format or path.suffix).lower().removeprefix(".")
    if name not in (*PLAIN, *OPTIONAL):
        asked = f"format {format!r}" if format else f"extension {path.suffix!r} of {path.name}"
        known = ", ".join((*PLAIN, *OPTIONAL))
        raise ExportError(f"cannot save a mesh in the {asked}; choose one of {known}")
    if frame not in get_args(MeshFrame):
        raise ExportError(f"frame is {frame!r}; expected one of {get_args(MeshFrame)}")
    plain = mesh.mesh if isinstance(mesh, TexturedMesh) else mesh
    if not len(plain.faces):
        raise ExportError(f"cannot save {path.name}: the mesh has no triangles")
    if not np.isfinite(plain.vertices).all():
        raise ExportError(f"cannot save {path.name}: the mesh has vertices that are no numbers")
    textured = mesh if isinstance(mesh, TexturedMesh) else None
    if name == "stl" and textured is not None and textured.quads:
        raise ExportError(
            f"cannot save {path.name}: the template's head is open at the neck and cannot be "
            "printed; export the surface as it was reconstructed"
        )
    if frame == "canonical":
        matrix = _for_other_programs(name)
        plain = replace(plain, vertices=plain.vertices @ matrix.T)
        if textured is not None:
            morphs = textured.morphs
            if morphs is not None:
                morphs = replace(morphs, offsets=morphs.offsets @ matrix.T)
            textured = replace(textured, mesh=plain, morphs=morphs)
    if name == "obj" and textured is not None:
        files = obj_files(textured, path.stem)
        content = files.pop(f"{path.stem}.obj")
        write_together({**{path.parent / n: data for n, data in files.items()}, path: content})
    elif name == "usdz":
        meters = 1.0 if frame == "canonical" else METERS_PER_MILLIMETER
        write_atomically(path, usdz_bytes(textured or plain, meters))
    elif name == "glb":
        write_atomically(path, glb_bytes(textured or plain))
    else:
        write_atomically(path, PLAIN[name](plain))


def _for_other_programs(format: str) -> FloatArray:
    """Return (3, 3) what brings canonical points to the axes and the unit a format is read in."""
    matrix = Z_UP if format in ("ply", "stl") else np.eye(3, dtype=np.float32)
    scaled = format in ("glb", "usdz")
    return matrix * np.float32(METERS_PER_MILLIMETER if scaled else 1)
