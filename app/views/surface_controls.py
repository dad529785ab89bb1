"""Sliders for how the surface is taken from the volume of the face shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout

from app.translation import number, translate
from app.views.sliders import ChoiceSlider
from vrn_core.config import SurfaceSettings

REST_MS = 200
"""After the last move the whole mesh is made."""
ISO_LEVELS = [percent / 100 for percent in range(5, 96)]
SMOOTHINGS = list(range(0, 31))
TRIANGLES = [1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 7_000, 10_000, 14_000, 20_000]
TRIANGLES += [30_000, 40_000, 60_000, 80_000, 100_000]


class SurfaceControls(QFrame):
    """Tells at once what is wished for, and again when the sliders have come to rest."""

    moved = Signal(object)
    """:class:`SurfaceSettings` to preview."""
    rested = Signal(object)
    """:class:`SurfaceSettings` to keep."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panelFooter")
        usual = SurfaceSettings()
        self.iso_level = ChoiceSlider(
            translate("Sliders", "Iso level"),
            translate("Sliders", "Probability of being inside at which the surface is taken"),
            ISO_LEVELS,
            usual.iso_level,
            partial(number, decimals=2),
        )
        self.smoothing = ChoiceSlider(
            translate("Sliders", "Smoothing"),
            translate("Sliders", "How many times the surface is smoothed"),
            SMOOTHINGS,
            usual.smoothing,
            number,
        )
        self.triangles = ChoiceSlider(
            translate("Sliders", "Triangles"),
            translate("Sliders", "How many triangles the mesh has at most"),
            TRIANGLES,
            usual.triangles,
            number,
        )
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rest)
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 9, 14, 9)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        for row, slider in enumerate(self._sliders):
            for column, part in enumerate((slider.name, slider, slider.told)):
                grid.addWidget(part, row, column)
            slider.chosen.connect(self._on_moved)

    @property
    def _sliders(self) -> tuple[ChoiceSlider, ...]:
        return self.iso_level, self.smoothing, self.triangles

    def show_settings(self, settings: SurfaceSettings) -> None:
        """Stand as the surface of a face was taken; what was moved for another is told first."""
        self.settle()
        self.iso_level.show_value(settings.iso_level)
        self.smoothing.show_value(settings.smoothing)
        self.triangles.show_value(settings.triangles)

    def settings(self) -> SurfaceSettings:
        """Return what the sliders stand at."""
        return SurfaceSettings(
            iso_level=self.iso_level.choice(),
            smoothing=int(self.smoothing.choice()),
            triangles=int(self.triangles.choice()),
        )

    def settle(self) -> None:
        """Tell now what would be told when the sliders have come to rest."""
        if self._rest.isActive():
            self._rest.stop()
            self.rested.emit(self.settings())

    def reset(self) -> None:
        """Go back to the usual settings."""
        for slider in self._sliders:
            slider.reset()

    def _on_moved(self) -> None:
        self._rest.start()
        self.moved.emit(self.settings())

    def _on_rest(self) -> None:
        if any(slider.isSliderDown() for slider in self._sliders):
            self._rest.start()
        else:
            self.rested.emit(self.settings())
