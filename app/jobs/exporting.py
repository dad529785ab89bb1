"""Meshes written to files, in the pool."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from app.marks import QT_TRANSLATE_NOOP
from vrn_core.types import ByteArray, TriangleMesh

FORMATS: tuple[tuple[str, str], ...] = (
    ("glb", QT_TRANSLATE_NOOP("Formats", "glTF binary")),
    ("obj", QT_TRANSLATE_NOOP("Formats", "Wavefront OBJ")),
    ("ply", QT_TRANSLATE_NOOP("Formats", "Stanford PLY")),
    ("stl", QT_TRANSLATE_NOOP("Formats", "STL for printing")),
)
"""Suffix and what it is called in the dialog, marked for translation."""


def save(mesh: TriangleMesh, target: Path) -> Path:
    """Write a mesh in the format of the target's suffix; return the target."""
    # Imported by the job, so that the program starts without the exporters.
    from vrn_core.meshing.export import save_mesh

    save_mesh(mesh, target)
    return target


def save_picture(pixels: ByteArray, target: Path) -> Path:
    """Write an image (H, W, 3) RGB as a PNG file; return the target."""
    from PIL import Image

    from vrn_core.files import write_atomically

    content = BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    write_atomically(target, content.getvalue())
    return target


def save_all(meshes: Sequence[tuple[str, TriangleMesh]], folder: Path, suffix: str) -> list[Path]:
    """Write named meshes to a folder without overwriting each other; return the files."""
    taken: set[str] = set()
    written = []
    for name, mesh in meshes:
        unique, count = name, 2
        while unique.lower() in taken:
            unique, count = f"{name}-{count}", count + 1
        taken.add(unique.lower())
        written.append(save(mesh, folder / f"{unique}.{suffix}"))
    return written
