"""The mesh by the keyboard: arrows turn it, plus and minus bring it nearer and farther.

While distances are measured, Enter sets a point in the middle, which a cross marks.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.views.cameras import approach, orbit
from app.views.mesh_view import MeshView

STEP_DEG = 5.0
STEP_IN = 1.1
TURNS = {
    Qt.Key.Key_Left: (-STEP_DEG, 0.0),
    Qt.Key.Key_Right: (STEP_DEG, 0.0),
    Qt.Key.Key_Up: (0.0, -STEP_DEG),
    Qt.Key.Key_Down: (0.0, STEP_DEG),
}
ZOOMS = {Qt.Key.Key_Plus: STEP_IN, Qt.Key.Key_Equal: STEP_IN, Qt.Key.Key_Minus: 1 / STEP_IN}

MARKS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""Set a point of the ruler where the cross stands."""


class MeshKeys(QObject):
    """Hears the keys that the viewport does not take, and shows when it has the focus."""

    def __init__(self, view: MeshView) -> None:
        super().__init__(view)
        self._view = view
        view.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = view.layout()
        if layout is not None:
            # Room for the ring of the focus, which cannot lie over OpenGL.
            layout.setContentsMargins(1, 1, 1, 1)
        view.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn and zoom."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        key = event.key()
        if not self._view.is_ready:
            return False
        if key in TURNS:
            self._view.move_camera(orbit(self._view.camera(), *TURNS[Qt.Key(key)]))
        elif key in ZOOMS:
            self._view.move_camera(approach(self._view.camera(), ZOOMS[Qt.Key(key)]))
        elif key in MARKS and self._view.measuring:
            self._view.measure_at_cross()
        else:
            return False
        if self._view.measuring:
            self._view.aim(True)
        return True

    def _on_focus(self, _: QWidget | None, new: QWidget | None) -> None:
        focused = new is not None and self._view.isAncestorOf(new)
        if bool(self._view.property("focused")) != focused:
            self._view.setProperty("focused", focused)
            self._view.style().unpolish(self._view)
            self._view.style().polish(self._view)
            self._view.update()
