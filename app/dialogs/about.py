"""The window that says what this program is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.marks import QT_TRANSLATE_NOOP
from app.translation import translate
from app.views.icons import pixmap
from vrn_core import __version__

TEXT = (
    QT_TRANSLATE_NOOP(
        "About", "One photo of a face in, one 3-D mesh out, by a Volumetric Regression Network."
    ),
    QT_TRANSLATE_NOOP("About", "Everything happens on this computer; no photo leaves it."),
    QT_TRANSLATE_NOOP(
        "About",
        "After “Large Pose 3D Face Reconstruction from a Single Image via Direct Volumetric CNN "
        "Regression” by Jackson, Bulat, Argyriou and Tzimiropoulos, ICCV 2017; written and "
        "trained anew. MIT license.",
    ),
)
"""Paragraphs."""


class AboutDialog(QDialog):
    """Name, version and whose work it stands on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Actions", "About VRN Studio"))
        logo = QLabel()
        logo.setPixmap(pixmap("vrn-studio", "black", QSize(72, 72)))
        name = QLabel(f"VRN Studio {__version__}")
        name.setObjectName("emptyTitle")
        paragraphs = (translate("About", paragraph) for paragraph in TEXT)
        text = QLabel("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))
        text.setWordWrap(True)
        text.setObjectName("muted")
        text.setFixedWidth(400)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 28, 28, 20)
        column.setSpacing(12)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(logo, alignment=center)
        column.addWidget(name, alignment=center)
        column.addWidget(text)
        column.addWidget(buttons)
