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

    What fails is told on the error stream; the exit code of the program that leaves is then 1.
    """

    def __init__(
        self, errand: Errand, session: Session, runner: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._errand, self._session, self._runner = errand, session, runner
        self._done = False
        session.photo_changed.connect(self._on_photo_changed)

    def _on_photo_changed(self, key: int) -> None:
        photos = self._session.photos()
        if self._done or not photos or photos[0].key != key:
            return
        photo = photos[0]
        if photo.state is PhotoState.DONE and photo.faces:
            self._done = True
            work = partial(save, photo.faces[0].mesh_canonical, self._errand.target)
            self._runner.submit(work, self._on_saved, self._on_failed)
        elif photo.state is PhotoState.FAILED and photo.failure is not None:
            self._done = True
            self._on_failed(photo.failure)

    def _on_saved(self, target: object) -> None:
        _say(sys.stdout, f"wrote {target}")
        self._leave(0)

    def _on_failed(self, failure: Failure) -> None:
        _say(sys.stderr, failure.text)
        self._leave(1)

    def _leave(self, code: int) -> None:
        if self._errand.leave:
            QCoreApplication.exit(code)


def _say(stream: TextIO | None, text: str) -> None:
    """Write a line to a terminal, if there is one: a program without a console has no streams."""
    if stream is not None:
        stream.write(text + "\n")
        stream.flush()
