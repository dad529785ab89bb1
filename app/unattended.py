"""What ``vrn-studio PHOTO --export FILE --quit`` does: the window works as ever, nobody clicks."""

from __future__ import annotations

import sys
from functools import partial
from typing import TextIO

from PySide6.QtCore import QCoreApplication, QObject

from app.errand import Errand
from app.failures import Failure
from app.jobs.exporting import save
from app.jobs.pool import TaskRunner
from app.state.photo import PhotoState
from app.state.session import Session


class Unattended(QObject):
    """Waits for the first photo of the session and does the errand with it.

    What fails is told on the error stream; the exit code of a program that leaves is then 1.
    """

    def __init__(
        self, errand: Errand, session: Session, runner: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.written = False
        """Whether the file is there."""
        self._errand, self._session, self._runner = errand, session, runner
        self._decided = False
        session.photo_added.connect(self._on_photo)
        session.photo_changed.connect(self._on_photo)

    def give_up(self, text: str) -> None:
        """Tell why there is no mesh."""
        self._decided = True
        _say(sys.stderr, text)
        self._leave(1)

    def _on_photo(self, key: int) -> None:
        photo = next(iter(self._session.photos()), None)
        if self._decided or photo is None or photo.key != key:
            return
        if photo.state is PhotoState.DONE and photo.faces:
            self._decided = True
            work = partial(save, photo.faces[0].mesh_canonical, self._errand.target)
            self._runner.submit(work, self._on_saved, self._on_failed)
        elif photo.state is PhotoState.FAILED and photo.failure is not None:
            self._on_failed(photo.failure)

    def _on_saved(self, target: object) -> None:
        self.written = True
        _say(sys.stdout, f"wrote {target}")
        self._leave(0)

    def _on_failed(self, failure: Failure) -> None:
        self.give_up(failure.text)

    def _leave(self, code: int) -> None:
        if self._errand.leave:
            QCoreApplication.exit(code)


def _say(stream: TextIO | None, text: str) -> None:
    """Write a line to a terminal, if there is one: a program without a console has no streams."""
    if stream is not None:
        stream.write(text + "\n")
        stream.flush()
