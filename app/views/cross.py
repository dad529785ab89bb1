"""A cross in the middle of the viewport, for those who aim by the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

SIZE = 25
GAP = 3
"""Half of what stays free in the middle, where one looks."""


class Cross(QWidget):
    """Two strokes with a dark rim, to be seen on any color."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(SIZE, SIZE)
        self.hide()

    def stand_at(self, place: QPoint) -> None:
        """Move the middle of the cross."""
        self.move(place - QPoint(SIZE // 2, SIZE // 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rim, then the strokes."""
        painter = QPainter(self)
        middle, far = SIZE // 2, SIZE - 2
        for color, width in (("#000000", 4), ("#ffffff", 2)):
            pen = QPen(QColor(color))
            pen.setWidth(width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            for near, end in ((1, middle - GAP), (middle + GAP + 1, far)):
                painter.drawLine(near, middle, end, middle)
                painter.drawLine(middle, near, middle, end)
        painter.end()
