"""What the user is told when something fails: one sentence and the next step."""

from __future__ import annotations

import logging
import platform
import traceback
from dataclasses import dataclass

from vrn_core import __version__
from vrn_core.errors import (
    CancelledError,
    EmptyVolumeError,
    ExportError,
    FusionError,
    GpuMemoryError,
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
        "No face found",
        "Try a photo in which the face is larger, well lit and not covered.",
    ),
    (
        PhotoError,
        "This photo cannot be opened",
        "Check the file, or save it again as JPEG or PNG in another program.",
    ),
    (
        ModelFileError,
        "The face model is missing or damaged",
        "Install VRN Studio again to bring its models back, then choose Try Again.",
    ),
    (
        EmptyVolumeError,
        "No surface was found in this face",
        "Try a sharper photo, or one in which the face is seen from another side.",
    ),
    (
        ProjectError,
        "This project cannot be opened",
        "Check the file, or open a backup of it.",
    ),
    (
        ProjectSaveError,
        "The project could not be saved",
        "Choose another folder, or make room on the disk, and save again.",
    ),
    (
        FusionError,
        "These photos cannot be fused",
        "Mark other photos of the same person in the list, then fuse them.",
    ),
    (
        ExportError,
        "The mesh could not be saved",
        "Choose another folder, or make room on the disk, and export again.",
    ),
    (
        GpuMemoryError,
        "Not enough memory",
        "Close other programs or use a smaller photo, then try again.",
    ),
    (CancelledError, "Stopped", "Choose Try Again to start over."),
    (VrnError, "That did not work", "Try again, or try another photo."),
)
"""Kind of error, title and next step; the first that fits is taken."""


def describe(error: BaseException) -> Failure:
    """Return what to tell the user about an error; unexpected ones are logged in full."""
    for kind, title, next_step in KINDS:
        if isinstance(error, kind):
            log.info("%s: %s", type(error).__name__, error)
            # The core's sentences say after a semicolon what to do; once is enough.
            message = sentence(str(error))
            return Failure(title, message, "" if "; " in message else next_step)
    if isinstance(error, MemoryError):
        log.warning("out of memory", exc_info=error)
        return Failure(
            "Not enough memory",
            "There was too little memory left for this photo.",
            "Close other programs or use a smaller photo, then try again.",
        )
    log.error("unexpected error", exc_info=error)
    return Failure(
        "Something went wrong",
        "An unexpected error stopped this job; the rest of the program goes on.",
        "Try again. If it happens again, please send the error report.",
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
