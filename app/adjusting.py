"""What happens when the sliders of the surface move: state, volumes and jobs joined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.failures import Failure
from app.jobs.process import Workplace
from app.jobs.remeshing import Place, Remeshing, Wish
from app.marks import QT_TRANSLATE_NOOP
from app.state.session import NOTHING, Session
from app.workflow import Workflow
from vrn_core.config import SurfaceSettings

if TYPE_CHECKING:
    from vrn_core.meshing.remesh import Surface

NOWHERE: Place = (NOTHING, 0)


class Adjusting(QObject):
    """Takes the surface of the selected face anew: at once for the eye, then whole."""

    previewed = Signal(object)
    """A :class:`~vrn_core.meshing.remesh.Surface` of the selected face, for the eye only."""
    failed = Signal(object)
    """A failure; the mesh stays as it was."""

    def __init__(
        self, session: Session, workflow: Workflow, process: Workplace, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._workflow = session, workflow
        self._remeshing = Remeshing(process, self)
        self._place = NOWHERE
        self._wanted = SurfaceSettings()
        self._recovering = self._prepared = False
        self._previewed: SurfaceSettings | None = None
        self._then: list[Callable[[], object]] = []
        self._remeshing.finished.connect(self._on_finished)
        self._remeshing.failed.connect(self._on_failed)
        session.faces_changed.connect(self._on_faces_changed)
        session.photo_removed.connect(self._on_faces_changed)
        workflow.volumes_ready.connect(self._on_volumes_ready)
        workflow.corrected.connect(self._on_corrected)

    def preview(self, settings: SurfaceSettings) -> None:
        """Show the surface of the selected face by other settings, as soon as can be."""
        photo = self._session.selected
        if photo is None or photo.face is None:
            return
        self._place = (photo.key, photo.selected_face)
        volume = photo.face.fused_volume or self._workflow.volumes.get(*self._place)
        before = self._previewed or photo.face.settings
        # The number of triangles is of no account in a preview, which has them all.
        if volume is not None and replace(before, triangles=settings.triangles) != settings:
            self._previewed = settings
            self._remeshing.request(Wish(self._place, volume, settings, photo.face))

    def settle(self, settings: SurfaceSettings) -> None:
        """Make the whole mesh of the face that was previewed, and keep it."""
        key, index = self._place
        photo = self._session.photo(key)
        self._previewed = None
        if photo is None or index >= len(photo.faces):
            return
        source = photo.pixels if photo.pixels is not None else photo.path
        face = photo.faces[index]
        volume = face.fused_volume or self._workflow.volumes.get(key, index)
        if volume is not None and source is not None:
            wish = Wish(self._place, volume, settings, face, source)
            self._remeshing.request(wish)
        else:
            # It was dropped in favor of later ones; this goes on when it is there again.
            self._wanted, self._recovering = settings, True
            self._workflow.recover(key)

    @property
    def busy(self) -> bool:
        """Whether a surface is still to come."""
        return self._remeshing.busy or self._recovering

    def when_settled(self, then: Callable[[], object]) -> None:
        """Call a function when no surface is to come any more."""
        self._then.append(then)
        self._call_then()

    def shut_down(self) -> bool:
        """End all work; return whether it ended in time."""
        self._then.clear()
        return self._remeshing.shut_down()

    def _on_finished(self, wish: Wish, surface: Surface) -> None:
        key, index = wish.place
        photo = self._session.photo(key)
        if photo and wish.is_preview:
            if photo is self._session.selected and photo.selected_face == index:
                self.previewed.emit(surface)
        elif photo:
            face = replace(
                wish.face,
                mesh=surface.mesh,
                mesh_canonical=surface.mesh_canonical,
                vertex_confidence=surface.vertex_confidence,
                settings=wish.settings,
            )
            self._session.set_face(key, index, face, QT_TRANSLATE_NOOP("Steps", "Adjust Surface"))
        self._call_then()

    def _on_failed(self, wish: Wish, failure: Failure) -> None:
        self.failed.emit(failure)
        self._call_then()

    def _on_faces_changed(self, key: int) -> None:
        """Forget what was wanted of faces that are gone; be ready for the first that came."""
        if not self._prepared:
            self._prepared = True
            self._remeshing.prepare()
        self._remeshing.forget(key)
        if key == self._place[0]:
            self._place, self._recovering, self._previewed = NOWHERE, False, None
        self._call_then()

    def _on_volumes_ready(self, key: int, failure: Failure | None) -> None:
        if not self._recovering or key != self._place[0]:
            return
        self._recovering = False
        if failure is None:
            self.settle(self._wanted)
        else:
            self.failed.emit(failure)
        self._call_then()

    def _on_corrected(self, key: int, index: int, settings: SurfaceSettings) -> None:
        """Take the surface of a face that was made again as that of the one before."""
        if settings != SurfaceSettings():
            self._place = (key, index)
            self.settle(settings)

    def _call_then(self) -> None:
        if not self.busy:
            then, self._then = self._then, []
            for call in then:
                call()
