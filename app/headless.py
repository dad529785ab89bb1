"""The program's job without a window: reconstruct, write the meshes and a preview."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from vrn_core.errors import ExportError, NoFaceFoundError, VrnError
from vrn_core.resources import resource
from vrn_core.types import ByteArray, Reconstruction

FORMATS = ("glb", "obj")


def run(photos: Sequence[Path], folder: Path) -> int:
    """Reconstruct photos (the sample photo if none) into `folder`; return the exit code.

    One photo that fails never stops the rest; the code is 0 only if all succeeded.
    """
    from app.state.sources import expand_photos

    say("No display found: reconstructing without a window.")
    paths = expand_photos(photos) if photos else [resource("sample.jpg")]
    if not paths:
        say("There is no photo in what was given; name a photo or a folder of photos.")
        return 1
    try:
        reconstruct = make_reconstruct()
    except VrnError as error:
        say(f"Error: {error}")
        return 1
    failed = 0
    for path in paths:
        try:
            say(f"{path}: wrote {', '.join(map(str, process(path, folder, reconstruct)))}")
        except VrnError as error:
            failed += 1
            say(f"{path}: {error}")
    return 1 if failed else 0


def make_reconstruct() -> Callable[[Path], list[Reconstruction]]:
    """Load the models and return the function that reconstructs the faces of a photo."""
    from app.jobs.engine import CoreEngine
    from vrn_core.progress import CancelToken

    engine = CoreEngine()

    def reconstruct(path: Path) -> list[Reconstruction]:
        photo = engine.load_photo(path)
        return engine.reconstruct(photo, CancelToken(), lambda fraction, stage: None)

    return reconstruct


def process(
    path: Path, folder: Path, reconstruct: Callable[[Path], list[Reconstruction]]
) -> list[Path]:
    """Write the meshes and the preview of the faces of a photo; return the files."""
    from vrn_core.meshing.export import save_mesh
    from vrn_core.meshing.render import render_contact

    results = reconstruct(path)
    if not results:
        raise NoFaceFoundError("no face was found in the photo; try one with a larger face")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"cannot make the folder {folder}: {error.strerror}") from error
    written: list[Path] = []
    for index, result in enumerate(results):
        stem = path.stem if index == 0 else f"{path.stem}-face{index + 1}"
        for suffix in FORMATS:
            target = folder / f"{stem}.{suffix}"
            save_mesh(result.mesh_canonical, target)
            written.append(target)
        target = folder / f"{stem}.png"
        save_picture(render_contact(result.mesh_canonical), target)
        written.append(target)
    return written


def save_picture(pixels: ByteArray, target: Path) -> None:
    """Write pixels (H, W, 3) RGB as a PNG file."""
    from PIL import Image

    from vrn_core.files import write_atomically

    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    write_atomically(target, content.getvalue())


def say(text: str) -> None:
    """Write a line to the terminal: without a window this is how the program speaks."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
