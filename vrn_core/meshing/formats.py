"""The bytes of a mesh in each file format.

Written here rather than by a library because each has a point that readers are particular
about: colors behind the coordinates in OBJ, linear colors in glTF, colored facets in STL.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrn_core import __version__
from vrn_core.meshing.geometry import face_cross_products, vertex_normals
from vrn_core.types import TriangleMesh

GENERATOR = f"VRN Studio {__version__}"

# glTF's numbers for data types, buffer targets and primitives.
GL_UNSIGNED_SHORT, GL_UNSIGNED_INT, GL_FLOAT = 5123, 5125, 5126
GL_ARRAY_BUFFER, GL_ELEMENT_ARRAY_BUFFER = 34962, 34963
GL_TRIANGLES = 4


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


def glb_bytes(mesh: TriangleMesh) -> bytes:
    """Return binary glTF 2.0: one node, normals, linear colors and a material they tint."""
    attributes: dict[str, tuple[NDArray[Any], int, str]] = {
        "POSITION": (mesh.vertices.astype("<f4"), GL_FLOAT, "VEC3"),
        "NORMAL": (vertex_normals(mesh).astype("<f4"), GL_FLOAT, "VEC3"),
    }
    if mesh.colors is not None:
        colors = np.full((len(mesh.vertices), 4), 0xFFFF, "<u2")
        colors[:, :3] = LINEAR_SHORTS[mesh.colors]
        attributes["COLOR_0"] = (colors, GL_UNSIGNED_SHORT, "VEC4")
    views: list[dict[str, Any]] = []
    accessors: list[dict[str, Any]] = []
    chunks: list[bytes] = []
    offset = 0

    def add(array: NDArray[Any], kind: int, shape: str, target: int) -> int:
        nonlocal offset
        data = array.tobytes()
        views.append({"buffer": 0, "byteOffset": offset, "byteLength": len(data), "target": target})
        accessors.append(
            {
                "bufferView": len(views) - 1,
                "componentType": kind,
                "count": len(array),
                "type": shape,
            }
        )
        chunks.append(data)
        offset += len(data)
        return len(accessors) - 1

    numbers = {}
    for name, (array, kind, shape) in attributes.items():
        numbers[name] = add(array, kind, shape, GL_ARRAY_BUFFER)
        if kind == GL_UNSIGNED_SHORT:
            accessors[-1]["normalized"] = True
    accessors[numbers["POSITION"]]["min"] = mesh.vertices.min(axis=0).tolist()
    accessors[numbers["POSITION"]]["max"] = mesh.vertices.max(axis=0).tolist()
    corners = mesh.faces.astype("<u4").reshape(-1)
    indices = add(corners, GL_UNSIGNED_INT, "SCALAR", GL_ELEMENT_ARRAY_BUFFER)
    document = {
        "asset": {"version": "2.0", "generator": GENERATOR},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "face"}],
        "meshes": [
            {
                "name": "face",
                "primitives": [
                    {
                        "attributes": numbers,
                        "indices": indices,
                        "material": 0,
                        "mode": GL_TRIANGLES,
                    }
                ],
            }
        ],
        "materials": [
            {
                "name": "skin",
                # Vertex colors multiply the base color, so that it must be white.
                "pbrMetallicRoughness": {
                    "baseColorFactor": [1, 1, 1, 1],
                    "metallicFactor": 0,
                    "roughnessFactor": 0.9,
                },
            }
        ],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": offset}],
    }
    text = json.dumps(document, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 4)
    body = b"".join(chunks)
    return b"".join(
        [
            struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(body)),
            struct.pack("<I4s", len(text), b"JSON"),
            text,
            struct.pack("<I4s", len(body), b"BIN\0"),
            body,
        ]
    )


def _linear_shorts() -> NDArray[np.uint16]:
    """Return (256,) the linear light of each sRGB byte as a 16-bit share: glTF's COLOR_0."""
    srgb = np.arange(256) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    shorts: NDArray[np.uint16] = np.rint(linear * 65535).astype(np.uint16)
    return shorts


def _lines(line: str, rows: NDArray[Any]) -> str:
    """Return a line of text for each row."""
    # One formatting for all lines is ten times faster than numpy.savetxt.
    return (line + "\n") * len(rows) % tuple(rows.ravel().tolist())


LINEAR_SHORTS = _linear_shorts()

FORMATS: Mapping[str, Callable[[TriangleMesh], bytes]] = MappingProxyType(
    {"obj": obj_bytes, "ply": ply_bytes, "stl": stl_bytes, "glb": glb_bytes}
)
"""Writers by name, which is the extension."""
