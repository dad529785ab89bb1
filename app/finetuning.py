"""The wizard for fine-tuning: made when it is wanted, and what comes of its wishes."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox

from app.failures import Failure
from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace
from app.settings import Settings
from app.translation import translate
from app.views.main_window import MainWindow
from app.views.theme import ThemeManager
from vrn_core.progress import CancelToken

if TYPE_CHECKING:
    from app.state.finetuning import Estimate, Looked, Outcome
    from app.state.trainings import TrainingLine
    from app.views.finetune.window import FinetuneWindow

LOOK_MS = 1000
"""How often a training is looked at while the wizard waits for it."""


class Finetuning(QObject):
    """Leads through a fine-tuning; one at a time, though several may train."""

    failed = Signal(object)
    """The :class:`Failure` of something that was asked for."""
    progressed = Signal(float, str)
    """How far the work in the other process is; from its thread."""
    kept = Signal(str)
    """A model joined the others that is to be used from now on."""
    dashboard_wanted = Signal(object)
    """The folder of the trainings is to be shown, with this one in it."""

    def __init__(
        self,
        process: Workplace,
        window: MainWindow,
        settings: Settings,
        theme: ThemeManager,
        default_runs: Path,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._process, self._main, self._settings, self._theme = process, window, settings, theme
        self._default_runs = default_runs
        # Work in the other process, and short looks at folders.
        self._worker, self._runner = TaskRunner(1, self), TaskRunner(1, self)
        self._cancel = CancelToken()
        self._what = ""
        self.window: FinetuneWindow | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._run: Path | None = None
        self._started: list[subprocess.Popen[bytes]] = []
        self._loading = self._looking = False
        self._then: Callable[[], object] | None = None
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self._look_at_run)
        self.progressed.connect(self._on_progress)
        window.closing.connect(self.close)

    @property
    def runs(self) -> Path:
        """The folder in which trainings are kept."""
        chosen = self._settings.runs_folder
        return Path(chosen) if chosen else self._default_runs

    def open(self) -> None:
        """Show the wizard as it was left; what it needs is loaded when it is opened first."""
        self._with_window(self._show)

    def open_result(self, folder: Path) -> None:
        """Show what the fine-tuning in a folder brought."""
        self._with_window(partial(self._show_result, folder))

    def close(self) -> None:
        """Close the wizard; a training goes on."""
        if self.window is not None:
            self.window.close()

    def shut_down(self) -> bool:
        """End all work but the trainings; return whether it ended in time."""
        self._clock.stop()
        self._cancel.cancel()
        self._process.close()
        ended = self._worker.shut_down()
        ended = self._runner.shut_down() and ended
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None
        return ended

    def _with_window(self, then: Callable[[], object]) -> None:
        self._then = then
        if self.window is not None:
            then()
        elif not self._loading:
            self._loading = True
            self._runner.submit(_load, self._on_loaded, self._on_not_loaded)

    def _on_loaded(self, names: list[str]) -> None:
        from app.views.finetune.window import FinetuneWindow

        self._loading = False
        window = self.window = FinetuneWindow(self._main)
        window.tint(self._theme.colors)
        self._theme.changed.connect(window.tint)
        window.data.look_wanted.connect(self._on_look)
        window.data.stop_wanted.connect(self._stop)
        window.settings.choice_changed.connect(self._fill_settings)
        window.settings.estimate_wanted.connect(self._on_estimate)
        window.start_wanted.connect(self._on_start)
        window.result_wanted.connect(self._on_result)
        window.run.dashboard_wanted.connect(lambda: self.dashboard_wanted.emit(self._run))
        window.result.keep_wanted.connect(self._on_keep)
        window.result.throw_wanted.connect(self._on_throw)
        window.closed.connect(self._clock.stop)
        window.data.model.show_folder(self._settings.face_model_folder)
        window.settings.show_bases(names, self._settings.model)
        self._fill_settings()
        QTimer.singleShot(0, self._go_on)

    def _go_on(self) -> None:
        if self._then is not None:
            self._then()

    def _on_not_loaded(self, failure: Failure) -> None:
        self._loading = False
        self.failed.emit(failure)

    def _show(self) -> None:
        from app.views.finetune.window import DATA, RESULT, RUN

        if self.window is None:
            return
        if self.window.page == RESULT and not self._worker.active:
            self.window.show_page(DATA)
        if self.window.page == RUN:
            self._clock.start()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    # Data

    def _on_look(self, folder: Path, face_model: Path | None) -> None:
        from app.jobs.finetuning import look

        assert self.window is not None
        if self._scratch is not None:
            self._scratch.cleanup()
        self._scratch = tempfile.TemporaryDirectory(prefix="vrn-labels-")
        self.window.data.show_looked(None)
        self._work("look", look, folder, face_model, Path(self._scratch.name), done=self._on_looked)
        self.window.data.show_working(0.0)

    def _on_looked(self, looked: Looked) -> None:
        if self.window is None:
            return
        self.window.data.show_looked(looked)
        # What was read is found again the next time; an empty field goes back to what is installed.
        self._settings.face_model_folder = self.window.data.model.folder()
        if not self.window.settings.name.text():
            self.window.settings.name.setText(_free_name(self.runs, looked.folder.name))

    # Settings

    def _fill_settings(self) -> None:
        from app.jobs.finetuning import default_settings

        assert self.window is not None
        page = self.window.settings
        work = partial(
            default_settings, page.effort, page.base.currentText(), page.device.currentData()
        )
        self._runner.submit(
            work, lambda found: page.show_settings(found[0], found[1]), self._on_page_failure
        )

    def _on_estimate(self) -> None:
        self._estimate(lambda _: None)

    def _estimate(self, then: Callable[[Estimate], object]) -> None:
        from app.jobs.finetuning import estimate, save_choices

        assert self.window is not None
        window = self.window
        looked = window.data.looked
        if looked is None:
            window.tell(translate("Finetune", "Choose and check a folder first."))
            return
        window.tell("")
        window.settings.show_measuring()

        def done(found: Estimate) -> None:
            window.settings.show_estimate(found)
            then(found)

        parts, people = window.data.parts, window.data.people
        settings = window.settings.settings()
        self._runner.submit(
            partial(save_choices, looked.labels, parts, people),
            lambda _: self._work("estimate", estimate, settings, looked.labels, done=done),
            self._on_page_failure,
        )

    def _on_start(self) -> None:
        assert self.window is not None
        self.window.show_starting(True)
        # A bad name is refused at once, and what does not fit in memory before it begins.
        self._runner.submit(
            partial(_check_name, self.window.settings.name.text().strip()),
            lambda _: self._estimate(lambda _: self._begin()),
            self._on_page_failure,
        )

    def _begin(self) -> None:
        from app.jobs.finetuning import begin, start_training, torchrun_line

        assert self.window is not None
        looked, name = self.window.data.looked, self.window.settings.name.text().strip()
        if looked is None:
            return
        settings, labels = self.window.settings.settings(), looked.labels
        target = self.runs / name

        def work() -> tuple[Path, subprocess.Popen[bytes], str]:
            _check_name(name)
            folder = begin(settings, labels, target)
            return folder, start_training(folder), torchrun_line(folder)

        self._runner.submit(work, self._on_begun, self._on_page_failure)

    def _on_begun(self, begun: tuple[Path, subprocess.Popen[bytes], str]) -> None:
        from app.views.finetune.window import RUN

        assert self.window is not None
        folder, process, command = begun
        # Kept until it ends, for a process that nobody waits for lingers on.
        self._started.append(process)
        self._run = folder
        self.window.show_starting(False)
        self.window.run.show_run(folder.name, command)
        self.window.show_finished(False)
        self.window.show_page(RUN)
        self.window.settings.name.clear()
        self._clock.start()
        self.dashboard_wanted.emit(folder)

    # Training

    def _look_at_run(self) -> None:
        from app.jobs.finetuning import state_of_run

        self._started = [process for process in self._started if process.poll() is None]
        if self._run is not None and not self._looking:
            self._looking = True
            self._runner.submit(partial(state_of_run, self._run), self._on_line, self._on_no_line)

    def _on_line(self, line: TrainingLine) -> None:
        from vrn_core.training.runs import RunState

        self._looking = False
        if self.window is not None and line.folder == self._run:
            self.window.run.show_line(line)
            self.window.show_finished(line.state is RunState.FINISHED)

    def _on_no_line(self, failure: Failure) -> None:
        # The process may be writing its first files.
        self._looking = False

    # Result

    def _on_result(self) -> None:
        if self._run is not None:
            self._show_result(self._run)

    def _show_result(self, folder: Path) -> None:
        from app.jobs.finetuning import compare
        from app.views.finetune.window import RESULT

        assert self.window is not None
        self._run = folder
        self._clock.stop()
        self.window.result.show_comparing(0.0)
        self.window.show_page(RESULT)
        self._show_window()
        self._work("compare", compare, folder, done=self._on_outcome)

    def _show_window(self) -> None:
        if self.window is not None:
            self.window.show()
            self.window.raise_()
            self.window.activateWindow()

    def _on_outcome(self, outcome: Outcome) -> None:
        if self.window is not None:
            self.window.result.show_outcome(outcome)

    def _on_keep(self, name: str, description: str) -> None:
        from app.jobs.finetuning import keep_model

        if self._run is None or self.window is None:
            return
        self.window.tell("")
        self._runner.submit(
            partial(keep_model, self._run, name, description), self._on_kept, self._on_page_failure
        )

    def _on_kept(self, name: str) -> None:
        assert self.window is not None
        if self.window.result.use.isChecked():
            self.kept.emit(name)
        self.window.result.keep.setEnabled(False)
        self.window.result.throw.setEnabled(False)
        text = translate("Finetune", "{name} is among the models now.").format(name=name)
        self.window.tell(text)
        self._main.status.tell(text)

    def _on_throw(self) -> None:
        from app.jobs.finetuning import throw_away

        if self._run is None or self.window is None:
            return
        question = translate(
            "Finetune",
            "Delete the training {name} and its model? Photos and scans stay. "
            "This cannot be undone.",
        ).format(name=self._run.name)
        answer = QMessageBox.question(self.window, translate("Finetune", "Throw Away"), question)
        if answer == QMessageBox.StandardButton.Yes:
            self._runner.submit(
                partial(throw_away, self._run), self._on_thrown, self._on_page_failure
            )

    def _on_thrown(self, _: object) -> None:
        from app.views.finetune.window import DATA

        self._run = None
        if self.window is not None:
            self.window.show_page(DATA)

    # Work in the other process

    def _work(
        self,
        what: str,
        work: Callable[..., Any],
        *arguments: object,
        done: Callable[[Any], object],
    ) -> None:
        """Do one thing in the other process; what went on there is stopped first."""
        self._cancel.cancel()
        cancel = self._cancel = CancelToken()
        self._what = what

        def told(fraction: float, stage: str) -> None:
            if not cancel.cancelled:
                self.progressed.emit(fraction, stage)

        def finished(result: Any) -> None:
            if not cancel.cancelled:
                done(result)

        def failed(failure: Failure) -> None:
            if not cancel.cancelled:
                self._on_work_failure(what, failure)

        call = partial(self._process.call, work, *arguments, cancel=cancel, progress=told)
        self._worker.submit(call, finished, failed)

    def _stop(self) -> None:
        self._cancel.cancel()
        if self.window is not None:
            self.window.data.show_working(None)

    def _on_progress(self, fraction: float, stage: str) -> None:
        if self.window is None:
            return
        if self._what == "look":
            self.window.data.show_working(fraction, stage)
        elif self._what == "compare":
            self.window.result.show_comparing(fraction)

    def _on_work_failure(self, what: str, failure: Failure) -> None:
        if self.window is None:
            return
        self.window.show_starting(False)
        if what == "look":
            self.window.data.show_failure(failure.text)
        elif what == "estimate":
            self.window.settings.show_estimate(None, failure.text)
        else:
            self.window.result.show_failure(failure.text)

    def _on_page_failure(self, failure: Failure) -> None:
        if self.window is not None:
            self.window.show_starting(False)
            self.window.settings.show_estimate(None)
            self.window.tell(failure.text)


def _load() -> list[str]:
    """Load what the wizard needs, while the main window goes on."""
    from app.jobs.finetuning import bases

    return bases()


def _check_name(name: str) -> None:
    from vrn_core.models.naming import check_free, check_name

    check_name(name)
    check_free(name)


def _free_name(runs: Path, wanted: str) -> str:
    """Return a name that no training has yet."""
    for count in range(1, 1000):
        name = wanted if count == 1 else f"{wanted}-{count}"
        if not (runs / name).exists():
            return name
    return wanted
