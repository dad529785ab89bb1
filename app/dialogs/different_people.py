"""The question before photos of what may be different people are fused."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from app.translation import translate


class DifferentPeopleDialog(QDialog):
    """Accepted if the photos are to be fused all the same."""

    def __init__(self, one: str, other: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Actions", "Fuse Photos"))
        title = QLabel(translate("DifferentPeople", "These may be different people"))
        title.setObjectName("emptyTitle")
        words = translate(
            "DifferentPeople",
            "The faces in {one} and {other} differ more than two photos of one person mostly "
            "do. A mesh of two people would look like neither. Years, glasses or a view from "
            "the side can mislead this check.",
        )
        text = QLabel(words.format(one=one, other=other))
        text.setObjectName("muted")
        text.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.anyway = QPushButton(translate("DifferentPeople", "Fuse Anyway"))
        buttons.addButton(self.anyway, QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.cancel.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 18)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(text)
        column.addSpacing(4)
        column.addWidget(buttons)
        self.setMinimumWidth(460)
