"""The bytes of a mesh as binary glTF 2.0."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrn_core.meshing.formats import GENERATOR
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.pictures import jpeg_bytes, png_bytes
from vrn_core.meshing.tangents import vertex_tangents
from vrn_core.types import Morphs, TexturedMesh, TriangleMesh

# glTF's numbers for data types, buffer targets, primitives and ways to look a texel up.
GL_UNSIGNED_SHORT, GL_UNSIGNED_INT, GL_FLOAT = 5123, 5125, 5126
GL_ARRAY_BUFFER, GL_ELEMENT_ARRAY_BUFFER = 34962, 34963
GL_TRIANGLES = 4
GL_LINEAR, GL_LINEAR_MIPMAP_LINEAR, GL_CLAMP_TO_EDGE = 9729, 9987, 33071


def glb_bytes(mesh: TriangleMesh | TexturedMesh) -> bytes:
    """Return binary glTF 2.0: one node, one material, and the pictures of a textured mesh.

    A mesh without a texture has linear vertex colors, which tint its material. The texture is
    embedded as JPEG, a normal map as PNG, with tangents for it.
    """
    document = _Document()
    surface: dict[str, Any] = {"metallicFactor": 0, "roughnessFactor": 0.9}
    # Vertex colors and textures multiply the base color, so that it must be white.
    surface["baseColorFactor"] = [1, 1, 1, 1]
    material: dict[str, Any] = {"name": "skin", "pbrMetallicRoughness": surface}
    plain = mesh.mesh if isinstance(mesh, TexturedMesh) else mesh
    positions, normals = plain.vertices.astype("<f4"), vertex_normals(plain).astype("<f4")
    corners = plain.faces
    attributes: dict[str, int] = {}
    if isinstance(mesh, TexturedMesh):
        # Along a seam a vertex is there once for each of its places in the texture.
        positions, normals = positions[mesh.origin], normals[mesh.origin]
        corners = mesh.corners
        # glTF counts v from the top.
        places = np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], axis=1).astype("<f4")
        attributes["TEXCOORD_0"] = document.add(places, GL_FLOAT, "VEC2", GL_ARRAY_BUFFER)
        if mesh.texture is not None:
            number = document.add_picture("skin", jpeg_bytes(mesh.texture), "image/jpeg")
            surface["baseColorTexture"] = {"index": number}
        if mesh.normal_map is not None:
            number = document.add_picture("relief", png_bytes(mesh.normal_map), "image/png")
            material["normalTexture"] = {"index": number}
            hand = np.ones((len(positions), 1), np.float32)
            tangents = np.column_stack([vertex_tangents(mesh), hand]).astype("<f4")
            attributes["TANGENT"] = document.add(tangents, GL_FLOAT, "VEC4", GL_ARRAY_BUFFER)
    attributes["POSITION"] = document.add_positions(positions)
    attributes["NORMAL"] = document.add(normals, GL_FLOAT, "VEC3", GL_ARRAY_BUFFER)
    painted = isinstance(mesh, TexturedMesh) and mesh.texture is not None
    if plain.colors is not None and not painted:
        colors = np.full((len(plain.vertices), 4), 0xFFFF, "<u2")
        colors[:, :3] = LINEAR_SHORTS[plain.colors]
        colors = colors[mesh.origin] if isinstance(mesh, TexturedMesh) else colors
        attributes["COLOR_0"] = document.add(colors, GL_UNSIGNED_SHORT, "VEC4", GL_ARRAY_BUFFER)
        document.accessors[-1]["normalized"] = True
    indices = document.add(
        corners.astype("<u4").reshape(-1), GL_UNSIGNED_INT, "SCALAR", GL_ELEMENT_ARRAY_BUFFER
    )
    primitive: dict[str, Any] = {
        "attributes": attributes, "indices": indices, "material": 0, "mode": GL_TRIANGLES,
    }  # fmt: skip
    shape: dict[str, Any] = {"name": "face", "primitives": [primitive]}
    if isinstance(mesh, TexturedMesh) and mesh.morphs is not None:
        primitive["targets"] = _targets(document, mesh, mesh.morphs)
        shape["weights"] = [0] * len(mesh.morphs.names)
        # Not of the standard, but where all programs look for the names.
        shape["extras"] = {"targetNames": list(mesh.morphs.names)}
    return document.to_bytes(
        {
            "asset": {"version": "2.0", "generator": GENERATOR},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0, "name": "face"}],
            "meshes": [shape],
            "materials": [material],
        }
    )


def _targets(document: _Document, mesh: TexturedMesh, morphs: Morphs) -> list[dict[str, int]]:
    """Add what each expression changes of positions and normals; return the morph targets."""
    own = vertex_normals(mesh.mesh)
    targets = []
    for offsets in morphs.offsets:
        moved = replace(mesh.mesh, vertices=mesh.mesh.vertices + offsets)
        normals = vertex_normals(moved) - own
        targets.append(
            {
                "POSITION": document.add_positions(offsets[mesh.origin].astype("<f4")),
                "NORMAL": document.add(
                    normals[mesh.origin].astype("<f4"), GL_FLOAT, "VEC3", GL_ARRAY_BUFFER
                ),
            }
        )
    return targets


class _Document:
    """Gathers arrays and pictures for the one buffer of a binary glTF file."""

    def __init__(self) -> None:
        self.accessors: list[dict[str, Any]] = []
        self._views: list[dict[str, Any]] = []
        self._pictures: list[dict[str, Any]] = []
        self._chunks: list[bytes] = []
        self._length = 0

    def add(self, array: NDArray[Any], kind: int, shape: str, target: int) -> int:
        """Add an array; return the number of its accessor."""
        view = self._view(array.tobytes(), target)
        self.accessors.append(
            {"bufferView": view, "componentType": kind, "count": len(array), "type": shape}
        )
        return len(self.accessors) - 1

    def add_positions(self, positions: NDArray[np.float32]) -> int:
        """Add places or offsets (V, 3) with their bounds; return the number of the accessor."""
        number = self.add(positions, GL_FLOAT, "VEC3", GL_ARRAY_BUFFER)
        self.accessors[-1]["min"] = positions.min(axis=0).tolist()
        self.accessors[-1]["max"] = positions.max(axis=0).tolist()
        return number

    def add_picture(self, name: str, content: bytes, kind: str) -> int:
        """Add a picture file; return the number of its texture."""
        view = self._view(content)
        self._pictures.append({"name": name, "bufferView": view, "mimeType": kind})
        return len(self._pictures) - 1

    def to_bytes(self, document: dict[str, Any]) -> bytes:
        """Return the file of a document to which accessors, pictures and buffer are added."""
        if self._pictures:
            document["images"] = self._pictures
            document["textures"] = [
                {"sampler": 0, "source": number} for number in range(len(self._pictures))
            ]
            document["samplers"] = [
                {
                    "magFilter": GL_LINEAR,
                    "minFilter": GL_LINEAR_MIPMAP_LINEAR,
                    "wrapS": GL_CLAMP_TO_EDGE,
                    "wrapT": GL_CLAMP_TO_EDGE,
                }
            ]
        document["accessors"] = self.accessors
        document["bufferViews"] = self._views
        document["buffers"] = [{"byteLength": self._length}]
        text = json.dumps(document, separators=(",", ":")).encode("ascii")
        text += b" " * (-len(text) % 4)
        body = b"".join(self._chunks)
        return b"".join(
            [
                struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(body)),
                struct.pack("<I4s", len(text), b"JSON"),
                text,
                struct.pack("<I4s", len(body), b"BIN\0"),
                body,
            ]
        )

    def _view(self, content: bytes, target: int | None = None) -> int:
        view = {"buffer": 0, "byteOffset": self._length, "byteLength": len(content)}
        self._views.append(view if target is None else {**view, "target": target})
        # Arrays must begin at whole words, whatever picture lies before them.
        padded = content + b"\0" * (-len(content) % 4)
        self._chunks.append(padded)
        self._length += len(padded)
        return len(self._views) - 1


def _linear_shorts() -> NDArray[np.uint16]:
    """Return (256,) the linear light of each sRGB byte as a 16-bit share: glTF's COLOR_0."""
    srgb = np.arange(256) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    shorts: NDArray[np.uint16] = np.rint(linear * 65535).astype(np.uint16)
    return shorts


LINEAR_SHORTS = _linear_shorts()
