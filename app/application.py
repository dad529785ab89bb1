"""The entry point: opens the window, or does the same job without one.

Qt is imported only once a display is known to be there, so that the headless job also runs
on a machine that lacks Qt's system libraries.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from vrn_core import __version__
from vrn_core.threads import share_processors


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with command-line arguments (without its name); return the exit code."""
    share_processors()
    arguments = parse_arguments(argv)
    if has_display(sys.platform, os.environ):
        from app.studio import run

        return run(arguments.photos)
    from app import headless

    return headless.run(arguments.photos, Path("out"))


def parse_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line: ``photos``, a list of paths."""
    parser = argparse.ArgumentParser(
        prog="vrn-studio",
        description="Turn one photo of a face into a 3-D mesh.",
    )
    parser.add_argument(
        "photos",
        nargs="*",
        type=Path,
        metavar="PHOTO",
        help="photos, folders of photos or a project to open; the sample photo if there is none",
    )
    parser.add_argument("--version", action="version", version=f"VRN Studio {__version__}")
    return parser.parse_args(argv)


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Return whether a window can be shown: only Linux and its kin may lack a display."""
    if not platform.startswith(("linux", "freebsd")):
        return True
    # A platform asked for by name (a test's "offscreen", say) is the user's own choice.
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(environment.get(name) for name in names)
