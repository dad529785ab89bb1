"""The questions about projects: which to open, where to save, and what becomes of changes."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from html import escape
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.settings import Settings
from vrn_core.project.records import SUFFIX

FILTER = f"VRN Studio projects (*{SUFFIX})"
Role = QMessageBox.ButtonRole


class Answer(Enum):
    """What becomes of changes that were not saved."""

    SAVE = "Save"
    DISCARD = "Discard"
    CANCEL = "Cancel"


def ask_project(parent: QWidget, settings: Settings) -> Path | None:
    """Return the project that the user chooses to open."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open Project", settings.project_folder, FILTER)
    if not name:
        return None
    settings.project_folder = str(Path(name).parent)
    return Path(name)


def ask_project_file(parent: QWidget, settings: Settings, stem: str) -> Path | None:
    """Return the file that a project shall be written to."""
    start = Path(settings.project_folder) / f"{stem}{SUFFIX}"
    name, _ = QFileDialog.getSaveFileName(parent, "Save Project", str(start), FILTER)
    if not name:
        return None
    path = Path(name) if name.lower().endswith(SUFFIX) else Path(f"{name}{SUFFIX}")
    # The dialog asked about the name that was typed, not about the one with its suffix.
    if path.name != Path(name).name and path.exists():
        question = f"{path.name} is there already. Do you want to replace it?"
        if QMessageBox.question(parent, "VRN Studio", question) != QMessageBox.StandardButton.Yes:
            return None
    settings.project_folder = str(path.parent)
    return path


def ask_to_save(parent: QWidget, name: str, then: Callable[[Answer], object]) -> None:
    """Ask what becomes of the changes to a project; the answer comes later."""
    what = f"the changes to “{name}”" if name else "your work as a project"
    box = _box(parent, f"Save {what}?", "Without saving, what you changed is lost.")
    buttons = (
        (box.addButton("Save", Role.AcceptRole), Answer.SAVE),
        (box.addButton("Discard", Role.DestructiveRole), Answer.DISCARD),
        (box.addButton("Cancel", Role.RejectRole), Answer.CANCEL),
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
        f"“{name}” is open in another window{where}.",
        "You can open a copy and save it under another name.",
    )
    copy = box.addButton("Open a Copy", Role.AcceptRole)
    box.addButton("Cancel", Role.RejectRole)
    box.finished.connect(lambda: then(box.clickedButton() is copy))
    box.open()


def _box(parent: QWidget, title: str, text: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle("VRN Studio")
    box.setText(f"<b>{escape(title)}</b>")
    box.setInformativeText(text)
    box.finished.connect(box.deleteLater)
    return box
