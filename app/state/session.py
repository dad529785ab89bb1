"""The photos that are loaded and what is selected: the model behind every view."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.failures import Failure
from app.state.photo import PhotoItem, PhotoState
from vrn_core.project.contents import FaceResult
from vrn_core.types import ByteArray

if TYPE_CHECKING:
    from vrn_core.pose import Similarity

NOTHING = -1
"""The key that stands for no photo in signals."""


class Session(QObject):
    """An ordered list of photos, one of them and one of its faces selected."""

    photo_added = Signal(int)
    photo_removed = Signal(int)
    photo_changed = Signal(int)
    """State, progress, thumbnail or results of a photo are new."""
    selection_changed = Signal(int)
    """The key of the photo that is now selected, or NOTHING."""
    faces_changed = Signal(int)
    """The faces found in a photo are new."""
    face_selected = Signal(int, int)
    """Key of the photo and index of the face."""
    face_changed = Signal(int, int)
    """A face, by key of the photo and index, has another mesh."""
    edited = Signal(str, int, object)
    """The user changed the faces of a photo: in words marked for translation, its key, and the
    faces before."""
    taken_off = Signal(object, int)
    """The user took a photo off the list: the photo and its place."""
    photo_found = Signal(int)
    """A photo that was missing has its file again."""
    fused = Signal(object)
    """The user had photos of one person fused into a new one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photos: dict[int, PhotoItem] = {}
        self._selected = NOTHING
        self._next_key = 1

    def __len__(self) -> int:
        return len(self._photos)

    def photos(self) -> list[PhotoItem]:
        """Return the photos in the order of the list."""
        return list(self._photos.values())

    def photo(self, key: int) -> PhotoItem | None:
        """Return the photo of a key, or None if it was removed."""
        return self._photos.get(key)

    @property
    def selected(self) -> PhotoItem | None:
        """The selected photo."""
        return self._photos.get(self._selected)

    def counts(self) -> dict[PhotoState, int]:
        """Return how many photos are in each state."""
        states = [photo.state for photo in self._photos.values()]
        return {state: states.count(state) for state in PhotoState}

    def add_paths(self, paths: Iterable[Path]) -> list[int]:
        """Add photo files that are not in the list yet; select the first that was named."""
        known = {photo.path: key for key, photo in self._photos.items() if photo.path}
        keys, named = [], []
        for path in paths:
            resolved = path.absolute()
            if resolved not in known:
                known[resolved] = self._add(PhotoItem(self._next_key, path.name, path=resolved))
                keys.append(known[resolved])
            named.append(known[resolved])
        if named:
            self.select(named[0])
        return keys

    def add_pixels(self, name: str, pixels: ByteArray, *, select: bool = True) -> int:
        """Add an image (H, W, 3) RGB that has no file, and select it."""
        key = self._add(PhotoItem(self._next_key, name, pixels=pixels))
        if select:
            self.select(key)
        return key

    def add_fused(
        self,
        name: str,
        pixels: ByteArray,
        face: FaceResult,
        blended: tuple[tuple[Path | ByteArray, Similarity | None], ...] = (),
    ) -> int:
        """Add what several photos were fused into, over the most frontal one; select it."""
        photo = PhotoItem(self._next_key, name, pixels=pixels, state=PhotoState.DONE)
        photo.faces, photo.blended = (face,), blended
        key = self._add(photo)
        self.select(key)
        self.fused.emit(photo)
        return key

    def remove(self, key: int) -> None:
        """Take a photo off the list; its neighbor is selected if it was."""
        if key not in self._photos:
            return
        keys = list(self._photos)
        place = keys.index(key)
        neighbors = keys[place + 1 : place + 2] or keys[max(place - 1, 0) : place]
        photo = self._photos.pop(key)
        self.photo_removed.emit(key)
        self.taken_off.emit(photo, place)
        if key == self._selected:
            self._selected = neighbors[0] if neighbors else NOTHING
            self.selection_changed.emit(self._selected)

    def clear(self) -> None:
        """Take all photos off the list, for good."""
        keys = list(self._photos)
        self.select(NOTHING)
        # From the last on, so that no row below has to move up.
        for key in reversed(keys):
            del self._photos[key]
            self.photo_removed.emit(key)

    def adopt(self, photo: PhotoItem) -> int:
        """Add a photo that comes with its faces, under a key of this session."""
        photo.key = self._next_key
        return self._add(photo)

    def relocate(self, key: int, path: Path) -> None:
        """Note where the file of a missing photo is."""
        photo = self._photos.get(key)
        if photo:
            photo.path, photo.missing = path, False
            self.photo_changed.emit(key)
            self.photo_found.emit(key)

    def restore(self, photo: PhotoItem, place: int) -> None:
        """Put a photo that was taken off back to its place, and select it."""
        if photo.state is PhotoState.WORKING:
            photo.state = PhotoState.WAITING
        photos = list(self._photos.items())
        photos.insert(place, (photo.key, photo))
        self._photos = dict(photos)
        self.photo_added.emit(photo.key)
        self.select(photo.key)

    def select(self, key: int) -> None:
        """Select a photo, or none by NOTHING."""
        if key != NOTHING and key not in self._photos:
            return
        if key != self._selected:
            self._selected = key
            self.selection_changed.emit(key)

    def step_photo(self, step: int) -> None:
        """Select the photo `step` places further down the list, if there is one."""
        keys = list(self._photos)
        if self._selected in keys:
            place = keys.index(self._selected) + step
            if 0 <= place < len(keys):
                self.select(keys[place])

    def select_face(self, index: int) -> None:
        """Select a face of the selected photo."""
        photo = self.selected
        if photo and 0 <= index < len(photo.faces) and index != photo.selected_face:
            photo.selected_face = index
            self.face_selected.emit(photo.key, index)

    def step_face(self, step: int) -> None:
        """Select the next or previous face of the selected photo, going round."""
        photo = self.selected
        if photo and photo.faces:
            self.select_face((photo.selected_face + step) % len(photo.faces))

    def set_thumbnail(self, key: int, thumbnail: QImage, size: tuple[int, int]) -> None:
        """Keep the small picture and the size in pixels of a photo."""
        photo = self._photos.get(key)
        if photo:
            photo.thumbnail, photo.size = thumbnail, size
            self.photo_changed.emit(key)

    def set_waiting(self, key: int) -> None:
        """Note that a photo is in the queue (again)."""
        photo = self._photos.get(key)
        if photo:
            photo.state, photo.failure = PhotoState.WAITING, None
            photo.stage, photo.fraction = "", 0.0
            self._set_faces(photo, ())

    def set_progress(self, key: int, fraction: float, stage: str) -> None:
        """Note how far the work on a photo is."""
        photo = self._photos.get(key)
        if photo:
            photo.state, photo.fraction, photo.stage = PhotoState.WORKING, fraction, stage
            self.photo_changed.emit(key)

    def set_done(self, key: int, faces: tuple[FaceResult, ...]) -> None:
        """Keep the faces that were found in a photo; the largest one is selected."""
        photo = self._photos.get(key)
        if photo:
            photo.state, photo.failure = PhotoState.DONE, None
            self._set_faces(photo, faces)

    def set_face(self, key: int, index: int, face: FaceResult, words: str) -> None:
        """Put a face with another mesh in the place of a face; `words` name the edit."""
        photo = self._photos.get(key)
        if photo and index < len(photo.faces):
            before = photo.faces
            photo.faces = (*photo.faces[:index], face, *photo.faces[index + 1 :])
            self.face_changed.emit(key, index)
            self.edited.emit(words, key, before)

    def add_face(self, key: int, face: FaceResult, words: str) -> None:
        """Put a face after the others of a photo and select it; `words` name the edit."""
        photo = self._photos.get(key)
        if photo:
            before = photo.faces
            self.replace_faces(key, (*before, face), len(before))
            self.edited.emit(words, key, before)

    def replace_faces(self, key: int, faces: tuple[FaceResult, ...], selected: int) -> None:
        """Let a photo have other faces."""
        photo = self._photos.get(key)
        if photo:
            photo.state, photo.failure = PhotoState.DONE, None
            photo.faces = faces
            photo.selected_face = min(selected, max(len(faces) - 1, 0))
            self.photo_changed.emit(key)
            self.faces_changed.emit(key)

    def set_ready(self, key: int) -> None:
        """Note that the work on a photo whose faces stay as they are has ended."""
        photo = self._photos.get(key)
        if photo:
            photo.state = PhotoState.DONE
            self.photo_changed.emit(key)

    def set_failed(self, key: int, failure: Failure) -> None:
        """Note why the work on a photo failed."""
        photo = self._photos.get(key)
        if photo:
            photo.state, photo.failure = PhotoState.FAILED, failure
            self._set_faces(photo, ())

    def set_cancelled(self, key: int) -> None:
        """Note that the user stopped the work on a photo."""
        photo = self._photos.get(key)
        if photo:
            photo.state = PhotoState.CANCELLED
            self._set_faces(photo, ())

    def _add(self, photo: PhotoItem) -> int:
        self._photos[photo.key] = photo
        self._next_key += 1
        self.photo_added.emit(photo.key)
        return photo.key

    def _set_faces(self, photo: PhotoItem, faces: tuple[FaceResult, ...]) -> None:
        areas = [face.box.width * face.box.height for face in faces]
        photo.faces, photo.selected_face = faces, areas.index(max(areas)) if areas else 0
        self.photo_changed.emit(photo.key)
        self.faces_changed.emit(photo.key)
