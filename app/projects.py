"""The project that is open: new, opened, saved, and whether there is unsaved work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.adjusting import Adjusting
from app.dialogs.projects import Answer, ask_project, ask_project_file, ask_to_copy, ask_to_save
from app.failures import Failure
from app.jobs.pool import TaskRunner
from app.jobs.projects import read
from app.settings import Settings
from app.state.history import History
from app.state.home import Home, Taken
from app.state.session import NOTHING, Session
from app.state.snapshot import item_of, project_of
from app.state.sources import is_project
from app.state.workspace import Workspace
from app.translation import Counts, translate
from app.views.main_window import MainWindow
from app.workflow import Workflow
from vrn_core.project.contents import LoadedProject, Project, SavedPhoto
from vrn_core.project.saving import save_project

MOST_RECENT = 10
"""Projects in the list of recent ones."""
Then = Callable[[], object]


class Projects(QObject):
    """Puts a project in the session's place, writes the session to a project file.

    Changes count as unsaved work if the user made them, or if a project is open. What the
    program made by itself of photos that are in no project is for the autosave alone: who
    only looks and exports is asked nothing.
    """

    touched = Signal()
    """Photos or faces are other than before."""
    saved = Signal()
    """All that there is, is in the project file."""
    failed = Signal(object)
    """The failure; nothing was lost."""
    taken = Signal(object)
    """A :class:`~vrn_core.project.contents.LoadedProject` is in the session now."""

    def __init__(
        self,
        session: Session,
        workflow: Workflow,
        adjusting: Adjusting,
        history: History,
        window: MainWindow,
        settings: Settings,
        workspace: Workspace,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._workflow, self._adjusting = session, workflow, adjusting
        self._history, self._window, self._settings = history, window, settings
        self.workspace = workspace
        self.runner = TaskRunner(threads=1, parent=self)
        self.home = Home()
        """Where the project lives that is open."""
        self._asking = False
        self._revision = self._clean = self._let_go = 0
        self._taking = False
        for change in (session.photo_added, session.photo_removed, session.faces_changed):
            change.connect(lambda *_: self._touch())
        session.face_changed.connect(lambda *_: self._touch())
        session.photo_found.connect(lambda *_: self._touch())
        session.edited.connect(lambda *_: self._touch(edited=True))
        session.taken_off.connect(lambda *_: self._touch(edited=True))
        session.fused.connect(lambda *_: self._touch(edited=True))
        session.selection_changed.connect(self.show_title)

    @property
    def modified(self) -> bool:
        """Whether there is unsaved work."""
        return self._revision != self._clean and bool(self.home.name or len(self._session))

    def snapshot(self) -> Project:
        """Return the session as a project."""
        volumes = self._workflow.volumes
        return project_of(self._session, volumes, self.workspace, self.home.path)

    def new(self) -> None:
        """Begin with an empty list."""
        self.when_kept(lambda: self.take(LoadedProject(Project()), Home()))

    def choose(self) -> None:
        """Open a project that is asked for."""
        path = ask_project(self._window, self._settings)
        if path:
            self.open(path)

    def open_among(self, paths: Sequence[Path], then: Callable[[list[Path]], object]) -> None:
        """Open the project among paths, if any, and do something with the others."""
        project = next((path for path in paths if is_project(path)), None)
        rest = [path for path in paths if not is_project(path)]
        if project is not None:
            self.open(project, lambda: then(rest) if rest else None)
        else:
            then(rest)

    def open(self, path: Path, then: Then = lambda: None) -> None:
        """Open a project in the place of what is there."""
        path = path.resolve()
        if path == self.home.path:
            self.when_kept(lambda: self._read(path, self.home, then))
            return
        try:
            home = Home.at(path)
        except Taken as taken:

            def go_on(copy: bool) -> None:
                if copy:
                    home = Home(None, copy_name(path.stem))
                    self.when_kept(lambda: self._read(path, home, then))

            ask_to_copy(self._window, path.name, taken.where, go_on)
        else:
            self.when_kept(lambda: self._read(path, home, then), home.leave)

    def save(self, then: Then = lambda: None) -> None:
        """Write the project, to a file that is asked for if it has none."""
        if self.home.path is None:
            self.save_as(then)
        else:
            self._save_to(self.home.path, self.home, then)

    def save_as(self, then: Then = lambda: None) -> None:
        """Write the project to a file that is asked for."""
        first = next(iter(self._session.photos()), None)
        stem = self.home.name or (first.stem if first else translate("Projects", "Untitled"))
        path = ask_project_file(self._window, self._settings, stem)
        if path is None:
            return
        path = path.resolve()
        try:
            home = self.home if path == self.home.path else Home.at(path)
        except Taken as taken:
            text = translate(
                "Projects", "{name} is open in another window{where}; choose another name"
            )
            self._window.status.tell(text.format(name=path.name, where=taken.where), "warning")
        else:
            self._save_to(path, home, then)

    def may_close(self) -> bool:
        """Return whether the window may close now; else the user is asked, and it closes then."""
        if not self.modified or self._revision == self._let_go:
            return True
        self.when_kept(self._window.close)
        return False

    def note_edit(self) -> None:
        """Note that the user made something that is nowhere else."""
        self._touch(edited=True)

    def let_go(self) -> None:
        """Ask no more about changes: the program ends."""
        self._let_go = self._revision

    def shut_down(self) -> bool:
        """Finish what is being written; return whether it ended in time."""
        ended = self.runner.shut_down(60_000, finish=True)
        self.home.leave()
        # What is in it is saved by now, or may go.
        self.workspace.remove()
        return ended

    def when_kept(self, then: Then, otherwise: Then = lambda: None) -> None:
        """Do something once unsaved work is saved, or the user says that it may go."""
        if not self.modified or self._revision == self._let_go:
            then()
            return

        if self._asking:
            otherwise()
            return

        def go_on(answer: Answer) -> None:
            self._asking = False
            if answer is Answer.SAVE:
                self.save(then)
            elif answer is Answer.DISCARD:
                self.let_go()
                then()
            else:
                otherwise()

        self._asking = True
        ask_to_save(self._window, self.home.name, go_on)

    def take(self, loaded: LoadedProject, home: Home, *, modified: bool = False) -> None:
        """Put a project in the place of what is there."""
        project = loaded.project
        self._taking = True
        self._session.clear()
        self._history.stack.clear()
        keys = [self._adopt(photo) for photo in project.photos]
        if keys:
            self._session.select(keys[project.selected or 0])
        self._taking = False
        self._move_to(home)
        self._revision += 1
        if not modified:
            self._clean = self._revision
        self._workflow.tell_activity()
        self.show_title()
        self.touched.emit()
        self.taken.emit(loaded)

    def show_title(self, _: int = NOTHING) -> None:
        """Name the photo and the project in the title, with a mark if there is unsaved work."""
        photo = self._session.selected
        parts = [photo.name if photo else "", self.home.name]
        names = " – ".join(part.replace("[*]", "[*][*]") for part in parts if part)
        self._window.setWindowTitle(f"{names}[*] – VRN Studio" if names else "VRN Studio[*]")
        self._window.setWindowModified(self.modified)

    def forget_recent(self) -> None:
        """Empty the list of recent projects."""
        self._settings.recent_projects = []

    def open_recent(self, path: Path) -> None:
        """Open a project of the list; it leaves the list if it is gone."""
        if path.exists():
            self.open(path)
            return
        recent = self._settings.recent_projects
        self._settings.recent_projects = [text for text in recent if text != str(path)]
        text = translate("Projects", "{path} is not there any more").format(path=path)
        self._window.status.tell(text, "warning")

    def _adopt(self, saved: SavedPhoto) -> int:
        key = self._session.adopt(item_of(saved))
        volumes = [face.volume for face in saved.faces]
        kept = [volume for volume in volumes if volume is not None]
        # They are known by their places, so a gap would mix them up.
        if kept and len(kept) == len(volumes):
            self._workflow.volumes.keep(key, kept)
        return key

    def _read(self, path: Path, home: Home, then: Then) -> None:
        text = translate("Projects", "Opening {name}…").format(name=path.name)
        self._window.status.tell(text, "info")

        def on_read(loaded: LoadedProject) -> None:
            # Something may have been done while it was read.
            self.when_kept(lambda: go_on(loaded), lambda: self._leave(home))

        def go_on(loaded: LoadedProject) -> None:
            if loaded.problems:
                # What cannot be read now shall not be overwritten.
                self._leave(home)
                name = translate("Projects", "{name} (rescued)").format(name=path.stem)
                self.take(loaded, Home(None, name))
            else:
                self.take(loaded, home)
                self._remember(path)
            self._window.status.tell(translate("Projects", "Opened {name}").format(name=path.name))
            then()

        def on_failed(failure: Failure) -> None:
            self._leave(home)
            self._on_failed(failure)

        self.runner.submit(partial(read, path, self.workspace.photos), on_read, on_failed)

    def _save_to(self, path: Path, home: Home, then: Then) -> None:
        self._window.mesh.controls.settle()
        text = translate("Saving", "Saving {name}…").format(name=path.name)
        self._window.status.tell(text, "info")
        self._adjusting.when_settled(lambda: self._write(path, home, then))

    def _write(self, path: Path, home: Home, then: Then) -> None:
        revision = self._revision

        def on_saved(left_out: tuple[str, ...]) -> None:
            self._clean = revision
            self._move_to(home)
            self._remember(path)
            if left_out:
                text = Counts.tr(
                    "Saved {name} without %n photo(s), such as {photo}: no file", "", len(left_out)
                )
                text = text.format(name=path.name, photo=left_out[0])
                self._window.status.tell(text, "warning")
            else:
                text = translate("Saving", "Saved {name}").format(name=path.name)
                self._window.status.tell(text)
            self.show_title()
            if self._revision == revision:
                self.saved.emit()
            then()

        def on_failed(failure: Failure) -> None:
            self._leave(home)
            self._on_failed(failure)

        project = project_of(self._session, self._workflow.volumes, self.workspace)
        pack = self._settings.pack_photos
        self.runner.submit(partial(save_project, path, project, pack=pack), on_saved, on_failed)

    def _on_failed(self, failure: Failure) -> None:
        self._window.status.tell(failure.text, "warning")
        self.failed.emit(failure)

    def _touch(self, *, edited: bool = False) -> None:
        if self._taking:
            return
        if edited or self.home.name:
            self._revision += 1
            self.show_title()
        self.touched.emit()

    def _move_to(self, home: Home) -> None:
        if home is not self.home:
            self.home.leave()
        self.home = home

    def _leave(self, home: Home) -> None:
        """Let others have a home that was not moved to."""
        if home is not self.home:
            home.leave()

    def _remember(self, path: Path) -> None:
        others = [text for text in self._settings.recent_projects if text != str(path)]
        self._settings.recent_projects = [str(path), *others][:MOST_RECENT]


def copy_name(name: str) -> str:
    """Return what a copy of a project is called."""
    return translate("Projects", "{name} (copy)").format(name=name)
