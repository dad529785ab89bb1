"""The wrapped template as a textured mesh: skin from the photos, the rest painted.

Photos color only what reconstructions show; scalp, ears and neck take the broad mean of the
skin. Eyes are of the photo where it sees them, with an iris and a white behind the lids, so that
they may open and turn. Teeth, tongue and the inside of the mouth have colors of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from trimesh import remesh

from vrn_core.meshing.blend import PhotoView, blend_photos
from vrn_core.meshing.color import Skin, completed_colors
from vrn_core.template.template import Part, split_quads
from vrn_core.template.wrap import WrappedFace
from vrn_core.texture.bake import paint
from vrn_core.texture.detail import detailed_normals
from vrn_core.texture.lay import Laid, nearest_vertices
from vrn_core.texture.mirror import mirror_plane
from vrn_core.texture.unwrap import Layout
from vrn_core.types import FloatArray, Morphs, TexturedMesh, TriangleMesh

LEVELS = 2
"""Times that the template's triangles are cut in four, for colors finer than its vertices."""
SHOWN_FROM = 0.25
"""Weight of the fit from which on photos color a vertex, fully at twice that."""
PLAIN_SIZE = 512
"""Side of the texture of a head of which there is no photo."""
EYES = (Part.LEFT_EYE, Part.RIGHT_EYE)
IRIS_DEG, PUPIL_DEG = 27.0, 10.0
"""Half angles at the middle of the eyeball."""
RIM_DEG = 3.0
"""Over which the colors of an eye go over into one another."""
WHITE, IRIS, PUPIL = (222.0, 212.0, 206.0), (92.0, 66.0, 48.0), (22.0, 18.0, 18.0)
COLORS = {
    Part.MOUTH: (96.0, 42.0, 40.0),
    Part.SOCKETS: (140.0, 88.0, 78.0),
    Part.UPPER_TEETH: (226.0, 216.0, 198.0),
    Part.LOWER_TEETH: (218.0, 207.0, 188.0),
    Part.TONGUE: (176.0, 92.0, 90.0),
}
"""RGB in 0-255 of what photos seldom show, in bright light."""
SKIN = (186.0, 146.0, 124.0)
"""Of skin in that light."""
LIGHT_RANGE = (0.35, 1.1)
"""Least and most that those colors are dimmed or brightened to the photo's light."""
BALD_FROM_MM = 50.0
"""Distance from what photos show at which skin has its mean color."""
ENOUGH_SEEN = 12
"""Points of an iris that photos must show for their color to be taken for all of it."""


def wrapped_head(
    wrapped: WrappedFace,
    surface: TriangleMesh,
    views: Sequence[PhotoView],
    *,
    size: int | None = None,
    evened: bool = False,
    known_colors: FloatArray | None = None,
    detail: float = 0.0,
) -> TexturedMesh:
    """Return a wrapped template with its texture, its quads and its expressions.

    Parameters
    ----------
    wrapped : WrappedFace
        Canonical frame.
    surface : TriangleMesh
        What it was wrapped onto; it tells how the face mirrors.
    views : sequence of PhotoView
        The photos, mapped from the canonical frame.
    size : int, optional
        Side of the texture in texels; by default as many as keep the photos' pixels.
    evened : bool, default: False
        Whether the photos' soft shading is taken off.
    known_colors : (V, 3), optional
        RGB in 0-255 at the vertices of `surface` for what the photos do not show.
    detail : float, default: 0.0
        Strength in 0-1 of fine relief from the photos, as a normal map.
    """
    fine = _Fine.of(wrapped)
    skin = Skin.of(fine.mesh)
    shown = np.clip(fine.fit_weights / SHOWN_FROM - 1, 0, 1)
    shown = np.maximum(shown, fine.parts[:, EYES].sum(axis=1)).astype(np.float32)
    known = None
    if known_colors is not None:
        near = known_colors[nearest_vertices(fine.mesh, surface)].astype(np.float32)
        seen, colors = shown, completed_colors(skin, near, shown)
        known = colors
    else:
        blended = blend_photos(skin, views, None, shown)
        seen, colors = blended.visibility, blended.colors
    own = fine.layout
    first = np.arange(len(wrapped.vertices))
    laid = Laid(own, fine.mesh, fine.uv, fine.mesh.faces, first)
    painted = paint(
        laid,
        views,
        mirror_plane(surface),
        size=size or (None if views else PLAIN_SIZE),
        evened=evened,
        known_colors=known,
        shown=shown,
        painted=_painted(fine, colors, seen),
    )
    rounded = np.clip(np.rint(painted.colors[first]), 0, 255).astype(np.uint8)
    mesh = TriangleMesh(wrapped.vertices, own.mesh.faces, rounded)
    morphs = None
    if wrapped.offsets is not None:
        morphs = Morphs(wrapped.expressions, wrapped.offsets)
    relief = None
    if detail:
        relief = detailed_normals(laid, painted.texture, painted.shown, detail)
    return TexturedMesh(
        mesh, own.uv, own.corners, own.origin, painted.texture, relief, quads=True, morphs=morphs
    )


