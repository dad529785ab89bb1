"""The panels round the mesh: to resize, hide, float, and find again where they were left."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QMainWindow

from app.translation import translate
from app.views.actions import Actions
from app.views.parts import HEADER_HEIGHT, tool_button

log = logging.getLogger(__name__)

LAYOUT_VERSION = 1
"""Raised when panels come or go; an arrangement of another version is not taken."""
LIST_WIDTH = 252


class Panel(NamedTuple):
    """A panel, its header, and its names: for the user, and in commands and stored layouts."""

    name: str
    title: str
    widget: QFrame
    header: QFrame


class PanelDock(QDockWidget):
    """Wears the panel's own header as its title bar: dragged it moves, double-clicked it floats."""

    changing = Signal()
    """The user lets it leave the window or come back to it."""
    changed = Signal()
    """It left or came back."""

    def __init__(self, panel: Panel, actions: Actions, window: QMainWindow) -> None:
        super().__init__(panel.title, window)
        self._window = window
        self.setObjectName(panel.name)
        panel.header.setToolTip(
            translate("Docks", "Drag to move this panel; double-click to float it")
        )
        self._buttons = [
            tool_button(actions[name], 16) for name in (f"float_{panel.name}", f"show_{panel.name}")
        ]
        row = panel.header.layout()
        if isinstance(row, QHBoxLayout):
            # A dock asks the layout for the height. Its own border is one pixel all round.
            panel.header.setFixedHeight(HEADER_HEIGHT + 1)
            row.addStrut(HEADER_HEIGHT - 1)
            for button in self._buttons:
                button.hide()
                row.addWidget(button)
        self.setTitleBarWidget(panel.header)
        self.setWidget(panel.widget)
        self.topLevelChanged.connect(self._on_floated)
        shown, floating = actions[f"show_{panel.name}"], actions[f"float_{panel.name}"]
        shown.triggered.connect(self.present)
        self.toggleViewAction().toggled.connect(shown.setChecked)
        floating.triggered.connect(self._float)
        self.topLevelChanged.connect(floating.setChecked)

    def event(self, event: QEvent) -> bool:
        """Float, or come back, by a double-click on the header as by the command."""
        if (
            isinstance(event, QMouseEvent)
            and event.type() is QEvent.Type.MouseButtonDblClick
            and self.titleBarWidget().geometry().contains(event.position().toPoint())
        ):
            self._float(not self.isFloating())
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let the window say what a drop on the floating panel will do."""
        self._window.dragEnterEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Let the window come back to normal."""
        self._window.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Let the window take what was dropped."""
        self._window.dropEvent(event)

    def present(self, on: bool) -> None:
        """Show or hide it."""
        self.changing.emit()
        self.setVisible(on)
        if on:
            self.raise_()
        self.changed.emit()

    def _float(self, on: bool) -> None:
        self.changing.emit()
        self.setVisible(True)
        self.setFloating(on)
        self.changed.emit()

    def _on_floated(self, floating: bool) -> None:
        # Docked it lies in the window, which takes the drops.
        self.setAcceptDrops(floating)
        for button in self._buttons:
            button.setVisible(floating)


class Docks(QObject):
    """All panels of a window, side by side to the left of what is in its middle."""

    def __init__(self, window: QMainWindow, panels: Sequence[Panel], actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self.panels = {panel.name: PanelDock(panel, actions, window) for panel in panels}
        window.setDockNestingEnabled(True)
        window.setAnimated(False)
        self._widths: dict[str, int] = {}
        for dock in self.panels.values():
            dock.changing.connect(self._note_widths)
            dock.changed.connect(self._set_widths)
        self.reset()
        actions["reset_layout"].triggered.connect(self.reset)

    def reset(self) -> None:
        """Show every panel where it is at first: the list narrow, the photo as wide as the mesh."""
        before: PanelDock | None = None
        for dock in self.panels.values():
            dock.setFloating(False)
            if before is None:
                self._window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
            else:
                self._window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
            dock.show()
            before = dock
        rest = (self._window.width() - LIST_WIDTH) // 2 - 16
        widths = [LIST_WIDTH, *[rest] * (len(self.panels) - 1)]
        self._window.resizeDocks(list(self.panels.values()), widths, Qt.Orientation.Horizontal)

    def save(self) -> QByteArray:
        """Return where the panels are."""
        return self._window.saveState(LAYOUT_VERSION)

    def restore(self, state: QByteArray) -> None:
        """Put the panels where they were; where that cannot be read, where they are at first."""
        if not state.isEmpty() and self._window.restoreState(state, LAYOUT_VERSION):
            return
        if not state.isEmpty():
            log.warning("the arrangement of the panels is damaged or of another version")
        self.reset()

    def _docked(self) -> list[PanelDock]:
        docks = self.panels.values()
        return [dock for dock in docks if not (dock.isHidden() or dock.isFloating())]

    def _note_widths(self) -> None:
        self._widths |= {dock.objectName(): dock.width() for dock in self._docked()}

    def _set_widths(self) -> None:
        """Give the room of a panel that left to the mesh, and take it back when it returns.

        Left to itself Qt gives it to the other panel on the same side.
        """
        docks = [dock for dock in self._docked() if dock.objectName() in self._widths]
        widths = [self._widths[dock.objectName()] for dock in docks]
        self._window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    def reveal_by(self, action: QAction, name: str) -> None:
        """Show a panel when something is turned on that is seen there."""
        dock = self.panels[name]
        action.toggled.connect(lambda on: dock.present(True) if on and dock.isHidden() else None)
