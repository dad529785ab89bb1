"""A button that tells which of some actions is chosen and opens the menu of all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton


class ChoiceButton(QToolButton):
    """Shows icon and text of the checked one of its `choices`; `more` follow in the menu."""

    def __init__(
        self, name: str, choices: Sequence[QAction], more: Sequence[tuple[str, Sequence[QAction]]]
    ) -> None:
        super().__init__()
        self.setObjectName("choice")
        self.setAccessibleName(name)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(18, 18))
        self._name, self._choices = name, list(choices)
        menu = QMenu(self)
        menu.addActions(self._choices)
        for title, actions in more:
            menu.addSection(title)
            menu.addActions(list(actions))
        self.setMenu(menu)
        for action in self._choices:
            action.changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        for action in self._choices:
            if action.isChecked():
                self.setText(action.text())
                self.setIcon(action.icon())
                self.setToolTip(f"{self._name}: {action.toolTip()}")
