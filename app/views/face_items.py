"""What is drawn over a photo: a box to click for every face, and its landmarks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from vrn_core.project.contents import FaceResult
from vrn_core.types import FloatArray

LINES: tuple[tuple[range, bool], ...] = (
    (range(17), False),
    (range(17, 22), False),
    (range(22, 27), False),
    (range(27, 31), False),
    (range(31, 36), False),
    (range(36, 42), True),
    (range(42, 48), True),
    (range(48, 60), True),
    (range(60, 68), True),
)
"""The iBUG points that make a line, and whether it closes: jaw, brows, nose, eyes, lips."""
SHADE = QColor(10, 12, 24, 150)
"""Drawn under every line, so that it is seen on light and dark photos alike."""


class FaceItem(QGraphicsItem):
    """One face of a photo, in photo pixels; a click selects it."""

    def __init__(
        self, index: int, face: FaceResult, numbered: bool, clicked: Callable[[int], None]
    ) -> None:
        super().__init__()
        self.index, self._numbered, self._clicked = index, numbered, clicked
        box = face.box
        self._box = QRectF(box.x, box.y, box.width, box.height)
        self.landmarks = face.landmarks
        self._landmarks = [QPointF(float(x), float(y)) for x, y in face.landmarks[:, :2]]
        self._path = landmark_path(face.landmarks)
        self._hovered = False
        self.selected = False
        self.accent = QColor("white")
        self.on_accent = QColor("black")
        self.show_box = True
        self.show_landmarks = True
        self.setAcceptHoverEvents(True)
        self.setCursor(QCursor(Qt.CursorShape.PointingHandCursor))
        self.setAcceptedMouseButtons(Qt.MouseButton.LeftButton)

    def boundingRect(self) -> QRectF:
        """Return the box and the landmarks with room for lines and badge."""
        room = max(self._box.width(), self._box.height()) * 0.25 + 30
        return self._box.united(self._path.boundingRect()).adjusted(-room, -room, room, room)

    def shape(self) -> QPainterPath:
        """Return where a click selects the face."""
        path = QPainterPath()
        path.addRect(self._box)
        return path

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the face at the same line widths whatever the zoom."""
        zoom = painter.worldTransform().m11() or 1.0
        if self.show_landmarks and self.selected:
            self._draw_landmarks(painter, zoom)
        if self.show_box:
            self._draw_box(painter, zoom)

    def _draw_box(self, painter: QPainter, zoom: float) -> None:
        strong = self.selected or self._hovered
        radius = min(10 / zoom, self._box.width() / 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = 2.0 if strong else 1.4
        for color, pen_width in ((SHADE, width + 2), (self._line_color(strong), width)):
            painter.setPen(screen_pen(color, pen_width, zoom))
            painter.drawRoundedRect(self._box, radius, radius)
        if self._numbered:
            self._draw_badge(painter, zoom, strong)

    def _line_color(self, strong: bool) -> QColor:
        if self.selected:
            return self.accent
        return QColor(255, 255, 255, 255 if strong else 190)

    def _draw_badge(self, painter: QPainter, zoom: float, strong: bool) -> None:
        font = QFont(painter.font())
        font.setPixelSize(12)
        font.setWeight(QFont.Weight.DemiBold)
        text = str(self.index + 1)
        width = max(QFontMetricsF(font).horizontalAdvance(text) + 12, 20)
        painter.save()
        painter.translate(self._box.topLeft())
        painter.scale(1 / zoom, 1 / zoom)
        badge = QRectF(-width / 2, -10, width, 20)
        painter.setPen(QPen(SHADE, 1))
        painter.setBrush(self._line_color(strong))
        painter.drawRoundedRect(badge, 10, 10)
        painter.setFont(font)
        painter.setPen(self.on_accent if self.selected else QColor("#14161c"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _draw_landmarks(self, painter: QPainter, zoom: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # All shrinks with the face on the screen, so that a small face stays visible.
        size = min(max(self._box.width() * zoom / 110, 1.1), 3.0)
        for color, width in ((SHADE, 0.8 * size), (QColor(255, 255, 255, 170), 0.4 * size)):
            painter.setPen(screen_pen(color, width, zoom))
            painter.drawPath(self._path)
        radius = size / zoom
        painter.setPen(screen_pen(SHADE, 0.3 * size, zoom))
        painter.setBrush(self.accent)
        for point in self._landmarks:
            painter.drawEllipse(point, radius, radius)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Select the face."""
        self._clicked(self.index)
        event.accept()

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Answer to the mouse."""
        self._hovered = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Answer to the mouse."""
        self._hovered = False
        self.update()


def screen_pen(color: QColor, width: float, zoom: float) -> QPen:
    """Return a pen that is `width` logical pixels of the screen wide at a zoom.

    Qt's cosmetic pens are that wide in the screen's own pixels: too thin where those are small.
    """
    return QPen(color, width / zoom)


def landmark_path(landmarks: FloatArray) -> QPainterPath:
    """Return the lines of a face through landmarks (68, 2 or 3) in photo pixels."""
    path = QPainterPath()
    for points, closed in LINES:
        first, *rest = points
        path.moveTo(float(landmarks[first, 0]), float(landmarks[first, 1]))
        for point in rest:
            path.lineTo(float(landmarks[point, 0]), float(landmarks[point, 1]))
        if closed:
            path.closeSubpath()
    return path
