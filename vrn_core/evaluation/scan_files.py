"""Reader of textured scans: OBJ with MTL, PLY, GLB and VRML.

What is not part of a surface is left out: points that no triangle uses, and triangles with a
corner that is no number. Vertices that a format stores several times, because they lie on a
seam of the texture, become one again, so that every place of the surface counts once.
"""

from __future__ import annotations

import json
import logging
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import DataError, PhotoError, VrnError
from vrn_core.evaluation.vrml import FaceSet, read_vrml
from vrn_core.inference.photo import MAX_MEGAPIXELS, load_photo
from vrn_core.types import ByteArray, FloatArray, IntArray

SCAN_SUFFIXES = (".obj", ".ply", ".glb", ".wrl")
PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff")
PLAIN_COLOR = 170
"""Gray of a scan without texture or colors."""

# Of a missing texture trimesh tells its logger, and we the user.
logging.getLogger("trimesh").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class ScanLimits:
    """What a file may take before it is refused."""

    megabytes: int = 1000
    """Size of the file; reading one of text takes about ten times as much memory."""
    triangles: int = 10_000_000


@dataclass(frozen=True)
class Scan:
    """A surface in the file's own axes and unit, and its colors."""

    vertices: NDArray[np.float64]
    """(V, 3)."""
    faces: IntArray
    """(F, 3)."""
    textures: tuple[ByteArray, ...]
    """Each (H, W, 3) RGB, the top row first."""
    texture_of_face: IntArray
    """(F,) number of its texture, -1 for a triangle in plain colors."""
    uv: FloatArray
    """(F, 3, 2) of each corner, from the texture's lower left corner, in its width and height."""
    colors: ByteArray
    """(F, 3, 3) RGB of each corner, for a triangle in plain colors."""
    colored: bool
    """Whether the file had any color; else all of it is gray."""


@dataclass
class _Part:
    """One surface of a scene."""

    vertices: NDArray[np.float64]
    faces: IntArray
    uv: NDArray[np.float64] | None = None
    uv_faces: IntArray | None = None
    texture: ByteArray | None = None
    colors: ByteArray | None = None
    """(V, 3) of the vertices, or (F, 3, 3) of the corners."""

    def corner_places(self) -> FloatArray | None:
        """Return where in its texture each corner lies, (F, 3, 2), if it has one."""
        if self.texture is None or self.uv is None or self.uv_faces is None:
            return None
        return self.uv.astype(np.float32)[self.uv_faces]

    def corner_colors(self) -> ByteArray:
        """Return the plain color of each corner, (F, 3, 3)."""
        if self.colors is None:
            return np.full((len(self.faces), 3, 3), PLAIN_COLOR, np.uint8)
        return self.colors[self.faces] if self.colors.ndim == 2 else self.colors


def read_scan(path: Path, limits: ScanLimits | None = None) -> Scan:
    """Return a scan with its texture.

    If the file has texture coordinates but names no picture that can be found, one of the
    same name beside it is its texture: NAME.jpg of NAME.wrl.

    Raises
    ------
    DataError
        Naming the file, if it is missing, damaged, too large, or holds no triangles.
    """
    limits = limits or ScanLimits()
    _check_file(path, limits)
    try:
        parts = _read_vrml(path, limits) if path.suffix.lower() == ".wrl" else _read_mesh(path)
        return _joined(parts, limits)
    except DataError as error:
        raise DataError(f"{path.name} cannot be used: {error}") from error
    except VrnError:
        raise
    except MemoryError as error:
        raise DataError(f"{path.name} needs more memory than there is; make it simpler") from error
    # What the readers raise on damaged files is not limited to a few types.
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{path.name} is damaged and cannot be read: {reason}") from error


def _check_file(path: Path, limits: ScanLimits) -> None:
    if path.suffix.lower() not in SCAN_SUFFIXES:
        raise DataError(f"{path.name} is no scan; expected one of {', '.join(SCAN_SUFFIXES)}")
    if not path.is_file():
        raise DataError(f"there is no scan {path}")
    size = path.stat().st_size
    if size == 0:
        raise DataError(f"{path.name} is empty; expected a scan")
    if size > limits.megabytes * 1_000_000:
        raise DataError(
            f"{path.name} has {size / 1_000_000:.0f} MB; expected at most {limits.megabytes}: "
            "make it simpler, or allow more with --max-megabytes"
        )
    if path.suffix.lower() == ".glb":
        _check_glb(path, size)


def _check_glb(path: Path, size: int) -> None:
    """Refuse a file that promises more values than it has bytes, before memory is taken."""
    with path.open("rb") as file:
        header = file.read(20)
        magic, _, _, length, kind = struct.unpack("<4sIIII", header.ljust(20, b"\0"))
        if magic != b"glTF" or kind != 0x4E4F534A or length > size:
            raise DataError(f"{path.name} is no whole GLB file")
        try:
            accessors = json.loads(file.read(length)).get("accessors", [])
            most = max((int(entry["count"]) for entry in accessors), default=0)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DataError(f"{path.name} is no whole GLB file") from error
    if most > size:
        raise DataError(f"{path.name} has {size} bytes but promises {most} values; it is damaged")


def _read_mesh(path: Path) -> list[_Part]:
    import trimesh

    scene = trimesh.load_scene(path, process=False)
    parts = []
    for node in scene.graph.nodes_geometry:
        matrix, name = scene.graph[node]
        mesh = scene.geometry[name]
        if isinstance(mesh, trimesh.Trimesh):
            parts.append(_part_of_mesh(mesh, np.asarray(matrix, np.float64), path))
    return parts


