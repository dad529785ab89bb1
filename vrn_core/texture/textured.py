"""From a face's volume and its photos to the mesh that other programs are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vrn_core.config import SurfaceSettings
from vrn_core.errors import ConfigError
from vrn_core.meshing.blend import PhotoView, blend_photos
from vrn_core.meshing.cleanup import clean_mesh, decimate
from vrn_core.meshing.color import Skin, completed_colors
from vrn_core.meshing.frames import crop_to_photo, transform_mesh
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.kept import KeptVolume
from vrn_core.pose import Similarity
from vrn_core.progress import CancelToken, Progress
from vrn_core.template.template import shipped_template
from vrn_core.template.wrap import wrap
from vrn_core.texture.bake import LARGEST, evening, paint
from vrn_core.texture.detail import detailed_normals
from vrn_core.texture.head import wrapped_head
from vrn_core.texture.lay import lay, nearest_vertices
from vrn_core.texture.mirror import mirror_plane
from vrn_core.texture.normal_map import bake_normals
from vrn_core.texture.tunnels import fill_tunnels
from vrn_core.texture.unwrap import unwrap
from vrn_core.types import FloatArray, TexturedMesh, TriangleMesh

PLAIN_SIZE = 512
"""Side of a normal map that goes with no texture."""


@dataclass(frozen=True, kw_only=True)
class TextureSettings:
    """What the mesh of a face is to have."""

    triangles: int = 20_000
    """At most so many; 0 for all there are. With the template it does not count."""
    textured: bool = True
    """Whether it gets a texture, else it has colors at its vertices only."""
    size: int | None = None
    """Side of the texture in texels; ``None`` for as many as keep the photo's pixels."""
    normal_map: bool = False
    """Whether it gets a picture of the full surface's relief."""
    even_light: bool = False
    """Whether the photo's soft shading is taken off the colors."""
    detail: float = 0.0
    """Strength in 0-1 of fine relief told from the photo's shading, in the normal map."""
    template: bool = False
    """Whether it is the template's head of quads with its expressions, wrapped onto the face."""

    def __post_init__(self) -> None:
        if self.triangles and self.triangles < 4:
            raise ConfigError(f"triangles is {self.triangles}; expected 0 or at least 4")
        if self.size is not None and not 16 <= self.size <= LARGEST:
            raise ConfigError(f"the texture's side is {self.size}; expected 16 to {LARGEST}")
        if not 0 <= self.detail <= 1:
            raise ConfigError(f"detail is {self.detail}; expected 0 to 1")
        if self.detail and not self.textured:
            raise ConfigError("fine relief comes from the texture; leave the texture on")
        if self.template and self.normal_map:
            raise ConfigError(
                "a normal map goes with the surface as it was reconstructed; "
                "leave it out or the template"
            )


def full_surface(kept: KeptVolume, settings: SurfaceSettings | None = None) -> TriangleMesh:
    """Return the surface of a kept volume with all its triangles, without tunnels.

    It is in the canonical frame, in millimeters, without colors. Of `settings` the number of
    triangles does not count.

    Raises
    ------
    EmptyVolumeError
        If no voxel reaches the iso level.
    """
    settings = settings or SurfaceSettings()
    volume = fill_tunnels(kept.volume(), settings.iso_level, kept.grid)
    surface = extract_isosurface(volume, settings.iso_level, grid=kept.grid)
    surface = clean_mesh(surface, None, settings.smoothing)
    return transform_mesh(crop_to_photo(surface, kept.crop), kept.to_canonical)


