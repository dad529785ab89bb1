"""People of the validation beside their photos, turning."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.marks import QT_TRANSLATE_NOOP
from app.translation import number, translate
from app.views.parts import label, strip
from app.views.theme import Colors
from vrn_core.types import ByteArray

SOON = QT_TRANSLATE_NOOP(
    "Training", "What the network makes of people is shown here after the next validation."
)
NEVER = QT_TRANSLATE_NOOP("Training", "This training left no meshes of people to look at.")
INTERVAL_MS = 70
GAP = 8


class Person(Protocol):
    """What is shown of a person."""

    @property
    def photo(self) -> ByteArray:
        """(H, W, 3) RGB."""
        ...

    @property
    def pictures(self) -> ByteArray:
        """(N, S, W, 4) RGBA, from the left to the right; none without a surface."""
        ...


class TurningView(QWidget):
    """Draws each person's photo and mesh in a row; a drag turns the meshes."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(translate("Training", "Drag to turn"))
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._photos: list[QImage] = []
        self._pictures: list[list[QImage]] = []
        self._phase = 0
        self._dragged_from: QPointF | None = None
        self._frame_from = 0
        self._clock = QTimer(self, interval=INTERVAL_MS)
        self._clock.timeout.connect(self._turn)
        self.animated = True

    @property
    def frame(self) -> int:
        """Which of the pictures is shown, counted from the left."""
        count = self._count()
        if count < 2:
            return 0
        # There and back again.
        place = self._phase % (2 * count - 2)
        return min(place, 2 * count - 2 - place)

    def show_people(self, people: tuple[Person, ...]) -> None:
        """Show people; which way they are turned stays."""
        self._photos = [_image(one.photo, QImage.Format.Format_RGB888) for one in people]
        self._pictures = [
            [_image(picture, QImage.Format.Format_RGBA8888) for picture in one.pictures]
            for one in people
        ]
        if not self._phase:
            self._phase = self._count() // 2
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for three people."""
        return QSize(300, 3 * 150)

    def minimumSizeHint(self) -> QSize:
        """Return room to see something."""
        return QSize(200, 150)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw photo and mesh of each person."""
        if not self._photos:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rows = len(self._photos)
        wide = self._width_to_height()
        side = min((self.width() - GAP) / (1 + wide), (self.height() - GAP * (rows - 1)) / rows)
        left = (self.width() - (1 + wide) * side - GAP) / 2
        for row, photo in enumerate(self._photos):
            top = row * (side + GAP)
            painter.drawImage(QRectF(left, top, side, side), photo)
            pictures = self._pictures[row]
            place = QRectF(left + side + GAP, top, wide * side, side)
            if pictures:
                painter.drawImage(place, pictures[min(self.frame, len(pictures) - 1)])
            else:
                painter.setPen(self.palette().color(self.foregroundRole()))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(place, flags, translate("Training", "No surface yet"))
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Turn while it can be seen."""
        if self.animated:
            self._clock.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        self._clock.stop()
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to turn by hand."""
        self._dragged_from, self._frame_from = event.position(), self.frame
        self._clock.stop()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn as far as the mouse is moved."""
        count = self._count()
        if self._dragged_from is None or not count:
            return
        way = event.position().x() - self._dragged_from.x()
        frames = round(way / max(self.width(), 1) * 1.5 * count)
        self._phase = min(max(self._frame_from + frames, 0), count - 1)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay as it was turned."""
        self._dragged_from = None

    def leaveEvent(self, event: QEvent) -> None:
        """Go on to turn."""
        if self.animated and self.isVisible():
            self._clock.start()
        super().leaveEvent(event)

    def _count(self) -> int:
        return max((len(pictures) for pictures in self._pictures), default=0)

    def _width_to_height(self) -> float:
        """Return the widest of the pictures' shapes; they are square where there are none."""
        shapes = [pictures[0].size() for pictures in self._pictures if pictures]
        return max((size.width() / size.height() for size in shapes), default=1.0)

    def _turn(self) -> None:
        self._phase += 1
        self.update()


class PeoplePanel(QFrame):
    """The people of a training's validation, or why there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.view = TurningView()
        self._step = label(name="faint")
        self.empty = label(name="muted")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        header, row = strip("panelHeader", 40)
        row.addWidget(label(translate("Training", "Validation People"), "panelTitle"), 1)
        row.addWidget(self._step)
        row.setContentsMargins(14, 0, 14, 0)
        body = QVBoxLayout()
        body.setContentsMargins(12, 12, 12, 12)
        body.addWidget(self.view)
        body.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(header)
        column.addLayout(body, 1)
        self.show_people(None, ())

    def show_people(self, step: int | None, people: tuple[Person, ...]) -> None:
        """Show what the network made of people at a step; None if there is nothing."""
        self._step.setText(
            "" if step is None else translate("Training", "Step {step}").format(step=number(step))
        )
        self.view.show_people(people)
        self.view.setVisible(bool(people))
        self.empty.setVisible(not people)

    def tell_whether_more_come(self, more: bool) -> None:
        """Say in the place of people whether there will be some."""
        self.empty.setText(translate("Training", SOON if more else NEVER))

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self.view.update()


def _image(pixels: ByteArray, kind: QImage.Format) -> QImage:
    height, width, channels = pixels.shape
    # Qt does not keep what the array holds.
    return QImage(pixels.tobytes(), width, height, channels * width, kind).copy()
