"""Speaking to the terminal: results on standard output, complaints on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vrn_core.files import write_atomically
from vrn_core.progress import Progress


def say(text: str) -> None:
    """Write a line of the result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write one line about something that went wrong, whatever the text holds."""
    sys.stderr.write(f"vrn: {' '.join(text.split())}\n")
    sys.stderr.flush()


def tolerate_odd_names() -> None:
    """Let file names that are not valid in the terminal's encoding be printed escaped."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def to_json(values: Mapping[str, Any]) -> str:
    """Return JSON text in plain ASCII, which holds any file name there can be."""
    return json.dumps(values, indent=1, allow_nan=False)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    write_atomically(path, (to_json(values) + "\n").encode("ascii"), make_folder=True)


def give_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file, or print it if the path is ``-``."""
    if str(path) == "-":
        say(to_json(values))
    else:
        write_json(path, values)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> str:
    """Return rows in columns; those of the `numeric` indices are set to the right."""
    lines = [list(headings), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]

    def aligned(line: Sequence[str]) -> str:
        cells = (
            cell.rjust(width) if i in numeric else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join(aligned(line) for line in lines)


def silence_output() -> None:
    """Stop writing once the reader of a pipe has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar for as long as the work lasts."""
    layout = "{l_bar}{bar}| {elapsed}"
    with tqdm(total=1.0, disable=None, leave=False, bar_format=layout) as bar:

        def progress(fraction: float, stage: str) -> None:
            bar.n = fraction
            bar.set_description(stage)

        yield progress
