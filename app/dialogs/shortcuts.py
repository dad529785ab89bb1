"""All keys on one sheet."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.marks import QT_TRANSLATE_NOOP
from app.translation import translate
from app.views.actions import Actions

COLUMNS = 3
LINES = (
    QT_TRANSLATE_NOOP(
        "Shortcuts",
        "Photo: scroll to zoom, drag to move, double-click to fit.   "
        "Mesh: drag or arrows to turn, Shift-drag to move, scroll or + and - to zoom.   "
        "Measuring: Enter sets a point under the cross.",
    ),
    QT_TRANSLATE_NOOP(
        "Shortcuts",
        "Correcting: , and . choose a landmark, the arrows move it, with Shift far.   "
        "Drawing a box: the arrows move it, with Shift resize it, Enter takes it.   Esc ends.",
    ),
)
"""What the mouse does, and the keys that are no commands."""


class ShortcutsDialog(QDialog):
    """Made from the table of commands, so that it is never out of date."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Actions", "Keyboard Shortcuts"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(9)
        rows = [action for action in actions.all() if not action.shortcut().isEmpty()]
        height = -(-len(rows) // COLUMNS)
        for place, action in enumerate(rows):
            native = QKeySequence.SequenceFormat.NativeText
            keys = QLabel(action.shortcut().toString(native))
            keys.setObjectName("count")
            keys.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
            words = QLabel(action.text().rstrip("…"))
            words.setObjectName("muted")
            column = place // height * 2
            grid.addWidget(keys, place % height, column)
            grid.addWidget(words, place % height, column + 1)
        mouse = QLabel("\n".join(translate("Shortcuts", line) for line in LINES))
        mouse.setObjectName("faint")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(24, 24, 24, 18)
        column_box.setSpacing(18)
        column_box.addLayout(grid)
        column_box.addWidget(mouse)
        column_box.addWidget(buttons)
