"""The middle panel: the photo, its faces, and what went wrong with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.state.photo import PhotoItem
from app.translation import percent, translate
from app.views.actions import Actions
from app.views.face_strip import FaceStrip
from app.views.live_bar import LiveBar
from app.views.parts import (
    FOOTER_HEIGHT,
    HEADER_HEIGHT,
    EmptyPage,
    Notice,
    label,
    strip,
    tool_button,
)
from app.views.photo_keys import PhotoKeys
from app.views.photo_view import STEP, PhotoView
from app.views.theme import Colors


class PhotoPanel(QFrame):
    """Shows one photo of the session at a time."""

    face_clicked = Signal(int)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.view = PhotoView()
        self.faces = FaceStrip()
        self.live = LiveBar(actions)
        self.live.hide()
        self.notice = Notice()
        self.notice.hide()
        self.empty = EmptyPage("empty-photo", QSize(290, 150))
        self.empty.set_words(
            translate("Photo", "Drop a photo of a face here"),
            translate("Photo", "Or choose one. Drop a folder to work through all of its photos."),
        )
        self.unreadable = EmptyPage("photo", QSize(72, 72))
        self._find = QPushButton(translate("Missing", "Find Photos…"))
        self._find.setToolTip(actions["find_photos"].toolTip())
        self._find.clicked.connect(actions["find_photos"].trigger)
        self.unreadable.buttons.addWidget(self._find)
        self._photo_key = -1
        self._has_picture = False
        self._title = label(translate("Photo", "Photo"), "panelTitle")
        self._facts = label(name="muted")
        self._zoom = label(name="muted")
        self._fill_empty(actions)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.unreadable)
        holder = QWidget()
        inner = QHBoxLayout(holder)
        inner.setContentsMargins(12, 4, 12, 12)
        inner.addWidget(self.notice)
        self._notice_holder = holder
        holder.hide()
        self.header = self._make_header()
        """For the dock to wear as its title bar."""
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(self.faces)
        column.addWidget(self.live)
        column.addWidget(holder)
        column.addWidget(self._make_footer(actions))
        self.view.face_clicked.connect(self.face_clicked)
        self.faces.face_clicked.connect(self.face_clicked)
        self.view.zoom_changed.connect(lambda zoom: self._zoom.setText(percent(zoom)))
        actions["zoom_in"].triggered.connect(lambda: self.view.zoom_by(STEP))
        actions["zoom_out"].triggered.connect(lambda: self.view.zoom_by(1 / STEP))
        actions["fit"].triggered.connect(self.view.fit)
        actions["actual"].triggered.connect(self.view.actual_pixels)
        actions["add_face"].toggled.connect(self.view.set_drawing)
        actions["correct"].toggled.connect(self.view.set_correcting)
        self.keys = PhotoKeys(self.view)
        for name in ("add_face", "correct"):
            self.keys.ended.connect(partial(actions[name].setChecked, False))
        actions["boxes"].toggled.connect(self.view.show_boxes)
        actions["landmarks"].toggled.connect(self.view.show_landmarks)

    def show_photo(self, photo: PhotoItem | None, image: QImage | None) -> None:
        """Show a photo; the image may follow later."""
        self._photo_key = photo.key if photo else -1
        self._has_picture = photo is not None and image is not None
        if photo is None:
            self._title.setText(translate("Photo", "Photo"))
            self._facts.setText("")
            self.view.set_photo(None, (0, 0))
            self._show_notice(None)
            self.faces.set_faces(None, (0, 0), ())
        else:
            self._title.setText(photo.name)
            self._title.setToolTip(str(photo.path or ""))
            size = photo.size or ((image.width(), image.height()) if image else (0, 0))
            self.view.set_photo(image, size)
            self.update_state(photo)
            self.show_faces(photo, image)
        self._update_page(photo)

    def show_frame(self, image: QImage, name: str, frames_per_second: float) -> None:
        """Show the next picture of a camera in the place of a photo."""
        self._title.setText(name)
        self._facts.setText(f"{image.width()} × {image.height()}")
        self.view.show_frame(image)
        self.live.show_rate(frames_per_second)
        self.stack.setCurrentWidget(self.view)

    def update_state(self, photo: PhotoItem) -> None:
        """Show how far the work on the shown photo is."""
        if photo.key != self._photo_key:
            return
        self._facts.setText(f"{photo.size[0]} × {photo.size[1]}" if photo.size else "")
        self._show_notice(photo)
        self._update_page(photo)

    def show_faces(self, photo: PhotoItem, image: QImage | None) -> None:
        """Draw the faces of the shown photo."""
        if photo.key != self._photo_key:
            return
        faces = photo.faces if self._has_picture else ()
        self.view.set_faces(faces, photo.selected_face)
        self.faces.set_faces(image, photo.size or (1, 1), faces)
        self.select_face(photo.selected_face)

    def select_face(self, index: int) -> None:
        """Mark a face as the selected one."""
        self.view.select_face(index)
        self.faces.select_face(index)

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        for part in (self.view, self.notice, self.empty, self.unreadable):
            part.tint(colors)

    def _update_page(self, photo: PhotoItem | None) -> None:
        page: QWidget = self.view
        if photo is None:
            page = self.empty
        elif photo.missing and photo.faces:
            page = self.unreadable
            self.unreadable.set_words(
                translate("Photo", "This photo is missing"),
                translate("Photo", "Its meshes are here all the same."),
            )
        elif photo.failure and not self._has_picture:
            page = self.unreadable
            self.unreadable.set_words(
                translate("Photo", "Nothing to show"),
                translate("Photo", "This file holds no picture to see."),
            )
        self._find.setVisible(photo is not None and photo.missing)
        self.stack.setCurrentWidget(page)
        self._zoom.setVisible(page is self.view and self._has_picture)

    def _show_notice(self, photo: PhotoItem | None) -> None:
        failure = photo.failure if photo else None
        self.notice.show_failure(failure)
        self._notice_holder.setVisible(failure is not None)

    def _fill_empty(self, actions: Actions) -> None:
        choose = QPushButton(translate("Photo", "Choose Photos…"))
        choose.setObjectName("primary")
        choose.setToolTip(actions["open"].toolTip())
        choose.clicked.connect(actions["open"].trigger)
        sample = QPushButton(translate("Photo", "Try the Sample"))
        sample.setToolTip(actions["sample"].toolTip())
        sample.clicked.connect(actions["sample"].trigger)
        for button in (choose, sample):
            self.empty.buttons.addWidget(button)

    def _make_header(self) -> QFrame:
        header, row = strip("panelHeader", HEADER_HEIGHT)
        row.addWidget(self._title)
        row.addStretch()
        row.addWidget(self._facts)
        row.addSpacing(6)
        return header

    def _make_footer(self, actions: Actions) -> QFrame:
        footer, row = strip("panelFooter", FOOTER_HEIGHT)
        row.setContentsMargins(8, 0, 12, 0)
        for name in ("camera", "boxes", "landmarks", "add_face", "correct"):
            row.addWidget(tool_button(actions[name]))
        row.addStretch()
        row.addWidget(self._zoom)
        row.addSpacing(4)
        for name in ("zoom_out", "zoom_in", "fit", "actual"):
            row.addWidget(tool_button(actions[name]))
        return footer
