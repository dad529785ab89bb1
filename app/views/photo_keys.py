"""The photo by the keyboard: landmarks are moved, and a box is drawn, without a mouse."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.views.photo_view import PhotoView

ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
STEPS = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
FAR_PX = 10.0
"""How far a box, or with Shift a landmark, goes with each press, in pixels of the screen."""
FIRST_BOX = 0.4
"""Side of the box that is begun with, as a part of the photo seen."""


class PhotoKeys(QObject):
    """Hears the keys of a photo view while landmarks are corrected or a box is drawn.

    Comma and period choose a landmark and the arrows move it, by ten pixels with Shift. The
    arrows move a box, with Shift its lower right corner, and Enter takes it. Escape ends both.
    """

    ended = Signal()
    """The user is done with correcting or drawing."""

    def __init__(self, view: PhotoView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that mean something now; the rest go their way."""
        if event.type() is QEvent.Type.FocusOut and self._view.handles:
            self._view.handles.settle()
        if not isinstance(event, QKeyEvent) or not (self._view.drawing or self._view.correcting):
            return super().eventFilter(watched, event)
        if event.type() is QEvent.Type.ShortcutOverride:
            # Escape would else stop the work on all photos.
            if event.key() != Qt.Key.Key_Escape:
                return False
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyRelease:
            if event.key() in ARROWS and not event.isAutoRepeat() and self._view.handles:
                self._view.handles.settle()
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.ended.emit()
            return True
        return self._draw(event) if self._view.drawing else self._correct(event)

    def _correct(self, event: QKeyEvent) -> bool:
        handles, key = self._view.handles, event.key()
        if handles is None:
            return False
        if key in STEPS:
            self._view.ensureVisible(handles.choose_next(STEPS[Qt.Key(key)]), 40, 40)
        elif key in ARROWS and handles.chosen is not None:
            handles.nudge(self._step(event))
        else:
            return False
        return True

    def _draw(self, event: QKeyEvent) -> bool:
        key, box = event.key(), self._view.drawn_box
        if key in ARROWS:
            if box is None:
                box = self._first_box()
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                box.setBottomRight(box.bottomRight() + self._step(event))
            else:
                box.translate(self._step(event))
            self._view.show_drawn(box)
        elif key in ENTER:
            if box is None:
                self._view.show_drawn(self._first_box())
            else:
                self._view.take_drawn()
        else:
            return False
        return True

    def _step(self, event: QKeyEvent) -> QPointF:
        """Return how far an arrow goes, in pixels of the photo."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        far = FAR_PX if shift or self._view.drawing else 1.0
        return ARROWS[Qt.Key(event.key())] * (far / self._view.zoom)

    def _first_box(self) -> QRectF:
        view = self._view
        seen = view.mapToScene(view.viewport().rect()).boundingRect() & view.sceneRect()
        side = FIRST_BOX * min(seen.width(), seen.height())
        box = QRectF(0, 0, side, side)
        box.moveCenter(seen.center())
        return box
