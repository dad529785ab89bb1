"""Fine relief, wrinkles, pores and folds, told from the photo's shading.

It is a guess: what is darker than its surroundings is taken to lie deeper, which skin in soft
light bears out. Brows, lashes and beards, which are dark without being deep, are told by their
strong contrast and held back.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.texture.lay import Laid, draw
from vrn_core.texture.light import LUMINANCE
from vrn_core.types import ByteArray, FloatArray

FINEST_MM, BROADEST_MM = 0.35, 3.5
"""Widths of the Gaussians between which relief is sought: finer is noise, broader is shape."""
HEIGHT_MM = 3.0
"""Height for a difference of 1 in log luminance, at full strength."""
MOST_CONTRAST = 0.3
"""Difference in log luminance beyond which height hardly grows."""
HAIR_WIDTH_MM, HAIR_CONTRAST = 4.0, 3.0
"""Over what width contrast is measured, and how much more of it than skin has is hair's."""
DARKEST = 0.02
"""Added to the luminance, 0-1, so that the noise of black does not count."""


def relief_heights(
    texture: ByteArray, shown: FloatArray, texel_mm: float, strength: float
) -> FloatArray:
    """Return the heights (S, S) in millimeters of the relief that a texture tells of.

    Parameters
    ----------
    texture : (S, S, 3) uint8
        sRGB.
    shown : (S, S)
        In 0-1 how far each texel is of a photo; only there is relief.
    texel_mm : float
        Side of a texel on the surface.
    strength : float
        0 for none to 1.

    References
    ----------
    .. [1] Beeler, Bickel, Beardsley, Sumner and Gross, "High-quality single-shot capture of
       facial geometry", SIGGRAPH 2010: the mesoscopic relief, dark is deep, within a band.
    .. [2] Glencross, Ward, Melendez, Jay, Liu and Hubbold, "A perceptually validated model for
       surface depth hallucination", SIGGRAPH 2008.
    """
    linear = (texture.astype(np.float32) / 255) ** np.float32(2.2)
    light = (linear @ LUMINANCE).astype(np.float32)
    log = np.log(light + np.float32(DARKEST)).astype(np.float32)
    sure = shown.astype(np.float32)
    if not sure.any():
        return np.zeros_like(log)

    def averaged(values: NDArray[np.floating], width_mm: float) -> FloatArray:
        """Average over what is shown alone, lest the rest's colors count at its edge."""
        width = max(width_mm / texel_mm, 0.6)
        over = cv2.GaussianBlur(values * sure, (0, 0), width)
        under = cv2.GaussianBlur(sure, (0, 0), width)
        mean: FloatArray = (over / np.maximum(under, 1e-4)).astype(np.float32)
        return mean

    band = averaged(log, FINEST_MM) - averaged(log, BROADEST_MM)
    contrast = np.sqrt(np.maximum(averaged(band * band, HAIR_WIDTH_MM), 0))
    typical = max(float(np.median(contrast[sure > 0.5])) if (sure > 0.5).any() else 0.0, 1e-4)
    skin = 1 / (1 + (contrast / (HAIR_CONTRAST * typical)) ** 3)
    bounded = MOST_CONTRAST * np.tanh(band / MOST_CONTRAST)
    heights: FloatArray = (HEIGHT_MM * strength * bounded * skin * sure).astype(np.float32)
    return heights


def with_relief(normal_map: ByteArray | None, heights: FloatArray, texel_mm: float) -> ByteArray:
    """Return a normal map (S, S, 3) with a relief (S, S) in millimeters laid over it.

    The slopes of both add up. Without a map the relief lies on the plain surface.
    """
    down, right = np.gradient(heights, np.float32(texel_mm))
    normals = np.empty((*heights.shape, 3), np.float32)
    # Rows run down, v runs up.
    normals[..., 0], normals[..., 1], normals[..., 2] = -right, down, 1
    if normal_map is not None:
        own = normal_map.astype(np.float32) / 127.5 - 1
        normals[..., :2] += own[..., :2] / np.maximum(own[..., 2:], 0.05)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    encoded: ByteArray = np.clip(np.rint((normals + 1) * 127.5), 0, 255).astype(np.uint8)
    return encoded


def detailed_normals(
    laid: Laid,
    texture: ByteArray,
    shown: FloatArray,
    strength: float,
    normal_map: ByteArray | None = None,
) -> ByteArray:
    """Return the normal map (S, S, 3) of a texture's relief, over another map of that size.

    `shown` (V,) in 0-1 is how far each vertex of the fine surface is colored by a photo.
    """
    size = len(texture)
    values = np.ascontiguousarray(shown[:, None], np.float32)
    image, _ = draw(laid, values[laid.nearest], values, size, 0, size)
    texel = texel_size(laid, shown, size)
    return with_relief(normal_map, relief_heights(texture, image[..., 0], texel, strength), texel)


def texel_size(laid: Laid, shown: FloatArray, size: int) -> float:
    """Return the side of a texel of a texture of some size on the surface that is shown, mm."""
    seen = shown[laid.faces].min(axis=1) > 0.5
    if not seen.any():
        seen = np.ones(len(laid.faces), bool)
    points = laid.fine.vertices.astype(np.float64)[laid.faces[seen]]
    cross = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    area = np.linalg.norm(cross, axis=1)
    one, other = laid.uv[seen, 1] - laid.uv[seen, 0], laid.uv[seen, 2] - laid.uv[seen, 0]
    flat: NDArray[np.floating] = np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
    return float(np.sqrt(area.sum() / max(float(flat.sum()), 1e-12)) / size)
