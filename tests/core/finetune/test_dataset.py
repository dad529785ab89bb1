"""Samples of one's own data: whole, always the same, and consistent with themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.core.evaluation.made_up_scans import made_up_head
from vrn_core.data.config import DataConfig
from vrn_core.errors import DataError
from vrn_core.finetune.dataset import FinetuneDataset
from vrn_core.finetune.prepare import label_folder
from vrn_core.finetune.shots import cut, frame_shot, shot_of_scan
from vrn_core.finetune.store import LEFT_OUT, LabelSet, read_labels, write_labels
from vrn_core.resources import resource
from vrn_core.types import CROP_SIZE

PLAIN = DataConfig(
    flip_share=0.0,
    occluder_share=0.0,
    hand_share=0.0,
    glasses_share=0.0,
    yaw_deg=0.0,
    pitch_deg=0.0,
    roll_deg=0.0,
    shift_px=0.0,
    scale_low=1.0,
    scale_high=1.0,
)


def test_samples_have_the_shapes_of_training(labelled: tuple[LabelSet, Path]) -> None:
    sample = FinetuneDataset(labelled[1], DataConfig(), "train").sample(3)
    assert sample["image"].shape == (3, CROP_SIZE, CROP_SIZE)
    assert sample["image"].dtype == np.float32
    assert 0 <= sample["image"].min() <= sample["image"].max() <= 1
    assert sample["landmarks"].shape == (68, 3)
    assert sample["volume"].shape == (100, 96, 96)
    assert 0.02 < (sample["volume"] > 127).mean() < 0.5


def test_photos_alone_need_no_data_but_what_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRN_DATA", str(tmp_path / "nothing"))
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "photo.jpg").write_bytes(resource("sample.jpg").read_bytes())
    write_labels(label_folder(photos), tmp_path / "labels")
    sample = FinetuneDataset(tmp_path / "labels", PLAIN, "train").sample(0)
    assert sample["image"].shape == (3, CROP_SIZE, CROP_SIZE)
    marks = sample["landmarks"]
    assert np.sqrt(np.prod(np.ptp(marks[:, :2], axis=0))) == pytest.approx(90, rel=1e-4)
    solid = sample["volume"] > 127
    for x, y, z in marks[27:36]:
        column = np.flatnonzero(solid[:, round(y / 2 - 0.25), round(x / 2 - 0.25)])
        assert column[0] == pytest.approx(z + 50, abs=2)


def test_a_sample_is_always_the_same_one(labelled: tuple[LabelSet, Path]) -> None:
    one, other = (FinetuneDataset(labelled[1], DataConfig(), "train") for _ in range(2))
    other.sample(0)
    for key, value in one.sample(5).items():
        np.testing.assert_array_equal(value, other.sample(5)[key])
    assert not np.array_equal(one.sample(5)["image"], one.sample(6)["image"])


def test_picture_landmarks_and_volume_lie_on_one_another(labelled: tuple[LabelSet, Path]) -> None:
    sample = FinetuneDataset(labelled[1], PLAIN, "train").sample(0)
    marks = sample["landmarks"]
    assert marks[:, :2].mean(axis=0) == pytest.approx([95.5, 95.5], abs=0.01)
    assert np.sqrt(np.prod(np.ptp(marks[:, :2], axis=0))) == pytest.approx(90, rel=1e-4)
    solid = sample["volume"] > 127
    # The tip of the nose is before the head that was made up; all others are on its surface.
    inner = np.delete(np.arange(17, 68), 30 - 17)
    for x, y, z in marks[inner]:
        column = np.flatnonzero(solid[:, round(y / 2 - 0.25), round(x / 2 - 0.25)])
        assert column[0] == pytest.approx(z + 50, abs=3)
    # Red on the viewer's left, green on the right.
    red, green, _ = sample["image"]
    assert red[96, 70] > green[96, 70]
    assert green[96, 120] > red[96, 120]


@pytest.mark.parametrize("roll", [0.0, 30.0, -70.0])
def test_a_shot_turns_with_its_landmarks(labelled: tuple[LabelSet, Path], roll: float) -> None:
    from vrn_core.finetune.labels import read_scanned

    labels = read_labels(labelled[1])
    label = labels.entries[0].label
    assert label is not None
    head, face = read_scanned(labels.folder, label.item, label.scan, lambda photo: [])
    shot = shot_of_scan(head, face, 0.0, 0.0)
    framing = frame_shot(shot, roll, 1.0, (0.0, 0.0))
    marks = framing.apply(shot.landmarks)
    across = marks[45] - marks[36]
    # As a pose's roll: counter-clockwise, and y runs down.
    assert np.degrees(np.arctan2(-across[1], across[0])) == pytest.approx(roll, abs=2)
    image = cut(shot, framing, np.zeros((CROP_SIZE, CROP_SIZE, 3), np.float32))
    right, left = marks[36].round().astype(int), marks[45].round().astype(int)
    assert image[right[1], right[0], 0] > image[right[1], right[0], 1]
    assert image[left[1], left[0], 1] > image[left[1], left[0], 0]


def test_without_validation_items_other_pictures_serve(labelled: tuple[LabelSet, Path]) -> None:
    labels, folder = labelled
    write_labels(labels.with_part([e.item.name for e in labels.entries], "train"), folder)
    train = FinetuneDataset(folder, DataConfig(), "train")
    validation = FinetuneDataset(folder, DataConfig(), "validation")
    assert not np.array_equal(train.sample(0)["image"], validation.sample(0)["image"])


def test_nothing_to_learn_from_is_refused(labelled: tuple[LabelSet, Path]) -> None:
    labels, folder = labelled
    write_labels(labels.with_part([e.item.name for e in labels.entries], LEFT_OUT), folder)
    with pytest.raises(DataError, match="no item"):
        FinetuneDataset(folder, DataConfig(), "train")


def test_a_scan_that_went_away_is_named(labelled: tuple[LabelSet, Path]) -> None:
    labels, folder = labelled
    for path in labels.folder.glob("*.ply"):
        path.unlink()
    with pytest.raises(DataError, match=r"there is no scan .*\.ply"):
        FinetuneDataset(folder, DataConfig(), "train").sample(0)


def test_portraits_are_mixed_in(data_folder: Path, labelled: tuple[LabelSet, Path]) -> None:
    mixed = FinetuneDataset(labelled[1], PLAIN, "train", mix_share=0.5)
    red = made_up_head().colors.max()
    assert red == 220
    # The made-up head is pure red and green: blue tells a portrait.
    blue = [mixed.sample(index)["image"][2, 70:120, 70:120].mean() > 0.05 for index in range(30)]
    assert 5 < sum(blue) < 25
