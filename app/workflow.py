"""What happens to a photo between its arrival and its mesh: the session and the jobs joined."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.core_texts import translate_stage
from app.failures import Failure
from app.jobs.inference import Inference
from app.jobs.making import Outcome
from app.jobs.pictures import (
    THUMBNAIL_SIDE,
    Picture,
    picture_of,
    pixels_of,
    read_picture,
)
from app.jobs.pool import TaskRunner
from app.state.correction import Correction, Known
from app.state.incoming import Incoming
from app.state.photo import PhotoItem, PhotoState
from app.state.session import Session
from app.state.sources import expand_photos
from app.state.volumes import VolumeStore
from app.translation import Counts, translate

KEPT_PICTURES = 6
"""Photos kept decoded, 12 MB each and more; the others are read again when looked at."""


class Workflow(QObject):
    """Sends photos to the jobs and their results to the session."""

    picture_ready = Signal(int)
    """The picture of a photo can be shown."""
    activity_changed = Signal(str, object)
    """What is going on in words, and how far it is in [0, 1], None when nothing is."""
    volumes_ready = Signal(int, object)
    """The volumes of a photo were made again, or the failure that kept them from it."""
    corrected = Signal(int, int, object)
    """Key of a photo, index of a face that was made again, and the settings of its surface."""
    not_corrected = Signal(object)
    """The failure; the faces stay as they are."""
    nothing_found = Signal(str)
    """What was brought holds no photo: what to tell the user."""

    def __init__(
        self, session: Session, inference: Inference, runner: TaskRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.volumes = VolumeStore()
        self._session, self._inference, self._runner = session, inference, runner
        self._jobs: dict[int, int] = {}
        self._batch: set[int] = set()
        self._pictures: OrderedDict[int, QImage] = OrderedDict()
        self._reading: set[int] = set()
        self._recovering: set[int] = set()
        self._corrections: dict[int, Correction] = {}
        self._newer: dict[int, Correction] = {}
        self._pasted = 0
        session.photo_added.connect(self._on_photo_added)
        session.photo_removed.connect(self._on_photo_removed)
        session.photo_found.connect(self._on_photo_found)
        session.selection_changed.connect(self._on_selection_changed)
        inference.started.connect(partial(self._on_progress, fraction=0.0, stage="starting"))
        inference.progress.connect(self._on_progress)
        inference.finished.connect(self._on_finished)
        inference.failed.connect(self._on_failed)
        inference.cancelled.connect(self._on_cancelled)

    def add_paths(self, paths: Iterable[Path]) -> None:
        """Add photos and folders of photos."""
        found = expand_photos(paths)
        if found:
            self._session.add_paths(found)
        else:
            self.nothing_found.emit(
                translate("Workflow", "There is no photo in this folder. Try one with JPEG or PNG.")
            )

    def add_incoming(self, brought: Incoming) -> None:
        """Add what was dropped or pasted."""
        if brought.paths:
            self.add_paths(brought.paths)
        elif brought.image is not None:
            self._pasted += 1
            name = translate("Workflow", "Pasted image")
            if self._pasted > 1:
                name = f"{name} {self._pasted}"
            self._runner.submit(
                partial(pixels_of, brought.image),
                partial(self._session.add_pixels, name),
                urgent=True,
            )

    def retry(self, key: int) -> None:
        """Reconstruct a photo again."""
        if key not in self._jobs and self._session.photo(key):
            self._session.set_waiting(key)
            self._submit(key, first=True)

    def recover(self, key: int) -> None:
        """Make the volumes of a photo again; its faces stay as they are."""
        photo = self._session.photo(key)
        if key not in self._jobs and photo and photo.faces:
            self._recovering.add(key)
            # Not looked for again: the user may have corrected them.
            self._submit(key, first=True, known=[face.landmarks for face in photo.faces])

    def correct(self, key: int, correction: Correction) -> None:
        """Make one face of a photo as the user says, or add it; the others stay."""
        if key in self._corrections:
            self._newer[key] = correction
            self._inference.cancel(self._jobs[key])
        elif key not in self._jobs and self._session.photo(key):
            self._corrections[key] = correction
            self._submit(key, first=True, known=[correction.known])

    def cancel_all(self) -> None:
        """Stop all work."""
        self._inference.cancel_all()

    @property
    def resting(self) -> bool:
        """Whether nothing is worked on, though photos wait."""
        return self._inference.paused and self._current() is None

    def progress(self) -> tuple[float, int]:
        """Return how many photos are done, with a part of the one in work, and of how many."""
        current = self._current()
        done = len(self._batch) - len(self._jobs) + (current.fraction if current else 0.0)
        return done, len(self._batch)

    def picture(self, key: int) -> QImage | None:
        """Return the picture of a photo; if it is not there it is read, and told when ready."""
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        photo = self._session.photo(key)
        if photo and key not in self._reading:
            self._reading.add(key)
            work = (
                partial(picture_of, photo.pixels)
                if photo.pixels is not None
                else partial(read_picture, photo.path or Path())
            )
            self._runner.submit(
                work,
                partial(self._on_picture, key),
                # A photo that cannot be read is the inference job's to tell.
                partial(self._on_no_picture, key),
                urgent=True,
            )
        return None

    def _submit(self, key: int, *, first: bool = False, known: Sequence[Known] = ()) -> None:
        photo = self._session.photo(key)
        if photo is None:
            return
        source = photo.pixels if photo.pixels is not None else photo.path
        if source is None:
            return
        if not self._jobs:
            self._batch.clear()
        self._batch.add(key)
        self._jobs[key] = self._inference.submit(source, first=first, known=known)
        self.tell_activity()

    def _key_of(self, job: int) -> int | None:
        return next((key for key, number in self._jobs.items() if number == job), None)

    def _on_photo_added(self, key: int) -> None:
        photo = self._session.photo(key)
        if photo and photo.path:
            self._read_thumbnail(key, photo.path)
        if photo and photo.state is PhotoState.WAITING:
            self._submit(key)

    def _on_photo_found(self, key: int) -> None:
        photo = self._session.photo(key)
        self._reading.discard(key)
        if photo and photo.path:
            self._read_thumbnail(key, photo.path)
        if photo and photo.state is PhotoState.FAILED:
            self.retry(key)

    def _read_thumbnail(self, key: int, path: Path) -> None:
        self._runner.submit(
            partial(read_picture, path, 2 * THUMBNAIL_SIDE), partial(self._on_thumbnail, key)
        )

    def _on_photo_removed(self, key: int) -> None:
        self._pictures.pop(key, None)
        self.volumes.drop(key)
        job = self._jobs.get(key)
        if job is not None:
            self._inference.cancel(job)

    def _on_selection_changed(self, key: int) -> None:
        if key in self._jobs:
            self._inference.hurry(self._jobs[key])

    def _on_thumbnail(self, key: int, picture: Picture) -> None:
        self._session.set_thumbnail(key, picture.thumbnail, picture.size)

    def _on_picture(self, key: int, picture: Picture) -> None:
        self._reading.discard(key)
        if self._session.photo(key) is None:
            return
        self._pictures[key] = picture.image
        while len(self._pictures) > KEPT_PICTURES:
            self._pictures.popitem(last=False)
        self._session.set_thumbnail(key, picture.thumbnail, picture.size)
        self.picture_ready.emit(key)

    def _on_no_picture(self, key: int, failure: object) -> None:
        # The key stays among those being read, so that it is not tried again and again.
        self.picture_ready.emit(key)

    def _on_progress(self, job: int, fraction: float, stage: str) -> None:
        key = self._key_of(job)
        if key is not None:
            self._session.set_progress(key, fraction, translate_stage(stage))
            self.tell_activity()

    def _on_finished(self, job: int, outcome: Outcome) -> None:
        key = self._end(job)
        photo = self._session.photo(key) if key is not None else None
        if photo is None or key is None:
            return
        height, width = outcome.photo.shape[:2]
        if photo.size != (width, height):
            # Qt could not read the file, or read it otherwise: show what the core saw.
            self._reading.add(key)
            self._runner.submit(
                partial(picture_of, outcome.photo), partial(self._on_picture, key), urgent=True
            )
        if key in self._corrections:
            self._end_correction(key, outcome)
        elif key in self._recovering:
            self.volumes.keep(key, outcome.volumes)
            self._end_recovery(key, None)
        else:
            self.volumes.keep(key, outcome.volumes)
            self._session.set_done(key, outcome.faces)
        self.tell_activity()

    def _on_failed(self, job: int, failure: Failure) -> None:
        key = self._end(job)
        if key in self._corrections:
            self._end_correction(key, failure)
        elif key in self._recovering:
            self._end_recovery(key, failure)
        elif key is not None:
            self._session.set_failed(key, failure)
        self.tell_activity()

    def _on_cancelled(self, job: int) -> None:
        key = self._end(job)
        if key is not None:
            self._batch.discard(key)
        if key in self._corrections:
            self._end_correction(key, _stopped())
        elif key in self._recovering:
            self._end_recovery(key, _stopped())
        elif key is not None:
            self._session.set_cancelled(key)
        self.tell_activity()

    def _end_correction(self, key: int, end: Outcome | Failure) -> None:
        correction = self._corrections.pop(key)
        newer = self._newer.pop(key, None)
        photo = self._session.photo(key)
        if photo is None:
            return
        if newer is not None:
            self.correct(key, newer)
        elif correction.index is not None and correction.index >= len(photo.faces):
            # The face was taken away meanwhile.
            self._session.set_ready(key)
        elif isinstance(end, Outcome):
            (face,), (volume,) = end.faces, end.volumes
            index = len(photo.faces) if correction.index is None else correction.index
            self.volumes.put(key, index, volume)
            if correction.index is None:
                self._session.add_face(key, face, correction.words)
            else:
                settings = photo.faces[index].settings
                self._session.set_face(key, index, face, correction.words)
                self._session.set_ready(key)
                self.corrected.emit(key, index, settings)
        elif photo.faces:
            self._session.set_ready(key)
            self.not_corrected.emit(end)
        else:
            self._session.set_failed(key, end)

    def _end_recovery(self, key: int, failure: Failure | None) -> None:
        self._recovering.discard(key)
        self._session.set_ready(key)
        self.volumes_ready.emit(key, failure)

    def _end(self, job: int) -> int | None:
        key = self._key_of(job)
        if key is not None:
            del self._jobs[key]
        return key

    def tell_activity(self) -> None:
        """Tell what is going on."""
        if not self._jobs:
            self.activity_changed.emit(self._summary(), None)
            return
        current = self._current()
        ended = len(self._batch) - len(self._jobs)
        done, total = self.progress()
        words = translate("Workflow", "Getting ready…")
        if current and current.stage:
            words = f"{current.stage}…"
        if total > 1:
            words = translate("Workflow", "Photo {number} of {total}: {words}").format(
                number=ended + 1, total=total, words=words
            )
        if self.resting:
            words = Counts.tr("Paused: {done} of %n photo(s) done", "", total).format(done=ended)
        self.activity_changed.emit(words, done / max(total, 1))

    def _current(self) -> PhotoItem | None:
        """Return the photo in work."""
        photos = (self._session.photo(key) for key in self._jobs)
        return next((p for p in photos if p and p.state is PhotoState.WORKING), None)

    def _summary(self) -> str:
        photos = self._session.photos()
        faces = sum(len(photo.faces) for photo in photos)
        failed = self._session.counts()[PhotoState.FAILED]
        parts = [
            Counts.tr("%n photo(s)", "", len(photos)),
            Counts.tr("%n face(s)", "", faces),
            *([Counts.tr("%n without a mesh", "", failed)] if failed else []),
        ]
        return "  ·  ".join(parts) if photos else translate("Workflow", "Ready")


def _stopped() -> Failure:
    return Failure(
        translate("Workflow", "The mesh was not changed"),
        translate("Workflow", "The work was stopped before the mesh was made anew."),
        "",
    )
