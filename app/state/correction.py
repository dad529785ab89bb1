"""What the user says of a face that the program missed or misread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.marks import QT_TRANSLATE_NOOP
from vrn_core.project.contents import FaceResult
from vrn_core.types import FaceBox, FloatArray

Known: TypeAlias = FaceBox | FloatArray
"""A face's box, or its landmarks (68, 3) in the photo frame."""
SAME_FACE = 0.3
"""Intersection over union from which on a drawn box means a face that was found."""


@dataclass(frozen=True, eq=False)
class Correction:
    """Where a face is; `index` is that of the face it replaces, None adds one."""

    known: Known
    index: int | None = None

    @property
    def words(self) -> str:
        """What the user did, marked for translation."""
        if isinstance(self.known, FaceBox):
            return QT_TRANSLATE_NOOP("Steps", "Draw Face Box")
        return QT_TRANSLATE_NOOP("Steps", "Move Landmarks")


def correct_by_box(box: FaceBox, faces: Sequence[FaceResult]) -> Correction:
    """Return the correction that a drawn box makes to the faces of a photo."""
    overlaps = [overlap(box, face.box) for face in faces]
    best = max(range(len(faces)), key=overlaps.__getitem__, default=None)
    return Correction(box, best if best is not None and overlaps[best] > SAME_FACE else None)


def overlap(one: FaceBox, other: FaceBox) -> float:
    """Return the intersection over union of two boxes."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    both = max(width, 0.0) * max(height, 0.0)
    return both / max(one.width * one.height + other.width * other.height - both, 1e-9)
