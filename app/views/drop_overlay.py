"""The sheet that comes over the window while photos are dragged over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.views.icons import pixmap
from app.views.theme import DARK, Colors


class DropOverlay(QWidget):
    """Dims the window and says what a drop will do; takes no mouse itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sheet = parent
        self._colors: Colors = DARK
        self._title, self._text = "", ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def announce(self, title: str, text: str) -> None:
        """Come up over the whole parent and say what a drop will do."""
        self._title, self._text = title, text
        self.cover()
        self.raise_()
        self.show()

    def cover(self) -> None:
        """Keep to the size of the parent."""
        self.setGeometry(self._sheet.rect())

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._colors = colors

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sheet."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(self._colors.window)
        shade.setAlpha(190)
        painter.fillRect(self.rect(), shade)
        frame = QRectF(self.rect()).adjusted(18, 18, -18, -18)
        pen = QPen(QColor(self._colors.accent), 2, Qt.PenStyle.DashLine)
        pen.setDashPattern([6, 5])
        painter.setPen(pen)
        soft = QColor(self._colors.accent)
        soft.setAlpha(20)
        painter.setBrush(soft)
        painter.drawRoundedRect(frame, 14, 14)
        middle = frame.center()
        card = QRectF(0, 0, 520, 320)
        card.moveCenter(middle)
        painter.setPen(QPen(QColor(self._colors.border), 1))
        painter.setBrush(QColor(self._colors.panel))
        painter.drawRoundedRect(card, 14, 14)
        drawing = pixmap("empty-photo", self._colors.accent, QSize(290, 150))
        painter.drawPixmap(round(middle.x() - 145), round(middle.y() - 124), drawing)
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 1.7)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self._colors.text))
        line = QRectF(frame.left(), middle.y() + 42, frame.width(), 40)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self._title)
        font.setPointSizeF(font.pointSizeF() / 1.7)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(self._colors.muted))
        painter.drawText(line.translated(0, 34), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
