from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vrn_core.errors import ModelFileError
from vrn_core.models import create_model, load_model, save_model
from vrn_core.training.guidance import Guidance

TINY = {"features": 16, "stem_features": 8, "stacks": 1, "levels": 1}
IMAGES = torch.rand(4, 3, 192, 192, generator=torch.Generator().manual_seed(0))
LANDMARKS = 96 + 20 * torch.randn(4, 68, 3, generator=torch.Generator().manual_seed(1))


def test_without_noise_the_true_points_guide() -> None:
    points = Guidance((0.0, 0.0)).points(IMAGES, LANDMARKS, 0, seed=1)
    assert torch.equal(points, LANDMARKS[..., :2])


def test_noise_belongs_to_the_sample_wherever_it_stands_in_a_batch() -> None:
    guidance = Guidance((1.0, 3.0))
    batch = guidance.points(IMAGES, LANDMARKS, 10, seed=1)
    tail = guidance.points(IMAGES[2:], LANDMARKS[2:], 12, seed=1)
    assert torch.equal(batch[2:], tail)
    assert not torch.equal(batch, guidance.points(IMAGES, LANDMARKS, 10, seed=2))


def test_noise_has_the_asked_deviation_and_half_of_its_variance_is_shared() -> None:
    count = 2000
    landmarks = torch.zeros(count, 68, 3)
    points = Guidance((2.0, 2.0)).points(torch.empty(count, 0), landmarks, 0, seed=3)
    assert float(points.std()) == pytest.approx(2, rel=0.03)
    assert float(points.mean(dim=1).var()) == pytest.approx(2, rel=0.06)


def test_landmark_network_guides_its_share_and_all_of_validation(tmp_path: Path) -> None:
    path = tmp_path / "landmarks.safetensors"
    save_model(create_model("landmarks", **TINY), path, name="landmarks", overrides=TINY)
    with torch.no_grad():
        found = load_model(path)(IMAGES).points[..., :2]
    half = Guidance((0.0, 0.0), path, share=0.5)
    always = half.points(IMAGES, LANDMARKS, 0, seed=0, always=True)
    torch.testing.assert_close(always, found, rtol=0, atol=1e-3)
    mixed = half.points(IMAGES, LANDMARKS, 0, seed=0)
    true = [bool(torch.equal(mixed[i], LANDMARKS[i, :, :2])) for i in range(4)]
    assert 0 < sum(true) < 4
    none = Guidance((0.0, 0.0), path, share=0.0).points(IMAGES, LANDMARKS, 0, seed=0)
    assert torch.equal(none, LANDMARKS[..., :2])


def test_another_network_cannot_guide(tmp_path: Path) -> None:
    path = tmp_path / "volume.safetensors"
    save_model(create_model("vrn", **TINY), path, name="vrn", overrides=TINY)
    with pytest.raises(ModelFileError, match="holds no landmark network"):
        Guidance((0.0, 0.0), path)
