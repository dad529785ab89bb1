"""A folder in a form: typed, or chosen in the system's dialog."""

from __future__ import annotations

from PySide6.QtCore import QDir, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.translation import translate


class FolderField(QWidget):
    """Empty for no folder of one's own."""

    chosen = Signal()
    """A folder was chosen in the dialog."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.line = QLineEdit()
        self.line.setPlaceholderText(translate("Preferences", "The last one used"))
        self.line.setMinimumWidth(240)
        self.button = QPushButton(translate("Preferences", "Choose…"))
        self.button.setAccessibleName(title)
        self.button.clicked.connect(self._on_choose)
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)

    def folder(self) -> str:
        """Return the folder, or an empty text."""
        return QDir.fromNativeSeparators(self.line.text().strip())

    def show_folder(self, folder: str) -> None:
        """Show a folder."""
        self.line.setText(QDir.toNativeSeparators(folder))

    def _on_choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self._title, self.folder())
        if name:
            self.show_folder(name)
            self.chosen.emit()
