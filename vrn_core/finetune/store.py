"""Labels on disk: a folder with JSON and tensors alone, which a training reads anywhere.

``labels.json`` tells of each item its files, whom it shows, which part it plays and what is wrong
with it; ``labels.safetensors`` holds the numbers. Photos and scans stay where they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from vrn_core.errors import DataError
from vrn_core.evaluation.scan_heads import UNITS_MM, ScanFacts
from vrn_core.files import write_together
from vrn_core.finetune.items import Item, Kind
from vrn_core.finetune.labels import Label
from vrn_core.morphable.fitting import FaceFit
from vrn_core.pose import Similarity

VERSION = 1
FACTS = "labels.json"
NUMBERS = "labels.safetensors"
MOST_BYTES = 500_000_000
TRAIN, VALIDATION, LEFT_OUT = "train", "validation", "left out"
PARTS = (TRAIN, VALIDATION, LEFT_OUT)


@dataclass(frozen=True)
class Entry:
    """An item, its part, and its label or what is wrong with it."""

    item: Item
    part: str
    label: Label | None = None
    problem: str | None = None


@dataclass(frozen=True)
class LabelSet:
    """All that was found out about a folder."""

    folder: Path
    """In which photos and scans lie."""
    entries: tuple[Entry, ...] = ()
    face_model: str | None = None
    """The folder of the face model, if photos were labelled with one, or `FREE_HEAD`."""

    def of(self, part: str) -> list[Label]:
        """Return the labels of the items that play a part."""
        return [e.label for e in self.entries if e.part == part and e.label is not None]

    def with_part(self, names: Iterable[str], part: str) -> LabelSet:
        """Return the same with another part for the items of these names."""
        if part not in PARTS:
            raise DataError(f"the part is {part!r}; expected one of {', '.join(PARTS)}")
        chosen = set(names)
        entries = [
            replace(e, part=part) if e.item.name in chosen and e.label is not None else e
            for e in self.entries
        ]
        return replace(self, entries=tuple(entries))

    def with_people(self, people: Mapping[str, str]) -> LabelSet:
        """Return the same with other people for the items of these names; parts stay.

        Raises :class:`DataError` if a person has no name.
        """
        nameless = sorted(name for name, person in people.items() if not person.strip())
        if nameless:
            raise DataError(f"{nameless[0]} shows a person without a name; give each one")
        entries = []
        for entry in self.entries:
            person = people.get(entry.item.name, entry.item.person)
            item = replace(entry.item, person=person)
            label = None if entry.label is None else replace(entry.label, item=item)
            entries.append(replace(entry, item=item, label=label))
        return replace(self, entries=tuple(entries))


def write_labels(labels: LabelSet, folder: Path) -> None:
    """Write labels into a folder, whole or not at all."""
    items, numbers = [], {}
    for number, entry in enumerate(labels.entries):
        item, label = entry.item, entry.label
        fact: dict[str, Any] = {
            "name": item.name,
            "kind": item.kind.value,
            "person": item.person,
            "scan": item.scan,
            "photo": item.photo,
            "part": entry.part,
            "problem": entry.problem,
        }
        if label is not None:
            fact["notes"] = list(label.notes)
            fact["unit"] = label.scan.unit if label.scan else None
            for key, value in _arrays(label).items():
                numbers[f"{number}.{key}"] = np.ascontiguousarray(value)
        items.append(fact)
    content = {
        "version": VERSION,
        "folder": str(labels.folder),
        "face_model": labels.face_model,
        "items": items,
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_together(
        {
            folder / NUMBERS: save(numbers),
            folder / FACTS: (json.dumps(content, indent=1) + "\n").encode(),
        }
    )


def _arrays(label: Label) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {"landmarks": label.landmarks}
    if label.scan is not None:
        assert label.scan.landmarks is not None
        assert label.scan.rotation is not None
        arrays["scan_landmarks"] = label.scan.landmarks
        arrays["scan_rotation"] = label.scan.rotation
    if label.camera is not None:
        arrays["camera"] = _packed(label.camera)
    if label.fit is not None:
        arrays["fit_camera"] = _packed(label.fit.camera)
        arrays["identity"] = label.fit.identity
        arrays["expression"] = label.fit.expression
        arrays["residual"] = np.array([label.fit.residual_mm])
    return arrays


def _packed(motion: Similarity) -> NDArray[np.float64]:
    return np.concatenate([[motion.scale], motion.rotation.ravel(), motion.translation])


def _similarity(values: NDArray[np.float64]) -> Similarity:
    if values.shape != (13,):
        raise ValueError(f"a camera of {values.shape} numbers")
    return Similarity(float(values[0]), values[1:10].reshape(3, 3), values[10:])


def read_labels(folder: Path) -> LabelSet:
    """Return the labels in a folder.

    Raises
    ------
    DataError
        If they are missing or damaged.
    """
    facts, numbers = folder / FACTS, folder / NUMBERS
    try:
        for path in (facts, numbers):
            if path.stat().st_size > MOST_BYTES:
                raise ValueError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB")
        content = json.loads(facts.read_bytes())
        if content["version"] != VERSION:
            raise ValueError(f"version {content['version']} of a program that is not this one")
        arrays = load_file(numbers)
        entries = [_entry(n, fact, arrays) for n, fact in enumerate(content["items"])]
        return LabelSet(Path(content["folder"]), tuple(entries), content["face_model"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"the labels in {folder} cannot be read: {reason}; check the data again"
        ) from error


def _entry(number: int, fact: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Entry:
    item = Item(
        str(fact["name"]), Kind(fact["kind"]), str(fact["person"]), fact["scan"], fact["photo"]
    )
    if fact["part"] not in PARTS:
        raise ValueError(f"{fact['part']!r} is no part")

    def array(key: str) -> NDArray[Any]:
        return arrays[f"{number}.{key}"]

    if f"{number}.landmarks" not in arrays:
        return Entry(item, fact["part"], None, fact["problem"])
    scan = camera = fit = None
    if item.scan is not None:
        if fact["unit"] not in UNITS_MM:
            raise ValueError(f"the unit {fact['unit']!r}")
        scan = ScanFacts(fact["unit"], array("scan_rotation"), array("scan_landmarks"))
    if f"{number}.camera" in arrays:
        camera = _similarity(array("camera"))
    if f"{number}.fit_camera" in arrays:
        fit = FaceFit(
            array("identity"),
            array("expression"),
            _similarity(array("fit_camera")),
            float(array("residual")[0]),
        )
    notes = tuple(str(note) for note in fact.get("notes", ()))
    label = Label(item, array("landmarks"), scan, camera, fit, notes)
    if label.landmarks.shape != (68, 3):
        raise ValueError(f"landmarks of {label.landmarks.shape} numbers")
    return Entry(item, fact["part"], label, fact["problem"])
