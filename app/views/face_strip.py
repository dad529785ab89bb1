"""The faces of a photo as small pictures to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QToolButton, QWidget

from app.translation import translate
from vrn_core.project.contents import FaceResult

SIDE = 48


class FaceStrip(QScrollArea):
    """A row of faces; hidden when there is no choice."""

    face_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedHeight(SIDE + 26)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setObjectName("faceStrip")
        holder = QWidget()
        holder.setObjectName("faceStripRow")
        self._row = QHBoxLayout(holder)
        self._row.setContentsMargins(12, 4, 12, 8)
        self._row.setSpacing(6)
        self._row.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setWidget(holder)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.face_clicked)
        self.hide()

    def set_faces(
        self, image: QImage | None, size: tuple[int, int], faces: Sequence[FaceResult]
    ) -> None:
        """Show the faces, cut out of a picture of a photo of `size` (width, height)."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        for index, face in enumerate(faces):
            button = QToolButton()
            button.setCheckable(True)
            button.setIconSize(QSize(SIDE, SIDE))
            words = translate("Mesh", "Face {number} of {count}")
            button.setToolTip(words.format(number=index + 1, count=len(faces)))
            button.setAccessibleName(button.toolTip())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if image is not None:
                button.setIcon(QIcon(_portrait(image, size, face)))
            self._group.addButton(button, index)
            self._row.addWidget(button)
        self.setVisible(len(faces) > 1)

    def select_face(self, index: int) -> None:
        """Mark a face as the selected one."""
        button = self._group.button(index)
        if button:
            button.setChecked(True)
            self.ensureWidgetVisible(button)


def _portrait(image: QImage, size: tuple[int, int], face: FaceResult) -> QPixmap:
    """Return the face cut out round."""
    factor = image.width() / max(size[0], 1)
    x, y = face.box.center
    side = max(face.box.width, face.box.height) * 1.15 * factor
    left, top = round(x * factor - side / 2), round(y * factor - side / 2)
    cut = image.copy(left, top, max(round(side), 1), max(round(side), 1))
    cut = cut.scaled(
        2 * SIDE,
        2 * SIDE,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    round_cut = QPixmap(cut.size())
    round_cut.fill(QColor(0, 0, 0, 0))
    painter = QPainter(round_cut)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(0, 0, cut.width(), cut.height(), 14, 14)
    painter.setClipPath(shape)
    painter.drawImage(0, 0, cut)
    painter.end()
    round_cut.setDevicePixelRatio(2)
    return round_cut
