"""Pieces of the comparison: captions over the viewports, and what stands where a mesh is not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.translation import translate
from app.views.parts import label

CAPTION_HEIGHT = 66
TITLE_HEIGHT = 30


class Message(QWidget):
    """Words in the place of the second mesh, and what can be done about them."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._text = label(name="panelTitle"), label(name="muted")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self.stop = QPushButton(translate("Actions", "Stop"))
        self.retry = QPushButton(translate("Actions", "Try Again"))
        self.stop.setToolTip(translate("Comparing", "Stop making the other mesh"))
        self.retry.setToolTip(translate("Comparing", "Make the other mesh again"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(10)
        column.addStretch(3)
        for words in (self._title, self._text):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.setWordWrap(True)
            column.addWidget(words)
        column.addWidget(self._bar)
        for button in (self.stop, self.retry):
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)

    def show_words(
        self, title: str, text: str, *, working: bool = False, failed: bool = False
    ) -> None:
        """Say something; while work goes on it can be stopped, after a failure repeated."""
        self._title.setText(title)
        self._text.setText(text)
        self._bar.setVisible(working)
        self.stop.setVisible(working)
        self.retry.setVisible(failed)


def under_caption(caption: QFrame, body: QWidget) -> QWidget:
    """Return a caption with something under it."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(caption)
    column.addWidget(body, 1)
    return part


def caption_of(titles: Sequence[QWidget], facts: QWidget) -> QFrame:
    """Return a row of titles over a line of facts."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for title in titles:
        title.setFixedHeight(TITLE_HEIGHT)
        row.addWidget(title)
    frame = QFrame()
    frame.setObjectName("panelHeader")
    frame.setFixedHeight(CAPTION_HEIGHT)
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 6, 10, 6)
    column.setSpacing(2)
    column.addLayout(row)
    column.addWidget(facts)
    return frame


def elided_label(name: str) -> QLabel:
    """Return a label that does not ask for the room of all its text."""
    result = label(name=name)
    result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return result
