"""Surfaces taken anew from kept volumes: one at a time, and only the newest wish."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace
from app.jobs.surfacing import prepare, preview, surface_anew, surface_like
from vrn_core.config import SurfaceSettings
from vrn_core.project.contents import FaceResult
from vrn_core.types import ByteArray

if TYPE_CHECKING:
    from vrn_core.meshing.kept import KeptVolume
    from vrn_core.meshing.remesh import Surface

Place = tuple[int, int]
"""Key of a photo and index of a face in it."""


@dataclass(frozen=True)
class Wish:
    """A surface that is wanted: for the eye at once, or whole, colored from its photo."""

    place: Place
    volume: KeptVolume
    settings: SurfaceSettings
    face: FaceResult
    """As it is now: a preview takes over its colors."""
    photo: Path | ByteArray | None = None
    """File or pixels (H, W, 3) RGB; None for a preview."""

    @property
    def is_preview(self) -> bool:
        """Whether it is for the eye only."""
        return self.photo is None


class Remeshing(QObject):
    """Hands wishes to a process; a newer one takes the place of one that waits."""

    finished = Signal(object, object)
    """The wish and its :class:`~vrn_core.meshing.remesh.Surface`."""
    failed = Signal(object, object)
    """The wish and the failure."""

    def __init__(self, process: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = process
        self._runner = TaskRunner(threads=1, parent=self)
        self._running: Wish | None = None
        self._waiting: Wish | None = None

    @property
    def busy(self) -> bool:
        """Whether a surface is still to come."""
        return self._running is not None or self._waiting is not None

    def prepare(self) -> None:
        """Start the process, so that the first surface does not wait for it."""
        # A failure is told by the first surface.
        self._runner.submit(partial(self._process.call, prepare), lambda _: None)

    def request(self, wish: Wish) -> None:
        """Ask for a surface."""
        self._waiting = wish
        self._dispatch()

    def forget(self, key: int) -> None:
        """Drop the wishes for a photo; results that still come are not told."""
        if self._waiting and self._waiting.place[0] == key:
            self._waiting = None
        if self._running and self._running.place[0] == key:
            self._running = None
        self._dispatch()

    def shut_down(self, timeout_ms: int = 10_000) -> bool:
        """Drop all; return whether the work ended in time."""
        self._running = self._waiting = None
        self._process.close()
        return self._runner.shut_down(timeout_ms)

    def _dispatch(self) -> None:
        if self._running is None and self._waiting is not None:
            wish, self._running, self._waiting = self._waiting, self._waiting, None
            self._runner.submit(
                partial(fulfil, wish, self._process),
                partial(self._on_finished, wish),
                partial(self._on_failed, wish),
            )

    def _on_finished(self, wish: Wish, surface: Surface) -> None:
        if self._end(wish):
            self.finished.emit(wish, surface)

    def _on_failed(self, wish: Wish, failure: object) -> None:
        if self._end(wish):
            self.failed.emit(wish, failure)

    def _end(self, wish: Wish) -> bool:
        """Go on to the next wish; return whether this one's result is still wanted."""
        wanted = wish is self._running
        # A whole mesh that something newer is to replace would only be in its way.
        late = self._waiting is not None and not wish.is_preview
        if wanted:
            self._running = None
            self._dispatch()
        return wanted and not late


def fulfil(wish: Wish, process: Workplace) -> Surface:
    """Return the surface that is wanted, made by a process."""
    if wish.photo is None:
        return process.call(preview, wish.volume, wish.settings, wish.face)
    if wish.face.fused_volume is not None:
        return process.call(surface_like, wish.volume, wish.settings, wish.face)
    return process.call(surface_anew, wish.volume, wish.settings, wish.photo)
