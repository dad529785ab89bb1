"""The finished mesh in the export dialog: a picture that is turned by the mouse and the keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.translation import translate

DEGREES_PER_PIXEL = 0.5
STEP_DEG = 10.0
STEP_ZOOM = 1.15
STEEPEST_DEG = 85.0
NEAREST, FARTHEST = 6.0, 0.6
ROUND = 10.0
TURNS = {
    Qt.Key.Key_Left: (-STEP_DEG, 0.0),
    Qt.Key.Key_Right: (STEP_DEG, 0.0),
    Qt.Key.Key_Up: (0.0, STEP_DEG),
    Qt.Key.Key_Down: (0.0, -STEP_DEG),
}


class ExportPreview(QWidget):
    """Shows what it is given; says from where the mesh is to be looked at."""

    turned = Signal()
    """Another picture is wanted: of :attr:`pixels` by :meth:`viewpoint`."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(360, 400))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(translate("Export", "Preview"))
        self.setToolTip(
            translate(
                "Export",
                "The mesh as it will be exported. Drag or use the arrow keys to turn it, the "
                "wheel or plus and minus to come nearer; double-click for the front.",
            )
        )
        self._picture: QPixmap | None = None
        self._words = ""
        self._held: QPoint | None = None
        self._yaw_deg, self._pitch_deg, self._zoom = -25.0, 8.0, 1.0

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture that fits."""
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def place(self) -> tuple[float, float, float]:
        """Return yaw and pitch in degrees, and the zoom."""
        return self._yaw_deg, self._pitch_deg, self._zoom

    @property
    def shows_mesh(self) -> bool:
        """Whether there is a picture."""
        return self._picture is not None

    def show_picture(self, picture: QImage) -> None:
        """Show the mesh."""
        self._picture = QPixmap.fromImage(picture)
        self.update()

    def tell(self, words: str) -> None:
        """Write something over the picture, or nothing."""
        self._words = words
        self.update()

    def words(self) -> str:
        """Return what is written over the picture."""
        return self._words

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and what is written over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(self.rect().toRectF(), ROUND, ROUND)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), self.palette().alternateBase())
        if self._picture is not None:
            painter.setOpacity(0.45 if self._words else 1.0)
            painter.drawPixmap(self.rect(), self._picture)
            painter.setOpacity(1.0)
        if self._words:
            room = self.rect().adjusted(24, 0, -24, 0)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(flags), self._words)
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.drawPath(outline)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the mesh."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn the mesh."""
        if self._held is not None:
            here = event.position().toPoint()
            way, self._held = here - self._held, here
            self._turn(-DEGREES_PER_PIXEL * way.x(), DEGREES_PER_PIXEL * way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look from the front again."""
        self._yaw_deg = self._pitch_deg = 0.0
        self._zoom = 1.0
        self.turned.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Come nearer or go away."""
        self._approach(STEP_ZOOM ** (event.angleDelta().y() / 120))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn and zoom by the keyboard."""
        key = event.key()
        if key in TURNS:
            self._turn(*TURNS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._approach(STEP_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self._approach(1 / STEP_ZOOM)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for a picture that fits."""
        super().resizeEvent(event)
        self.turned.emit()

    def _turn(self, yaw_deg: float, pitch_deg: float) -> None:
        self._yaw_deg = (self._yaw_deg + yaw_deg + 180) % 360 - 180
        pitch = self._pitch_deg + pitch_deg
        self._pitch_deg = min(max(pitch, -STEEPEST_DEG), STEEPEST_DEG)
        self.turned.emit()

    def _approach(self, factor: float) -> None:
        self._zoom = min(max(self._zoom * factor, FARTHEST), NEAREST)
        self.turned.emit()
