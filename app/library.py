"""The dialog of the models, what comes of its wishes, and which model reconstructs now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from app.dialogs.models import ModelsDialog, Wish
from app.failures import Failure, describe
from app.jobs.library import Imported, Shelf, look, take_in
from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace
from app.settings import Settings
from app.translation import translate
from app.views.main_window import MainWindow
from vrn_core.errors import VrnError
from vrn_core.models import library
from vrn_core.models.header import SUFFIX
from vrn_core.models.naming import LONGEST_NAME
from vrn_core.project.contents import LoadedProject

log = logging.getLogger(__name__)

MOST_NAMES = 3
"""Of models that are told to be gone."""


class Library(QObject):
    """Carries out one wish at a time, apart from the window."""

    changed = Signal()
    """Another model reconstructs from now on."""
    done = Signal()
    """A wish was carried out, or was not; the dialog shows what is there now."""

    def __init__(
        self, process: Workplace, window: MainWindow, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._process, self._window, self._settings = process, window, settings
        # One thread: wishes are carried out in their order.
        self._runner = TaskRunner(1, self)
        self.dialog: ModelsDialog | None = None
        self._chosen: str | None = None
        self._folder = ""

    @property
    def model(self) -> str:
        """The name of the model that reconstructs: the one chosen for now, or the default."""
        return self._chosen or self._settings.model

    def use(self, name: str | None) -> None:
        """Reconstruct by a model until the window is closed; ``None`` for the default."""
        before = self.model
        self._chosen = name
        if self.model != before:
            self.changed.emit()

    def open(self) -> None:
        """Show the dialog."""
        if self.dialog is None:
            dialog = self.dialog = ModelsDialog(self._window)
            dialog.wished.connect(self._on_wish)
            dialog.import_wanted.connect(self._on_import)
            dialog.dropped.connect(self.take_in)
            dialog.finished.connect(self._on_closed)
        self.dialog.open()
        self._look()

    def look_at_default(self) -> None:
        """Tell once if the default is gone."""
        self._runner.submit(look, self._on_first_look)

    def take_in(self, paths: Sequence[Path]) -> None:
        """Import model files."""
        # Every number of them is looked at, with libraries that take seconds to load.
        work = partial(self._process.call, take_in, list(paths))
        self._do(work, self._on_taken_in, translate("Models", "Looking at the file…"))

    def look_at_project(self, loaded: LoadedProject) -> None:
        """Tell kindly if faces of a project were made by models that are not here."""
        used = {face.model for photo in loaded.project.photos for face in photo.faces if face.model}
        gone = sorted(used - set(library.volume_models())) if used else []
        self._window.banner.withdraw(self)
        if gone:
            names = ", ".join(name[:LONGEST_NAME] for name in gone[:MOST_NAMES])
            title = translate("Models", "Made by a model that is not here: {names}.")
            text = translate("Models", "The faces are as they were saved; Try Again takes {model}.")
            self._window.banner.ask(
                self,
                title.format(names=names),
                text.format(model=self.model),
                (
                    (translate("Models", "Models…"), self.open),
                    (translate("Models", "Close"), lambda: None),
                ),
            )

    def shut_down(self) -> bool:
        """End all work; return whether it ended in time."""
        return self._runner.shut_down()

    def _look(self, select: str = "") -> None:
        self._runner.submit(look, partial(self._on_look, select), self._on_failed)

    def _on_look(self, select: str, shelf: Shelf) -> None:
        names = [model.name for model in shelf.models]
        if self._chosen is not None and self._chosen not in names:
            self.use(None)
        if self.dialog is not None:
            self.dialog.show_shelf(shelf, self.model, select)
            self.dialog.set_busy(False)
        self.done.emit()

    def _on_first_look(self, shelf: Shelf) -> None:
        if shelf.missing_default is not None:
            text = translate(
                "Models", "The default model “{gone}” is no longer there; {model} is used."
            ).format(gone=shelf.missing_default, model=shelf.default)
            link = translate("Models", "Models…")
            self._window.status.tell(text, "warning", link, self.open)

    def _on_closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _on_wish(self, wish: Wish, name: str) -> None:
        wishes: dict[Wish, Callable[[str], object]] = {
            Wish.USE: self._on_use,
            Wish.DEFAULT: self._on_default,
            Wish.RENAME: self._on_rename,
            Wish.DESCRIBE: self._on_describe,
            Wish.EXPORT: self._on_export,
            Wish.DELETE: self._on_delete,
        }
        wishes[wish](name)

    def _on_use(self, name: str) -> None:
        self.use(name)
        text = translate(
            "Models", "Photos are reconstructed by “{name}” now; Try Again (F5) redoes one."
        )
        self._tell(text.format(name=name))
        self._look(name)

    def _on_default(self, name: str) -> None:
        before = self.model
        try:
            self._settings.model = name
        except VrnError as error:
            self._on_failed(describe(error))
            return
        self._chosen = None
        if self.model != before:
            self.changed.emit()
        text = translate("Models", "“{name}” is the default, here and on the command line.")
        self._tell(text.format(name=name))
        self._look(name)

    def _on_rename(self, name: str) -> None:
        title, label = translate("Models", "Rename Model"), translate("Models", "Name:")
        new, wanted = QInputDialog.getText(self.dialog, title, label, text=name)
        if wanted and new.strip() != name:
            was_used = self.model == name
            work = partial(library.rename_model, name, new)
            self._do(work, lambda model: self._on_renamed(name, model.name, was_used))

    def _on_renamed(self, name: str, new: str, was_used: bool) -> None:
        if self._chosen == name:
            self._chosen = new
        if was_used:
            # What reconstructs knows its file by the name.
            self.changed.emit()
        self._tell(translate("Models", "“{name}” has its new name.").format(name=new))
        self._look(new)

    def _on_describe(self, name: str) -> None:
        title = translate("Models", "Describe Model")
        label = translate("Models", "What it is for:")
        try:
            before = library.find_model(name).description
        except VrnError as error:
            self._on_failed(describe(error))
            return
        text, wanted = QInputDialog.getMultiLineText(self.dialog, title, label, before)
        if wanted and text.strip() != before:
            told = translate("Models", "The description is kept.")
            self._do(partial(library.describe_model, name, text), partial(self._end, name, told))

    def _on_export(self, name: str) -> None:
        start = str(Path(self._folder or self._settings.export_folder) / f"{name}{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(
            self.dialog, translate("Models", "Export Model"), start, self._pattern()
        )
        if chosen:
            self._folder = str(Path(chosen).parent)
            text = translate("Models", "Saved {name}")
            self._do(
                partial(library.export_model, name, Path(chosen)),
                lambda path: self._end(name, text.format(name=path.name), None),
            )

    def _on_delete(self, name: str) -> None:
        box = QMessageBox(self.dialog)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(translate("Models", "Delete Model"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(translate("Models", "Delete “{name}”?").format(name=name))
        box.setInformativeText(
            translate(
                "Models",
                "This cannot be undone. Meshes made by it stay. Export it first to keep a copy.",
            )
        )
        delete = box.addButton(
            translate("Models", "Delete"), QMessageBox.ButtonRole.DestructiveRole
        )
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.exec()
        wanted = box.clickedButton() is delete
        box.deleteLater()
        if wanted:
            before = self.model
            work = partial(library.delete_model, name)
            self._do(work, partial(self._on_deleted, name, before))

    def _on_deleted(self, name: str, before: str, was_default: bool) -> None:
        text = translate("Models", "“{name}” is deleted.").format(name=name)
        if was_default:
            again = translate("Models", "The default is {name} again.")
            text = f"{text} {again.format(name=self._settings.model)}"
        if self._chosen == name:
            self._chosen = None
        if self.model != before:
            self.changed.emit()
        self._tell(text)
        self._look()

    def _on_import(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self.dialog, translate("Models", "Import Models"), self._folder, self._pattern()
        )
        if names:
            self._folder = str(Path(names[0]).parent)
            self.take_in([Path(name) for name in names])

    def _on_taken_in(self, imported: Imported) -> None:
        lines = [
            translate("Models", "“{name}” is among the models.").format(name=model.name)
            for model in imported.models
        ]
        lines += [describe(error).text for _, error in imported.errors]
        self._tell("\n".join(lines), bool(imported.errors))
        self._look(imported.models[-1].name if imported.models else "")

    def _end(self, name: str, text: str, _result: object) -> None:
        self._tell(text)
        self._look(name)

    def _do(
        self, work: Callable[[], Any], on_done: Callable[[Any], object], text: str = ""
    ) -> None:
        if self.dialog is not None:
            self.dialog.set_busy(True)
        if text:
            self._tell(text)
        self._runner.submit(work, on_done, self._on_failed)

    def _on_failed(self, failure: Failure) -> None:
        if failure.report is not None:
            log.warning("a model was not changed: %s", failure.report)
        self._tell(failure.text, True)
        self._look()

    def _tell(self, text: str, wrong: bool = False) -> None:
        if self.dialog is not None:
            self.dialog.tell(text, wrong)
        else:
            self._window.status.tell(text, "warning" if wrong else "done")

    @staticmethod
    def _pattern() -> str:
        return f"{translate('Models', 'Models')} (*{SUFFIX})"
