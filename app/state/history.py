"""Undo and redo of what the user did to photos and faces."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.state.photo import PhotoItem
from app.state.session import Session
from app.state.volumes import VolumeStore
from app.translation import translate
from vrn_core.project.contents import FaceResult

MOST = 100
"""Steps that are kept; each holds no more than the meshes that it replaced."""

Faces = tuple[FaceResult, ...]


class History(QObject):
    """Listens to the session and keeps the steps on a stack."""

    def __init__(self, session: Session, volumes: VolumeStore, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._volumes = session, volumes
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST)
        session.edited.connect(self._on_edited)
        session.taken_off.connect(self._on_taken_off)
        session.fused.connect(self._on_fused)
        self._stepping = False

    def undo(self) -> None:
        """Take the last step back."""
        self._step(self.stack.undo)

    def redo(self) -> None:
        """Do again what was taken back."""
        self._step(self.stack.redo)

    def _step(self, move: Callable[[], object]) -> None:
        self._stepping = True
        try:
            move()
        finally:
            self._stepping = False

    def _on_edited(self, words: str, key: int, before: Faces) -> None:
        photo = self._session.photo(key)
        if photo is None or self._stepping:
            return
        after, selected = photo.faces, photo.selected_face
        self.stack.push(
            _Step(
                translate("Steps", words),
                lambda: self._swap(key, after, before, selected),
                lambda: self._swap(key, before, after, selected),
            )
        )

    def _swap(self, key: int, old: Faces, new: Faces, selected: int) -> bool:
        """Give a photo other faces; return False if it has not the old ones any more."""
        photo = self._session.photo(key)
        if photo is None or list(map(id, photo.faces)) != list(map(id, old)):
            return False
        # Of other landmarks another volume is made when it is wanted.
        if [id(face.landmarks) for face in old] != [id(face.landmarks) for face in new]:
            self._volumes.drop(key)
        self._session.replace_faces(key, new, selected)
        return True

    def _on_taken_off(self, photo: PhotoItem, place: int) -> None:
        if not self._stepping:
            self.stack.push(
                _Step(
                    translate("Steps", "Remove {photo}").format(photo=photo.name),
                    lambda: self._session.restore(photo, place),
                    lambda: self._session.remove(photo.key),
                )
            )

    def _on_fused(self, photo: PhotoItem) -> None:
        place = self._session.photos().index(photo)
        self.stack.push(
            _Step(
                translate("Actions", "Fuse Photos"),
                lambda: self._session.remove(photo.key),
                lambda: self._session.restore(photo, place),
            )
        )


class _Step(QUndoCommand):
    """A step that was done already when it is put on the stack.

    It is void from then on if `back` or `again` return False.
    """

    def __init__(
        self, words: str, back: Callable[[], bool | None], again: Callable[[], bool | None]
    ) -> None:
        super().__init__(words)
        self._back, self._again, self._fresh = back, again, True

    def undo(self) -> None:
        """Take the step back."""
        self.setObsolete(self._back() is False)

    def redo(self) -> None:
        """Do the step again, but not when it is pushed."""
        if self._fresh:
            self._fresh = False
        else:
            self.setObsolete(self._again() is False)
