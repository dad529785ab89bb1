"""The program's icon in the sizes and formats of the systems, drawn from its one SVG file."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWING = ROOT / "resources" / "icons" / "vrn-studio.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def draw(size: int) -> bytes:
    """Return the icon as a PNG file of `size` x `size` pixels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(str(DRAWING))
    if not renderer.isValid():
        raise ValueError(f"{DRAWING} is no SVG file that Qt can draw")
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(content.data())


def write_icons(folder: Path) -> list[Path]:
    """Write ``SIZE.png`` for each of `SIZES`; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for size in SIZES:
        files.append(folder / f"{size}.png")
        files[-1].write_bytes(draw(size))
    return files


def app_icon(folder: Path) -> str:
    """Write the icon of the program's file for Windows or macOS; return its path."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ("vrn-studio.icns" if sys.platform == "darwin" else "vrn-studio.ico")
    with Image.open(io.BytesIO(draw(SIZES[-1]))) as picture:
        # Pillow scales the picture down to the sizes that the format has.
        picture.save(path)
    return str(path)