@dataclass(frozen=True)
class _Fine:
    """The template with its triangles cut in smaller ones; its own vertices come first."""

    layout: Layout
    """Of the template."""
    mesh: TriangleMesh
    uv: FloatArray
    """(T, 3, 2) of the triangles' corners."""
    fit_weights: FloatArray
    """(V,) of the template."""
    parts: FloatArray
    """(V, P) in 0-1 how far a vertex belongs to each :class:`Part`."""
    rest: FloatArray
    """(V, 3) where it is in the template that is not wrapped."""

    @classmethod
    def of(cls, wrapped: WrappedFace) -> _Fine:
        template = wrapped.template
        faces, corners = template.triangles, split_quads(template.quads_uv)
        origin = np.zeros(len(template.uvs), np.int32)
        origin[corners] = faces
        layout = Layout(
            TriangleMesh(wrapped.vertices, faces),
            template.uvs,
            corners,
            origin,
            np.zeros(len(faces), np.int32),
        )
        parts = template.parts[:, None] == np.array(Part)
        columns = np.column_stack(
            [wrapped.vertices, template.vertices, template.fit_weights, parts]
        ).astype(np.float64)
        places = template.uvs.astype(np.float64)
        subdivide: Any = remesh.subdivide
        for _ in range(LEVELS):
            # Both keep the order of the triangles.
            columns, faces = subdivide(columns, faces)
            places, corners = subdivide(places, corners)
        values = columns.astype(np.float32)
        return cls(
            layout,
            TriangleMesh(np.ascontiguousarray(values[:, :3]), faces.astype(np.int32)),
            places[corners].astype(np.float32),
            values[:, 6],
            values[:, 7:],
            values[:, 3:6],
        )


def _painted(fine: _Fine, colors: FloatArray, seen: FloatArray) -> FloatArray:
    """Return RGB in 0-255 and its share (V, 4) for what has a color without any photo.

    `colors` (V, 3) are the photos' where `seen` (V,) in 0-1 is not 0.
    """
    painted = np.zeros((len(seen), 4), np.float32)
    skin = (seen > 0.5) & (fine.parts[:, Part.SKIN] == 1)
    tone = np.median(colors[skin], axis=0) if skin.any() else np.array(SKIN)
    light, chroma = _light(tone)
    if skin.any():
        # Hair at the edge of what is seen would darken all that lies beyond it.
        away, _ = cKDTree(fine.mesh.vertices[skin]).query(fine.mesh.vertices)
        bald = fine.parts[:, Part.SKIN] * np.clip(away / BALD_FROM_MM, 0, 1)
        painted[:, :3] += bald[:, None] * tone
        painted[:, 3] += bald
    for part, color in COLORS.items():
        share = fine.parts[:, part]
        painted[:, :3] += share[:, None] * _toned(color, light, chroma)
        painted[:, 3] += share
    for part in EYES:
        own = fine.parts[:, part] == 1
        points = fine.rest[own].astype(np.float64)
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        away = points - middle
        facing = np.clip(away[:, 2] / np.linalg.norm(away, axis=1), -1, 1)
        angle = np.rad2deg(np.arccos(facing))
        eye = (_toned(color, light, chroma) for color in (WHITE, IRIS, PUPIL))
        painted[own, :3] = _eye(angle, colors[own], seen[own], *eye)
        painted[own, 3] = 1
    # Between two parts the colors were summed by their shares.
    painted[:, :3] /= np.maximum(painted[:, 3:], 1e-6)
    return painted


def _light(tone: NDArray[np.floating]) -> tuple[float, float]:
    """Return how bright and how colorful the light is by which skin has a color (3,)."""
    light = float(np.clip(tone.mean() / np.mean(SKIN), *LIGHT_RANGE))
    spread = float(np.ptp(tone)) / max(float(tone.mean()), 1.0)
    # The skin of a gray photo has no color at all, and so must have what is painted.
    return light, float(np.clip(2 * spread / (np.ptp(SKIN) / np.mean(SKIN)), 0, 1))


def _toned(color: tuple[float, float, float], light: float, chroma: float) -> FloatArray:
    """Return a color (3,) as it is in another light."""
    gray = np.mean(color)
    toned: FloatArray = ((gray + chroma * (np.array(color) - gray)) * light).astype(np.float32)
    return toned


def _eye(
    angle: NDArray[np.float64],
    colors: FloatArray,
    seen: FloatArray,
    white: FloatArray,
    iris: FloatArray,
    pupil: FloatArray,
) -> FloatArray:
    """Return colors (N, 3) of an eyeball by the angle (N,) in degrees from its middle.

    The iris is as the photos show it, if they do; it may look elsewhere, so that of what is
    seen the darker half counts.
    """
    within = (seen > 0.9) & (angle > PUPIL_DEG) & (angle < IRIS_DEG)
    if within.sum() >= ENOUGH_SEEN:
        shades = colors[within].mean(axis=1)
        iris = np.median(colors[within][shades <= np.median(shades)], axis=0)
    outer = np.clip((angle - IRIS_DEG) / RIM_DEG + 0.5, 0, 1)[:, None]
    inner = np.clip((angle - PUPIL_DEG) / RIM_DEG + 0.5, 0, 1)[:, None]
    middle = inner * iris + (1 - inner) * np.minimum(pupil, iris)
    eye: FloatArray = (outer * white + (1 - outer) * middle).astype(np.float32)
    return eye
