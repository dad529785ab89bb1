"""What a process does with some photos of a large folder, on this machine or another."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrn_core import __version__
from vrn_core.commands import reconstruct
from vrn_core.commands.folder_results import ResultFolder
from vrn_core.commands.outputs import MeshFiles, face_report
from vrn_core.commands.reconstruct import ReconstructOptions
from vrn_core.errors import (
    CancelledError,
    ClusterError,
    ConfigError,
    ExportError,
    ModelFileError,
    NoFaceFoundError,
    PhotoError,
    VrnError,
    describe_error,
)
from vrn_core.models.naming import model_path
from vrn_core.threads import share_processors

if TYPE_CHECKING:
    from vrn_core.inference.reconstructor import Reconstructor

CONCERNS_ALL = (CancelledError, ClusterError, ConfigError, ExportError, ModelFileError)
"""Errors that other photos would meet as well, so that they stop the run."""


@dataclass(frozen=True)
class Job:
    """What the processes of a run are told.

    Parameters
    ----------
    options : ReconstructOptions
        Without photos; its folder and models are as they are to be found on every machine.
    photos : Path
        The folder of the photos, absolute.
    run : str
        Of :meth:`ResultFolder.begin_run`.
    models : tuple of (name, digest)
        The networks and :func:`digest` of their files.
    """

    options: ReconstructOptions
    photos: Path
    run: str
    models: tuple[tuple[str, str], ...]

    @property
    def results(self) -> ResultFolder:
        """Where the results go."""
        return ResultFolder(self.options.output)


@dataclass
class Outcome:
    """What came of some photos; failures are pairs of a photo and a reason.

    `before` were finished by an earlier run or another process. `bad` photos are finished with
    an error as their result; what is `undone` failed for a reason that may pass.
    """

    finished: int = 0
    before: int = 0
    bad_before: int = 0
    faces: int = 0
    bad: list[tuple[str, str]] = field(default_factory=list)
    undone: list[tuple[str, str]] = field(default_factory=list)


def digest(model: str) -> str:
    """Return what tells the file of a model from all others."""
    path = model_path(model)
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ModelFileError(f"cannot read the model {path}: {reason}") from error


def unfitness(
    version: str, photos: str, run_folder: str, models: Sequence[tuple[str, str]]
) -> str | None:
    """Return why this process cannot take part in a run; ``None`` if it can."""
    here = f"the worker on {socket.gethostname()}"
    if version != __version__:
        return f"{here} has VRN Studio {__version__}, this is {version}; install the same there"
    if not Path(photos).is_dir():
        return f"{here} does not see the photos in {photos}; share that folder with it"
    if not Path(run_folder).is_dir():
        return f"{here} does not see the output at {run_folder}; share that folder with it"
    for name, wanted in models:
        try:
            found = digest(name)
        except VrnError as error:
            return f"{here}: {error}"
        if found != wanted:
            return f"{here} has another model {name}; copy the same file there"
    return None


def work_on(job: Job, photos: Sequence[str]) -> Outcome:
    """Reconstruct photos of a job that are not finished; one bad photo never stops the rest.

    Raises
    ------
    VrnError
        One of those of `CONCERNS_ALL`. What was finished before stays.
    """
    # The networks are for one thread at a time, however many a worker was given.
    with _lock:
        _check(job)
        outcome = Outcome()
        for photo in photos:
            try:
                _work_on_one(job, photo, outcome)
            except CONCERNS_ALL:
                raise
            except VrnError as error:
                outcome.undone.append((photo, str(error)))
            # The boundary: whatever a photo sets off, the rest is worked on.
            except Exception as error:  # noqa: BLE001
                outcome.undone.append((photo, describe_error(error)))
        return outcome


_lock = threading.Lock()


def _work_on_one(job: Job, photo: str, outcome: Outcome) -> None:
    known = job.results.record(photo)
    if known is not None:
        outcome.before += 1
        outcome.faces += len(known["faces"])
        outcome.bad_before += known.get("error") is not None
        return
    from vrn_core.inference.photo import load_photo

    networks = _networks(job.options)
    try:
        faces = networks.reconstruct(load_photo(job.photos / photo))
    except (NoFaceFoundError, PhotoError) as error:
        if _may_pass(error):
            raise
        with job.results.staged(job.run) as staged:
            won = job.results.commit(staged, photo, {"error": str(error), "faces": []})
        if won:
            outcome.finished += 1
            outcome.bad.append((photo, str(error)))
        else:
            outcome.before += 1
            outcome.bad_before += 1
        return
    with job.results.staged(job.run) as staged:
        files = MeshFiles(staged, job.options.formats, job.options.frame)
        stem = Path(photo).stem
        entries: list[dict[str, Any]] = []
        for number, face in enumerate(faces, 1):
            name = stem if len(faces) == 1 else f"{stem}-{number}"
            saved = files.save(reconstruct.framed_mesh(face, job.options), name)
            entries.append(face_report(face, Path(saved.name)))
        won = job.results.commit(staged, photo, {"error": None, "faces": entries})
    outcome.faces += len(faces)
    outcome.finished += won
    outcome.before += not won


def _may_pass(error: VrnError) -> bool:
    """Return whether a photo may be readable another time: a disk or a network failed."""
    cause = error.__cause__
    if isinstance(cause, OSError):
        # Pillow calls damaged pixels so too, but without a number of the system's.
        return cause.errno is not None
    return isinstance(cause, MemoryError)


@lru_cache(maxsize=1)
def _check(job: Job) -> None:
    run_folder = job.results.own / job.run
    reason = unfitness(__version__, str(job.photos), str(run_folder), job.models)
    if reason is not None:
        if not run_folder.is_dir() and job.results.own.is_dir():
            raise CancelledError("the run has ended")
        raise ClusterError(reason)


@lru_cache(maxsize=1)
def _networks(options: ReconstructOptions) -> Reconstructor:
    """Load the networks, once a process."""
    share_processors()
    networks = reconstruct.make_reconstructor(options)
    if options.runtime == "auto":
        networks.accelerate()
    return networks
