"""The window for what should not have happened: kind words, and a report to copy."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.failures import Failure
from app.translation import translate


class ErrorReportDialog(QDialog):
    """Says what happened and what to do; the details are folded away until wanted."""

    def __init__(self, failure: Failure, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("VRN Studio")
        self.failure = failure
        title = QLabel(failure.title)
        title.setObjectName("emptyTitle")
        text = QLabel(failure.text)
        text.setWordWrap(True)
        text.setObjectName("muted")
        self.details = QPlainTextEdit(failure.report or "")
        self.details.setReadOnly(True)
        self.details.setMinimumHeight(220)
        self.details.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.show_details = QPushButton(translate("ErrorReport", "Show Details"))
        self.copy = QPushButton(translate("ErrorReport", "Copy Report"))
        for button in (self.show_details, self.copy):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            button.setVisible(failure.report is not None)
        self.show_details.clicked.connect(self._on_show_details)
        self.copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 18)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(text)
        column.addWidget(self.details, 1)
        column.addSpacing(4)
        column.addWidget(buttons)
        self.setMinimumWidth(520)

    def _on_show_details(self) -> None:
        hidden = self.details.isHidden()
        self.details.setVisible(hidden)
        self.show_details.setText(
            translate("ErrorReport", "Hide Details")
            if hidden
            else translate("ErrorReport", "Show Details")
        )
        self.adjustSize()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.failure.report or "")
        self.copy.setText(translate("ErrorReport", "Copied"))
