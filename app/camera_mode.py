"""The window while it looks through a camera: frames instead of photos, and those captured."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.dialogs.files import ask_video
from app.failures import Failure
from app.jobs.pictures import image_of
from app.live import Live, LiveView
from app.projects import Projects
from app.settings import Settings
from app.state.frames import FrameSource
from app.state.session import NOTHING, Session
from app.translation import translate
from app.views.actions import Actions
from app.views.main_window import MainWindow


class CameraMode(QObject):
    """Joins the live preview, the views and the list of photos."""

    left_without_photo = Signal()
    """The camera is off, and there is no photo to show instead."""

    def __init__(
        self,
        live: Live,
        session: Session,
        projects: Projects,
        window: MainWindow,
        actions: Actions,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._live, self._session, self._projects = live, session, projects
        self._window, self._actions, self._settings = window, actions, settings
        self._captured = 0
        live.shown.connect(self._on_shown)
        live.failed.connect(self._on_failed)
        live.ended.connect(lambda: window.status.tell(translate("CameraMode", "The video is over")))
        window.photo.live.source_chosen.connect(self._on_source)
        window.photo.live.video_wanted.connect(self._on_video)
        session.selection_changed.connect(self._on_selection)
        actions["camera"].toggled.connect(self._on_toggled)
        actions["freeze"].toggled.connect(live.freeze)
        actions["capture"].triggered.connect(self._on_capture)
        actions["video"].triggered.connect(self._on_video)

    def _on_toggled(self, on: bool) -> None:
        bar = self._window.photo.live
        bar.setVisible(on)
        for name in ("freeze", "capture"):
            self._actions[name].setEnabled(on)
        if on:
            self._session.select(NOTHING)
            self._live.start(bar.source())
        else:
            self._live.stop()
            self._actions["freeze"].setChecked(False)
            photos = self._session.photos()
            if photos and self._session.selected is None:
                self._session.select(photos[-1].key)
            elif not photos:
                self.left_without_photo.emit()

    def _on_selection(self, key: int) -> None:
        if key != NOTHING:
            self._actions["camera"].setChecked(False)

    def _on_shown(self, view: LiveView) -> None:
        image = image_of(view.frame.image)
        name = self._window.photo.live.source().name
        self._window.photo.show_frame(image, name, view.frames_per_second)
        mesh = view.face.mesh_upright if view.face else None
        self._window.mesh.show_live(mesh, view.face.sharpness if view.face else 0.0)

    def _on_failed(self, failure: Failure) -> None:
        self._actions["camera"].setChecked(False)
        self._window.status.tell(f"{failure.title}: {failure.text}", "warning")

    def _on_source(self, source: FrameSource) -> None:
        if self._actions["camera"].isChecked():
            self._live.start(source)

    def _on_video(self) -> None:
        path = ask_video(self._window, self._settings)
        if path or self._actions["camera"].isChecked():
            self._window.photo.live.use_video(path)
            self._actions["camera"].setChecked(True)

    def _on_capture(self) -> None:
        view = self._live.last
        if view is not None:
            self._captured += 1
            name = translate("CameraMode", "Captured {number}").format(number=self._captured)
            self._session.add_pixels(name, view.frame.image, select=False)
            self._projects.note_edit()
