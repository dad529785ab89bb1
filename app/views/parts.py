"""Small pieces that the panels share: headers, empty pages, notices."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.failures import Failure
from app.translation import translate
from app.views.icons import pixmap
from app.views.theme import Colors

HEADER_HEIGHT = 46
FOOTER_HEIGHT = 42


def strip(name: str, height: int) -> tuple[QFrame, QHBoxLayout]:
    """Return a row of a panel (``panelHeader`` or ``panelFooter``) and its layout."""
    frame = QFrame()
    frame.setObjectName(name)
    frame.setFixedHeight(height)
    row = QHBoxLayout(frame)
    row.setContentsMargins(14, 0, 8, 0)
    row.setSpacing(4)
    return frame, row


def label(text: str = "", name: str = "") -> QLabel:
    """Return a label with a name for the style sheet."""
    result = QLabel(text)
    result.setObjectName(name)
    return result


class ElidedLabel(QLabel):
    """A line of text that ends in an ellipsis where there is no room for all of it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)

    def minimumSizeHint(self) -> QSize:
        """Return a size that leaves something to read."""
        return QSize(min(60, self.sizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as there is room for."""
        room = self.contentsRect()
        mode = Qt.TextElideMode.ElideRight
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), mode, room.width())
        painter.drawText(room, self.alignment(), text)
        painter.end()


def tool_button(action: QAction, size: int = 20) -> QToolButton:
    """Return a button for an action that shows its icon only."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(size, size))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class EmptyPage(QWidget):
    """What a panel shows when it has nothing to show: a drawing, a title, the next step."""

    def __init__(self, drawing: str, size: QSize) -> None:
        super().__init__()
        self._drawing, self._size = drawing, size
        self._color = ""
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = label(name="emptyTitle")
        self._text = label(name="emptyText")
        for words in (self._title, self._text):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.setWordWrap(True)
        self._text.setMaximumWidth(360)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(3)
        column.addWidget(self._picture)
        column.addSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._text, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addSpacing(10)
        column.addLayout(self.buttons)
        column.addStretch(4)

    def set_words(self, title: str, text: str) -> None:
        """Change what it says."""
        self._title.setText(title)
        self._text.setText(text)
        self._reserve()

    def showEvent(self, event: QShowEvent) -> None:
        """Measure again: words that were set before had not the font of the style sheet yet."""
        super().showEvent(event)
        self._reserve()

    def _reserve(self) -> None:
        # A wrapped label reserves too little height unless it knows its width.
        text = self._text.text()
        width = min(360, self._text.fontMetrics().horizontalAdvance(text) + 4)
        self._text.setMinimumSize(width, self._text.heightForWidth(width))

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._picture.setPixmap(pixmap(self._drawing, colors.faint, self._size))


class Notice(QFrame):
    """A failure told inside a panel, with its next step and a button that takes it."""

    retry_requested = Signal()
    report_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._failure: Failure | None = None
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._title = label(name="panelTitle")
        self._text = label(name="muted")
        self._text.setWordWrap(True)
        self._report = QPushButton(translate("Notice", "Details…"))
        self._report.setToolTip(
            translate("Notice", "See the report of this error, to copy and send")
        )
        self._report.clicked.connect(lambda: self.report_requested.emit(self._failure))
        retry = QPushButton(translate("Actions", "Try Again"))
        retry.setToolTip(translate("Actions", "Reconstruct this photo again"))
        retry.clicked.connect(self.retry_requested)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 14, 12)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self._report)
        row.addWidget(retry)

    def show_failure(self, failure: Failure | None) -> None:
        """Tell a failure, or hide."""
        self._failure = failure
        self.setVisible(failure is not None)
        if failure:
            self._title.setText(failure.title)
            self._text.setText(failure.text)
            self._report.setVisible(failure.report is not None)

    def text(self) -> str:
        """Return all that is told."""
        return f"{self._title.text()} {self._text.text()}"

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._icon.setPixmap(pixmap("warning", colors.error, QSize(22, 22)))
