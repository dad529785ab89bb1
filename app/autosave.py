"""Work is kept in the background, and offered again after a crash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.failures import Failure
from app.jobs.projects import Found, autosave, discard, look_at, read
from app.projects import Projects, copy_name
from app.state.home import Home, Taken
from app.state.workspace import AUTOSAVE, PHOTOS
from app.translation import Counts, translate
from app.views.main_window import MainWindow
from vrn_core.project.contents import LoadedProject

WAIT_MS = 4_000
"""From a change to the autosave; more changes meanwhile go with it."""
RETRY_MS = 60_000
"""From an autosave that failed to the next try."""
REST = 20
"""How many times longer than an autosave takes it rests, so that a long list costs no more."""


class Autosave(QObject):
    """Writes what is in no project file, not long after it changed."""

    def __init__(self, projects: Projects, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._projects, self._window = projects, window
        self._writing = self._warned = self._stopped = False
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(WAIT_MS)
        self.timer.timeout.connect(self._write)
        projects.touched.connect(self._on_touched)
        projects.saved.connect(self._forget)

    def stop(self) -> None:
        """Write no more: the window is being closed."""
        self._stopped = True
        self.timer.stop()

    def _on_touched(self) -> None:
        if not self.timer.isActive():
            self._start()

    def _start(self, milliseconds: int | None = None) -> None:
        # The end of what was going on may still be told after the end.
        if not self._stopped:
            self.timer.start(self.timer.interval() if milliseconds is None else milliseconds)

    def _write(self) -> None:
        projects = self._projects
        project = projects.snapshot()
        if not project.photos or (projects.home.name and not projects.modified):
            self._forget()
        elif self._writing:
            self._start()
        else:
            self._writing = True
            work = partial(autosave, project, projects.workspace.autosave)
            projects.runner.submit(work, self._on_written, self._on_failed)

    def _forget(self) -> None:
        """Delete the autosave: there is nothing that is not saved."""
        self.timer.stop()
        work = partial(Path.unlink, self._projects.workspace.autosave, missing_ok=True)
        self._projects.runner.submit(work, lambda _: None)

    def _on_written(self, seconds: float) -> None:
        self._writing = self._warned = False
        self.timer.setInterval(max(WAIT_MS, round(1000 * REST * seconds)))

    def _on_failed(self, failure: Failure) -> None:
        self._writing = False
        self._start(RETRY_MS)
        if not self._warned:
            self._warned = True
            text = translate("Autosave", "Your work cannot be backed up: {why}")
            self._window.status.tell(text.format(why=failure.message), "warning")


class Recovery(QObject):
    """Offers what a window that was not closed properly left."""

    def __init__(self, projects: Projects, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._projects, self._window = projects, window

    def look(self) -> None:
        """See whether there is anything, in the background."""
        work = partial(look_at, self._projects.workspace.leftovers)
        self._projects.runner.submit(work, self._on_found)

    def _on_found(self, found: Sequence[Found]) -> None:
        for one in found:
            self._window.banner.ask(
                self,
                translate("Autosave", "VRN Studio was not closed properly."),
                words_of(one),
                (
                    (translate("Autosave", "Restore"), partial(self._restore, one)),
                    (translate("Autosave", "Discard"), partial(self._drop, one)),
                ),
            )

    def _restore(self, found: Found) -> None:
        self._projects.when_kept(partial(self._read, found), partial(self._on_found, [found]))

    def _read(self, found: Found) -> None:
        folder, workspace = found.leftover.folder, self._projects.workspace
        lock = workspace.claim(folder)
        if lock is None:
            text = translate("Autosave", "Another window has restored this already")
            self._window.status.tell(text, "warning")
            return

        def on_read(loaded: LoadedProject) -> None:
            self._projects.take(loaded, self._home_of(loaded.project.origin), modified=True)
            workspace.move_to(folder, lock)
            self._window.status.tell(translate("Autosave", "Your work was restored"))

        def on_failed(failure: Failure) -> None:
            lock.unlock()
            self._window.status.tell(failure.text, "warning")

        work = partial(read, folder / AUTOSAVE, folder / PHOTOS)
        self._projects.runner.submit(work, on_read, on_failed)

    def _home_of(self, origin: Path | None) -> Home:
        """Return the project that an autosave belongs to; a copy if another window has it."""
        if origin is None:
            return Home()
        if origin == self._projects.home.path:
            return self._projects.home
        try:
            return Home.at(origin)
        except Taken:
            return Home(None, copy_name(origin.stem))

    def _drop(self, found: Found) -> None:
        folder = found.leftover.folder
        lock = self._projects.workspace.claim(folder)
        if lock is not None:
            self._projects.runner.submit(partial(discard, folder), lambda _: lock.unlock())


def words_of(found: Found) -> str:
    """Return what can be restored, in words."""
    summary = found.summary
    text = translate("Autosave", "{photos} and {faces} were kept at {time}.")
    if summary.origin:
        text = translate("Autosave", "{photos} and {faces} of “{project}” were kept at {time}.")
    when = datetime.fromtimestamp(found.leftover.saved_s)
    today = when.date() == datetime.now().date()
    time = when.strftime("%H:%M") if today else when.strftime("%Y-%m-%d, %H:%M")
    return text.format(
        photos=Counts.tr("%n photo(s)", "", summary.photos),
        faces=Counts.tr("%n face(s)", "", summary.faces),
        project=summary.origin.stem if summary.origin else "",
        time=time,
    )
