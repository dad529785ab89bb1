"""The bytes of a mesh as OBJ, PLY and STL; glTF and USD have modules of their own.

Written here rather than by a library because each has a point that readers are particular
about: colors behind the coordinates in OBJ, linear colors in glTF, colored facets in STL.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrn_core import __version__
from vrn_core.meshing.geometry import face_cross_products, vertex_normals
from vrn_core.meshing.names import plain_name
from vrn_core.meshing.pictures import png_bytes
from vrn_core.types import TexturedMesh, TriangleMesh, halved_quads

GENERATOR = f"VRN Studio {__version__}"


def obj_bytes(mesh: TriangleMesh) -> bytes:
    """Return Wavefront OBJ text with normals; colors 0-1 follow the coordinates."""
    columns = [mesh.vertices.astype(np.float64)]
    line = "v %.7g %.7g %.7g"
    if mesh.colors is not None:
        columns.append(mesh.colors / 255)
        line += " %.4f %.4f %.4f"
    parts = [
        f"# {GENERATOR}\no face\n",
        _lines(line, np.concatenate(columns, axis=1)),
        _lines("vn %.4f %.4f %.4f", vertex_normals(mesh)),
        "s 1\n",
        _lines("f %d//%d %d//%d %d//%d", np.repeat(mesh.faces + 1, 2, axis=1)),
    ]
    return "".join(parts).encode("ascii")


def obj_files(textured: TexturedMesh, stem: str) -> dict[str, bytes]:
    """Return the files, by name, of a textured mesh as OBJ: pictures, materials, mesh.

    The mesh's file is `stem` with ``.obj``. The others' names are plain ASCII without spaces,
    for many readers take a name for two at a space, and few agree on how others are spelled.
    """
    plain = plain_name(stem)
    mesh, files = textured.mesh, {}
    material = [
        f"# {GENERATOR}", "newmtl skin", "Ka 0 0 0", "Kd 1 1 1", "Ks 0.04 0.04 0.04", "Ns 20",
        "illum 2",
    ]  # fmt: skip
    if textured.texture is not None:
        files[f"{plain}_color.png"] = png_bytes(textured.texture)
        material.append(f"map_Kd {plain}_color.png")
    if textured.normal_map is not None:
        files[f"{plain}_normal.png"] = png_bytes(textured.normal_map)
        # There is no standard: Blender and Maya read the first, others the second.
        material += [f"map_Bump -bm 1.0 {plain}_normal.png", f"norm {plain}_normal.png"]
    files[f"{plain}.mtl"] = ("\n".join(material) + "\n").encode("ascii")
    faces, places = mesh.faces, textured.corners
    if textured.quads:
        faces, places = halved_quads(faces), halved_quads(places)
    count = faces.shape[1]
    corners = np.stack([faces, places, faces], axis=2).reshape(-1, 3 * count) + 1
    parts = [
        f"# {GENERATOR}\nmtllib {plain}.mtl\no face\n",
        _lines("v %.7g %.7g %.7g", mesh.vertices.astype(np.float64)),
        _lines("vt %.6f %.6f", textured.uv.astype(np.float64)),
        _lines("vn %.4f %.4f %.4f", vertex_normals(mesh)),
        "usemtl skin\ns 1\n",
        _lines("f" + " %d/%d/%d" * count, corners),
    ]
    files[f"{stem}.obj"] = "".join(parts).encode("ascii")
    return files


def ply_bytes(mesh: TriangleMesh) -> bytes:
    """Return binary little-endian PLY with normals and byte colors."""
    fields = [(name, "<f4") for name in ("x", "y", "z", "nx", "ny", "nz")]
    if mesh.colors is not None:
        fields += [(name, "u1") for name in ("red", "green", "blue")]
    vertices = np.empty(len(mesh.vertices), fields)
    columns = [*mesh.vertices.T, *vertex_normals(mesh).T]
    columns += [] if mesh.colors is None else [*mesh.colors.T]
    for (name, _), column in zip(fields, columns, strict=True):
        vertices[name] = column
    faces = np.empty(len(mesh.faces), [("count", "u1"), ("corners", "<i4", 3)])
    faces["count"], faces["corners"] = 3, mesh.faces
    names = {"<f4": "float", "u1": "uchar"}
    header = [
        "ply",
        "format binary_little_endian 1.0",
        f"comment {GENERATOR}",
        f"element vertex {len(vertices)}",
        *(f"property {names[kind]} {name}" for name, kind in fields),
        f"element face {len(faces)}",
        "property list uchar int vertex_indices",
        "end_header\n",
    ]
    return "\n".join(header).encode("ascii") + vertices.tobytes() + faces.tobytes()


def stl_bytes(mesh: TriangleMesh) -> bytes:
    """Return binary STL; facets carry 15-bit colors, which some readers show."""
    facets = np.zeros(
        len(mesh.faces), [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("color", "<u2")]
    )
    cross = face_cross_products(mesh)
    length = np.linalg.norm(cross, axis=1, keepdims=True)
    facets["normal"] = cross / np.where(length > 0, length, 1)
    facets["corners"] = mesh.vertices[mesh.faces]
    if mesh.colors is not None:
        red, green, blue = mesh.colors[mesh.faces].mean(axis=1).astype(np.uint16).T >> 3
        facets["color"] = 0x8000 | red << 10 | green << 5 | blue
    # A header that begins with "solid" would be taken for the text format.
    header = GENERATOR.encode("ascii")[:80].ljust(80, b"\0")
    return header + struct.pack("<I", len(facets)) + facets.tobytes()


def _lines(line: str, rows: NDArray[Any]) -> str:
    """Return a line of text for each row."""
    # One formatting for all lines is ten times faster than numpy.savetxt.
    return (line + "\n") * len(rows) % tuple(rows.ravel().tolist())
