"""A slider with its name and value, which a double-click sets back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider

from app.translation import translate
from app.views.parts import label


class ChoiceSlider(QSlider):
    """Goes through `values`; `usual` is the one that a double-click comes back to."""

    chosen = Signal(object)
    """The value that was moved to."""

    def __init__(
        self, name: str, tip: str, values: Sequence[float], usual: float, words: Callable[..., str]
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._values, self._usual, self._words = list(values), usual, words
        self.name = label(name, "muted")
        self.told = label(name="sliderValue")
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        widest = max((words(value) for value in values), key=len)
        self.told.setMinimumWidth(self.told.fontMetrics().horizontalAdvance(widest) + 8)
        self.setRange(0, len(self._values) - 1)
        self.setPageStep(max(len(self._values) // 10, 1))
        self.setAccessibleName(name)
        self.setToolTip(
            translate("Sliders", "{tip}. Double-click to set it back to {value}.").format(
                tip=tip, value=words(usual)
            )
        )
        self.show_value(usual)
        self.valueChanged.connect(self._on_moved)

    def choice(self) -> float:
        """Return the value it stands at."""
        return self._values[self.value()]

    def show_value(self, value: float) -> None:
        """Stand at the place nearest to a value, without telling anyone."""
        nearest = min(range(len(self._values)), key=lambda i: abs(self._values[i] - value))
        blocked = self.blockSignals(True)
        self.setValue(nearest)
        self.blockSignals(blocked)
        self.told.setText(self._words(self.choice()))

    def reset(self) -> None:
        """Go back to the usual value."""
        self.setValue(self._values.index(self._usual))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go back to the usual value."""
        self.setSliderDown(False)
        self.reset()
        event.accept()

    def _on_moved(self) -> None:
        self.told.setText(self._words(self.choice()))
        self.chosen.emit(self.choice())
