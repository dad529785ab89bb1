"""What a project lacks when it is opened: told kindly, and photos that moved are found again."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from app.dialogs.error_report import ErrorReportDialog
from app.dialogs.files import ask_folder
from app.failures import Failure
from app.jobs.projects import find_photos
from app.projects import Projects
from app.settings import Settings
from app.state.session import Session
from app.translation import Counts, translate
from app.views.main_window import MainWindow
from vrn_core.project.contents import LoadedProject


class Missing(QObject):
    """Listens to the projects that are opened."""

    def __init__(
        self,
        session: Session,
        projects: Projects,
        window: MainWindow,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._projects = session, projects
        self._window, self._settings = window, settings
        projects.taken.connect(self._on_taken)

    def names(self) -> dict[str, list[int]]:
        """Return the keys of the photos that are missing, by name."""
        found: dict[str, list[int]] = {}
        for photo in self._session.photos():
            if photo.missing:
                found.setdefault(photo.name, []).append(photo.key)
        return found

    def find(self) -> None:
        """Look for the photos that are missing in a folder that is asked for."""
        names = set(self.names())
        folder = ask_folder(self._window, self._settings) if names else None
        if folder:
            self._window.status.tell(
                translate("Missing", "Looking in {folder}…").format(folder=folder.name), "info"
            )
            self._projects.runner.submit(partial(find_photos, folder, names), self._on_found)

    def _on_found(self, found: dict[str, Path]) -> None:
        wanted = self.names()
        for name, path in found.items():
            for key in wanted.get(name, ()):
                self._session.relocate(key, path)
        left = len(self.names())
        if found and not left:
            self._window.status.tell(translate("Missing", "All photos were found"))
        else:
            text = Counts.tr("%n photo(s) not there; try another folder", "", left) if left else ""
            again = translate("Missing", "Find Photos…")
            self._window.status.tell(text, "warning", again, self.find)

    def _on_taken(self, loaded: LoadedProject) -> None:
        self._window.banner.withdraw(self)
        if loaded.problems:
            failure = Failure(
                translate("Missing", "Parts of this project are damaged"),
                translate(
                    "Missing", "All that could be read is here. The damaged file stays as it is."
                ),
                translate(
                    "Missing",
                    "Save the project under another name, and open a backup if you have one.",
                ),
                "\n".join(loaded.problems),
            )
            self._window.banner.ask(
                self,
                f"{failure.title}.",
                failure.message,
                (
                    (translate("Missing", "Show Details"), partial(self._show, failure)),
                    (translate("Missing", "Close"), lambda: None),
                ),
            )
        count = sum(map(len, self.names().values()))
        if count:
            self._window.banner.ask(
                self,
                Counts.tr("%n photo(s) not where the project says.", "", count),
                translate("Missing", "The meshes are here all the same."),
                (
                    (translate("Missing", "Find Photos…"), self.find),
                    (translate("Missing", "Later"), lambda: None),
                ),
            )

    def _show(self, failure: Failure) -> None:
        dialog = ErrorReportDialog(failure, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
