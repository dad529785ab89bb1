"""The strip below a mesh that lies on its photo: how much of either is seen."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.translation import percent, translate
from app.views.sliders import ChoiceSlider

OPACITIES = [percent / 100 for percent in range(0, 101, 2)]
USUAL = 0.8


class PhotoControls(QFrame):
    """A slider for the opacity of the mesh."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panelFooter")
        self.opacity = ChoiceSlider(
            translate("Sliders", "Mesh over photo"),
            translate("Sliders", "How much the mesh covers the photo"),
            OPACITIES,
            USUAL,
            percent,
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 14, 9)
        row.setSpacing(12)
        for part in (self.opacity.name, self.opacity, self.opacity.told):
            row.addWidget(part)
