"""From a folder to labels: what is wrong with which file, and who is shared out where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.core.finetune.conftest import nobody
from vrn_core.errors import CancelledError, DataError
from vrn_core.finetune.items import Item, Kind
from vrn_core.finetune.labels import Label
from vrn_core.finetune.prepare import find_face_model, label_folder, share_out
from vrn_core.finetune.store import LEFT_OUT, TRAIN, VALIDATION, Entry
from vrn_core.inference.landmarks import LandmarkResult
from vrn_core.inference.photo import load_photo
from vrn_core.morphable.face_model import FREE_HEAD, load_face_model
from vrn_core.pose import FLIP
from vrn_core.progress import CancelToken
from vrn_core.resources import resource

MARKS = np.zeros((68, 3), np.float32)


def entries(*people: str) -> list[Entry]:
    made = []
    for number, person in enumerate(people):
        item = Item(f"{person}-{number}.ply", Kind.SCAN, person, scan="x")
        made.append(Entry(item, TRAIN, Label(item, MARKS)))
    return made


def parts(shared: list[Entry]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in shared:
        found.setdefault(entry.item.person, set()).add(entry.part)
    return found


def test_nobody_is_in_two_parts() -> None:
    shared = parts(share_out(entries(*(5 * [f"p{n}" for n in range(10)]))))
    assert all(len(own) == 1 for own in shared.values())
    assert sum(own == {VALIDATION} for own in shared.values()) == 2
    assert shared == parts(share_out(entries(*(5 * [f"p{n}" for n in range(10)]))))


def test_one_persons_items_are_shared_out_and_few_are_not() -> None:
    assert parts(share_out(entries(*["ann"] * 10)))["ann"] == {TRAIN, VALIDATION}
    assert parts(share_out(entries("ann", "ann")))["ann"] == {TRAIN}


def test_bad_items_say_why_and_stop_nothing(scans: Callable[..., Path]) -> None:
    folder = scans("ann", "bob")
    (folder / "empty.obj").write_bytes(b"")
    (folder / "damaged.ply").write_bytes(b"ply\nthis is none")
    cv2.imwrite(str(folder / "photo.jpg"), np.full((300, 300, 3), 90, np.uint8))
    found = {e.item.name: e for e in label_folder(folder, find_landmarks=nobody).entries}
    assert found["empty.obj"].problem is not None
    assert "empty" in found["empty.obj"].problem
    assert found["damaged.ply"].part == LEFT_OUT
    assert "no face was found" in (found["photo.jpg"].problem or "")
    assert found["ann.ply"].label is not None


def test_a_scan_without_colors_is_noted(scans: Callable[..., Path]) -> None:
    [entry] = label_folder(scans("ann", colors=False), find_landmarks=nobody).entries
    assert entry.label is not None
    assert any("no colors" in note for note in entry.label.notes)


def test_it_can_be_stopped(scans: Callable[..., Path]) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        label_folder(scans("ann"), find_landmarks=nobody, cancel=cancel)


def test_a_face_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot read the face model"):
        find_face_model(tmp_path)


def scan_seen(folder: Path, off: float = 0.0) -> Callable[[object], list[LandmarkResult]]:
    """Return a search that sees the landmarks of the folder's scan in any photo."""
    from vrn_core.evaluation.scan_heads import read_facts

    facts = read_facts(folder / "ann.ply")
    assert facts.landmarks is not None
    points = (1.5 * facts.landmarks @ FLIP + [150, 150, 0]).astype(np.float32)
    points += off * np.random.default_rng(0).standard_normal(points.shape).astype(np.float32)
    return lambda photo: [LandmarkResult(points.astype(np.float32), 0.95)]


def test_a_photo_is_laid_under_its_scan(scans: Callable[..., Path]) -> None:
    folder = scans("ann")
    cv2.imwrite(str(folder / "ann.jpg"), np.full((300, 300, 3), 90, np.uint8))
    search = scan_seen(folder)
    [entry] = label_folder(folder, find_landmarks=search).entries
    assert entry.item.kind is Kind.PAIR
    assert entry.problem is None
    assert entry.label is not None
    assert entry.label.camera is not None
    assert entry.label.camera.scale == pytest.approx(1.5, rel=1e-3)
    np.testing.assert_allclose(entry.label.landmarks, search(None)[0].points, atol=0.1)


def test_a_photo_of_another_face_is_refused(scans: Callable[..., Path]) -> None:
    folder = scans("ann")
    cv2.imwrite(str(folder / "ann.jpg"), np.full((300, 300, 3), 90, np.uint8))
    [entry] = label_folder(folder, find_landmarks=scan_seen(folder, off=30)).entries
    assert "do not show the same face" in (entry.problem or "")


@pytest.mark.parametrize("name", ["ict_facekit", None])
def test_a_photo_alone_is_labelled_with_a_face_model(
    name: str | None, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = FREE_HEAD
    if name is not None:
        place = request.getfixturevalue("data_folder") / name
    (tmp_path / "photo.jpg").write_bytes(resource("sample.jpg").read_bytes())
    labels = label_folder(tmp_path, face_model=place)
    assert labels.face_model == str(place)
    [entry] = labels.entries
    assert entry.problem is None
    label = entry.label
    assert label is not None
    assert label.fit is not None
    model = load_face_model(place)
    face = model.shape(label.fit.identity, label.fit.expression, model.parts.face_end)
    seen = label.fit.camera.apply(face[model.landmark_vertices]) @ FLIP
    eyes = np.linalg.norm(label.landmarks[36] - label.landmarks[45])
    off = np.linalg.norm((seen - label.landmarks)[:, :2], axis=1).mean() / eyes
    assert off < 0.05
    assert load_photo(tmp_path / "photo.jpg").shape[2] == 3
