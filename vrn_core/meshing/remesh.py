"""The surface of a face taken anew from its kept volume, by other settings."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.spatial import cKDTree

from vrn_core.config import SurfaceSettings
from vrn_core.meshing.cleanup import clean_mesh, largest_component
from vrn_core.meshing.color import color_from_photo
from vrn_core.meshing.confidence import vertex_confidence
from vrn_core.meshing.frames import crop_to_photo, transform_mesh
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.kept import KeptVolume
from vrn_core.meshing.smoothing import smooth
from vrn_core.meshing.symmetry import SymmetryPlane
from vrn_core.types import ByteArray, FloatArray, TriangleMesh

PREVIEW_SMOOTHING = 20
"""Most iterations of smoothing in a preview; each takes a millisecond on a slow processor."""


@dataclass(frozen=True)
class Surface:
    """A mesh in both frames and how far each vertex can be trusted."""

    mesh: TriangleMesh
    """Photo frame, colored."""
    mesh_canonical: TriangleMesh
    """Canonical frame, millimeters; same triangles as `mesh`."""
    vertex_confidence: FloatArray
    """(V,) in [0, 1]."""


def remesh(kept: KeptVolume, settings: SurfaceSettings, photo: ByteArray) -> Surface:
    """Return the surface as the reconstructor makes it, by other settings.

    Parameters
    ----------
    kept : KeptVolume
    settings : SurfaceSettings
    photo : (H, W, 3) uint8
        RGB, the photo that the volume was made from.

    Raises
    ------
    EmptyVolumeError
        If no voxel reaches the iso level.
    """
    volume = kept.volume()
    surface = extract_isosurface(volume, settings.iso_level, grid=kept.grid)
    surface = clean_mesh(surface, settings.triangles, settings.smoothing)
    plane = SymmetryPlane.of_canonical_frame(kept.to_canonical)
    mesh = color_from_photo(crop_to_photo(surface, kept.crop), photo, plane)
    size = (photo.shape[1], photo.shape[0])
    confidence = vertex_confidence(mesh, kept.crop, volume, kept.grid, size)
    return Surface(mesh, transform_mesh(mesh, kept.to_canonical), confidence)


def preview_surface(kept: KeptVolume, settings: SurfaceSettings, like: Surface) -> Surface:
    """Return the surface at once, for the eye, with all triangles and smoothed no more than fits.

    Colors and confidence are those of the nearest vertex of `like`, an earlier surface of the
    same face, which must be colored.

    Raises
    ------
    EmptyVolumeError
        If no voxel reaches the iso level.
    """
    surface = extract_isosurface(kept.volume(), settings.iso_level, grid=kept.grid)
    iterations = min(settings.smoothing, PREVIEW_SMOOTHING)
    return _colored_like(kept, smooth(largest_component(surface), iterations), like)


def remesh_like(kept: KeptVolume, settings: SurfaceSettings, like: Surface) -> Surface:
    """Return the surface by other settings, with the colors and confidence of an earlier one.

    Of a face fused from several photos, which :func:`remesh` would color from one alone.

    Raises
    ------
    EmptyVolumeError
        If no voxel reaches the iso level.
    """
    surface = extract_isosurface(kept.volume(), settings.iso_level, grid=kept.grid)
    return _colored_like(kept, clean_mesh(surface, settings.triangles, settings.smoothing), like)


def _colored_like(kept: KeptVolume, surface: TriangleMesh, like: Surface) -> Surface:
    """Return a surface in crop pixels with what `like` has at the nearest vertices."""
    surface = crop_to_photo(surface, kept.crop)
    # A loose answer is near enough, and found in half the time.
    _, nearest = cKDTree(like.mesh.vertices).query(surface.vertices, eps=0.5)
    colors = None if like.mesh.colors is None else like.mesh.colors[nearest]
    mesh = TriangleMesh(surface.vertices, surface.faces, colors)
    confidence = like.vertex_confidence[nearest]
    return Surface(mesh, transform_mesh(mesh, kept.to_canonical), confidence)
