"""What the colors of the confidence map mean: a small sheet over the viewport."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.views.looks import CONFIDENCE_STOPS
from app.views.parts import label


class Legend(QFrame):
    """Title, gradient and the words at its ends."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("viewportSheet")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        ends = QHBoxLayout()
        ends.addWidget(label("guessed", "muted"))
        ends.addStretch()
        ends.addWidget(label("seen and sure", "muted"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(5)
        column.addWidget(label("Confidence", "panelTitle"))
        column.addWidget(_Gradient())
        column.addLayout(ends)
        self.setFixedWidth(190)


class _Gradient(QWidget):
    """The colors from guessed to seen."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a low bar."""
        return QSize(120, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        shades = QLinearGradient(0, 0, self.width(), 0)
        for place, color in enumerate(CONFIDENCE_STOPS):
            shades.setColorAt(place / (len(CONFIDENCE_STOPS) - 1), QColor(color))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades)
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.end()
