"""Surfaces taken anew from kept volumes; for a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vrn_core.config import SurfaceSettings
from vrn_core.project.contents import FaceResult
from vrn_core.types import ByteArray

if TYPE_CHECKING:
    from vrn_core.meshing.kept import KeptVolume
    from vrn_core.meshing.remesh import Surface


def prepare() -> None:
    """Load what surfaces are taken with, so that the first one does not wait for it."""
    import vrn_core.meshing.remesh  # noqa: F401
    from vrn_core.meshing.cleanup import clean_mesh
    from vrn_core.meshing.isosurface import extract_isosurface

    # VTK and others are loaded by the functions that need them.
    clean_mesh(extract_isosurface(np.full((4, 4, 4), 255, np.uint8)), triangles=50)


def preview(volume: KeptVolume, settings: SurfaceSettings, face: FaceResult) -> Surface:
    """Return a surface for the eye, in the colors of the face as it is now."""
    # Imported by the job, so that the program starts without the core's mesh tools.
    from vrn_core.meshing.remesh import Surface, preview_surface

    like = Surface(face.mesh, face.mesh_canonical, face.vertex_confidence)
    return preview_surface(volume, settings, like)


def surface_anew(volume: KeptVolume, settings: SurfaceSettings, photo: Path | ByteArray) -> Surface:
    """Return the whole surface, colored from its photo: a file or pixels (H, W, 3) RGB."""
    from vrn_core.inference.photo import load_photo
    from vrn_core.meshing.remesh import remesh

    pixels = load_photo(photo) if isinstance(photo, Path) else photo
    return remesh(volume, settings, pixels)


def surface_like(volume: KeptVolume, settings: SurfaceSettings, face: FaceResult) -> Surface:
    """Return the whole surface of a face whose colors, of several photos, are not at hand."""
    from vrn_core.meshing.remesh import Surface, remesh_like

    like = Surface(face.mesh, face.mesh_canonical, face.vertex_confidence)
    return remesh_like(volume, settings, like)
