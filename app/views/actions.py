"""The commands of the table as actions, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from app.translation import translate
from app.views.commands import COMMANDS
from app.views.icons import icon
from app.views.theme import Colors

ROLES = {
    "about": QAction.MenuRole.AboutRole,
    "preferences": QAction.MenuRole.PreferencesRole,
    "quit": QAction.MenuRole.QuitRole,
}
"""What macOS puts into the menu of the program; by their names it knows them in English only."""


class Actions(QObject):
    """The commands as QActions, by name."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        groups: dict[str, QActionGroup] = {}
        for command in COMMANDS:
            action = QAction(translate("Actions", command.text), self)
            action.setObjectName(command.name)
            action.setCheckable(command.checkable)
            action.setMenuRole(ROLES.get(command.name, QAction.MenuRole.NoRole))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            tip = translate("Actions", command.tip)
            if command.keys:
                portable = QKeySequence.SequenceFormat.PortableText
                action.setShortcut(QKeySequence.fromString(command.keys, portable))
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                tip = f"{tip}  ({keys})"
            action.setToolTip(tip)
            # In a menu the check mark stands where the icon would.
            action.setIconVisibleInMenu(False)
            if command.group:
                if command.group not in groups:
                    groups[command.group] = QActionGroup(self)
                groups[command.group].addAction(action)
            self._actions[command.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def reword(self, name: str, text: str, tip: str) -> None:
        """Give a command another name and tooltip; its key stays."""
        action = self._actions[name]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(text)
        action.setToolTip(f"{tip}  ({keys})" if keys else tip)

    def all(self) -> list[QAction]:
        """Return all actions in the order of the table."""
        return list(self._actions.values())

    def tint(self, colors: Colors) -> None:
        """Draw the icons in the colors of the theme."""
        for command in COMMANDS:
            if command.icon:
                self._actions[command.name].setIcon(icon(command.icon, colors.text, colors.faint))
