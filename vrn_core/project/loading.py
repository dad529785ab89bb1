"""Reading a project file, which comes from outside: all is checked before memory is taken."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from vrn_core.errors import ConfigError, ProjectError, ShapeError
from vrn_core.file_names import portable_stem
from vrn_core.project.arrays import unpack_face
from vrn_core.project.contents import FaceResult, LoadedProject, Project, SavedPhoto, Summary
from vrn_core.project.records import MANIFEST, FaceRecord, Manifest, PhotoRecord, check_format

MEBI = 1 << 20
MOST_MANIFEST = 64 * MEBI
MOST_FACE = 256 * MEBI
"""A mesh with all triangles of the full grid has some 10 MB."""
MOST_PHOTO = 1024 * MEBI
MOST_UNPACKED = 8 * 1024 * MEBI
"""Of all that is compressed; twelve thousand faces."""
MOST_MEMBERS = 200_000
MOST_RATIO = 100
"""How many times smaller than itself a mesh can be compressed; a bomb goes up to 1000."""
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)
"""What zipfile raises when an archive is damaged, encrypted or of an unknown kind."""


def load_project(path: Path, unpack_to: Path) -> LoadedProject:
    """Read a project; a photo or face that is damaged is left out and told of.

    Parameters
    ----------
    path : Path
    unpack_to : Path
        Folder for the files of packed photos; made when there are any.

    Raises
    ------
    ProjectError
        If the file is missing, no project, damaged as a whole or of a newer version, or if
        there is no room to unpack its photos.
    """
    with _opened(path) as archive:
        return _Reader(path, archive, unpack_to).read()


def summarize(path: Path) -> Summary:
    """Return what is in a project; raises as :func:`load_project` does."""
    with _opened(path) as archive:
        manifest, photos = _Reader(path, archive, path.parent).contents()
    counts = [len(photo.get("faces", ())) for photo in photos if isinstance(photo, dict)]
    origin = Path(manifest.origin) if manifest.origin else None
    return Summary(len(photos), sum(counts), origin)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise ProjectError(
            f"there is no project {path}; it may have been moved or renamed"
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ProjectError(f"{path} cannot be opened: {reason}") from error
    except DAMAGE as error:
        raise ProjectError(
            f"{path.name} is damaged or not a VRN Studio project; "
            "if it was copied or downloaded, bring it anew, else take a backup"
        ) from error


class _Reader:
    """Reads one archive."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, unpack_to: Path) -> None:
        self._path, self._archive, self._unpack_to = path, archive, unpack_to
        self._problems: list[str] = []
        self._read: set[str] = set()

    def contents(self) -> tuple[Manifest, list[Any]]:
        """Return the manifest, and the photos as JSON has them."""
        infos = self._archive.infolist()
        # Photos are stored as they are and go to the disk, so they are as large as they seem.
        unpacked = sum(i.file_size for i in infos if i.compress_type != zipfile.ZIP_STORED)
        if len(infos) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
            raise ProjectError(f"{self._path.name} claims to be too large to be opened")
        values = self._manifest()
        photos = values.pop("photos", None)
        if not isinstance(photos, list):
            raise self._damaged("it lists no photos")
        try:
            return Manifest.from_dict(values), photos
        except ConfigError as error:
            raise self._damaged(str(error)) from error

    def read(self) -> LoadedProject:
        """Return all that can be read."""
        manifest, records = self.contents()
        photos: list[SavedPhoto] = []
        selected = None
        for number, record in enumerate(records):
            photo = self._photo(number, record)
            if photo is not None:
                if number == manifest.selected:
                    selected = len(photos)
                photos.append(photo)
        origin = Path(manifest.origin) if manifest.origin else None
        return LoadedProject(Project(tuple(photos), selected, origin), tuple(self._problems))

    def _manifest(self) -> dict[str, Any]:
        try:
            values = json.loads(self._member(MANIFEST, MOST_MANIFEST))
        except (ValueError, RecursionError, ConfigError) as error:
            raise self._damaged(str(error)) from error
        if not isinstance(values, dict):
            raise self._damaged("its list of contents is no object")
        check_format(values, self._path.name)
        return values

    def _photo(self, number: int, values: object) -> SavedPhoto | None:
        """Return a photo with those of its faces that can be read."""
        try:
            record = PhotoRecord.from_dict(values if isinstance(values, dict) else {})
            path, packed, missing = self._file_of(number, record)
        except ConfigError as error:
            self._problems.append(f"Photo {number + 1} is damaged and was left out ({error}).")
            return None
        faces = [face for face in map(self._face, record.faces) if face is not None]
        lost = len(record.faces) - len(faces)
        if lost:
            which = "A face" if lost == 1 else f"{lost} faces"
            again = "; it is made again" if not faces and not missing else ""
            self._problems.append(f"{which} of {record.name} could not be read{again}.")
        waits = record.state == "done" and not faces
        return SavedPhoto(
            name=record.name,
            path=path,
            packed=packed,
            missing=missing,
            state="waiting" if waits else record.state,
            failure=record.failure,
            size=record.size,
            selected_face=min(record.selected_face, max(len(faces) - 1, 0)),
            faces=tuple(faces),
        )

    def _face(self, record: FaceRecord) -> FaceResult | None:
        try:
            return unpack_face(record, self._member(record.arrays, MOST_FACE))
        except (ConfigError, ShapeError, *DAMAGE):
            return None

    def _file_of(self, number: int, record: PhotoRecord) -> tuple[Path, bool, bool]:
        """Return the file of a photo, whether it was packed, and whether it is missing."""
        if record.packed is not None:
            target = self._unpack_to / str(number) / safe_name(record.name, record.packed)
            try:
                self._unpack(record.packed, target)
            except (ConfigError, *DAMAGE):
                self._problems.append(f"The picture of {record.name} is damaged.")
                return target, True, True
            return target, True, False
        if record.absolute is None and record.relative is None:
            raise ConfigError("it has no file")
        found = find_photo(record, self._path.absolute().parent)
        lost = Path(record.absolute or record.name)
        return found or lost, False, found is None

    def _member(self, name: str, most: int) -> bytes:
        """Return the content of a member that is no larger than `most`, nor a bomb."""
        info = self._info(name, most)
        if info.file_size > MOST_RATIO * info.compress_size + MEBI:
            raise ConfigError(f"{name} claims to be {info.file_size} bytes")
        return self._archive.read(info)

    def _unpack(self, name: str, target: Path) -> None:
        info = self._info(name, MOST_PHOTO)
        if info.compress_type != zipfile.ZIP_STORED:
            raise ConfigError(f"{name} is compressed; expected a file as it was")
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._archive.open(info) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, MEBI)

    def _info(self, name: str, most: int) -> zipfile.ZipInfo:
        """Return a member, once: a small file could else name one member a thousand times."""
        info = self._archive.getinfo(name)
        if name in self._read:
            raise ConfigError(f"{name} is named twice")
        self._read.add(name)
        if info.file_size > most:
            raise ConfigError(f"{name} claims to be {info.file_size} bytes")
        return info

    def _damaged(self, why: str) -> ProjectError:
        return ProjectError(f"{self._path.name} is damaged; take a backup of it ({why})")


def find_photo(record: PhotoRecord, folder: Path) -> Path | None:
    """Return the file of a photo: where it was, seen from the project, or beside the project."""
    places = []
    if record.relative is not None:
        places.append(Path(os.path.normpath(folder / record.relative)))
    if record.absolute is not None:
        # The name at the end of a path that another system wrote.
        name = PureWindowsPath(record.absolute).name or PurePosixPath(record.absolute).name
        places += [Path(record.absolute), folder / name]
    there = [place for place in places if is_file(place)]
    same = [place for place in there if place.stat().st_size == record.file_size]
    return next(iter(same or there), None)


def is_file(path: Path) -> bool:
    """Return whether there is a file; a path that cannot be is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def safe_name(name: str, member: str) -> str:
    """Return a file name made of a photo's name and its member's suffix, without any path."""
    suffix = PurePosixPath(member).suffix
    stem = PureWindowsPath(name).stem if PureWindowsPath(name).suffix.lower() == suffix else name
    plain = suffix[1:].isalnum() and len(suffix) <= 6
    return f"{portable_stem(stem, 'photo')}{suffix if plain else '.png'}"
