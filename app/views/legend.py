"""What the colors of a map on the mesh mean: a small sheet over the viewport."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.translation import translate
from app.views.looks import CONFIDENCE_STOPS
from app.views.parts import label


class Legend(QFrame):
    """Title, gradient and the words at its ends; that of the confidence map unless told."""

    def __init__(
        self,
        parent: QWidget,
        title: str = "",
        stops: Sequence[str] = CONFIDENCE_STOPS,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("viewportSheet")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        low, high = translate("Legend", "guessed"), translate("Legend", "seen and sure")
        self._ends = label(low, "muted"), label(high, "muted")
        row = QHBoxLayout()
        row.addWidget(self._ends[0])
        row.addStretch()
        row.addWidget(self._ends[1])
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(5)
        column.addWidget(label(title or translate("Actions", "Confidence"), "panelTitle"))
        column.addWidget(_Gradient(stops))
        column.addLayout(row)
        self.setFixedWidth(190)

    def set_ends(self, low: str, high: str) -> None:
        """Change the words at the ends of the scale."""
        for end, text in zip(self._ends, (low, high), strict=True):
            end.setText(text)


class _Gradient(QWidget):
    """The colors of the scale from left to right."""

    def __init__(self, stops: Sequence[str]) -> None:
        super().__init__()
        self._stops = stops
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a low bar."""
        return QSize(120, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        shades = QLinearGradient(0, 0, self.width(), 0)
        for place, color in enumerate(self._stops):
            shades.setColorAt(place / (len(self._stops) - 1), QColor(color))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades)
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.end()
