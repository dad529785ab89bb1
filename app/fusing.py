"""Photos of one person fused into one: what is marked in the list, the jobs and the questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core_texts import translate_stage
from app.dialogs.different_people import DifferentPeopleDialog
from app.failures import Failure
from app.jobs.fusing import FusingJobs
from app.jobs.fusion_work import Fused, Part
from app.jobs.process import Workplace
from app.marks import QT_TRANSLATE_NOOP
from app.state.photo import PhotoItem, PhotoState
from app.state.session import Session
from app.translation import Counts, translate
from app.views.main_window import MainWindow
from app.workflow import Workflow
from vrn_core.types import ByteArray

if TYPE_CHECKING:
    from vrn_core.inference.identity import SamePerson
    from vrn_core.meshing.kept import KeptVolume

MARK_MORE = QT_TRANSLATE_NOOP(
    "Fusing",
    "Mark two or more photos of one person in the list, with Ctrl or Shift, to fuse them.",
)


class Fusing(QObject):
    """Fuses the selected faces of the marked photos; one fusion at a time."""

    activity_changed = Signal(str, object)
    """What is going on in words, and how far it is in [0, 1]."""
    ended = Signal()
    """Nothing is going on any more, whatever came of it."""

    def __init__(
        self,
        session: Session,
        workflow: Workflow,
        process: Workplace,
        window: MainWindow,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._workflow, self._window = session, workflow, window
        self._jobs = FusingJobs(process, self)
        self._wanted: dict[int, int] = {}
        self._volumes: dict[int, KeptVolume] = {}
        self._parts: tuple[Part, ...] = ()
        self._busy = False
        self._dialog: DifferentPeopleDialog | None = None
        self._jobs.progress.connect(self._on_progress)
        self._jobs.compared.connect(self._on_compared)
        self._jobs.finished.connect(self._on_finished)
        self._jobs.failed.connect(self._on_failed)
        workflow.volumes_ready.connect(self._on_volumes_ready)
        session.photo_removed.connect(self._on_photo_removed)

    @property
    def busy(self) -> bool:
        """Whether photos are being fused."""
        return self._busy

    def fuse(self) -> None:
        """Fuse the selected faces of the marked photos."""
        keys = self._window.sources.chosen()
        photos = [photo for key in keys if (photo := self._session.photo(key))]
        refusal = translate("Fusing", MARK_MORE) if len(photos) < 2 else _obstacle(photos)
        if self._busy:
            refusal = translate(
                "Fusing", "Photos are being fused already. Wait a moment, or press Esc to stop."
            )
        if refusal:
            self._window.status.tell(refusal, "warning")
            return
        self._busy = True
        self._wanted = {photo.key: photo.selected_face for photo in photos}
        self._volumes = {}
        for key, index in self._wanted.items():
            volume = self._volume(key, index)
            if volume is not None:
                self._volumes[key] = volume
        missing = [key for key in self._wanted if key not in self._volumes]
        # Dropped in favor of later ones; this goes on when they are there again.
        for key in reversed(missing):
            self._workflow.recover(key)
        if not missing:
            self._compare()

    def cancel(self) -> None:
        """Stop; the list stays as it is."""
        if self._busy:
            self._jobs.cancel()
            self._end()

    def shut_down(self) -> bool:
        """End all work; return whether it ended in time."""
        self._wanted = {}
        self._close_dialog()
        return self._jobs.shut_down()

    def _volume(self, key: int, index: int) -> KeptVolume | None:
        photo = self._session.photo(key)
        if photo and photo.faces[index].fused_volume:
            return photo.faces[index].fused_volume
        return self._workflow.volumes.get(key, index)

    def _compare(self) -> None:
        parts = []
        for key, index in self._wanted.items():
            photo = self._session.photo(key)
            source = None if photo is None else _source(photo)
            if photo is None or source is None or index >= len(photo.faces):
                # The user changed it meanwhile.
                self._end()
                return
            parts.append(Part(photo.name, source, photo.faces[index], self._volumes[key]))
        self._on_progress(0.0, "comparing the faces")
        self._parts = tuple(parts)
        self._jobs.compare(self._parts)

    def _on_volumes_ready(self, key: int, failure: Failure | None) -> None:
        if key not in self._wanted or key in self._volumes:
            return
        volume = self._volume(key, self._wanted[key])
        if failure is not None or volume is None:
            if failure is not None:
                self._window.status.tell(failure.text, "warning")
            self._end()
            return
        self._volumes[key] = volume
        if len(self._volumes) == len(self._wanted):
            self._compare()

    def _on_photo_removed(self, key: int) -> None:
        if key in self._wanted and len(self._volumes) < len(self._wanted):
            self._end()

    def _on_progress(self, fraction: float, stage: str) -> None:
        if self._busy:
            self.activity_changed.emit(f"{translate_stage(stage)}…", fraction)

    def _on_compared(self, verdict: SamePerson) -> None:
        if verdict.same:
            self._jobs.fuse(self._parts)
            return
        one, other = (self._parts[n].name for n in verdict.least_alike)
        self._dialog = DifferentPeopleDialog(one, other, self._window)
        self._dialog.finished.connect(self._on_answer)
        self._dialog.open()

    def _on_answer(self, answer: int) -> None:
        self._close_dialog()
        if answer == DifferentPeopleDialog.DialogCode.Accepted:
            self._jobs.fuse(self._parts)
        else:
            self._end()

    def _on_finished(self, fused: Fused) -> None:
        count = len(self._wanted)
        self._end()
        name = self._free_name(Counts.tr("Fused (%n photo(s))", "", count))
        self._session.add_fused(name, fused.photo, fused.face, fused.blended)
        self._window.status.tell(Counts.tr("%n photo(s) were fused into one mesh", "", count))

    def _on_failed(self, failure: Failure) -> None:
        self._end()
        self._window.status.tell(failure.text, "warning")

    def _end(self) -> None:
        self._wanted, self._volumes, self._parts, self._busy = {}, {}, (), False
        self._close_dialog()
        self.ended.emit()

    def _close_dialog(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.blockSignals(True)
            dialog.close()
            dialog.deleteLater()

    def _free_name(self, name: str) -> str:
        taken = {photo.name for photo in self._session.photos()}
        names = [name, *(f"{name} {number}" for number in range(2, len(taken) + 3))]
        return next(free for free in names if free not in taken)


def _obstacle(photos: list[PhotoItem]) -> str:
    """Return what keeps photos from being fused and what to do, or nothing."""
    for photo in photos:
        if photo.state in (PhotoState.WAITING, PhotoState.WORKING):
            text = translate(
                "Fusing", "{photo} is still being worked on. Fuse the photos when it is ready."
            )
            return text.format(photo=photo.name)
        if photo.face is None:
            text = translate(
                "Fusing", "{photo} has no face. Draw a box round it, or leave the photo out."
            )
            return text.format(photo=photo.name)
    return ""


def _source(photo: PhotoItem) -> Path | ByteArray | None:
    return photo.pixels if photo.pixels is not None else photo.path
