"""What a folder offers to learn from: scans, photos with scans, photos, and annotated photos."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from vrn_core.errors import DataError
from vrn_core.evaluation.scan_files import PICTURE_SUFFIXES, SCAN_SUFFIXES

MOST_ITEMS = 200_000
"""Files that a folder may hold; more is a mistake, such as a whole disk."""
MOST_PEOPLE_BYTES = 50_000_000
PEOPLE_FORM = 'JSON with the names of items and people, such as {"a.jpg": "ann", "b.jpg": "ann"}'
NUMBERED = re.compile(r"[ _.-]*\d+$")
LAST_NUMBER = re.compile(r"_\d+$")


class Kind(Enum):
    """How an item tells what a face's shape is."""

    SCAN = "scan"
    """A textured or colored scan, drawn in many poses."""
    PAIR = "photo with scan"
    """A photo, and a scan of the same face at the same time."""
    PHOTO = "photo"
    """A photo alone, to which the face model is fitted."""
    ANNOTATED = "annotated photo"
    """A photo of 300W-LP or AFLW2000-3D with its landmarks."""


@dataclass(frozen=True)
class Item:
    """One thing to learn from."""

    name: str
    """Of its main file, below the folder; unique."""
    kind: Kind
    person: str
    """Who it shows, as far as folders and names tell."""
    scan: str | None = None
    """File of the scan below the folder."""
    photo: str | None = None
    """File of the photo below the folder."""


def find_items(folder: Path) -> list[Item]:
    """Return what a folder and those in it offer, by name.

    A photo belongs to the scan of the same name beside it (``ann.jpg`` and ``ann.obj``) unless it
    is the scan's texture: named in a material file of that folder, or beside a ``.wrl``. A photo
    with a ``.mat`` of the same name is one of 300W-LP or AFLW2000-3D. Who an item shows is told
    by the folder in which it lies or, right in `folder`, by its name without a number at its
    end: ``ann_01.obj`` and ``ann_02.obj`` show one person.

    Raises
    ------
    DataError
        If there is no such folder, or nothing to learn from in it.
    """
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder}; choose one with photos or scans of faces")
    paths = _files(folder)
    scans = {p.with_suffix("") for p in paths if p.suffix.lower() in SCAN_SUFFIXES}
    vrml = {p.with_suffix("") for p in paths if p.suffix.lower() == ".wrl"}
    annotated = {p.with_suffix("") for p in paths if p.suffix.lower() == ".mat"}
    textures = _textures(p for p in paths if p.suffix.lower() == ".mtl")
    items: dict[str, Item] = {}
    photos: dict[Path, Path] = {}
    for path in paths:
        if path.suffix.lower() not in PICTURE_SUFFIXES or path in textures:
            continue
        stem = path.with_suffix("")
        if stem in vrml or _is_copy(path.relative_to(folder)):
            continue
        photos.setdefault(stem, path)
    for path in paths:
        if path.suffix.lower() not in SCAN_SUFFIXES:
            continue
        name, photo = _below(path, folder), photos.pop(path.with_suffix(""), None)
        items[name] = Item(
            name,
            Kind.SCAN if photo is None else Kind.PAIR,
            _person(path, folder),
            scan=name,
            photo=None if photo is None else _below(photo, folder),
        )
    for stem, path in photos.items():
        if stem in scans:
            continue
        name = _below(path, folder)
        kind = Kind.ANNOTATED if stem in annotated else Kind.PHOTO
        # The views of one photo of 300W-LP differ in their last number.
        alone = kind is Kind.ANNOTATED
        person = LAST_NUMBER.sub("", path.stem) if alone else _person(path, folder)
        items[name] = Item(name, kind, person, photo=name)
    if not items:
        raise DataError(
            f"{folder} holds nothing to learn from; expected scans "
            f"({', '.join(SCAN_SUFFIXES)}) or photos ({', '.join(PICTURE_SUFFIXES)})"
        )
    return sorted(items.values(), key=lambda item: item.name)


def read_people(path: Path) -> dict[str, str]:
    """Return whom items show, by their names, from a JSON file such as ``{"a.jpg": "ann"}``.

    Raises
    ------
    DataError
        If it cannot be read or holds anything else.
    """
    try:
        if path.stat().st_size > MOST_PEOPLE_BYTES:
            raise ValueError(f"larger than {MOST_PEOPLE_BYTES // 1_000_000} MB")
        people = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path} cannot be read: {reason}; expected {PEOPLE_FORM}") from error
    if not isinstance(people, dict):
        raise DataError(f"{path} holds a {type(people).__name__}; expected {PEOPLE_FORM}")
    for name, person in people.items():
        if not isinstance(person, str) or not person.strip():
            raise DataError(f"{path}: {name!r} shows {person!r}; expected {PEOPLE_FORM}")
    return {name: person.strip() for name, person in people.items()}


def name_people(items: Sequence[Item], people: Mapping[str, str]) -> list[Item]:
    """Return the items with the people that are given by the items' names.

    Raises :class:`DataError` if a name is none of an item.
    """
    unknown = sorted(set(people) - {item.name for item in items})
    if unknown:
        raise DataError(
            f"{unknown[0]!r} is named among the people but not among the items; expected a file's "
            f"name below the folder, such as {items[0].name!r}"
        )
    return [replace(item, person=people.get(item.name, item.person)) for item in items]


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(base) / name for name in sorted(names) if not name.startswith(".")]
        if len(found) > MOST_ITEMS:
            raise DataError(
                f"{folder} holds more than {MOST_ITEMS} files; choose the folder of the faces alone"
            )
    return found


def _textures(materials: Iterable[Path]) -> set[Path]:
    """Return the pictures that material files name."""
    named: set[Path] = set()
    for path in materials:
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            words = line.split(maxsplit=1)
            if len(words) == 2 and words[0].lower().startswith(("map_", "bump", "norm")):
                # Options may stand before the name, which may hold spaces itself.
                whole = words[1].strip().replace("\\", "/")
                for name in (whole, whole.split()[-1]):
                    named.add(path.parent / name)
    return named


def _is_copy(path: Path) -> bool:
    """Whether a picture is one of 300W-LP's mirrored copies, or none of a face at all."""
    return any(part.endswith("_Flip") or part in ("landmarks", "Code") for part in path.parts)


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _person(path: Path, folder: Path) -> str:
    parents = path.relative_to(folder).parts[:-1]
    if parents:
        return "/".join(parents)
    return NUMBERED.sub("", path.stem) or path.stem
