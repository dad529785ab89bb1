"""Writing a project file, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import IO

from vrn_core import __version__
from vrn_core.errors import ExportError, ProjectSaveError
from vrn_core.files import replacing
from vrn_core.project.arrays import pack_face
from vrn_core.project.contents import Project, SavedPhoto
from vrn_core.project.records import FORMAT, MANIFEST, Manifest, PhotoRecord
from vrn_core.types import ByteArray


def save_project(
    path: Path, project: Project, *, pack: bool = False, compress: bool = True
) -> tuple[str, ...]:
    """Write a project; photos without a file are always packed into it.

    Parameters
    ----------
    path : Path
        The file to write; what was there is replaced once all is written.
    project : Project
    pack : bool, default: False
        Whether to put all photos into the file, else paths lead to those that are files.
    compress : bool, default: True
        Whether to make meshes smaller, which takes longer.

    Returns
    -------
    tuple of str
        The names of the photos that were to be packed but whose files are not there any more.

    Raises
    ------
    ProjectSaveError
        If the file cannot be written; what was at `path` is then untouched.
    """
    left_out: list[str] = []
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    try:
        with (
            replacing(path) as file,
            zipfile.ZipFile(file, "w", method, compresslevel=1) as archive,
        ):
            photos = []
            for number, photo in enumerate(project.photos):
                record = _add_photo(archive, number, photo, path.parent, pack)
                if (pack or photo.packed) and record.packed is None:
                    left_out.append(photo.name)
                photos.append(record.to_dict())
            manifest = Manifest(
                format=FORMAT,
                program=__version__,
                selected=project.selected,
                origin=None if project.origin is None else str(project.origin),
            )
            values = {**manifest.to_dict(), "photos": photos}
            archive.writestr(MANIFEST, json.dumps(values, indent=1, allow_nan=False))
    except ExportError as error:
        raise ProjectSaveError(str(error)) from error
    return tuple(left_out)


def _add_photo(
    archive: zipfile.ZipFile, number: int, photo: SavedPhoto, folder: Path, pack: bool
) -> PhotoRecord:
    faces = []
    for index, face in enumerate(photo.faces):
        record, content = pack_face(face, f"faces/{number}-{index}.safetensors")
        archive.writestr(record.arrays, content)
        faces.append(record)
    packed = None
    if photo.pixels is not None:
        packed = f"photos/{number}.png"
        _add_pixels(archive, packed, photo.pixels)
    elif photo.path is not None and (pack or photo.packed):
        packed = _add_file(archive, f"photos/{number}{photo.path.suffix.lower()}", photo.path)
    outside = None if packed else photo.path
    return PhotoRecord(
        name=photo.name,
        relative=_relative(outside, folder) if outside else None,
        absolute=str(outside) if outside else None,
        file_size=_size(outside) if outside else 0,
        packed=packed,
        state=photo.state,
        failure=photo.failure,
        size=photo.size,
        selected_face=photo.selected_face,
        faces=tuple(faces),
    )


def _add_pixels(archive: zipfile.ZipFile, name: str, pixels: ByteArray) -> None:
    with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        write_png(target, pixels)


def write_png(target: IO[bytes], pixels: ByteArray) -> None:
    """Write an image (H, W, 3) RGB, without loss and fast."""
    from PIL import Image

    Image.fromarray(pixels).save(target, "PNG", compress_level=1)


def _add_file(archive: zipfile.ZipFile, name: str, path: Path) -> str | None:
    """Add a file under a name; return the name, or None if the file cannot be opened."""
    try:
        source = path.open("rb")
    except OSError:
        return None
    # Photos are compressed already, so they are stored as they are.
    info = zipfile.ZipInfo(name)
    with source, archive.open(info, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    return name


def _relative(path: Path, folder: Path) -> str | None:
    """Return the way from a folder to a file, or None if there is none (another drive)."""
    try:
        return Path(os.path.relpath(path, folder.absolute())).as_posix()
    except ValueError:
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