def _part_of_mesh(mesh: Any, matrix: NDArray[np.float64], path: Path) -> _Part:
    vertices = np.asarray(mesh.vertices, np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
    part = _Part(vertices, np.asarray(mesh.faces, np.int32))
    visual = mesh.visual
    if visual.kind == "texture":
        if visual.uv is not None and len(visual.uv) == len(vertices):
            part.uv, part.uv_faces = np.asarray(visual.uv, np.float64)[:, :2], part.faces
            part.texture = _material_picture(visual.material)
            if part.texture is None:
                part.texture = _picture_beside(path)
    elif visual.kind == "vertex":
        part.colors = np.asarray(visual.vertex_colors, np.uint8)[:, :3]
    elif visual.kind == "face":
        colors = np.asarray(visual.face_colors, np.uint8)[:, None, :3]
        part.colors = np.repeat(colors, 3, axis=1)
    return part


def _material_picture(material: Any) -> ByteArray | None:
    picture = getattr(material, "baseColorTexture", None) or getattr(material, "image", None)
    # A picture of 2 × 2 pixels stands in where the material's file is missing.
    if picture is None or max(picture.size) <= 2:
        return None
    width, height = picture.size
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise DataError(
            f"its texture has {width} × {height} pixels; expected at most "
            f"{MAX_MEGAPIXELS} megapixels: make it smaller"
        )
    try:
        return np.asarray(picture.convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError) as error:
        raise DataError(f"its texture is damaged: {error}") from error


def _read_vrml(path: Path, limits: ScanLimits) -> list[_Part]:
    text = path.read_text(encoding="utf-8", errors="replace")
    return [_part_of_face_set(found, path) for found in read_vrml(text, limits.triangles)]


def _part_of_face_set(found: FaceSet, path: Path) -> _Part:
    part = _Part(found.vertices, found.faces, found.uv, found.uv_faces)
    if found.uv is not None:
        part.texture = _picture_of_vrml(path, found.texture)
    if found.colors is not None:
        part.colors = np.clip(np.rint(255 * found.colors), 0, 255).astype(np.uint8)
    return part


def _picture_of_vrml(path: Path, name: str | None) -> ByteArray | None:
    """Return the picture that a file names, wherever it lies now, or that of its own name."""
    plain = (name or "").replace("\\", "/")
    for place in (plain, plain.rsplit("/", 1)[-1]):
        if plain and (path.parent / place).is_file():
            return _load_picture(path.parent / place)
    return _picture_beside(path)


def _picture_beside(path: Path) -> ByteArray | None:
    for suffix in PICTURE_SUFFIXES:
        candidate = path.with_suffix(suffix)
        if candidate.is_file():
            return _load_picture(candidate)
    return None


def _load_picture(path: Path) -> ByteArray:
    try:
        return load_photo(path)
    except PhotoError as error:
        raise DataError(f"its texture cannot be read: {error}") from error


def _joined(parts: list[_Part], limits: ScanLimits) -> Scan:
    """Return all parts as one scan, without what is no part of a surface."""
    parts = [part for part in map(_without_damage, parts) if len(part.faces)]
    if not parts:
        raise DataError("it has no triangles; expected the surface of a head")
    count = sum(len(part.faces) for part in parts)
    if count > limits.triangles:
        raise DataError(
            f"it has {count} triangles; expected at most {limits.triangles}: make it simpler"
        )
    textures: list[ByteArray] = []
    numbers, uvs, faces = [], [], []
    offset = 0
    for part in parts:
        places = part.corner_places()
        if places is None or part.texture is None:
            numbers.append(np.full(len(part.faces), -1, np.int32))
            uvs.append(np.zeros((len(part.faces), 3, 2), np.float32))
        else:
            numbers.append(np.full(len(part.faces), len(textures), np.int32))
            uvs.append(places)
            textures.append(part.texture)
        faces.append(part.faces + np.int32(offset))
        offset += len(part.vertices)
    joined = np.concatenate([part.vertices for part in parts])
    vertices, welded = _weld(joined, np.concatenate(faces))
    return Scan(
        vertices=vertices,
        faces=welded,
        textures=tuple(textures),
        texture_of_face=np.concatenate(numbers),
        uv=np.concatenate(uvs),
        colors=np.concatenate([part.corner_colors() for part in parts]),
        colored=bool(textures) or any(part.colors is not None for part in parts),
    )


def _without_damage(part: _Part) -> _Part:
    """Return a part without the triangles that have a corner or a place that is no number."""
    faces = part.faces
    if len(faces) and (faces.min() < 0 or faces.max() >= len(part.vertices)):
        raise DataError(f"its triangles use vertices that it does not have ({faces.max()})")
    good = np.isfinite(part.vertices[faces]).all(axis=(1, 2))
    if part.uv is not None and part.uv_faces is not None:
        good &= np.isfinite(part.uv[part.uv_faces]).all(axis=(1, 2))
        part.uv_faces = part.uv_faces[good]
    if part.colors is not None and part.colors.ndim == 3:
        part.colors = part.colors[good]
    part.faces = faces[good]
    return part


def _weld(vertices: NDArray[np.float64], faces: IntArray) -> tuple[NDArray[np.float64], IntArray]:
    """Return the vertices that triangles use, each place once, and the triangles of them."""
    used = np.unique(faces)
    # Not a number, of an unused vertex, would equal nothing.
    places, number = np.unique(vertices[used], axis=0, return_inverse=True)
    renumbered = np.zeros(len(vertices), np.int32)
    renumbered[used] = number.ravel()
    return places, renumbered[faces]
