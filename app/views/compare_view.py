"""Two viewports side by side, through cameras that move together.

The first one is there all the time and stays where it is. The second is made when something
is to be compared and freed afterwards; until then this costs nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from app.failures import Failure
from app.settings import Coloring, Light
from app.state.comparison import Other, OtherNetwork
from app.translation import number, translate
from app.views.compare_parts import Message, caption_of, elided_label, under_caption
from app.views.legend import Legend
from app.views.looks import DIFFERENCE_STOPS, difference_colors
from app.views.mesh_keys import MeshKeys
from app.views.mesh_view import SHEET_MARGIN, MeshView
from app.views.parts import tool_button
from app.views.theme import DARK, Colors
from vrn_core.types import ByteArray, FloatArray, TriangleMesh

log = logging.getLogger(__name__)

LEAST_WIDTH = 250
"""Of each viewport; where there is less the two stand one above the other."""
REACHES_MM = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""Where the scale of distances may end."""


class CompareView(QWidget):
    """The selected face on the left and another on the right."""

    chosen = Signal(object)
    """What the user wants to see on the right, an :data:`~app.state.comparison.Other`."""
    stop_requested = Signal()
    retry_requested = Signal()

    def __init__(self, page: QWidget, view: MeshView, difference: QAction) -> None:
        super().__init__()
        self.left = view
        self.right: MeshView | None = None
        self._coloring, self._light = Coloring.SHADED, Light.STUDIO
        self._colors: Colors = DARK
        self._legend: Legend | None = None
        self._choices: dict[Other, str] = {}
        self._shown: tuple[TriangleMesh, FloatArray | None] | None = None
        self.title, self.facts = elided_label("panelTitle"), elided_label("muted")
        self.other_facts = elided_label("muted")
        self.choice = QComboBox()
        self.choice.setAccessibleName(translate("Comparing", "Compare with"))
        self.choice.setToolTip(translate("Comparing", "What is compared with the selected face"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choice.activated.connect(lambda place: self.chosen.emit(self.choice.itemData(place)))
        self._caption = caption_of([self.title], self.facts)
        self._message = Message()
        self._message.stop.clicked.connect(self.stop_requested)
        self._message.retry.clicked.connect(self.retry_requested)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        for part in (page, self._pages):
            # The words in a page must not keep the two from being of one size.
            part.setMinimumSize(1, 1)
        self._first = under_caption(self._caption, page)
        caption = caption_of([self.choice, tool_button(difference, 18)], self.other_facts)
        self._second = under_caption(caption, self._pages)
        self._caption.hide()
        self._second.hide()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(1)
        self._row.addWidget(self._first, 1)
        self._row.addWidget(self._second, 1)

    @property
    def is_open(self) -> bool:
        """Whether there are two viewports."""
        return self.right is not None

    def open(self) -> bool:
        """Make the second viewport; return whether it could be made."""
        if self.right is not None:
            return True
        right = MeshView()
        MeshKeys(right)
        self._pages.addWidget(right)
        try:
            built = self.left.is_ready and right.build()
        except RuntimeError as error:
            log.warning("no second viewport: %s", error)
            built = False
        if not built:
            self._drop(right)
            return False
        self.right = right
        self._legend = Legend(right, translate("Legend", "Distance"), DIFFERENCE_STOPS)
        self._legend.hide()
        right.installEventFilter(self)
        right.set_light(self._light)
        right.set_coloring(self._coloring)
        right.tint(self._colors)
        right.place_camera(self.left.camera())
        for one, other in ((self.left, right), (right, self.left)):
            one.watch_camera(True)
            one.camera_moved.connect(other.place_camera)
        self._caption.show()
        self._second.show()
        self._arrange()
        return True

    def close_second(self) -> None:
        """Free the second viewport."""
        right, self.right, self._legend, self._shown = self.right, None, None, None
        if right is not None:
            self.left.camera_moved.disconnect(right.place_camera)
            self.left.watch_camera(False)
            self._drop(right)
        self._caption.hide()
        self._second.hide()

    def close_viewports(self) -> None:
        """Free both viewports; must come before their window goes."""
        self.close_second()
        self.left.close_viewport()

    def show_choices(self, choices: Mapping[Other, str], chosen: Other | None) -> None:
        """Offer what there is to compare with."""
        with QSignalBlocker(self.choice):
            if choices != self._choices:
                self._choices = dict(choices)
                self.choice.clear()
                for other, words in choices.items():
                    self.choice.addItem(words, other)
                networks = sum(isinstance(other, OtherNetwork) for other in choices)
                if 0 < networks < len(choices):
                    self.choice.insertSeparator(networks)
            self.choice.setEnabled(bool(choices))
            places = [self.choice.itemData(place) for place in range(self.choice.count())]
            self.choice.setCurrentIndex(places.index(chosen) if chosen in places else -1)

    def show_other(
        self,
        mesh: TriangleMesh,
        confidence: FloatArray | None,
        distances_mm: FloatArray | None = None,
    ) -> None:
        """Show a mesh on the right; `distances_mm` (V,) paint it in the place of its coloring."""
        if self.right is None or self._legend is None:
            return
        self._pages.setCurrentWidget(self.right)
        if self._shown is not None and self._shown[0] is mesh and self._shown[1] is distances_mm:
            return
        self._shown = (mesh, distances_mm)
        self._legend.setVisible(distances_mm is not None)
        if distances_mm is None:
            self.right.set_coloring(self._coloring)
            self.right.set_mesh(mesh, confidence)
        else:
            reach = scale_end(distances_mm)
            most = translate("Legend", "{distance} mm and more").format(distance=number(reach))
            self._legend.set_ends("0 mm", most)
            self._place_legend()
            colors = difference_colors(distances_mm, reach)
            self.right.set_coloring(Coloring.PHOTO)
            self.right.set_mesh(TriangleMesh(mesh.vertices, mesh.faces, colors), confidence)
        self.right.place_camera(self.left.camera())

    def tell(self, title: str, text: str) -> None:
        """Say on the right why nothing is to be seen there."""
        self._message.show_words(title, text)
        self._leave_mesh()

    def tell_progress(self, title: str, stage: str) -> None:
        """Say on the right what is being made, with a button that stops it."""
        self._message.show_words(title, stage, working=True)
        self._leave_mesh()

    def tell_failure(self, failure: Failure) -> None:
        """Say on the right what failed, with a button that tries again."""
        self._message.show_words(failure.title, failure.text, failed=True)
        self._leave_mesh()

    def set_coloring(self, coloring: Coloring) -> None:
        """Paint both meshes; one that shows distances goes on to."""
        self._coloring = coloring
        self.left.set_coloring(coloring)
        if self.right is not None and (self._shown is None or self._shown[1] is None):
            self.right.set_coloring(coloring)

    def set_light(self, light: Light) -> None:
        """Light both meshes."""
        self._light = light
        self.left.set_light(light)
        if self.right is not None:
            self.right.set_light(light)

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._colors = colors
        self.left.tint(colors)
        if self.right is not None:
            self.right.tint(colors)

    def picture(self) -> ByteArray | None:
        """Return all that is shown (H, W, 3), or None without a viewport."""
        left: ByteArray | None = self.left.picture()
        if left is None or self.right is None or self._pages.currentWidget() is not self.right:
            return left
        right: ByteArray = self.right.picture()
        axis = 1 if self._row.direction() is QBoxLayout.Direction.LeftToRight else 0
        # They may differ by a pixel where the space could not be halved.
        across = min(left.shape[1 - axis], right.shape[1 - axis])
        parts = [part[:across] if axis else part[:, :across] for part in (left, right)]
        return np.concatenate(parts, axis=axis)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the two one above the other where they would be too narrow."""
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the legend in its corner."""
        if watched is self.right and event.type() == QEvent.Type.Resize:
            self._place_legend()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        beside = self.width() >= 2 * LEAST_WIDTH
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.LeftToRight if beside else directions.TopToBottom)

    def _place_legend(self) -> None:
        if self._legend is not None and self.right is not None:
            self._legend.adjustSize()
            room = self.right.height() - self._legend.height()
            self._legend.move(SHEET_MARGIN, room - SHEET_MARGIN)

    def _leave_mesh(self) -> None:
        self._pages.setCurrentWidget(self._message)
        self.other_facts.setText("")
        self._shown = None
        if self._legend is not None:
            self._legend.hide()

    def _drop(self, view: MeshView) -> None:
        view.close_viewport()
        self._pages.removeWidget(view)
        view.deleteLater()


def scale_end(distances_mm: FloatArray) -> float:
    """Return where a scale for distances (V,) ends: round, and nearly all are on it."""
    most = float(np.percentile(distances_mm, 98))
    return next((reach for reach in REACHES_MM if reach >= most), REACHES_MM[-1])
