"""Faces of several photos compared and fused; for a process of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vrn_core.config import SurfaceSettings
from vrn_core.progress import CancelToken, Progress
from vrn_core.project.contents import FaceResult
from vrn_core.types import ByteArray

if TYPE_CHECKING:
    from vrn_core.inference.identity import SamePerson
    from vrn_core.meshing.kept import KeptVolume
    from vrn_core.pose import Similarity


@dataclass(frozen=True, eq=False)
class Part:
    """A face to be fused with others."""

    name: str
    """Of its photo."""
    photo: Path | ByteArray
    """File or pixels (H, W, 3) RGB."""
    face: FaceResult
    volume: KeptVolume


@dataclass(frozen=True, eq=False)
class Fused:
    """The face that was made, and the photo (H, W, 3) RGB that it lies on."""

    photo: ByteArray
    face: FaceResult
    blended: tuple[tuple[Path | ByteArray, Similarity], ...]
    """All photos, the most frontal one first, and the maps from the face's frame to theirs."""


def compare(parts: tuple[Part, ...], cancel: CancelToken, progress: Progress) -> SamePerson:
    """Return the verdict on whether faces are one person's."""
    # Imported by the job, so that the program starts without them.
    from vrn_core.inference.identity import same_person

    def report(fraction: float, stage: str) -> None:
        progress(0.5 + 0.5 * fraction, stage)

    photos = _read(parts, cancel, lambda fraction, stage: progress(0.5 * fraction, stage))
    faces = [(photo, part.face.landmarks) for photo, part in zip(photos, parts, strict=True)]
    return same_person(faces, cancel, report)


def fuse_parts(parts: tuple[Part, ...], cancel: CancelToken, progress: Progress) -> Fused:
    """Return one face made of several."""
    from vrn_core.inference.fusion import View, fuse

    def report(fraction: float, stage: str) -> None:
        progress(0.1 + 0.9 * fraction, stage)

    began = time.perf_counter()
    photos = _read(parts, cancel, lambda fraction, stage: progress(0.1 * fraction, stage))
    faces = [part.face for part in parts]
    views = [
        View(part.name, photo, face.landmarks, part.volume, face.mesh, face.vertex_confidence)
        for part, photo, face in zip(parts, photos, faces, strict=True)
    ]
    made = fuse(views, SurfaceSettings(), cancel, report)
    face = replace(
        # Where it is in the photo that it lies on.
        faces[made.reference],
        mesh=made.surface.mesh,
        mesh_canonical=made.surface.mesh_canonical,
        vertex_confidence=made.surface.vertex_confidence,
        confidence=max(face.confidence for face in faces),
        milliseconds=1000 * (time.perf_counter() - began),
        settings=SurfaceSettings(),
        fused=True,
        volume=made.volume,
    )
    blended = tuple(
        (
            next(p.photo for p, pixels in zip(parts, photos, strict=True) if pixels is view.photo),
            view.to_photo,
        )
        for view in made.photos
    )
    return Fused(photos[made.reference], face, blended)


def _read(parts: Sequence[Part], cancel: CancelToken, progress: Progress) -> list[ByteArray]:
    """Return the photos of faces."""
    from vrn_core.inference.photo import load_photo

    photos = []
    for number, part in enumerate(parts):
        cancel.check()
        progress(number / len(parts), f"Reading {part.name}")
        photos.append(load_photo(part.photo) if isinstance(part.photo, Path) else part.photo)
    return photos
