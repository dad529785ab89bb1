"""What the user is told when something fails: one sentence and the next step."""

from __future__ import annotations

import logging
import platform
import traceback
from dataclasses import dataclass

from app.core_texts import translate_core
from app.marks import QT_TRANSLATE_NOOP
from app.translation import translate
from vrn_core import __version__
from vrn_core.errors import (
    CancelledError,
    EmptyVolumeError,
    ExportError,
    FusionError,
    GpuMemoryError,
    LibraryError,
    ModelFileError,
    NoFaceFoundError,
    PhotoError,
    ProjectError,
    ProjectSaveError,
    VrnError,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A failure in the user's words; `report` holds the details of an unexpected one."""

    title: str
    message: str
    next_step: str
    """Empty where the message says it itself."""
    report: str | None = None

    @property
    def text(self) -> str:
        """Message and next step as one text."""
        return f"{self.message} {self.next_step}".strip()


KINDS: tuple[tuple[type[VrnError], str, str], ...] = (
    (
        NoFaceFoundError,
        QT_TRANSLATE_NOOP("Failures", "No face found"),
        QT_TRANSLATE_NOOP(
            "Failures", "Try a photo in which the face is larger, well lit and not covered."
        ),
    ),
    (
        PhotoError,
        QT_TRANSLATE_NOOP("Failures", "This photo cannot be opened"),
        QT_TRANSLATE_NOOP(
            "Failures", "Check the file, or save it again as JPEG or PNG in another program."
        ),
    ),
    (
        ModelFileError,
        QT_TRANSLATE_NOOP("Failures", "The face model is missing or damaged"),
        QT_TRANSLATE_NOOP(
            "Failures", "Install VRN Studio again to bring its models back, then choose Try Again."
        ),
    ),
    (
        LibraryError,
        QT_TRANSLATE_NOOP("Failures", "The models stay as they are"),
        QT_TRANSLATE_NOOP("Failures", "Choose something else and try again."),
    ),
    (
        EmptyVolumeError,
        QT_TRANSLATE_NOOP("Failures", "No surface was found in this face"),
        QT_TRANSLATE_NOOP(
            "Failures", "Try a sharper photo, or one in which the face is seen from another side."
        ),
    ),
    (
        ProjectError,
        QT_TRANSLATE_NOOP("Failures", "This project cannot be opened"),
        QT_TRANSLATE_NOOP("Failures", "Check the file, or open a backup of it."),
    ),
    (
        ProjectSaveError,
        QT_TRANSLATE_NOOP("Failures", "The project could not be saved"),
        QT_TRANSLATE_NOOP(
            "Failures", "Choose another folder, or make room on the disk, and save again."
        ),
    ),
    (
        FusionError,
        QT_TRANSLATE_NOOP("Failures", "These photos cannot be fused"),
        QT_TRANSLATE_NOOP(
            "Failures", "Mark other photos of the same person in the list, then fuse them."
        ),
    ),
    (
        ExportError,
        QT_TRANSLATE_NOOP("Failures", "The mesh could not be saved"),
        QT_TRANSLATE_NOOP(
            "Failures", "Choose another folder, or make room on the disk, and export again."
        ),
    ),
    (
        GpuMemoryError,
        QT_TRANSLATE_NOOP("Failures", "Not enough memory"),
        QT_TRANSLATE_NOOP(
            "Failures", "Close other programs or use a smaller photo, then try again."
        ),
    ),
    (
        CancelledError,
        QT_TRANSLATE_NOOP("Failures", "Stopped"),
        QT_TRANSLATE_NOOP("Failures", "Choose Try Again to start over."),
    ),
    (
        VrnError,
        QT_TRANSLATE_NOOP("Failures", "That did not work"),
        QT_TRANSLATE_NOOP("Failures", "Try again, or try another photo."),
    ),
)
"""Kind of error, title and next step; the first that fits is taken."""


def describe(error: BaseException) -> Failure:
    """Return what to tell the user about an error; unexpected ones are logged in full."""
    for kind, title, next_step in KINDS:
        if isinstance(error, kind):
            log.info("%s: %s", type(error).__name__, error)
            # The core's sentences say after a semicolon what to do; once is enough.
            told = str(error)
            return Failure(
                translate("Failures", title),
                sentence(translate_core(told)),
                "" if "; " in told else translate("Failures", next_step),
            )
    if isinstance(error, MemoryError):
        log.warning("out of memory", exc_info=error)
        return Failure(
            translate("Failures", "Not enough memory"),
            translate("Failures", "There was too little memory left for this photo."),
            translate("Failures", "Close other programs or use a smaller photo, then try again."),
        )
    log.error("unexpected error", exc_info=error)
    return Failure(
        translate("Failures", "Something went wrong"),
        translate(
            "Failures", "An unexpected error stopped this job; the rest of the program goes on."
        ),
        translate("Failures", "Try again. If it happens again, please send the error report."),
        report_of(error),
    )


def sentence(text: str) -> str:
    """Return text as a sentence: a capital first, unless a file is named, a full stop last."""
    text = text.strip()
    if not text:
        return text
    if text.split()[0].rstrip(":;,").isalpha():
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def report_of(error: BaseException) -> str:
    """Return the report of an unexpected error, to be copied and sent."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return (
        f"VRN Studio {__version__}\n"
        f"Python {platform.python_version()} on {platform.platform()}\n\n"
        f"{trace}"
    )
