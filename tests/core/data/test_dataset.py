from __future__ import annotations

import numpy as np
import pytest
import trimesh

from vrn_core.data.augmentation import draw_hand
from vrn_core.data.config import DataConfig
from vrn_core.data.dataset import PortraitDataset
from vrn_core.data.portraits import load_portraits
from vrn_core.data.preview import write_preview
from vrn_core.data.profiling import place_face, solid_in_image
from vrn_core.errors import ConfigError, DataError
from vrn_core.ibug import MIRROR
from vrn_core.pose import rotation_from_pose
from vrn_core.types import Pose


@pytest.fixture(scope="module")
def dataset(data_folder):
    return PortraitDataset(DataConfig())


def test_sample_is_the_same_whenever_it_is_asked_for(dataset):
    first, again = dataset.sample(7), dataset.sample(7)
    for key in first:
        np.testing.assert_array_equal(first[key], again[key])
    assert not np.array_equal(first["image"], dataset.sample(8)["image"])


def test_samples_have_the_stated_shapes_and_ranges(dataset):
    for index in range(6):
        sample = dataset.sample(index)
        assert sample["image"].shape == (3, 192, 192)
        assert sample["image"].min() >= 0
        assert sample["image"].max() <= 1
        assert sample["volume"].shape == (100, 96, 96)
        assert sample["landmarks"].shape == (68, 3)
        share = (sample["volume"] > 127).mean()
        assert 0.02 < share < 0.5


def test_landmarks_lie_on_the_surface_of_the_volume(dataset):
    inner = [*range(27, 36), *range(48, 60)]
    distances = []
    for index in range(10):
        sample = dataset.sample(index)
        inside = sample["volume"] > 127
        for x, y, z in sample["landmarks"][inner]:
            i, j, k = round((x - 0.5) / 2), round((y - 0.5) / 2), round(z + 49.5)
            if not (2 <= i < 94 and 2 <= j < 94 and 2 <= k < 98):
                continue
            block = inside[k - 2 : k + 3, j - 2 : j + 3, i - 2 : i + 3]
            distances.append(block.any() and not block.all())
    assert np.mean(distances) > 0.97


def test_face_is_framed_as_the_paper_says(data_folder):
    config = DataConfig(scale_low=1, scale_high=1, shift_px=0, resolution="none")
    landmarks = PortraitDataset(config).sample(3)["landmarks"]
    width, height = np.ptp(landmarks[:, :2], axis=0)
    assert np.sqrt(width * height) == pytest.approx(90, rel=1e-3)
    assert landmarks[:, :2].mean(axis=0) == pytest.approx([95.5, 95.5], abs=0.05)


def test_solid_is_watertight_in_any_pose(dataset):
    fit = dataset.portraits[0].fit
    face = dataset.head.add_expression(dataset.head.identity_shape(fit.identity), fit.expression)
    for yaw in (-90, 0, 60):
        placement = place_face(dataset.model, face, rotation_from_pose(Pose(yaw, 10, 20)))
        solid = solid_in_image(dataset.model, face, placement)
        mesh = trimesh.Trimesh(solid.vertices, solid.faces, process=False)
        assert mesh.is_watertight
        assert mesh.is_winding_consistent
        assert mesh.volume > 0


def test_splits_share_no_person(data_folder):
    people = load_portraits()
    names = {s: {p.name for p in people if p.split == s} for s in ("train", "validation", "test")}
    assert len(names["test"]) == 150
    assert len(names["validation"]) == 60
    assert sum(map(len, names.values())) == len(set.union(*names.values()))


def test_fit_lies_close_to_the_measured_points(data_folder):
    residuals = [p.fit.residual_mm for p in load_portraits()]
    assert np.median(residuals) < 3.0


def test_mirror_table_is_its_own_inverse():
    np.testing.assert_array_equal(MIRROR[MIRROR], np.arange(68))


def test_preview_is_written(data_folder, tmp_path):
    write_preview(tmp_path / "sheet.png", DataConfig(), count=3)
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_missing_data_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("VRN_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="set VRN_DATA"):
        PortraitDataset(DataConfig())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"reel_share": 0.5}, "did you mean 'real_share'"),
        ({"real_share": 1.5}, "expected a share"),
        ({"resolution": "tiny"}, "expected 'half', 'full' or 'none'"),
        ({"scale_low": 0.0}, "expected 0 < scale_low"),
    ],
)
def test_wrong_settings_are_explained(values, message):
    with pytest.raises(ConfigError, match=message):
        DataConfig.from_dict(values)


def test_a_hand_covers_a_part_of_the_face_in_its_color():
    rng = np.random.default_rng(3)
    image = np.zeros((192, 192, 3), np.float32)
    image[40:150, 50:140] = (200, 150, 120)
    before = image.copy()
    angles = np.linspace(np.pi, 0, 17)
    jaw = np.stack([96 + 45 * np.cos(angles), 90 + 55 * np.sin(angles)], axis=1)
    inner = np.tile([[96.0, 95.0]], (51, 1)) + rng.normal(0, 12, (51, 2))
    draw_hand(rng, image, np.concatenate([jaw, inner]).astype(np.float32))
    changed = np.abs(image - before).max(axis=2) > 20
    assert 0.02 < changed.mean() < 0.5
    covered = image[changed & (before.max(axis=2) == 0)]
    # Redder than green, greener than blue, as the face is.
    assert (covered[:, 0] > covered[:, 2]).mean() > 0.9
    assert image.dtype == np.float32
