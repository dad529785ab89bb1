"""Faces of several photos compared and fused, one thread, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs.pool import TaskRunner
from app.state.photo import FaceResult
from vrn_core.config import SurfaceSettings
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import ByteArray

if TYPE_CHECKING:
    from vrn_core.inference.fusion import View
    from vrn_core.inference.identity import SamePerson
    from vrn_core.meshing.remesh import KeptVolume

Work = Callable[[CancelToken, Progress], object]


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
class Compared:
    """The faces with their photos, ready to be fused, and whether they are one person's."""

    parts: tuple[Part, ...]
    views: tuple[View, ...]
    verdict: SamePerson


@dataclass(frozen=True, eq=False)
class Fused:
    """The face that was made, and the photo (H, W, 3) RGB that it lies on."""

    photo: ByteArray
    face: FaceResult


class FusingJobs(QObject):
    """Hands the two stages to a thread; after a cancellation nothing is told any more."""

    progress = Signal(float, str)
    """How far a stage is, in [0, 1], and what it does."""
    compared = Signal(object)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = TaskRunner(threads=1, parent=self)
        self._cancel = CancelToken()

    def compare(self, parts: Sequence[Part]) -> None:
        """Read the photos and look whether they show one person."""
        self._submit(partial(compare, tuple(parts)), self.compared.emit)

    def fuse(self, compared: Compared) -> None:
        """Make one face of those that were compared."""
        self._submit(partial(fuse_parts, compared), self.finished.emit)

    def cancel(self) -> None:
        """Stop."""
        self._cancel.cancel()

    def shut_down(self, timeout_ms: int = 10_000) -> bool:
        """Drop all; return whether the work ended in time."""
        self.cancel()
        return self._runner.shut_down(timeout_ms)

    def _submit(self, work: Work, tell: Callable[[object], object]) -> None:
        cancel = self._cancel = CancelToken()

        def report(fraction: float, stage: str) -> None:
            if not cancel.cancelled:
                self.progress.emit(fraction, stage)

        def unless_cancelled(tell: Callable[[object], object], what: object) -> None:
            if not cancel.cancelled:
                tell(what)

        self._runner.submit(
            lambda: work(cancel, report),
            partial(unless_cancelled, tell),
            partial(unless_cancelled, self.failed.emit),
        )


def compare(parts: tuple[Part, ...], cancel: CancelToken, progress: Progress) -> Compared:
    """Return the faces with their photos and the verdict on them."""
    # Imported by the job, so that the program starts without them.
    from vrn_core.inference.fusion import View
    from vrn_core.inference.identity import same_person
    from vrn_core.inference.photo import load_photo

    views = []
    for number, part in enumerate(parts):
        cancel.check()
        progress(0.5 * number / len(parts), f"Reading {part.name}")
        photo = load_photo(part.photo) if isinstance(part.photo, Path) else part.photo
        face = part.face
        views.append(
            View(part.name, photo, face.landmarks, part.volume, face.mesh, face.vertex_confidence)
        )
    verdict = same_person(
        [(view.photo, view.landmarks) for view in views],
        cancel,
        lambda fraction, stage: progress(0.5 + 0.5 * fraction, stage),
    )
    return Compared(parts, tuple(views), verdict)


def fuse_parts(compared: Compared, cancel: CancelToken, progress: Progress) -> Fused:
    """Return one face made of those that were compared."""
    from vrn_core.inference.fusion import fuse

    began = time.perf_counter()
    made = fuse(compared.views, SurfaceSettings(), cancel, progress)
    faces = [part.face for part in compared.parts]
    face = replace(
        # Where it is in the photo that it lies on.
        faces[made.reference],
        mesh=made.surface.mesh,
        mesh_canonical=made.surface.mesh_canonical,
        vertex_confidence=made.surface.vertex_confidence,
        confidence=max(face.confidence for face in faces),
        milliseconds=1000 * (time.perf_counter() - began),
        settings=SurfaceSettings(),
        fused_volume=made.volume,
    )
    return Fused(compared.views[made.reference].photo, face)
