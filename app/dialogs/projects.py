"""The questions about projects: which to open, where to save, and what becomes of changes."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from html import escape
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.settings import Settings
from app.translation import translate
from vrn_core.project.records import SUFFIX

Role = QMessageBox.ButtonRole


class Answer(Enum):
    """What becomes of changes that were not saved."""

    SAVE = "Save"
    DISCARD = "Discard"
    CANCEL = "Cancel"


def ask_project(parent: QWidget, settings: Settings) -> Path | None:
    """Return the project that the user chooses to open."""
    title = translate("AskProject", "Open Project")
    name, _ = QFileDialog.getOpenFileName(parent, title, settings.project_folder, _filter())
    if not name:
        return None
    settings.project_folder = str(Path(name).parent)
    return Path(name)


def ask_project_file(parent: QWidget, settings: Settings, stem: str) -> Path | None:
    """Return the file that a project shall be written to."""
    start = Path(settings.project_folder) / f"{stem}{SUFFIX}"
    title = translate("AskProject", "Save Project")
    name, _ = QFileDialog.getSaveFileName(parent, title, str(start), _filter())
    if not name:
        return None
    path = Path(name) if name.lower().endswith(SUFFIX) else Path(f"{name}{SUFFIX}")
    # The dialog asked about the name that was typed, not about the one with its suffix.
    if path.name != Path(name).name and path.exists():
        question = translate("AskProject", "{name} is there already. Do you want to replace it?")
        question = question.format(name=path.name)
        if QMessageBox.question(parent, "VRN Studio", question) != QMessageBox.StandardButton.Yes:
            return None
    settings.project_folder = str(path.parent)
    return path


def ask_to_save(parent: QWidget, name: str, then: Callable[[Answer], object]) -> None:
    """Ask what becomes of the changes to a project; the answer comes later."""
    title = translate("AskProject", "Save your work as a project?")
    if name:
        title = translate("AskProject", "Save the changes to “{name}”?").format(name=name)
    box = _box(parent, title, translate("AskProject", "Without saving, what you changed is lost."))
    buttons = (
        (box.addButton(translate("AskProject", "Save"), Role.AcceptRole), Answer.SAVE),
        (box.addButton(translate("AskProject", "Discard"), Role.DestructiveRole), Answer.DISCARD),
        (box.addButton(translate("AskProject", "Cancel"), Role.RejectRole), Answer.CANCEL),
    )

    def answer() -> Answer:
        clicked = box.clickedButton()
        return next((one for button, one in buttons if button is clicked), Answer.CANCEL)

    box.finished.connect(lambda: then(answer()))
    box.open()


def ask_to_copy(parent: QWidget, name: str, where: str, then: Callable[[bool], object]) -> None:
    """Ask whether a project that another window has open shall be opened as a copy."""
    box = _box(
        parent,
        translate("AskProject", "“{name}” is open in another window{where}.").format(
            name=name, where=where
        ),
        translate("AskProject", "You can open a copy and save it under another name."),
    )
    copy = box.addButton(translate("AskProject", "Open a Copy"), Role.AcceptRole)
    box.addButton(translate("AskProject", "Cancel"), Role.RejectRole)
    box.finished.connect(lambda: then(box.clickedButton() is copy))
    box.open()


def _filter() -> str:
    kinds = translate("AskProject", "VRN Studio projects")
    return f"{kinds} (*{SUFFIX})"


def _box(parent: QWidget, title: str, text: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle("VRN Studio")
    box.setText(f"<b>{escape(title)}</b>")
    box.setInformativeText(text)
    box.finished.connect(box.deleteLater)
    return box
