"""Draws one photo of the list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.state.photo import PhotoItem, PhotoState
from app.views.icons import pixmap
from app.views.theme import DARK, Colors

PHOTO_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ROW_HEIGHT = 72
THUMBNAIL = 52
BADGES = {
    PhotoState.WAITING: "waiting",
    PhotoState.WORKING: "working",
    PhotoState.DONE: "done",
    PhotoState.FAILED: "warning",
    PhotoState.CANCELLED: "cancel",
}


def badge_of(photo: PhotoItem) -> str:
    """Return the drawing that shows how far a photo is."""
    return "warning" if photo.missing else BADGES[photo.state]


class PhotoDelegate(QStyledItemDelegate):
    """A thumbnail, the name and a line that says how far it is."""

    def __init__(self, parent: QObject, describe: Callable[[PhotoItem], str]) -> None:
        super().__init__(parent)
        self._describe = describe
        self.colors: Colors = DARK

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size of a row."""
        return QSize(160, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a row."""
        photo: PhotoItem | None = index.data(PHOTO_ROLE)
        if photo is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        row: QRect = option.rect.adjusted(2, 2, -2, -2)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        self._draw_background(painter, row, state)
        side = QRect(row.left() + 8, row.center().y() - THUMBNAIL // 2, THUMBNAIL, THUMBNAIL)
        self._draw_thumbnail(painter, side, photo)
        self._draw_words(painter, row.adjusted(THUMBNAIL + 20, 0, -10, 0), photo)
        painter.restore()

    def _draw_background(self, painter: QPainter, row: QRect, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            fill = self.colors.accent_soft if selected else self.colors.raised
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(row, 8, 8)
        if state & QStyle.StateFlag.State_HasFocus and selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.colors.accent), 1))
            painter.drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _draw_thumbnail(self, painter: QPainter, side: QRect, photo: PhotoItem) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(side), 7, 7)
        painter.fillPath(shape, QColor(self.colors.hover))
        if photo.thumbnail is None:
            drawing = pixmap("photo", self.colors.faint, QSize(22, 22))
            painter.drawPixmap(side.center().x() - 10, side.center().y() - 10, drawing)
            return
        painter.save()
        painter.setClipPath(shape)
        painter.drawImage(side, photo.thumbnail)
        painter.restore()

    def _draw_words(self, painter: QPainter, area: QRect, photo: PhotoItem) -> None:
        colors = self.colors
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.Medium)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        middle = area.center().y()
        upper = QRect(area.left(), middle - 22, area.width(), 20)
        elide = Qt.TextElideMode.ElideMiddle
        name = painter.fontMetrics().elidedText(photo.name, elide, area.width())
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, name)
        color = {
            PhotoState.FAILED: colors.error,
            PhotoState.DONE: colors.success,
            PhotoState.WORKING: colors.accent,
        }.get(photo.state, colors.faint)
        if photo.missing:
            color = colors.error
        badge = pixmap(badge_of(photo), color, QSize(15, 15))
        painter.drawPixmap(area.left() - 1, middle + 5, badge)
        font.setWeight(QFont.Weight.Normal)
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        painter.setPen(QColor(colors.error if photo.failure else colors.muted))
        lower = QRect(area.left() + 19, middle + 2, area.width() - 19, 20)
        words = painter.fontMetrics().elidedText(
            self._describe(photo), Qt.TextElideMode.ElideRight, lower.width()
        )
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, words)
        if photo.state is PhotoState.WORKING:
            self._draw_progress(painter, area, photo.fraction)

    def _draw_progress(self, painter: QPainter, area: QRect, fraction: float) -> None:
        track = QRectF(area.left(), area.bottom() - 7, area.width(), 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colors.pressed))
        painter.drawRoundedRect(track, 1.5, 1.5)
        track.setWidth(max(track.width() * min(max(fraction, 0.0), 1.0), 3.0))
        painter.setBrush(QColor(self.colors.accent))
        painter.drawRoundedRect(track, 1.5, 1.5)
