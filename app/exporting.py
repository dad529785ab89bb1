"""Meshes exported for other programs: the dialog, its preview, and the files."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.adjusting import Adjusting
from app.core_texts import translate_stage
from app.dialogs.export import ExportDialog
from app.failures import Failure
from app.jobs.exports import ExportJobs
from app.jobs.finishing import Facts, Subject
from app.jobs.process import Workplace
from app.saving import face_stem
from app.settings import Settings
from app.state.export_choice import FORMATS, ExportChoice, Scope, decode, encode
from app.state.photo import PhotoItem
from app.state.session import Session
from app.translation import Counts, translate
from app.views.main_window import MainWindow
from app.workflow import Workflow
from vrn_core.meshing.names import written_names
from vrn_core.types import ByteArray

Place = tuple[int, int]
"""Key of a photo and index of a face in it."""


class Exporting(QObject):
    """Asks how, shows it, and writes one face after the other; one export at a time."""

    activity_changed = Signal(str, object)
    """What is going on in words, and how far it is in [0, 1]."""
    ended = Signal()
    """Nothing is going on any more, whatever came of it."""
    failed = Signal(object)
    """The failure; no file was written."""

    def __init__(
        self,
        session: Session,
        workflow: Workflow,
        adjusting: Adjusting,
        process: Workplace,
        window: MainWindow,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._workflow, self._adjusting = session, workflow, adjusting
        self._window, self._settings = window, settings
        self._jobs = ExportJobs(process, self)
        self.dialog: ExportDialog | None = None
        self._last: Subject | None = None
        self._looked_at: Place | None = None
        self._choice = ExportChoice()
        self._queue: list[tuple[Place, str]] = []
        self._total = 0
        self._folder, self._staging = Path(), Path()
        self._busy = self._staged = False
        self._recovering: int | None = None
        self._refused = 0
        self._jobs.progress.connect(self._on_progress)
        self._jobs.not_made.connect(self._on_not_made)
        self._jobs.made.connect(self._on_made)
        self._jobs.drawn.connect(self._on_drawn)
        workflow.volumes_ready.connect(self._on_volumes_ready)

    @property
    def busy(self) -> bool:
        """Whether files are being written."""
        return self._busy

    def ask(self, scope: Scope = Scope.FACE) -> None:
        """Open the dialog for the selected face."""
        photo = self._session.selected
        if photo is None or photo.face is None or self.dialog is not None:
            return
        if self._busy:
            text = translate(
                "Export", "Meshes are being exported already. Wait a moment, or press Esc to stop."
            )
            self._window.status.tell(text, "warning")
            return
        self._window.mesh.controls.settle()
        choice = last_choice(self._settings)
        folder = self._settings.export_folder or QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        places = self._places(photo)
        names = {scope: [name for _, name in named] for scope, named in places.items()}
        self.dialog = ExportDialog(choice, choice, folder, names, scope, self._window)
        self._looked_at, self._recovering = (photo.key, photo.selected_face), None
        self.dialog.choice_rested.connect(self._on_choice)
        self.dialog.looked.connect(self._jobs.look_from)
        self.dialog.finished.connect(partial(self._on_answer, places))
        self.dialog.open()

    def quick(self) -> None:
        """Write the selected face as the last time, without a question."""
        photo = self._session.selected
        if photo is None or photo.face is None or self._busy or self.dialog is not None:
            return
        if not self._settings.export_choice or not self._settings.export_folder:
            self.ask()
            return
        self._window.mesh.controls.settle()
        place = (photo.key, photo.selected_face)
        choice, folder = last_choice(self._settings), Path(self._settings.export_folder)
        name = _free_name(face_stem(photo, photo.selected_face), folder, choice.formats)
        self._adjusting.when_settled(partial(self._start, choice, folder, [(place, name)]))

    def cancel(self) -> None:
        """Stop; no file is left."""
        if self._busy:
            self._jobs.cancel(self._staging if self._staged else None)
            self._end()
            text = translate("Export", "The export was stopped; no file was written")
            self._window.status.tell(text, "warning")

    def shut_down(self) -> bool:
        """End all work; return whether it ended in time."""
        if self._busy:
            self._jobs.cancel(self._staging if self._staged else None)
        self._busy = False
        self._close_dialog()
        return self._jobs.shut_down()

    def _places(self, photo: PhotoItem) -> dict[Scope, list[tuple[Place, str]]]:
        """Return the faces of each scope, each with a name of its own."""
        this = (photo.key, photo.selected_face)
        of_photo = _named([photo])
        places = {Scope.FACE: [(this, face_stem(photo, photo.selected_face))]}
        if len(of_photo) > 1:
            places[Scope.PHOTO] = of_photo
        of_list = _named(self._session.photos())
        if len(of_list) > len(of_photo):
            places[Scope.LIST] = of_list
        return places

    def _on_choice(self, choice: ExportChoice) -> None:
        self._adjusting.when_settled(partial(self._look_at, choice))

    def _look_at(self, choice: ExportChoice) -> None:
        """Show the face, after its volume was made again if it was dropped."""
        self._choice = choice
        if self.dialog is None or self._looked_at is None:
            return
        key, index = self._looked_at
        photo = self._session.photo(key)
        if photo is not None and index < len(photo.faces) and self._can_recover(photo, index):
            self._recovering = key
            self._workflow.recover(key)
            return
        subject = self._subject(self._looked_at)
        if subject is not None:
            self._jobs.look_at(subject, choice)
            self.dialog.look()

    def _on_made(self, facts: Facts) -> None:
        if self.dialog is not None:
            self.dialog.show_facts(facts)

    def _on_drawn(self, pixels: ByteArray) -> None:
        if self.dialog is not None:
            self.dialog.show_picture(pixels)

    def _on_not_made(self, failure: Failure) -> None:
        if self.dialog is not None:
            self.dialog.show_failure(failure)

    def _on_answer(self, places: dict[Scope, list[tuple[Place, str]]], answer: int) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        accepted = answer == ExportDialog.DialogCode.Accepted
        choice, scope, folder = dialog.choice(), dialog.scope(), dialog.folder()
        name = dialog.name()
        self._close_dialog()
        if not accepted:
            self._jobs.look_away()
            return
        self._settings.export_choice = encode(choice)
        self._settings.export_folder = folder
        self._settings.export_format = choice.formats[0]
        queue = places[scope]
        if scope is Scope.FACE:
            queue = [(queue[0][0], name)]
        self._adjusting.when_settled(partial(self._start, choice, Path(folder), queue))

    def _start(self, choice: ExportChoice, folder: Path, queue: list[tuple[Place, str]]) -> None:
        self._busy, self._staged, self._refused = True, False, 0
        self._recovering = None
        self._choice, self._folder = choice, folder
        self._queue, self._total = list(queue), len(queue)
        self.activity_changed.emit(self._words(), 0.0)
        self._jobs.begin(folder, self._on_staged, self._on_failed)

    def _on_staged(self, staging: Path) -> None:
        self._staging, self._staged = staging, True
        self._next()

    def _next(self) -> None:
        """Write the next face, after its volume was made again if it was dropped."""
        while self._queue:
            place, name = self._queue[0]
            photo = self._session.photo(place[0])
            if photo is None or place[1] >= len(photo.faces):
                # The user took it off meanwhile.
                del self._queue[0]
                self._total -= 1
                continue
            if self._can_recover(photo, place[1]):
                self._recovering = place[0]
                self._workflow.recover(place[0])
                return
            self._write(place, name)
            return
        if self._total:
            self._jobs.place(self._staging, self._folder, self._on_placed, self._on_failed)
        else:
            self.cancel()

    def _can_recover(self, photo: PhotoItem, index: int) -> bool:
        known = photo.faces[index].volume or self._workflow.volumes.get(photo.key, index)
        return known is None and not photo.missing and self._recovering != photo.key

    def _on_volumes_ready(self, key: int, _: Failure | None) -> None:
        if self._recovering != key:
            return
        # Without its volume the mesh is taken as it is shown.
        if self._busy and self._queue:
            self._write(*self._queue[0])
        elif self.dialog is not None:
            self._look_at(self._choice)

    def _write(self, place: Place, name: str) -> None:
        subject = self._subject(place)
        if subject is None:
            # The user took it off while its volume was made again.
            del self._queue[0]
            self._total -= 1
            self._next()
            return
        self._jobs.write(
            subject, self._choice, self._staging, name, self._on_written, self._on_failed
        )

    def _on_written(self, facts: Facts) -> None:
        self._recovering = None
        self._refused += bool(facts.refusal)
        del self._queue[0]
        self._next()

    def _on_placed(self, files: list[Path]) -> None:
        self._end()
        told = [Counts.tr("Exported %n mesh(es)", "", self._total)]
        if self._total == 1:
            main = next(file for file in files if file.suffix[1:] in FORMATS)
            told = [translate("Export", "Exported {name}").format(name=main.name)]
        if self._refused:
            told.append(Counts.tr("%n of them as reconstructed, without quads", "", self._refused))
        link = translate("Export", "Open Folder")
        follow = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(self._folder)))
        self._window.status.tell(": ".join(told), "done", link, follow)

    def _on_failed(self, failure: Failure) -> None:
        self._jobs.cancel(self._staging if self._staged else None)
        self._end()
        self._window.status.tell(failure.text, "warning")
        self.failed.emit(failure)

    def _on_progress(self, fraction: float, stage: str) -> None:
        if self._busy and self._total:
            done = (self._total - len(self._queue) + fraction) / self._total
            self.activity_changed.emit(f"{self._words()} {translate_stage(stage)}…", done)

    def _words(self) -> str:
        if self._total < 2:
            return translate("Export", "Exporting:")
        words = translate("Export", "Exporting {number} of {count}:")
        number = self._total - len(self._queue) + 1
        return words.format(number=min(number, self._total), count=self._total)

    def _end(self) -> None:
        self._busy = self._staged = False
        self._recovering = None
        self._queue = []
        self._jobs.look_away()
        self.ended.emit()

    def _subject(self, place: Place) -> Subject | None:
        key, index = place
        photo = self._session.photo(key)
        if photo is None or index >= len(photo.faces):
            return None
        face = photo.faces[index]
        volume = face.volume or self._workflow.volumes.get(key, index)
        source = photo.pixels if photo.pixels is not None else photo.path
        photos = photo.blended or (() if source is None else ((source, None),))
        last = self._last
        # What was looked at last is there already when it is written.
        if last is None or last.face.mesh is not face.mesh or last.face.volume is not volume:
            number = 0 if last is None else last.number + 1
            self._last = last = Subject(replace(face, volume=volume), photos, number)
        return last

    def _close_dialog(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.blockSignals(True)
            dialog.close()
            dialog.deleteLater()


def last_choice(settings: Settings) -> ExportChoice:
    """Return the choice that was kept, in the format of the preferences if there is none."""
    if settings.export_choice:
        choice = decode(settings.export_choice)
        if settings.export_format in (*choice.formats, "") or settings.export_format not in FORMATS:
            return choice
        # It was changed in the preferences after that.
        return replace(choice, formats=(settings.export_format,)).possible()
    format = settings.export_format if settings.export_format in FORMATS else FORMATS[0]
    return ExportChoice(formats=(format,)).possible()


def _named(photos: list[PhotoItem]) -> list[tuple[Place, str]]:
    """Return the faces of photos with names of which none is there twice."""
    taken: set[str] = set()
    named: list[tuple[Place, str]] = []
    for photo in photos:
        for index in range(len(photo.faces)):
            stem = face_stem(photo, index)
            tries = (stem, *(f"{stem}-{count}" for count in range(2, len(taken) + 3)))
            name = next(one for one in tries if one.lower() not in taken)
            taken.add(name.lower())
            named.append(((photo.key, index), name))
    return named


def _free_name(stem: str, folder: Path, formats: tuple[str, ...]) -> str:
    """Return a name under which nothing is there yet, as nobody is asked."""
    count = 1
    name = stem
    while any((folder / file).exists() for one in formats for file in written_names(name, one)):
        count += 1
        name = f"{stem}-{count}"
    return name
