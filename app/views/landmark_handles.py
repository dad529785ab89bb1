"""The landmarks of a face as handles to drag."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from app.views.face_items import LINES, SHADE, landmark_path, screen_pen
from vrn_core.types import FloatArray

REACH_PX = 12.0
"""How near to a handle the mouse must be, in pixels of the screen."""
RADIUS_PX = 4.0
RING_PX = 10.0


class LandmarkHandles(QGraphicsItem):
    """The mouse drags one point, with Shift the whole brow, eye, nose, lips or jaw."""

    def __init__(
        self, face: int, landmarks: FloatArray, moved: Callable[[FloatArray], None]
    ) -> None:
        super().__init__()
        self._face = face
        self.chosen: int | None = None
        """The one that the keys move."""
        self._nudged = False
        self.landmarks = landmarks.copy()
        self._moved = moved
        self._near: int | None = None
        self._dragged: list[int] = []
        self._from = QPointF()
        self.accent = QColor("white")
        self.setAcceptHoverEvents(True)
        self.setAcceptedMouseButtons(Qt.MouseButton.LeftButton)
        self.setZValue(3)

    def boundingRect(self) -> QRectF:
        """Return the box of the points with room for the handles."""
        low, high = self.landmarks[:, :2].min(axis=0), self.landmarks[:, :2].max(axis=0)
        room = 0.1 * float(max(high - low)) + 30
        rect = QRectF(float(low[0]), float(low[1]), *(float(v) for v in high - low))
        return rect.adjusted(-room, -room, room, room)

    def shape(self) -> QPainterPath:
        """Return all of it: a press beside the handles is let through to what lies below."""
        path = QPainterPath()
        path.addRect(self.boundingRect())
        return path

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw lines and handles at the same size whatever the zoom."""
        zoom = painter.worldTransform().m11() or 1.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((SHADE, 3.0), (QColor(255, 255, 255, 200), 1.2)):
            painter.setPen(screen_pen(color, width, zoom))
            painter.drawPath(landmark_path(self.landmarks))
        painter.setPen(screen_pen(SHADE, 1.2, zoom))
        for number, (x, y) in enumerate(self.landmarks[:, :2]):
            active = number in (self._near, self.chosen) or number in self._dragged
            painter.setBrush(self.accent if active else QColor("white"))
            radius = (1.6 if active else 1.0) * RADIUS_PX / zoom
            painter.drawEllipse(QPointF(float(x), float(y)), radius, radius)
        if self.chosen is not None:
            x, y = (float(value) for value in self.landmarks[self.chosen, :2])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in ((SHADE, 4.0), (self.accent, 2.0)):
                painter.setPen(screen_pen(color, width, zoom))
                painter.drawEllipse(QPointF(x, y), RING_PX / zoom, RING_PX / zoom)

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Mark the handle that a press would take."""
        self._mark(self._nearest(event.pos()))

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Mark none."""
        self._mark(None)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Take a handle, or with Shift the whole line that it belongs to."""
        near = self._nearest(event.pos())
        if near is None:
            event.ignore()
            return
        whole = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._dragged = line_of(near) if whole else [near]
        self.chosen = near
        self._from = event.pos()
        event.accept()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Move what is held."""
        step = event.pos() - self._from
        self._from = event.pos()
        self.prepareGeometryChange()
        self.landmarks[self._dragged, :2] += np.array([step.x(), step.y()], np.float32)
        self.update()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Tell where the landmarks are now."""
        if self._dragged:
            self._dragged = []
            self.update()
            self._moved(self.landmarks.copy())

    def choose_next(self, step: int) -> QRectF:
        """Let the keys move the next landmark, or the one before; return where it is."""
        first = 0 if step > 0 else -1
        start = first if self.chosen is None else self.chosen + step
        self.chosen = start % len(self.landmarks)
        self.update()
        x, y = (float(value) for value in self.landmarks[self.chosen, :2])
        return QRectF(x, y, 1, 1)

    def nudge(self, step: QPointF) -> None:
        """Move the chosen landmark, in pixels of the photo."""
        if self.chosen is not None:
            self.prepareGeometryChange()
            self.landmarks[self.chosen, :2] += np.array([step.x(), step.y()], np.float32)
            self._nudged = True
            self.update()

    def settle(self) -> None:
        """Tell where the landmarks are after they were nudged."""
        if self._nudged:
            self._nudged = False
            self._moved(self.landmarks.copy())

    def go_on_from(self, before: LandmarkHandles) -> None:
        """Be in the place of the handles before; a key that is held down goes on moving."""
        if before._face == self._face:
            self.chosen = before.chosen
            if before._nudged:
                self.landmarks, self._nudged = before.landmarks, True

    def _mark(self, near: int | None) -> None:
        if near != self._near:
            self._near = near
            shape = Qt.CursorShape.ArrowCursor if near is None else Qt.CursorShape.SizeAllCursor
            self.setCursor(QCursor(shape))
            self.update()

    def _nearest(self, place: QPointF) -> int | None:
        """Return the landmark within reach of a place, if there is one."""
        views = self.scene().views()
        zoom = views[0].transform().m11() if views else 1.0
        away = np.linalg.norm(self.landmarks[:, :2] - [place.x(), place.y()], axis=1) * zoom
        nearest = int(away.argmin())
        return nearest if away[nearest] <= REACH_PX else None


def line_of(point: int) -> list[int]:
    """Return the points of the line that a landmark belongs to."""
    return next(list(points) for points, _ in LINES if point in points)
