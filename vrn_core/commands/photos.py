"""What the commands on photos share: which photos are meant, and a report of each."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vrn_core.commands.terminal import complain
from vrn_core.errors import CancelledError, PhotoError, VrnError, describe_error
from vrn_core.inference.photo import find_photos
from vrn_core.progress import Progress

Work = Callable[[Path, Progress], list[dict[str, Any]]]
"""Takes a photo and a progress; returns the report of its faces."""


def chosen_photos(paths: Sequence[Path]) -> list[Path]:
    """Return the photos among files and folders, each once, in order.

    A folder without photos stays itself, so that reading it tells. Raises :class:`PhotoError`
    if there is no photo at all.
    """
    photos: dict[Path, Path] = {}
    for path in paths:
        for photo in find_photos([path]) or [path]:
            photos.setdefault(photo.absolute(), photo)
    if all(photo.is_dir() for photo in photos):
        names = ", ".join(str(path) for path in paths)
        raise PhotoError(f"there is no photo in {names}; expected JPEG, PNG or the like")
    return list(photos.values())


def process_photos(
    photos: Sequence[Path],
    work: Work,
    report: list[dict[str, Any]],
    trace: bool = False,
    quiet: bool = False,
) -> bool:
    """Do the work on every photo, whatever happens to one; return whether all succeeded.

    Parameters
    ----------
    photos : sequence of Path
    work : Work
    report : list
        Gets one entry a photo: "photo", "error" and "faces". It is filled as the work goes on,
        so that it tells what was done when the work is stopped.
    trace : bool
        Whether to show where an error came from.
    quiet : bool
        Whether to leave the progress bar out.
    """
    failed = 0
    # Without a terminal there is no bar either.
    hidden = True if quiet else None
    with tqdm(total=len(photos), unit="photo", disable=hidden, leave=False) as bar:
        for number, path in enumerate(photos):

            def progress(fraction: float, stage: str, number: int = number) -> None:
                bar.n = round(number + fraction, 2)
                bar.set_postfix_str(stage)

            entry: dict[str, Any] = {"photo": str(path), "error": None, "faces": []}
            error: Exception | None = None
            try:
                entry["faces"] = work(path, progress)
            except CancelledError:
                raise
            except VrnError as known:
                error, entry["error"] = known, str(known)
            # This is the boundary: one bad photo, whatever it sets off, never stops the rest.
            except Exception as unknown:  # noqa: BLE001
                error, entry["error"] = unknown, describe_error(unknown)
            if error is not None:
                failed += 1
                with tqdm.external_write_mode(file=sys.stderr):
                    complain(f"{path}: {entry['error']}")
                    if trace:
                        traceback.print_exception(error)
            report.append(entry)
            bar.n = number + 1
            bar.refresh()
    return failed == 0
