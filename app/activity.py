"""What is going on, told at the bottom of the window: how far, how long yet, and on hold."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.jobs.inference import Inference
from app.marks import QT_TRANSLATE_NOOP
from app.state.pace import Pace, time_left
from app.translation import translate
from app.turntable import Turntable
from app.views.actions import Actions
from app.views.main_window import MainWindow
from app.workflow import Workflow

HOLD = (
    QT_TRANSLATE_NOOP("Actions", "Pause"),
    QT_TRANSLATE_NOOP("Actions", "Hold the photos that wait; the one in work ends"),
)
FELL_BACK = QT_TRANSLATE_NOOP(
    "Activity",
    "The GPU is out of memory: going on with the CPU, more slowly. To try the GPU again, close "
    "other programs and confirm the preferences.",
)
GO_ON = (
    QT_TRANSLATE_NOOP("Actions", "Resume"),
    QT_TRANSLATE_NOOP("Actions", "Go on with the photos that wait"),
)


class Activity(QObject):
    """Shows the work on photos and videos, and holds the queue when the user wants."""

    def __init__(
        self,
        workflow: Workflow,
        inference: Inference,
        turntable: Turntable,
        window: MainWindow,
        actions: Actions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workflow, self._inference = workflow, inference
        self._window, self._actions = window, actions
        self._photos, self._other = Pace(), Pace()
        actions["pause"].setEnabled(False)
        workflow.activity_changed.connect(self._on_activity)
        inference.fell_back.connect(
            lambda: window.status.tell(translate("Activity", FELL_BACK), "warning")
        )
        turntable.progress.connect(self._on_recorded)
        actions["pause"].toggled.connect(self._on_paused)

    def tell(self, text: str, fraction: float | None) -> None:
        """Tell of work that is not on the photos of the list; None ends it."""
        if fraction is None:
            self._other.restart()
            self._workflow.tell_activity()
            return
        self._other.note(fraction)
        self._show(text, fraction, self._other.left_s(1 - fraction))

    def _on_activity(self, text: str, fraction: float | None) -> None:
        busy = fraction is not None
        self._actions["pause"].setEnabled(busy)
        if busy:
            done, total = self._workflow.progress()
            self._photos.note(done)
            self._photos.hold(self._workflow.resting)
            left = None if self._inference.paused else self._photos.left_s(total - done)
            self._show(text, fraction, left)
        else:
            # Nothing is held any more; what comes next is not to wait for a forgotten key.
            self._actions["pause"].setChecked(False)
            self._photos.restart()
            self._show(text, None, None)

    def _on_recorded(self, fraction: float) -> None:
        text = translate("Activity", "Recording the video…")
        self.tell(text, fraction if fraction < 1 else None)

    def _on_paused(self, on: bool) -> None:
        text, tip = GO_ON if on else HOLD
        self._actions.reword("pause", translate("Actions", text), translate("Actions", tip))
        self._inference.pause(on)
        self._workflow.tell_activity()

    def _show(self, text: str, fraction: float | None, left_s: float | None) -> None:
        status = self._window.status
        status.set_state(text)
        status.set_progress(fraction, time_left(left_s))
        self._actions["cancel"].setEnabled(fraction is not None)