def finish(
    surface: TriangleMesh,
    views: Sequence[PhotoView],
    settings: TextureSettings | None = None,
    known_colors: NDArray[np.generic] | None = None,
    landmarks: FloatArray | None = None,
    *,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> TriangleMesh | TexturedMesh:
    """Return a face with the triangles, the colors and the pictures that were asked for.

    Parameters
    ----------
    surface : TriangleMesh
        Canonical frame; the finest there is.
    views : sequence of PhotoView
        The photos, mapped from the canonical frame; the first sets the brightness.
    settings : TextureSettings, optional
    known_colors : (V, 3), optional
        RGB in 0-255 at the vertices of `surface` for what the photos do not show; by default
        they are found from what they do.
    landmarks : (68, 3), optional
        Of the face, canonical frame; the template needs them.
    cancel : CancelToken, optional
    progress : Progress, optional
        Told the stages of the template, which takes some seconds.

    Returns
    -------
    TexturedMesh
        If a texture, a normal map or the template was asked for; its mesh has colors at the
        vertices as well.
    TriangleMesh
        Else.

    Raises
    ------
    WrapError
        If the template cannot be wrapped onto this surface.
    ConfigError
        If the template was asked for without landmarks.
    """
    settings = settings or TextureSettings()
    known: FloatArray | None = None
    if known_colors is not None:
        known = known_colors.astype(np.float32)
    if settings.template:
        if landmarks is None:
            raise ConfigError("the template needs the landmarks of the face; give them")
        wrapped = wrap(shipped_template(), surface, landmarks, cancel=cancel, progress=progress)
        head = wrapped_head(
            wrapped,
            surface,
            views,
            size=settings.size,
            evened=settings.even_light,
            known_colors=known,
            detail=settings.detail,
        )
        return head if settings.textured else replace(head, texture=None)
    coarse = surface
    if settings.triangles and settings.triangles < len(surface.faces):
        coarse = decimate(surface, settings.triangles)
    if not settings.textured and not settings.normal_map:
        if known is not None and coarse is not surface:
            known = known[nearest_vertices(coarse, surface)]
        return _with_colors(coarse, vertex_colors(coarse, views, settings.even_light, known))
    layout = unwrap(coarse)
    # A surface that is kept as it is is painted as it is.
    laid = lay(layout.mesh if coarse is surface and known is None else surface, layout)
    texture, normal_map = None, None
    if settings.textured:
        size = settings.size or (None if views else PLAIN_SIZE)
        painted = paint(
            laid,
            views,
            mirror_plane(surface),
            size=size,
            evened=settings.even_light,
            known_colors=known,
        )
        texture, colors = painted.texture, painted.colors
    else:
        colors = vertex_colors(laid.fine, views, settings.even_light, known)
    if settings.normal_map:
        side = settings.size or (PLAIN_SIZE if texture is None else len(texture))
        normal_map = bake_normals(laid, side)
    if settings.detail:
        normal_map = detailed_normals(
            laid, painted.texture, painted.shown, settings.detail, normal_map
        )
    mesh = _with_colors(layout.mesh, colors[laid.nearest])
    return TexturedMesh(mesh, layout.uv, layout.corners, layout.origin, texture, normal_map)


def vertex_colors(
    mesh: TriangleMesh,
    views: Sequence[PhotoView],
    evened: bool = False,
    known_colors: FloatArray | None = None,
) -> FloatArray:
    """Return RGB (V, 3) in 0-255 at the vertices of a canonical mesh, as :func:`finish` has it."""
    skin = Skin.of(mesh)
    blended = blend_photos(skin, views, evening(skin) if evened else None)
    if known_colors is None:
        return completed_colors(skin, blended.colors, blended.visibility, mirror_plane(mesh))
    share = blended.visibility[:, None]
    return known_colors + share * (blended.colors - known_colors)


def moved(face: TriangleMesh | TexturedMesh, similarity: Similarity) -> TriangleMesh | TexturedMesh:
    """Return a face carried to another frame by a similarity that does not mirror."""
    if isinstance(face, TexturedMesh):
        morphs = face.morphs
        if morphs is not None:
            linear = (similarity.scale * similarity.rotation).astype(np.float32)
            morphs = replace(morphs, offsets=morphs.offsets @ linear.T)
        return replace(face, mesh=transform_mesh(face.mesh, similarity), morphs=morphs)
    return transform_mesh(face, similarity)


def _with_colors(mesh: TriangleMesh, colors: FloatArray) -> TriangleMesh:
    rounded = np.clip(np.rint(colors), 0, 255).astype(np.uint8)
    return TriangleMesh(mesh.vertices, mesh.faces, rounded)
