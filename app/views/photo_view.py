"""A photo to zoom and pan, with its faces drawn over it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
)

from app.translation import translate
from app.views.face_items import FaceItem, screen_pen
from app.views.landmark_handles import LandmarkHandles
from app.views.theme import DARK, Colors
from vrn_core.project.contents import FaceResult
from vrn_core.types import FaceBox

STEP = 1.25
MAX_ZOOM = 32.0
SMALLEST_BOX = 12.0
"""Side of a drawn box, in pixels of the photo; less was a click."""


class PhotoView(QGraphicsView):
    """The scene is in pixels of the photo, whatever the size of the picture shown."""

    face_clicked = Signal(int)
    zoom_changed = Signal(float)
    """The screen's own pixels that a pixel of the photo takes."""
    box_drawn = Signal(object)
    """The :class:`FaceBox` that was drawn, in pixels of the photo."""
    landmarks_moved = Signal(object)
    """Those of the selected face, (68, 3) in the photo frame."""

    def __init__(self) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._picture = QGraphicsPixmapItem()
        self._picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        # A pixel's center is at whole numbers, so its corner is half a pixel before.
        self._picture.setPos(-0.5, -0.5)
        self._scene.addItem(self._picture)
        self._faces: list[FaceItem] = []
        self._fitted = True
        self._pan_from: QPoint | None = None
        self._drawing = self._correcting = False
        self._corner: QPointF | None = None
        self._drawn = QGraphicsRectItem()
        self._drawn.setZValue(4)
        self._drawn.hide()
        self._scene.addItem(self._drawn)
        self._handles: LandmarkHandles | None = None
        self._show_boxes = self._show_landmarks = True
        self._accent, self._on_accent = QColor("white"), QColor("black")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setAccessibleName(translate("Photo", "Photo"))

    @property
    def zoom(self) -> float:
        """Logical pixels of the screen that a pixel of the photo takes."""
        return self.transform().m11()

    @property
    def drawing(self) -> bool:
        """Whether a box is being drawn."""
        return self._drawing

    @property
    def correcting(self) -> bool:
        """Whether landmarks can be moved."""
        return self._correcting

    @property
    def handles(self) -> LandmarkHandles | None:
        """The landmarks that can be moved, if there are any."""
        return self._handles

    @property
    def drawn_box(self) -> QRectF | None:
        """The box as it is drawn so far, in pixels of the photo."""
        return self._drawn.rect() if self._drawn.isVisible() else None

    def set_photo(self, image: QImage | None, size: tuple[int, int]) -> None:
        """Show a picture of a photo that is `size` (width, height) pixels large."""
        self.set_faces((), 0)
        if image is None or image.isNull():
            self._picture.setPixmap(QPixmap())
            return
        pixmap = QPixmap.fromImage(image)
        self._picture.setPixmap(pixmap)
        self._picture.setScale(size[0] / max(pixmap.width(), 1))
        self._scene.setSceneRect(-0.5, -0.5, size[0], size[1])
        self.fit()

    def show_frame(self, image: QImage) -> None:
        """Show the next picture of a camera; zoom and place stay while its size does."""
        if self._picture.pixmap().size() != image.size() or self._faces:
            self.set_photo(image, (image.width(), image.height()))
        else:
            self._picture.setPixmap(QPixmap.fromImage(image))

    def set_faces(self, faces: Sequence[FaceResult], selected: int) -> None:
        """Draw the faces of the photo."""
        for item in self._faces:
            self._scene.removeItem(item)
        self._faces = [
            FaceItem(index, face, len(faces) > 1, self.face_clicked.emit)
            for index, face in enumerate(faces)
        ]
        for item in self._faces:
            self._scene.addItem(item)
        self.select_face(selected)

    def select_face(self, index: int) -> None:
        """Mark a face as the selected one."""
        for place, item in enumerate(self._faces):
            item.selected = place == index
            item.setZValue(2 if item.selected else 1)
            item.accent, item.on_accent = self._accent, self._on_accent
            item.show_box, item.show_landmarks = self._show_boxes, self._show_landmarks
            item.update()
        self._place_handles()

    def set_drawing(self, on: bool) -> None:
        """Let the mouse draw a box instead of panning."""
        self._drawing, self._corner = on, None
        self._drawn.hide()
        if on:
            self.setFocus()
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.viewport().unsetCursor()

    def set_correcting(self, on: bool) -> None:
        """Let the mouse drag the landmarks of the selected face."""
        self._correcting = on
        if on:
            self.setFocus()
        self._refresh()

    def show_drawn(self, rect: QRectF) -> None:
        """Show a box that is being drawn, within the photo."""
        self._drawn.setPen(screen_pen(self._accent, 2, self.zoom))
        self._drawn.setRect(rect.normalized() & self._scene.sceneRect())
        self._drawn.show()

    def take_drawn(self) -> None:
        """Take the box that was drawn, unless it is too small to be one."""
        rect = self._drawn.rect()
        self._drawn.hide()
        if min(rect.width(), rect.height()) >= SMALLEST_BOX:
            self.box_drawn.emit(FaceBox(rect.x(), rect.y(), rect.width(), rect.height()))

    def show_boxes(self, shown: bool) -> None:
        """Show or hide the boxes."""
        self._show_boxes = shown
        self._refresh()

    def show_landmarks(self, shown: bool) -> None:
        """Show or hide the landmarks of the selected face."""
        self._show_landmarks = shown
        self._refresh()

    def fit(self) -> None:
        """Show the whole photo, small ones at most at three times their size."""
        rect = self._scene.sceneRect()
        if rect.isEmpty() or self.viewport().width() < 8:
            return
        self._fitted = True
        margin = 24
        width = max(self.viewport().width() - 2 * margin, 8)
        height = max(self.viewport().height() - 2 * margin, 8)
        self._set_zoom(min(width / rect.width(), height / rect.height(), 3.0))
        self.centerOn(rect.center())

    def actual_pixels(self) -> None:
        """Show one pixel of the photo as one of the screen."""
        self._fitted = False
        self._set_zoom(1 / self.devicePixelRatioF())

    def zoom_by(self, factor: float) -> None:
        """Zoom round the mouse, or the middle."""
        self._fitted = False
        self._set_zoom(self.zoom * factor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom."""
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom_by(STEP**turns)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start to pan, unless a face was clicked, or to draw a box."""
        if self._drawing and event.button() is Qt.MouseButton.LeftButton:
            self._corner = self.mapToScene(event.position().toPoint())
            return
        super().mousePressEvent(event)
        grabbed = self._scene.mouseGrabberItem() is not None
        button = event.button()
        if button is Qt.MouseButton.MiddleButton or (
            button is Qt.MouseButton.LeftButton and not grabbed
        ):
            self._pan_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or draw."""
        if self._corner is not None:
            self.show_drawn(self._rect_to(event.position().toPoint()))
            return
        if self._pan_from is None:
            super().mouseMoveEvent(event)
            return
        here = event.position().toPoint()
        step = here - self._pan_from
        self._pan_from, self._fitted = here, False
        for bar, distance in (
            (self.horizontalScrollBar(), step.x()),
            (self.verticalScrollBar(), step.y()),
        ):
            bar.setValue(bar.value() - distance)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End panning, or take the box that was drawn."""
        if self._corner is not None:
            self.show_drawn(self._rect_to(event.position().toPoint()))
            self._corner = None
            self.take_drawn()
            return
        if self._pan_from is not None:
            self._pan_from = None
            self.viewport().unsetCursor()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit the photo."""
        self.fit()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay fitted."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        # On a photo the lighter accent reads better in both themes.
        self._accent, self._on_accent = QColor(DARK.accent), QColor(DARK.on_accent)
        self.setBackgroundBrush(QColor(colors.canvas))
        self._refresh()

    def _rect_to(self, place: QPoint) -> QRectF:
        """Return the box from where the mouse was pressed to a place."""
        return QRectF(self._corner or QPointF(), self.mapToScene(place))

    def _place_handles(self) -> None:
        before, self._handles = self._handles, None
        if before is not None:
            self._scene.removeItem(before)
        selected = next((item for item in self._faces if item.selected), None)
        if self._correcting and selected is not None:
            selected.show_landmarks = False
            self._handles = LandmarkHandles(
                selected.index, selected.landmarks, self.landmarks_moved.emit
            )
            self._handles.accent = self._accent
            if before is not None:
                self._handles.go_on_from(before)
            self._scene.addItem(self._handles)

    def _refresh(self) -> None:
        selected = [place for place, item in enumerate(self._faces) if item.selected]
        self.select_face(selected[0] if selected else -1)

    def _set_zoom(self, zoom: float) -> None:
        rect = self._scene.sceneRect()
        smallest = 32 / max(rect.width(), rect.height(), 1)
        zoom = min(max(zoom, smallest), MAX_ZOOM)
        factor = zoom / self.zoom
        self.scale(factor, factor)
        crisp = zoom > 4
        self._picture.setTransformationMode(
            Qt.TransformationMode.FastTransformation
            if crisp
            else Qt.TransformationMode.SmoothTransformation
        )
        self.zoom_changed.emit(self.zoom * self.devicePixelRatioF())
