"""Painting a layout from photos, at their own resolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import ConfigError
from vrn_core.meshing.blend import Evening, PhotoView, ViewShare, blend_photos
from vrn_core.meshing.color import Skin, completed_colors, mirror_image
from vrn_core.meshing.geometry import face_cross_products
from vrn_core.meshing.symmetry import SymmetryPlane
from vrn_core.texture.lay import Laid, draw
from vrn_core.texture.light import even_light
from vrn_core.types import ByteArray, FloatArray, TriangleMesh

SMALLEST, LARGEST = 256, 4096
"""Sides of a texture in texels."""
BAND = 512
"""Rows that are painted at a time, to bound the memory."""
RETREAT, SOFTENING = 3, 3
"""Rounds over neighbors by which what a photo shows is drawn back from its edge, and then faded:
at the edge of a nose the photo shows what lies behind it."""
MOST_SHOWN = 0.85
"""Share of what a photo shows whose pixels all go into the texture."""
BROADENING = 40
"""Rounds of averaging of the normals by which light is told."""
FINER = 1.6
"""Pixels of the photo a texel from which on the photo is made coarser first."""


@dataclass(frozen=True)
class Painted:
    """A texture and the same colors at the vertices."""

    texture: ByteArray
    """(S, S, 3) sRGB, top row first; without empty places."""
    colors: FloatArray
    """(V, 3) at the vertices of the fine surface, RGB in 0-255."""
    shown: FloatArray
    """(V,) in 0-1 how far the texture there is of a photo, be it mirrored."""


def paint(
    laid: Laid,
    views: Sequence[PhotoView],
    symmetry: SymmetryPlane | None = None,
    *,
    size: int | None = None,
    evened: bool = False,
    known_colors: FloatArray | None = None,
    shown: FloatArray | None = None,
    painted: FloatArray | None = None,
) -> Painted:
    """Paint a layout from photos.

    Every texel that a photo shows takes its color there, from several photos their mean weighted
    by how squarely they see it. One that none shows takes the photo's color at its mirror
    image, with the brightness adapted, where that is seen, and else a broad mean of what is seen:
    the same logic as for the vertices in :mod:`vrn_core.meshing.color`. One gives way to the
    other gradually.

    Parameters
    ----------
    laid : Laid
        The surface whose points are painted, over its layout.
    views : sequence of PhotoView
        They map from the mesh's frame.
    symmetry : SymmetryPlane, optional
        In that frame.
    size : int, optional
        Side of the texture in texels; by default :func:`texture_size`.
    evened : bool, default: False
        Whether to take the soft shading off, see :mod:`vrn_core.texture.light`.
    known_colors : (V, 3), optional
        Colors in 0-255 of the fine surface that stand where no photo shows it.
    shown : (V,), optional
        In 0-1 how far each of its vertices may take its color from photos or from a mirror
        image; by default all may.
    painted : (V, 4), optional
        RGB in 0-255 that a vertex has where photos do not show it, and how surely in 0-1.
    """
    if size is not None and not 16 <= size <= 2 * LARGEST:
        raise ConfigError(f"the texture's side is {size} texels; expected 16 to {2 * LARGEST}")
    skin = Skin.of(laid.fine)
    blended = blend_photos(skin, views, evening(skin) if evened else None, shown)
    vertices, count = laid.fine.vertices, len(laid.fine.vertices)
    own = _drawn_back(skin, blended.visibility)
    mirrored = np.zeros(count, np.float32)
    correction = np.zeros((count, 3), np.float32)
    partner = np.arange(count)
    if known_colors is not None:
        colors = known_colors.astype(np.float32)
    else:
        colors = completed_colors(skin, blended.colors, blended.visibility, symmetry)
        mirror = None
        if symmetry is not None:
            # Also where the photo is about to be left, for one must fade into the other.
            wanted = np.flatnonzero(own < 1)
            mirror = mirror_image(skin, blended.colors, wanted, blended.visibility, symmetry)
        if mirror is not None:
            # Of what the photos show the share does not count, but must not end at its edge.
            mirrored[own == 1] = 1
            mirrored[mirror.numbers] = mirror.share[:, 0]
            found = np.zeros(count, bool)
            found[mirror.numbers] = True
            mirrored = _drawn_back(skin, mirrored) * (1 - own) * found
            correction[mirror.numbers] = mirror.correction
            partner[mirror.numbers] = mirror.partner
            for _ in range(SOFTENING):
                correction = skin.neighbors @ correction
            if shown is not None:
                mirrored *= shown
    if painted is not None:
        share = painted[:, 3:] * (1 - blended.visibility[:, None])
        colors = colors + share * (painted[:, :3] - colors)
    size = size or texture_size(laid, blended.parts, own)
    plain = colors * (1 - own - mirrored)[:, None] + mirrored[:, None] * correction
    images = vertices if symmetry is None else symmetry.reflect(vertices)

    def drawn(values: FloatArray, first: int, rows: int) -> tuple[FloatArray, ByteArray]:
        values = np.ascontiguousarray(values, np.float32)
        return draw(laid, values[laid.nearest], values, size, first, rows)

    texture = np.empty((size, size, 3), np.uint8)
    covered = np.empty((size, size), np.uint8)
    sources = [_Source.of(part, laid, own, size) for part in blended.parts]
    for first in range(0, size, BAND):
        rows = min(BAND, size - first)
        band, covered[first : first + rows] = drawn(plain, first, rows)
        for part, source in zip(blended.parts, sources, strict=True):
            factor = part.share * part.factor
            for places, weight in (
                (part.places, own * factor),
                (part.view.to_photo.apply(images), mirrored * factor[partner]),
            ):
                if weight.any():
                    values, _ = drawn(np.column_stack([places[:, :2], weight]), first, rows)
                    band += source.sample(values[..., :2]) * (values[..., 2:] * part.gain)
        texture[first : first + rows] = np.clip(np.rint(band), 0, 255).astype(np.uint8)
    return Painted(fill_gaps(texture, covered > 0), colors, own + mirrored)


def evening(skin: Skin) -> Evening:
    """Return what takes the soft shading off: by the broad shape, for light knows no wrinkles.

    Fine relief is less sure than the photo shows it, and would leave lights and shadows of
    its own.
    """

    def factors(colors: FloatArray, normals: FloatArray, seen: FloatArray) -> FloatArray:
        broad = normals
        for _ in range(BROADENING):
            broad = skin.neighbors @ broad
        broad = broad / np.maximum(np.linalg.norm(broad, axis=1, keepdims=True), 1e-6)
        return even_light(colors, broad, seen)

    return factors


def texture_size(laid: Laid, parts: Sequence[ViewShare], own: FloatArray) -> int:
    """Return the power of two, in bounds, at which texels are no coarser than the photos' pixels.

    `own` (V,) is how much each vertex of the fine surface is colored by photos.
    """
    needed = max((texels_needed(laid, part, own) for part in parts), default=0.0)
    return int(np.clip(2 ** np.ceil(np.log2(max(needed, 1))), SMALLEST, LARGEST))


def texels_needed(laid: Laid, part: ViewShare, own: FloatArray) -> float:
    """Return the texture's side at which a texel is as large as a pixel, at most of what shows.

    It is the root of the triangles' areas in the photo over those in the layout; 0 if the
    photo shows nothing.
    """
    uv = laid.uv.astype(np.float64)
    one, other = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    flat = np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
    seen = ((own * part.share)[laid.faces].min(axis=1) > 0.3) & (flat > 1e-12)
    if not seen.any():
        return 0.0
    shown = np.abs(face_cross_products(TriangleMesh(part.places, laid.faces))[:, 2])[seen]
    ratio = np.sqrt(shown / flat[seen])
    order = np.argsort(ratio)
    share = np.cumsum(shown[order])
    return float(ratio[order][np.searchsorted(share, MOST_SHOWN * share[-1])])


def fill_gaps(image: ByteArray, covered: NDArray[np.bool_]) -> ByteArray:
    """Return an image (S, S, C) whose empty places have the color of the nearest covered one.

    So that no seam shows however much a renderer shrinks the texture.
    """
    if covered.all() or not covered.any():
        return image
    _, label = cv2.distanceTransformWithLabels(
        (~covered).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    # Each covered texel has a label of its own.
    texels = np.flatnonzero(covered)
    place = np.zeros(int(label.max()) + 1, np.int64)
    place[label.ravel()[texels]] = texels
    filled, gaps = image.copy(), np.flatnonzero(~covered)
    flat = filled.reshape(-1, image.shape[2])
    flat[gaps] = flat[place[label.ravel()[gaps]]]
    return filled


def _drawn_back(skin: Skin, share: FloatArray) -> FloatArray:
    """Return shares (V,) that reach 0 before they did and fade towards it."""
    for _ in range(RETREAT):
        share = _least_of_neighbors(skin, share)
    for _ in range(SOFTENING):
        share = np.minimum(skin.neighbors @ share, 1)
    return share


def _least_of_neighbors(skin: Skin, values: FloatArray) -> FloatArray:
    matrix: Any = skin.neighbors
    least: FloatArray = np.minimum.reduceat(values[matrix.indices], matrix.indptr[:-1])
    return least


@dataclass(frozen=True)
class _Source:
    """A photo, or the part of it that is needed, no finer than the texels."""

    pixels: ByteArray
    scale: NDArray[np.float64]
    shift: NDArray[np.float64]

    @classmethod
    def of(cls, part: ViewShare, laid: Laid, own: FloatArray, size: int) -> _Source:
        photo = part.view.photo
        height, width = photo.shape[:2]
        low = np.clip(part.places[:, :2].min(axis=0) - 8, 0, [width - 1, height - 1]).astype(int)
        high = np.clip(part.places[:, :2].max(axis=0) + 9, low + 1, [width, height]).astype(int)
        pixels = photo[low[1] : high[1], low[0] : high[0]]
        needed = texels_needed(laid, part, own)
        if needed > FINER * size:
            shape = np.maximum(np.rint((high - low) * size / needed), 1).astype(int)
            pixels = np.asarray(
                cv2.resize(pixels, tuple(shape.tolist()), interpolation=cv2.INTER_AREA), np.uint8
            )
        scale = np.array(pixels.shape[1::-1]) / (high - low)
        return cls(np.ascontiguousarray(pixels), scale, (0.5 - low) * scale - 0.5)

    def sample(self, places: FloatArray) -> FloatArray:
        """Return the colors (R, S, 3) at places (R, S, 2) in pixels of the photo, bicubically."""
        mapped = (places * self.scale + self.shift).astype(np.float32)
        return np.asarray(
            cv2.remap(
                self.pixels, mapped[..., 0], mapped[..., 1], cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.float32,
        )  # fmt: skip
