"""The window that says what this program is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.views.icons import pixmap
from vrn_core import __version__

TEXT = """
<p>One photo of a face in, one 3-D mesh out, by a Volumetric Regression Network.</p>
<p>Everything happens on this computer; no photo leaves it.</p>
<p>After “Large Pose 3D Face Reconstruction from a Single Image via Direct Volumetric CNN
Regression” by Jackson, Bulat, Argyriou and Tzimiropoulos, ICCV 2017; written and trained
anew. MIT license.</p>
"""


class AboutDialog(QDialog):
    """Name, version and whose work it stands on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About VRN Studio")
        logo = QLabel()
        logo.setPixmap(pixmap("vrn-studio", "black", QSize(72, 72)))
        name = QLabel(f"VRN Studio {__version__}")
        name.setObjectName("emptyTitle")
        text = QLabel(TEXT)
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
