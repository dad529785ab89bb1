"""The window of the trainings, made when it is wanted, and what comes of its wishes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from app.dialogs.files import ask_curves_file
from app.failures import Failure
from app.jobs.exporting import save_picture
from app.jobs.pictures import pixels_of
from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace
from app.settings import Settings
from app.translation import translate
from app.views.main_window import MainWindow
from app.views.theme import ThemeManager

if TYPE_CHECKING:
    from app.jobs.training import TrainingLooker
    from app.jobs.turning import TurningFaces
    from app.state.trainings import Look
    from app.views.training.window import TrainingWindow
    from vrn_core.training.runs import Wish

LOOK_MS = 1000
"""How often the trainings are looked at while their window is open."""


class Training(QObject):
    """Looks at the trainings while their window is open; they need neither it nor the program."""

    failed = Signal(object)
    """The :class:`Failure` of something that was asked for."""
    result_wanted = Signal(object)
    """What the fine-tuning in a folder brought is to be shown."""
    looked = Signal()
    """The window shows what the last look found."""

    def __init__(
        self,
        process: Workplace,
        window: MainWindow,
        settings: Settings,
        theme: ThemeManager,
        default_folder: Path,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._process, self._main, self._settings = process, window, settings
        self._theme, self._default = theme, default_folder
        # One thread: what was read of a log belongs to it.
        self._runner, self._drawer = TaskRunner(1, self), TaskRunner(1, self)
        self.window: TrainingWindow | None = None
        self._looker: TrainingLooker | None = None
        self._looking = self._opening = False
        self._chosen: Path | None = None
        self._wanted: Path | None = None
        """The training that is to be chosen as soon as it is there."""
        self._drawn: tuple[Path, int] | None = None
        self._started: list[subprocess.Popen[bytes]] = []
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self.look)
        window.closing.connect(self.close)

    @property
    def root(self) -> Path:
        """The folder whose trainings are shown."""
        chosen = self._settings.runs_folder
        return Path(chosen) if chosen else self._default

    @property
    def processes(self) -> int:
        """How many of the trainings that were started here go on."""
        return len(self._started)

    def open(self) -> None:
        """Show the window; what it needs is loaded when it is opened first."""
        if self.window is not None:
            self._show()
        elif not self._opening:
            self._opening = True
            self._runner.submit(_load, self._on_loaded, self._on_not_loaded)

    def open_at(self, folder: Path | None) -> None:
        """Show the window with the training in a folder."""
        self._wanted = folder
        self.open()

    def close(self) -> None:
        """Close the window; the trainings go on."""
        if self.window is not None:
            self.window.close()

    def shut_down(self) -> bool:
        """End all looking; return whether it ended in time."""
        self._clock.stop()
        ended = self._runner.shut_down()
        # The process that draws is ended by whoever made it.
        ended = self._drawer.shut_down() and ended
        if self.window is not None:
            self.window.curves.close_plots()
        return ended

    def look(self) -> None:
        """Look at the trainings, and show what is found."""
        if self._looking or self._looker is None:
            return
        self._looking = True
        self._started = [process for process in self._started if process.poll() is None]
        work = partial(self._looker.look, self.root, self._chosen)
        self._runner.submit(work, self._on_look, self._on_no_look)

    def _on_loaded(self, looker: TrainingLooker) -> None:
        from app.views.training.window import TrainingWindow

        self._looker, self._opening = looker, False
        window = self.window = TrainingWindow(self._main)
        window.tint(self._theme.colors)
        self._theme.changed.connect(window.tint)
        window.shown.connect(self._clock.start)
        window.hidden.connect(self._clock.stop)
        window.runs.chosen.connect(self._on_chosen)
        window.runs.folder_wanted.connect(self._on_folder)
        window.wish_made.connect(self._on_wish)
        window.result_wanted.connect(lambda: self.result_wanted.emit(self._chosen))
        window.resume_wanted.connect(self._on_resume)
        window.curves.picture_wanted.connect(self._on_picture)
        window.curves.table_wanted.connect(self._on_table)
        # Apart from the making, so that the main window is not held up by both at once.
        QTimer.singleShot(0, self._show)

    def _on_not_loaded(self, failure: Failure) -> None:
        self._opening = False
        self.failed.emit(failure)

    def _show(self) -> None:
        if self.window is not None:
            self.window.show()
            self.window.raise_()
            self.window.activateWindow()
            self.look()

    def _on_look(self, look: Look) -> None:
        self._looking = False
        window = self.window
        if window is None:
            return
        before = self._chosen
        window.runs.show_lines(look.lines, self.root)
        if self._wanted is not None and window.runs.choose(self._wanted):
            self._wanted = None
        if not look.lines:
            self._chosen = None
            window.show_report(None)
        elif look.report is not None and look.report.line.folder == self._chosen:
            window.show_report(look.report)
            self._draw(look.report.line.folder, look.report.shown_at)
        if self._chosen != before:
            self.look()
        self.looked.emit()

    def _on_no_look(self, failure: Failure) -> None:
        # The next look may find what this one did not: a disk that is away, say.
        self._looking = False

    def _on_chosen(self, folder: Path) -> None:
        self._chosen, self._drawn = folder, None
        if self.window is not None:
            self.window.people.show_people(None, ())
        self.look()

    def _on_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self.window, translate("Training", "Folder of Trainings"), str(self.root)
        )
        if name:
            self._settings.runs_folder = name
            self._chosen = None
            self.look()

    def _on_wish(self, wish: Wish) -> None:
        from app.jobs.training import tell

        if self._chosen is not None:
            self._runner.submit(
                partial(tell, self._chosen, wish), lambda _: self.look(), self.failed.emit
            )

    def _on_resume(self) -> None:
        from app.jobs.training import resume
        from vrn_core.training.runs import RunState

        report = self.window.report if self.window else None
        if report is not None:
            fresh = report.line.state is RunState.EMPTY
            work = partial(resume, report.line.folder, fresh)
            self._runner.submit(work, self._on_started, self.failed.emit)

    def _on_started(self, process: subprocess.Popen[bytes]) -> None:
        # Kept until it ends, for a process that nobody waits for lingers on.
        self._started.append(process)
        self.look()

    def _draw(self, folder: Path, shown_at: int) -> None:
        """Draw the people of a validation if they are others than those that are shown."""
        from app.jobs.turning import turning_faces
        from vrn_core.training.showcase import SHOWCASE_NAME

        if not shown_at or self._drawn == (folder, shown_at):
            return
        self._drawn = (folder, shown_at)
        self._drawer.submit(
            partial(self._process.call, turning_faces, folder / SHOWCASE_NAME),
            partial(self._on_drawn, folder),
        )

    def _on_drawn(self, folder: Path, people: TurningFaces) -> None:
        if self.window is not None and folder == self._chosen:
            self.window.people.show_people(people.step, people.faces)

    def _on_picture(self) -> None:
        if self.window is None or self.window.report is None:
            return
        path = ask_curves_file(self.window, self._settings, self.window.report.line.name, "png")
        if path is None:
            return
        image = self.window.curves.to_image()
        self._save(path, lambda: save_picture(pixels_of(image), path))

    def _on_table(self) -> None:
        from vrn_core.files import write_atomically
        from vrn_core.training.history import to_csv

        report = self.window.report if self.window else None
        if self.window is None or report is None:
            return
        path = ask_curves_file(self.window, self._settings, report.line.name, "csv")
        if path is not None:
            table = partial(to_csv, report.curves)
            self._save(path, lambda: write_atomically(path, table().encode()))

    def _save(self, path: Path, write: Callable[[], object]) -> None:
        text = translate("Training", "Saved {name}").format(name=path.name)
        self._runner.submit(write, lambda _: self._main.status.tell(text), self.failed.emit)


def _load() -> TrainingLooker:
    """Load what the window of the trainings needs, while the main window goes on."""
    import pyqtgraph

    pyqtgraph.setConfigOptions(exitCleanup=False)
    from app.jobs.training import TrainingLooker

    return TrainingLooker()
