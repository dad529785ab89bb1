"""The program's icon in the sizes and formats of the systems, drawn from its one SVG file."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWING = ROOT / "resources" / "icons" / "vrn-studio.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def draw(size: int, target: Path) -> None:
    """Write the icon as a PNG file of `size` x `size` pixels."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(str(DRAWING))
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    if not renderer.isValid() or not image.save(str(target)):
        raise OSError(f"cannot draw {DRAWING} to {target}")


def write_icons(folder: Path) -> None:
    """Write ``SIZE.png`` for each of `SIZES`."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        draw(size, folder / f"{size}.png")


def app_icon(folder: Path) -> str:
    """Write the icon of the program's file for Windows or macOS; return its path."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    drawn = folder / "vrn-studio.png"
    draw(SIZES[-1], drawn)
    path = drawn.with_suffix(".icns" if sys.platform == "darwin" else ".ico")
    with Image.open(drawn) as picture:
        # Pillow scales the picture down to the sizes that the format has.
        picture.save(path)
    return str(path)
