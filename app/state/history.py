"""Undo and redo of what the user did to photos and faces."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.state.photo import FaceResult, PhotoItem
from app.state.session import Session
from app.state.volumes import VolumeStore

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
        if photo and not self._stepping:
            self.stack.push(_FacesEdit(words, self._session, self._volumes, photo, before))

    def _on_taken_off(self, photo: PhotoItem, place: int) -> None:
        if not self._stepping:
            self.stack.push(_Removal(self._session, photo, place))


class _Done(QUndoCommand):
    """A step that was done already when it is put on the stack."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self._fresh = True

    def redo(self) -> None:
        """Do the step again, but not when it is pushed."""
        if not self._fresh:
            self.again()
        self._fresh = False

    def again(self) -> None:
        """Do the step again."""
        raise NotImplementedError


class _FacesEdit(_Done):
    """Other faces of a photo; void if they changed since in a way that is not on the stack."""

    def __init__(
        self,
        words: str,
        session: Session,
        volumes: VolumeStore,
        photo: PhotoItem,
        before: Faces,
    ) -> None:
        super().__init__(words)
        self._session, self._volumes, self._key = session, volumes, photo.key
        self._before, self._after = before, photo.faces
        self._selected = photo.selected_face

    def undo(self) -> None:
        """Put the faces back."""
        self._swap(self._after, self._before)

    def again(self) -> None:
        """Put the newer faces back."""
        self._swap(self._before, self._after)

    def _swap(self, old: Faces, new: Faces) -> None:
        photo = self._session.photo(self._key)
        if photo is None or list(map(id, photo.faces)) != list(map(id, old)):
            self.setObsolete(True)
            return
        # Of other landmarks another volume is made when it is wanted.
        if [id(face.landmarks) for face in old] != [id(face.landmarks) for face in new]:
            self._volumes.drop(self._key)
        self._session.replace_faces(self._key, new, self._selected)


class _Removal(_Done):
    """A photo taken off the list."""

    def __init__(self, session: Session, photo: PhotoItem, place: int) -> None:
        super().__init__(f"Remove {photo.name}")
        self._session, self._photo, self._place = session, photo, place

    def undo(self) -> None:
        """Put the photo back."""
        self._session.restore(self._photo, self._place)

    def again(self) -> None:
        """Take the photo off again."""
        self._session.remove(self._photo.key)
