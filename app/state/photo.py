"""One photo of the session: where it comes from, how far it is, what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.failures import Failure
from vrn_core.project.contents import FaceResult
from vrn_core.types import ByteArray

if TYPE_CHECKING:
    from vrn_core.pose import Similarity


class PhotoState(Enum):
    """How far the work on a photo is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass
class PhotoItem:
    """A photo in the list; changed only by the session, which tells of every change."""

    key: int
    name: str
    path: Path | None = None
    pixels: ByteArray | None = None
    """(H, W, 3) RGB of a pasted image, which has no file."""
    state: PhotoState = PhotoState.WAITING
    thumbnail: QImage | None = None
    stage: str = ""
    fraction: float = 0.0
    faces: tuple[FaceResult, ...] = ()
    selected_face: int = 0
    failure: Failure | None = None
    size: tuple[int, int] | None = field(default=None)
    """Width and height in pixels, once known."""
    missing: bool = False
    """Whether its file is not where the project says."""
    blended: tuple[tuple[Path | ByteArray, Similarity | None], ...] = ()
    """Of a fused face the photos, files or pixels (H, W, 3) RGB, the most frontal one first, and
    the maps from the photo frame of the face to theirs; not known once a project was closed."""

    @property
    def face(self) -> FaceResult | None:
        """The selected face, if any was found."""
        return self.faces[self.selected_face] if self.faces else None

    @property
    def is_fused(self) -> bool:
        """Whether its face was fused from several photos; the photo is the most frontal one."""
        return any(face.fused_volume is not None for face in self.faces)

    @property
    def stem(self) -> str:
        """Name of the photo without its suffix, for files made from it."""
        return self.path.stem if self.path else self.name
