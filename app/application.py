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

from app.errand import Errand
from vrn_core import __version__
from vrn_core.threads import share_processors

MESH_SUFFIXES = (".glb", ".obj", ".ply", ".stl")
"""Those that the window writes (a test says so)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with command-line arguments (without its name); return the exit code."""
    share_processors()
    arguments = parse_arguments(argv)
    target = arguments.export
    if has_display(sys.platform, os.environ):
        from app.studio import run

        return run(arguments.photos, Errand(target, arguments.quit) if target else None)
    from app import headless

    if target:
        headless.say("--export needs a display; without one use: vrn reconstruct PHOTO -o FOLDER")
        return 1

    return headless.run(arguments.photos, Path("out"))


def parse_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line: ``photos``, a list of paths; ``export``; ``quit``."""
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
    parser.add_argument(
        "--export",
        type=_mesh_file,
        metavar="FILE",
        help="write the mesh of the first face of the first photo as soon as it is there, as "
        + ", ".join(MESH_SUFFIXES),
    )
    parser.add_argument("--quit", action="store_true", help="close the window after --export")
    parser.add_argument("--version", action="version", version=f"VRN Studio {__version__}")
    arguments = parser.parse_args(argv)
    if arguments.quit and not arguments.export:
        parser.error("--quit goes with --export FILE")
    return arguments


def _mesh_file(text: str) -> Path:
    """Return the path of a mesh to be written; absolute, in a format that there is."""
    path = Path(text).expanduser().absolute()
    if path.suffix.lower() not in MESH_SUFFIXES:
        raise argparse.ArgumentTypeError(
            f"{text!r} ends in {path.suffix or 'nothing'!r}; expected one of "
            + ", ".join(MESH_SUFFIXES)
        )
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}; make it first")
    return path


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Return whether a window can be shown: only Linux and its kin may lack a display."""
    if not platform.startswith(("linux", "freebsd")):
        return True
    # A platform asked for by name (a test's "offscreen", say) is the user's own choice.
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(environment.get(name) for name in names)
