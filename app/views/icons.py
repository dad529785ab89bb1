"""Our icons: drawn in one color in resources/icons, tinted for the theme when loaded."""

from __future__ import annotations

import hashlib
import tempfile
from functools import lru_cache
from itertools import product
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from vrn_core.resources import resource

SIZES = (16, 18, 20, 22)
"""In logical pixels, those that buttons and menus use."""
FINE = 2.0
"""Pixels of a picture to a logical pixel, at least; larger screens get as many as they have."""


@lru_cache(maxsize=256)
def icon(name: str, color: str, disabled: str | None = None) -> QIcon:
    """Return an icon in a color; the disabled look is a second one."""
    result = QIcon()
    ratios = {FINE, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}
    for size, ratio in product(SIZES, sorted(ratios)):
        result.addPixmap(pixmap(name, color, QSize(size, size), ratio))
        if disabled:
            faint = pixmap(name, disabled, QSize(size, size), ratio)
            result.addPixmap(faint, QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=1024)
def pixmap(name: str, color: str, size: QSize, ratio: float | None = None) -> QPixmap:
    """Return a drawing in a color, `size` in logical pixels, drawn at `ratio` times that.

    Without a ratio it is fine enough for the finest screen.
    """
    if ratio is None:
        ratio = max(FINE, *(screen.devicePixelRatio() for screen in QGuiApplication.screens()))
    renderer = _drawing(name, color)
    image = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def icon_file(name: str, color: str) -> Path:
    """Return a tinted icon as a file: style sheets take pictures only by their path."""
    source = _source(name, color)
    stamp = hashlib.sha256(source).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / "vrn-studio-icons"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{stamp}.svg"
    if not path.exists():
        path.write_bytes(source)
    return path


@lru_cache(maxsize=256)
def _drawing(name: str, color: str) -> QSvgRenderer:
    """Return a drawing that was read; to read it takes longer than to draw it small."""
    return QSvgRenderer(QByteArray(_source(name, color)))


@lru_cache(maxsize=64)
def _text(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def _source(name: str, color: str) -> bytes:
    return _text(name).replace("currentColor", color).encode()
