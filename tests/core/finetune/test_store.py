"""Labels on disk: they come back, and what is damaged is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from vrn_core.errors import DataError
from vrn_core.finetune.items import Item, Kind
from vrn_core.finetune.labels import Label
from vrn_core.finetune.store import (
    FACTS,
    LEFT_OUT,
    NUMBERS,
    TRAIN,
    VALIDATION,
    Entry,
    LabelSet,
    read_labels,
    write_labels,
)
from vrn_core.morphable.fitting import FaceFit
from vrn_core.pose import Similarity

MARKS = np.arange(204, dtype=np.float32).reshape(68, 3)


def test_labels_come_back(labelled: tuple[LabelSet, Path]) -> None:
    labels, folder = labelled
    found = read_labels(folder)
    assert found.folder == labels.folder
    for one, other in zip(found.entries, labels.entries, strict=True):
        assert (one.item, one.part, one.problem) == (other.item, other.part, other.problem)
        assert one.label is not None
        assert other.label is not None
        np.testing.assert_array_equal(one.label.landmarks, other.label.landmarks)
        assert one.label.scan is not None
        assert other.label.scan is not None
        assert one.label.scan.unit == other.label.scan.unit
        np.testing.assert_array_equal(one.label.scan.rotation, other.label.scan.rotation)


def test_fits_cameras_and_problems_come_back(tmp_path: Path) -> None:
    camera = Similarity(2.0, np.eye(3), np.array([1.0, 2.0, 3.0]))
    fit = FaceFit(np.ones(60, np.float32), np.zeros(57, np.float32), camera, 1.5)
    item = Item("a.jpg", Kind.PHOTO, "a", photo="a.jpg")
    bad = Item("b.jpg", Kind.PHOTO, "b", photo="b.jpg")
    labels = LabelSet(
        tmp_path,
        (
            Entry(item, VALIDATION, Label(item, MARKS, fit=fit, notes=("small",))),
            Entry(bad, LEFT_OUT, None, "no face"),
        ),
        "model",
    )
    write_labels(labels, tmp_path / "labels")
    found = read_labels(tmp_path / "labels")
    first, second = found.entries
    assert first.label is not None
    assert first.label.fit is not None
    assert first.label.notes == ("small",)
    assert first.label.fit.residual_mm == 1.5
    assert first.label.fit.camera.translation.tolist() == [1, 2, 3]
    assert (second.label, second.problem) == (None, "no face")
    assert found.face_model == "model"
    assert len(found.of(VALIDATION)) == 1


def test_parts_change_but_not_those_of_bad_items(labelled: tuple[LabelSet, Path]) -> None:
    labels, _ = labelled
    bad = Entry(Item("bad.ply", Kind.SCAN, "bad", scan="bad.ply"), LEFT_OUT, None, "damaged")
    all_of_them = LabelSet(labels.folder, (*labels.entries, bad))
    names = [entry.item.name for entry in all_of_them.entries]
    changed = all_of_them.with_part(names, TRAIN)
    assert [entry.part for entry in changed.entries] == [TRAIN, TRAIN, TRAIN, LEFT_OUT]
    with pytest.raises(DataError, match="the part is 'test'"):
        labels.with_part(names, "test")


@pytest.mark.parametrize(
    "damage", ["missing", "no json", "version", "numbers", "kind", "other numbers"]
)
def test_damaged_labels_are_refused(labelled: tuple[LabelSet, Path], damage: str) -> None:
    _, folder = labelled
    facts = folder / FACTS
    content = json.loads(facts.read_text())
    if damage == "missing":
        facts.unlink()
    elif damage == "no json":
        facts.write_text("{")
    elif damage == "version":
        facts.write_text(json.dumps({**content, "version": 99}))
    elif damage == "kind":
        content["items"][0]["kind"] = "song"
        facts.write_text(json.dumps(content))
    elif damage == "numbers":
        (folder / NUMBERS).write_bytes(b"\x80\x04 this is a pickle, or so it seems")
    else:
        numbers = (folder / NUMBERS).read_bytes()
        (folder / NUMBERS).write_bytes(numbers[: len(numbers) // 2])
    with pytest.raises(DataError, match="check the data again"):
        read_labels(folder)


def test_people_are_changed_and_kept(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    labels, _ = labelled
    write_labels(labels.with_people({"ann.ply": "cem"}), tmp_path / "again")
    again = read_labels(tmp_path / "again")
    assert {e.item.name: e.item.person for e in again.entries} == {
        "ann.ply": "cem",
        "bob.ply": "bob",
        "cem.ply": "cem",
    }
    assert [e.part for e in again.entries] == [e.part for e in labels.entries]
    with pytest.raises(DataError, match="without a name"):
        labels.with_people({"bob.ply": " "})
