"""``vrn reconstruct --resume`` and ``--scheduler``: a folder of any size, in one go or in many."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from tqdm import tqdm

from vrn_core.commands import cluster
from vrn_core.commands.folder_work import Job, Outcome, digest, work_on
from vrn_core.commands.outputs import check_report, check_writable
from vrn_core.commands.reconstruct import ReconstructOptions
from vrn_core.commands.terminal import complain, say
from vrn_core.errors import PhotoError, VrnError
from vrn_core.files import replacing
from vrn_core.inference.photo import walk_photos
from vrn_core.models.header import SUFFIX
from vrn_core.models.library import default_model
from vrn_core.models.naming import STANDARD_LANDMARKS

JSON_LINES = ".jsonl"
"""Reports with this ending have one photo a line, so that they can be read in parts."""


def run_large(options: ReconstructOptions) -> bool:
    """Reconstruct the photos of one folder that are not finished; return whether all succeeded.

    Errors that concern all photos are raised: what was finished stays, and is not done again.
    """
    photos = _only_folder(options)
    check_writable(options.output)
    if options.report is not None:
        check_report(options.report)
    job = _job(options, photos)
    tally = _Tally(options)
    with ExitStack() as stack:
        stack.callback(tally.close)
        client = None
        if options.scheduler is not None:
            client = stack.enter_context(cluster.connected(options.scheduler))
        job.results.agree_on(_settings(job), options.resume)
        job = dataclasses.replace(job, run=job.results.begin_run())
        stack.callback(job.results.end_run, job.run)
        found = _walk(job, tally)
        if client is None:
            for photo in found:
                tally.take(work_on(job, [photo]))
        else:
            cluster.check_workers(client, job)
            cluster.share(client, job, found, tally.take)
    if tally.photos == 0:
        raise PhotoError(f"there is no photo in {photos}; expected JPEG, PNG or the like")
    if options.report is not None:
        write_report(options.report, options.photos[0], job, tally.undone)
    if not options.quiet:
        say(tally.told(options.output))
    return tally.failed == tally.failed_folders == 0


def _only_folder(options: ReconstructOptions) -> Path:
    if len(options.photos) != 1 or not options.photos[0].is_dir():
        given = ", ".join(str(path) for path in options.photos)
        raise PhotoError(f"--resume and --scheduler take one folder of photos; this was {given}")
    return options.photos[0].absolute()


def _job(options: ReconstructOptions, photos: Path) -> Job:
    """Return what the processes are told, so that all of them understand the same by it."""
    from vrn_core.commands.models import tell_missing_default

    if options.model is None:
        tell_missing_default()
    # A model may be named by a file, which another process looks for from another folder.
    names = [
        str(Path(name).absolute())
        if Path(name).suffix == SUFFIX or len(Path(name).parts) > 1
        else name
        for name in (options.model or default_model(), options.landmark_model or STANDARD_LANDMARKS)
    ]
    told = dataclasses.replace(
        options,
        photos=(),
        output=options.output.absolute(),
        formats=tuple(options.formats),
        model=names[0],
        landmark_model=names[1],
        scheduler=None,
        report=None,
        resume=True,
    )
    return Job(told, photos, "", tuple((name, digest(name)) for name in names))


def _found_anywhere(model: str) -> str:
    """Return a model's name, or its file so that it is found from any other folder."""
    path = Path(model)
    return str(path.absolute()) if path.suffix == SUFFIX or len(path.parts) > 1 else model


def _settings(job: Job) -> dict[str, Any]:
    """Return what the meshes depend on."""
    options = job.options
    return {
        "model": job.models[0][1],
        "landmark model": job.models[1][1],
        "formats": list(options.formats),
        "frame": options.frame,
        "triangles": options.triangles,
        "iod-mm": options.iod_mm,
        "iso-level": options.iso_level,
        "fast": options.fast,
    }


def _walk(job: Job, tally: _Tally) -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        tally.lose_folder(str(error.filename), reason)

    return walk_photos(job.photos, leave_out=job.options.output, unreadable=unreadable)


class _Tally:
    """Counts what came of the photos and tells of failures at once."""

    def __init__(self, options: ReconstructOptions) -> None:
        self.photos = self.before = self.failed = self.faces = self.failed_folders = 0
        self.undone: dict[str, str] = {}
        self._resumed = options.resume
        # How many there are is not known before the folder was read to its end.
        hidden = True if options.quiet else None
        self._bar = tqdm(unit="photo", disable=hidden, leave=False)

    def take(self, outcome: Outcome) -> None:
        done = outcome.finished + outcome.before
        self.photos += done + len(outcome.undone)
        self.before += outcome.before
        self.failed += outcome.bad_before + len(outcome.bad) + len(outcome.undone)
        self.faces += outcome.faces
        self.undone.update(outcome.undone)
        for photo, reason in (*outcome.bad, *outcome.undone):
            with tqdm.external_write_mode():
                complain(f"{photo}: {reason}")
        self._bar.update(done + len(outcome.undone))

    def lose_folder(self, folder: str, reason: str) -> None:
        self.failed_folders += 1
        with tqdm.external_write_mode():
            complain(f"the folder {folder} cannot be read: {reason}")

    def close(self) -> None:
        self._bar.close()

    def told(self, folder: Path) -> str:
        faces, photos = self.faces, self.photos
        line = (
            f"{faces} {'face' if faces == 1 else 'faces'} from {photos - self.failed} of {photos} "
            f"{'photo' if photos == 1 else 'photos'} in {folder}"
        )
        if self.before and self._resumed:
            line += f"; {self.before} of them were done before"
        if self.undone:
            line += f"; --resume tries {len(self.undone)} of them again"
        return line


def write_report(report: Path, photos: Path, job: Job, undone: dict[str, str]) -> None:
    """Write the report of all photos, one after the other from their records.

    Parameters
    ----------
    report : Path
        JSON as without ``--resume``; with the ending ``.jsonl`` one photo a line.
    photos : Path
        The folder as it was named on the command line.
    job : Job
    undone : dict
        Why photos have no record.
    """
    lines = report.suffix.lower() == JSON_LINES
    with replacing(report, make_folder=True) as file:
        if not lines:
            file.write(b'{\n "photos": [')
        for number, photo in enumerate(walk_photos(job.photos, leave_out=job.options.output)):
            _write_entry(file, _entry(photos, photo, job, undone), lines, first=number == 0)
        if not lines:
            file.write(b"\n ]\n}\n")


def _write_entry(file: IO[bytes], entry: dict[str, Any], lines: bool, first: bool) -> None:
    text = json.dumps(entry, allow_nan=False).encode("ascii")
    if lines:
        file.write(text + b"\n")
    else:
        file.write((b"\n  " if first else b",\n  ") + text)


def _entry(photos: Path, photo: str, job: Job, undone: dict[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"photo": str(photos / photo), "error": None, "faces": []}
    try:
        record = job.results.record(photo)
    except VrnError as error:
        record = {"error": str(error), "faces": []}
    if record is None:
        reason = undone.get(photo, "it came after the run began; go on with --resume")
        record = {"error": reason, "faces": []}
    place = job.results.place(photo)
    entry["error"] = record["error"]
    entry["faces"] = [{**face, "mesh": str(place / face["mesh"])} for face in record["faces"]]
    return entry
