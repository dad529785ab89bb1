"""Textures as PNG and JPEG."""

from __future__ import annotations

import cv2

from vrn_core.errors import ExportError
from vrn_core.types import ByteArray

JPEG_QUALITY = 95
PNG_COMPRESSION = 4
"""Of 9; more takes many times longer and saves some percent."""


def png_bytes(image: ByteArray) -> bytes:
    """Return an image (H, W, 3) uint8 RGB as PNG, without loss."""
    return _encoded(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, PNG_COMPRESSION])


def jpeg_bytes(image: ByteArray) -> bytes:
    """Return an image (H, W, 3) uint8 RGB as JPEG with full resolution of the colors."""
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _encoded(".jpg", image, options)


def _encoded(kind: str, image: ByteArray, options: list[int]) -> bytes:
    done, data = cv2.imencode(kind, image[..., ::-1], options)
    if not done:
        raise ExportError(f"a texture of {image.shape[1]} x {image.shape[0]} cannot be encoded")
    return data.tobytes()
