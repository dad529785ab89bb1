"""The strip over a live picture: where it comes from, freeze, capture and frames a second."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QPushButton

from app.state.cameras import Camera, find_cameras, number_name
from app.state.frames import FrameSource
from app.translation import number, translate
from app.views.actions import Actions
from app.views.parts import label, tool_button

SIZES = ((640, 480), (1280, 720), (1920, 1080))
RATE_EVERY_S = 0.5


class CameraBox(QComboBox):
    """Looks which cameras are there whenever it is opened; the last entry is a video file."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumWidth(220)
        self.setAccessibleName(translate("LiveBar", "Camera"))
        self.setToolTip(
            translate("LiveBar", "Which camera to look through, or a video file instead")
        )
        self.refresh()

    def refresh(self) -> None:
        """Offer the cameras that are there now; the one that was chosen stays chosen by name."""
        chosen = self.currentText()
        self.clear()
        for camera in find_cameras() or [_no_camera()]:
            self.addItem(camera.name, camera.number)
        self.addItem(translate("LiveBar", "Video file…"), None)
        self.setCurrentIndex(max(self.findText(chosen), 0))

    def choose_video(self, on: bool) -> None:
        """Stand at the video file, or at the first camera."""
        self.setCurrentIndex(self.count() - 1 if on else 0)

    def showPopup(self) -> None:
        """Look again before the list is opened."""
        self.refresh()
        super().showPopup()


def _no_camera() -> Camera:
    return Camera(0, translate("LiveBar", "No camera found"))


class LiveBar(QFrame):
    """Tells of every change of the source."""

    source_chosen = Signal(object)
    """A :class:`FrameSource`."""
    video_wanted = Signal()
    """A video file is to be asked for."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._rate_told_s = 0.0
        self.setObjectName("panelFooter")
        self._video: Path | None = None
        self.camera, self.resolution = CameraBox(), QComboBox()
        for width, height in SIZES:
            self.resolution.addItem(f"{width} × {height}", (width, height))
        self.resolution.setAccessibleName(translate("LiveBar", "Resolution"))
        self.resolution.setToolTip(
            translate("LiveBar", "The resolution that the camera is asked for")
        )
        self.mirror = QCheckBox(translate("LiveBar", "Mirror"))
        self.mirror.setChecked(True)
        self.mirror.setToolTip(translate("LiveBar", "Show yourself as a mirror does"))
        self.rate = label(name="muted")
        capture = QPushButton(actions["capture"].text())
        capture.setToolTip(actions["capture"].toolTip())
        capture.clicked.connect(actions["capture"].trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 12, 7)
        row.setSpacing(8)
        for part in (self.camera, self.resolution, self.mirror):
            row.addWidget(part)
        row.addStretch()
        row.addWidget(self.rate)
        row.addWidget(tool_button(actions["freeze"]))
        row.addWidget(capture)
        self.camera.activated.connect(self._on_camera)
        self.resolution.activated.connect(self._on_changed)
        self.mirror.toggled.connect(self._on_changed)

    def source(self) -> FrameSource:
        """Return what is chosen: a camera, or the video file that was given."""
        place = self.camera.currentData()
        chosen = self._video if place is None and self._video else int(place or 0)
        name = self.camera.currentText()
        if name == _no_camera().name:
            name = number_name(0)
        size, mirrored = self.resolution.currentData(), self.mirror.isChecked()
        return FrameSource(chosen, size, mirrored, name)

    def use_video(self, path: Path | None) -> None:
        """Take frames from a video file, or from the first camera again."""
        self._video = path
        self.camera.choose_video(path is not None)
        self.source_chosen.emit(self.source())

    def showEvent(self, event: QShowEvent) -> None:
        """Look which cameras are there."""
        super().showEvent(event)
        self.camera.refresh()

    def show_rate(self, frames_per_second: float) -> None:
        """Tell how many frames a second are shown, no more often than can be read."""
        if frames_per_second and time.monotonic() < self._rate_told_s + RATE_EVERY_S:
            return
        self._rate_told_s = time.monotonic()
        text = translate("LiveBar", "{rate} frames/s").format(rate=number(frames_per_second))
        self.rate.setText(text if frames_per_second else "")

    def _on_camera(self) -> None:
        if self.camera.currentData() is None:
            self.video_wanted.emit()
        else:
            self._video = None
            self._on_changed()

    def _on_changed(self) -> None:
        self.source_chosen.emit(self.source())
