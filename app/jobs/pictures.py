"""Pictures for the eye: a photo at screen size and its thumbnail, made off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from vrn_core.errors import PhotoError
from vrn_core.types import ByteArray

PREVIEW_SIDE = 3072
"""Longest side of a photo on the screen; a larger one is shown scaled down."""
THUMBNAIL_SIDE = 112
"""Twice the side in the list, for screens of double density."""
MAX_MEGAPIXELS = 400
"""A file that claims more is not opened for the eye; the core says what is wrong with it."""


@dataclass(frozen=True)
class Picture:
    """A photo for the screen; `size` is that of the photo itself, in pixels."""

    image: QImage
    thumbnail: QImage
    size: tuple[int, int]


def read_picture(path: Path, side: int = PREVIEW_SIDE) -> Picture:
    """Return the picture of a file at most `side` large, turned upright by its EXIF tag."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.width() * size.height() > MAX_MEGAPIXELS * 1_000_000:
        raise PhotoError(f"{path.name} claims {size.width()} x {size.height()} pixels; too many")
    if size.isValid():
        reader.setScaledSize(_fitted(size, side))
    image = reader.read()
    if image.isNull():
        raise PhotoError(f"{path.name} cannot be read: {reader.errorString()}")
    if not size.isValid():
        size = image.size()
    turned = bool(reader.transformation().value & 4)
    width, height = (size.height(), size.width()) if turned else (size.width(), size.height())
    return _picture(image, (width, height))


def picture_of(pixels: ByteArray) -> Picture:
    """Return the picture of an image (H, W, 3) RGB."""
    return _picture(image_of(pixels), (pixels.shape[1], pixels.shape[0]))


def image_of(pixels: ByteArray) -> QImage:
    """Return an image (H, W, 3) RGB as a QImage that owns its memory."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    return QImage(
        pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888
    ).convertToFormat(QImage.Format.Format_RGB32)


def pixels_of(image: QImage) -> ByteArray:
    """Return a QImage as (H, W, 3) RGB; what is transparent becomes white."""
    if image.hasAlphaChannel():
        image = image.convertToFormat(QImage.Format.Format_RGBA8888)
        rgba = _rows(image, 4).astype(np.uint16)
        alpha = rgba[..., 3:]
        mixed = (rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
        return mixed.astype(np.uint8)
    return _rows(image.convertToFormat(QImage.Format.Format_RGB888), 3)


def _rows(image: QImage, channels: int) -> ByteArray:
    """Return a copy of the pixels: the view alone does not keep the image alive."""
    width, height = image.width(), image.height()
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return flat[:, : channels * width].reshape(height, width, channels).copy()


def _picture(image: QImage, size: tuple[int, int]) -> Picture:
    smooth = Qt.TransformationMode.SmoothTransformation
    fitted = _fitted(image.size(), PREVIEW_SIDE)
    if fitted != image.size():
        image = image.scaled(fitted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    image = _on_white(image)
    side = min(image.width(), image.height())
    # The upper part of a tall photo is where the head is.
    square = image.copy((image.width() - side) // 2, (image.height() - side) // 4, side, side)
    thumbnail = square.scaled(
        THUMBNAIL_SIDE, THUMBNAIL_SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, smooth
    )
    return Picture(image, thumbnail, size)


def _on_white(image: QImage) -> QImage:
    if image.hasAlphaChannel():
        return image_of(pixels_of(image))
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _fitted(size: QSize, side: int) -> QSize:
    if max(size.width(), size.height()) <= side:
        return size
    fitted = size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
    return QSize(max(fitted.width(), 1), max(fitted.height(), 1))
