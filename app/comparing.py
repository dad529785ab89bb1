"""The selected face beside another, or beside the same by another network."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.core_texts import translate_stage
from app.failures import Failure
from app.jobs.differences import Differences
from app.jobs.inference import Inference
from app.jobs.making import Outcome
from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace
from app.state.comparison import (
    Other,
    OtherFace,
    OtherNetwork,
    face_name,
    network_name,
    others,
    selected_place,
)
from app.state.photo import PhotoItem
from app.state.session import NOTHING, Session
from app.translation import number, translate
from app.views.main_window import MainWindow
from app.views.mesh_panel import describe_face
from vrn_core.models.library import volume_models
from vrn_core.project.contents import FaceResult
from vrn_core.types import FloatArray

KEPT_FACES = 16
"""Most faces by other networks that are kept while something is compared, 1 MB each."""

Made = tuple[int, str]
"""Identity of a face's landmarks, and a network."""


@dataclass(frozen=True, eq=False)
class _Job:
    """A face that is being made by another network."""

    number: int
    made: Made
    landmarks: FloatArray


class Comparing(QObject):
    """Keeps both sides what they should be while the action is checked."""

    activity_changed = Signal(str, object)
    """What is being made in words, and how far it is in [0, 1]; None when nothing is."""

    def __init__(
        self,
        session: Session,
        inference: Inference,
        runner: TaskRunner,
        process: Workplace,
        window: MainWindow,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._inference, self._window = session, inference, window
        self._pair, actions = window.mesh.pair, window.commands
        self._action, self._painted = actions["compare"], actions["difference"]
        self._differences = Differences(runner, process, self)
        self._wish: Other | None = None
        self._other: Other | None = None
        self._left: OtherFace | None = None
        self._job: _Job | None = None
        # The landmarks are kept with what was made of them: that keeps their identity.
        self._made: OrderedDict[Made, tuple[FloatArray, FaceResult | Failure]] = OrderedDict()
        # Several changes of one moment are taken up once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._refresh)
        session.selection_changed.connect(self._on_selection)
        for changed in (
            session.photo_removed,
            session.faces_changed,
            session.face_selected,
            session.face_changed,
            window.mesh.view.ready,
            self._differences.found,
        ):
            changed.connect(lambda *_: self._soon.start())
        self._action.toggled.connect(self._on_toggled)
        self._painted.toggled.connect(lambda _: self._soon.start())
        window.mesh.coloring_chosen.connect(lambda _: self._painted.setChecked(False))
        self._pair.chosen.connect(self._on_chosen)
        self._pair.stop_requested.connect(self._on_stop)
        self._pair.retry_requested.connect(self._on_retry)
        inference.progress.connect(self._on_progress)
        inference.finished.connect(self._on_finished)
        inference.failed.connect(self._on_failed)
        inference.cancelled.connect(lambda job: self._on_failed(job, _stopped()))
        self._refresh()

    def _on_toggled(self, on: bool) -> None:
        if on and not self._pair.open():
            self._action.setChecked(False)
            text = translate(
                "Comparing",
                "A second 3-D view cannot be shown here. Close other programs and try again.",
            )
            self._window.status.tell(text, "warning")
        elif not on:
            self._drop_job()
            self._pair.close_second()
            self._made.clear()
            self._differences.forget()
            self._painted.setChecked(False)
        self._refresh()

    def _on_selection(self, key: int) -> None:
        if key == NOTHING:
            # The list is empty, or the camera takes over: its frames need all the time.
            self._action.setChecked(False)
        self._soon.start()

    def _on_chosen(self, other: Other) -> None:
        self._wish = other
        self._refresh()

    def _on_stop(self) -> None:
        if self._job is not None:
            self._inference.cancel(self._job.number)

    def _on_retry(self) -> None:
        for made in [made for made, (_, end) in self._made.items() if isinstance(end, Failure)]:
            del self._made[made]
        self._refresh()

    def _refresh(self) -> None:
        """Bring the actions and both sides up to date."""
        photo, place = self._session.selected, selected_place(self._session)
        shown = self._pair.is_open
        self._action.setEnabled(shown or (place is not None and self._window.mesh.view.is_ready))
        self._painted.setEnabled(shown and place is not None)
        if not shown or photo is None:
            return
        if photo.face is None or place is None:
            self._drop_job()
            self._show_caption("", "")
            self._pair.show_choices({}, None)
            self._pair.tell(
                translate("Comparing", "Nothing to compare"),
                translate("Comparing", "The selected photo has no mesh yet."),
            )
            return
        choices = others(self._session, volume_models())
        self._other = self._choose(choices, place)
        self._left = place
        name = face_name(photo, place.index)
        network = network_name(photo.face.model)
        self._show_caption(f"{network}  ·  {name}" if network else name, describe_face(photo.face))
        self._pair.show_choices(choices, self._other)
        if self._other is None:
            self._drop_job()
            self._pair.tell(
                translate("Comparing", "Nothing to compare with"),
                translate("Comparing", "Add another photo; its face can be chosen here."),
            )
        elif isinstance(self._other, OtherNetwork):
            self._show_network(photo, photo.face, self._other.model)
        else:
            self._drop_job()
            other = self._session.photo(self._other.key)
            if other is not None:
                self._show(photo.face, other.faces[self._other.index])

    def _choose(self, choices: dict[Other, str], place: OtherFace) -> Other | None:
        """Return what to compare with: what was chosen, whenever it is there."""
        if self._wish == place and self._left in choices:
            # The face on the right was selected: the two change places.
            self._wish = self._left
        if self._wish in choices:
            return self._wish
        if isinstance(self._other, OtherFace) and self._session.photo(self._other.key) is None:
            text = translate("Comparing", "The photo that was compared is gone from the list")
            self._window.status.tell(text, "info")
        return next(iter(choices), None)

    def _show_caption(self, title: str, facts: str) -> None:
        for text, words in ((self._pair.title, title), (self._pair.facts, facts)):
            text.setText(words)
            text.setToolTip(words)

    def _show_network(self, photo: PhotoItem, face: FaceResult, model: str) -> None:
        """Show the face as another network makes it, or have it made."""
        made = (id(face.landmarks), model)
        source = photo.pixels if photo.pixels is not None else photo.path
        if made in self._made:
            self._drop_job()
            self._made.move_to_end(made)
            end = self._made[made][1]
            if isinstance(end, FaceResult):
                self._show(face, end)
            else:
                self._pair.tell_failure(end)
        elif (self._job is None or self._job.made != made) and source is not None:
            self._drop_job()
            job = self._inference.submit(source, first=True, known=[face.landmarks], model=model)
            self._job = _Job(job, made, face.landmarks)
            self._on_progress(job, 0.0, "waiting for its turn")

    def _show(self, face: FaceResult, other: FaceResult) -> None:
        difference = self._differences.get(other.mesh_canonical, face.mesh_canonical)
        painted = difference is not None and self._painted.isChecked()
        self._pair.show_other(
            other.mesh_canonical,
            other.vertex_confidence,
            difference.distances if difference is not None and painted else None,
        )
        facts = [describe_face(other)]
        if difference is not None:
            apart = translate("Comparing", "{distance} mm apart")
            facts.append(apart.format(distance=number(difference.mean, 1)))
        self._pair.other_facts.setText("  ·  ".join(facts))
        self._pair.other_facts.setToolTip("\n".join(facts))

    def _drop_job(self) -> None:
        """Stop what is no longer wanted."""
        job, self._job = self._job, None
        if job is not None:
            self._inference.cancel(job.number)
            self.activity_changed.emit("", None)

    def _on_progress(self, job: int, fraction: float, stage: str) -> None:
        if self._job is not None and self._job.number == job:
            network = network_name(self._job.made[1])
            text = translate("Comparing", "Making the mesh by {network}").format(network=network)
            self._pair.tell_progress(text, f"{translate_stage(stage)}…")
            self.activity_changed.emit(f"{text}…", fraction)

    def _on_finished(self, job: int, outcome: Outcome) -> None:
        if self._job is not None and self._job.number == job:
            self._end(self._job, outcome.faces[0])

    def _on_failed(self, job: int, failure: Failure) -> None:
        if self._job is not None and self._job.number == job:
            self._end(self._job, failure)

    def _end(self, job: _Job, end: FaceResult | Failure) -> None:
        self._job = None
        self._made[job.made] = (job.landmarks, end)
        while len(self._made) > KEPT_FACES:
            self._made.popitem(last=False)
        self.activity_changed.emit("", None)
        self._refresh()


def _stopped() -> Failure:
    return Failure(
        translate("Failures", "Stopped"),
        translate("Comparing", "Choose Try Again, or something else to compare with."),
        "",
    )
