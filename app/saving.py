"""What is written for the user: meshes, pictures and videos of the selected face, or of all."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.adjusting import Adjusting
from app.dialogs.files import ask_mesh_file, ask_mesh_folder, ask_picture_file, ask_video_file
from app.failures import Failure
from app.jobs.exporting import save, save_all, save_picture
from app.jobs.pictures import image_of
from app.jobs.pool import TaskRunner
from app.settings import Settings
from app.state.photo import PhotoItem
from app.state.session import Session
from app.translation import Counts, translate
from app.turntable import Turntable
from app.views.main_window import MainWindow
from vrn_core.types import ByteArray


class Saving(QObject):
    """Asks for a place, writes there in the background, and tells how it ended."""

    failed = Signal(object)
    """The failure; nothing half-written is left."""

    def __init__(
        self,
        session: Session,
        adjusting: Adjusting,
        window: MainWindow,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._adjusting = session, adjusting
        self._window, self._settings = window, settings
        self.runner = TaskRunner(threads=1, parent=self)
        self.turntable = Turntable(window.mesh.view, self.runner, self)
        self.turntable.finished.connect(self._on_saved)
        self.turntable.failed.connect(self._on_failed)
        for other_mesh in (
            session.selection_changed,
            session.face_selected,
            session.face_changed,
        ):
            other_mesh.connect(self.stop_recording)

    def shut_down(self) -> bool:
        """Finish what is being written, but no video; return whether it ended in time."""
        self.turntable.cancel()
        return self.runner.shut_down(60_000, finish=True)

    def export(self) -> None:
        """Write the mesh of the selected face to a file that is asked for."""
        photo = self._session.selected
        if photo is None or photo.face is None:
            return
        index = photo.selected_face
        self._window.mesh.controls.settle()
        target = ask_mesh_file(self._window, self._settings, face_stem(photo, index))
        if target:
            text = translate("Saving", "Saving {name}…").format(name=target.name)
            self._window.status.tell(text, "info")
            self._adjusting.when_settled(partial(self._export, photo, index, target))

    def export_all(self) -> None:
        """Write the meshes of all faces to a folder that is asked for."""
        self._window.mesh.controls.settle()
        count = sum(len(photo.faces) for photo in self._session.photos())
        folder = ask_mesh_folder(self._window, self._settings) if count else None
        if folder:
            self._window.status.tell(Counts.tr("Saving %n mesh(es)…", "", count), "info")
            self._adjusting.when_settled(partial(self._export_all, folder))

    def save_picture(self) -> None:
        """Write what the 3-D view shows to a picture."""
        photo, pixels = self._session.selected, self._picture_shown()
        if photo is None or pixels is None:
            return
        stem = face_stem(photo, photo.selected_face)
        target = ask_picture_file(self._window, self._settings, stem)
        if target:
            work = partial(save_picture, pixels, target)
            self.runner.submit(work, self._on_saved, self._on_failed)

    def copy_picture(self) -> None:
        """Put what the 3-D view shows on the clipboard."""
        pixels = self._picture_shown()
        if pixels is not None:
            QGuiApplication.clipboard().setImage(image_of(pixels))
            self._window.status.tell(translate("Saving", "The picture was copied"))

    def save_video(self) -> None:
        """Write a video of the mesh going round."""
        photo = self._session.selected
        if photo is None or self.turntable.busy or self._picture_shown() is None:
            return
        stem = face_stem(photo, photo.selected_face)
        target = ask_video_file(self._window, self._settings, stem)
        if target:
            self.turntable.record(target)

    def stop_recording(self) -> None:
        """Give up the video that is being recorded."""
        if self.turntable.busy:
            self.turntable.cancel()
            text = translate("Saving", "The video was stopped; no file was written")
            self._window.status.tell(text, "warning")

    def _export(self, photo: PhotoItem, index: int, target: Path) -> None:
        if index < len(photo.faces):
            mesh = photo.faces[index].mesh_canonical
            self.runner.submit(partial(save, mesh, target), self._on_saved, self._on_failed)

    def _export_all(self, folder: Path) -> None:
        meshes = [
            (face_stem(photo, index), face.mesh_canonical)
            for photo in self._session.photos()
            for index, face in enumerate(photo.faces)
        ]
        work = partial(save_all, meshes, folder, self._settings.export_format)
        self.runner.submit(work, self._on_saved, self._on_failed)

    def _picture_shown(self) -> ByteArray | None:
        pixels: ByteArray | None = self._window.mesh.pair.picture()
        if pixels is None:
            text = translate("Saving", "The 3-D view is not there; there is no picture")
            self._window.status.tell(text, "warning")
        return pixels

    def _on_saved(self, written: Path | list[Path]) -> None:
        paths = written if isinstance(written, list) else [written]
        text = translate("Saving", "Saved {name}").format(name=paths[0].name)
        if len(paths) > 1:
            text = Counts.tr("Saved %n mesh(es)", "", len(paths))
        link = translate("Saving", "Show in Folder")
        folder = QUrl.fromLocalFile(str(paths[0].parent))
        follow = partial(QDesktopServices.openUrl, folder)
        self._window.status.tell(text, "done", link, follow)

    def _on_failed(self, failure: Failure) -> None:
        self._window.status.tell(failure.text, "warning")
        self.failed.emit(failure)


def face_stem(photo: PhotoItem, index: int) -> str:
    """Return the name for the file of a face's mesh, without suffix."""
    return photo.stem if len(photo.faces) == 1 else f"{photo.stem}-face{index + 1}"
