from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from vrn_core.config import LossConfig
from vrn_core.errors import ShapeError
from vrn_core.models.heatmaps import draw_gaussians
from vrn_core.models.landmarks import STRIDE, LandmarkOutput
from vrn_core.models.vrn import VolumeOutput
from vrn_core.training import losses
from vrn_core.training.losses import (
    compute_losses,
    heatmap_loss,
    heatmap_targets,
    volume_loss,
)
from vrn_core.types import UNKNOWN


def random_volume(seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(2, 5, 6, 7, generator=generator)
    target = torch.randint(0, 256, (2, 5, 6, 7), generator=generator, dtype=torch.uint8)
    return logits, target


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("surface", [0.0, 1.5])
@pytest.mark.parametrize("unknown", [False, True])
@pytest.mark.parametrize("chunk", [16, 1 << 17])
def test_volume_loss_and_gradient_equal_the_plain_formula(
    layout: torch.memory_format,
    surface: float,
    unknown: bool,
    chunk: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(losses, "CHUNK", chunk)
    values, target = random_volume()
    target[:, 2] = UNKNOWN
    occupancy = target.float() / 255
    plain = values.clone().requires_grad_()
    weight = 1 + surface * 4 * occupancy * (1 - occupancy)
    if unknown:
        weight[target == UNKNOWN] = 0
    expected = functional.binary_cross_entropy_with_logits(plain, occupancy, weight)
    (2 * expected).backward()

    logits = values.to(memory_format=layout).requires_grad_()
    loss = volume_loss(logits, target, surface, unknown)
    (2 * loss).backward()
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(logits.grad, plain.grad)
    assert torch.equal(logits, values), "the logits themselves were changed"


@pytest.mark.parametrize(
    ("logit", "occupancy", "expected"),
    [
        (0.0, 0, math.log(2)),
        (0.0, 255, math.log(2)),
        (math.log(3), 255, math.log(4 / 3)),
        (math.log(3), 0, math.log(4)),
        (-80.0, 255, 80.0),
        (80.0, 255, 0.0),
    ],
)
def test_volume_loss_has_its_analytic_values(logit: float, occupancy: int, expected: float) -> None:
    logits = torch.full((1, 2, 3, 4), logit)
    target = torch.full((1, 2, 3, 4), occupancy, dtype=torch.uint8)
    assert float(volume_loss(logits, target)) == pytest.approx(expected, abs=1e-6)


def test_volume_loss_of_bfloat16_is_summed_in_float32() -> None:
    # In bfloat16 a mean over this many voxels would stop growing long before the end.
    logits = torch.zeros(1, 50, 64, 64, dtype=torch.bfloat16, requires_grad=True)
    target = torch.zeros(1, 50, 64, 64, dtype=torch.uint8)
    loss = volume_loss(logits, target)
    loss.backward()
    assert loss.dtype == torch.float32
    assert float(loss.detach()) == pytest.approx(math.log(2), rel=1e-6)
    assert logits.grad is not None
    assert logits.grad.dtype == torch.bfloat16
    assert float(logits.grad.float().sum()) == pytest.approx(0.5, rel=4e-3)


def test_volume_of_another_shape_or_type_is_refused() -> None:
    logits, target = random_volume()
    with pytest.raises(ShapeError, match=r"target has shape \(2, 5, 6, 6\); expected \(2, 5, 6, 7"):
        volume_loss(logits, target[..., :6])
    with pytest.raises(ShapeError, match="uint8"):
        volume_loss(logits, target.float())


def test_heatmap_loss_is_zero_for_the_target_itself_and_log_of_cells_for_a_flat_one() -> None:
    sigma, points = 1.5, torch.tensor([[[60.0, 90.0], [100.5, 33.25]]])
    targets = heatmap_targets(points, 48, sigma)
    perfect = draw_gaussians(points, 48, STRIDE, sigma).clamp(min=1e-30).log()
    assert float(heatmap_loss(perfect, targets)) == pytest.approx(0, abs=1e-4)
    flat = torch.zeros(1, 2, 48, 48)
    # A Gaussian's entropy in two dimensions is 1 + ln(2 pi sigma^2).
    expected = math.log(48 * 48) - (1 + math.log(2 * math.pi * sigma**2))
    assert float(heatmap_loss(flat, targets)) == pytest.approx(expected, rel=1e-3)


def test_points_outside_the_heatmap_count_for_nothing() -> None:
    logits = torch.randn(1, 2, 48, 48, generator=torch.Generator().manual_seed(1))
    both = heatmap_targets(torch.tensor([[[60.0, 90.0], [-40.0, 50.0]]]), 48, 1.25)
    alone = heatmap_targets(torch.tensor([[[60.0, 90.0]]]), 48, 1.25)
    torch.testing.assert_close(heatmap_loss(logits, both), heatmap_loss(logits[:, :1], alone))
    assert both.inside.tolist() == [[1.0, 0.0]]


def landmark_output(points: Tensor, stages: int) -> LandmarkOutput:
    maps = torch.zeros(len(points), 68, 48, 48)
    return LandmarkOutput(
        points, torch.ones(points.shape[:2]), (maps,) * stages, (points,) * stages
    )


def test_every_stack_is_supervised() -> None:
    target = torch.full((2, 68, 3), 50.0)
    points = target + torch.tensor([4.0, 0.0, -3.0])
    config = LossConfig(heatmap=0, coordinates=2.0, depth=1.0)
    one = compute_losses(landmark_output(points, 1), None, target, config)
    three = compute_losses(landmark_output(points, 3), None, target, config)
    # Smooth L1 of 4 px is 3.5, averaged over x and y; the depth is 3 px off.
    assert float(one.parts["coordinates"]) == pytest.approx(1.75)
    assert float(one.parts["depth"]) == pytest.approx(3)
    assert float(one.total) == pytest.approx(2 * 1.75 + 3)
    assert float(three.total) == pytest.approx(3 * float(one.total))


def test_multitask_adds_volume_and_landmarks() -> None:
    target = torch.full((2, 68, 3), 50.0)
    logits, volume = random_volume()
    config = LossConfig(volume=0.5, heatmap=1.0)
    landmarks = landmark_output(target + 1, 1)
    both = compute_losses(VolumeOutput(logits, landmarks), volume, target, config)
    alone = compute_losses(VolumeOutput(logits, None), volume, target, config)
    points = compute_losses(landmarks, None, target, config)
    torch.testing.assert_close(both.total, alone.total + points.total)
    assert set(both.parts) == {"volume", "heatmap", "coordinates", "depth"}


def test_logits_are_brought_to_the_volumes_grid() -> None:
    logits = torch.zeros(1, 100, 12, 12)
    volume = torch.zeros(1, 200, 24, 24, dtype=torch.uint8)
    result = compute_losses(VolumeOutput(logits, None), volume, torch.zeros(1, 68, 3), LossConfig())
    assert float(result.total) == pytest.approx(math.log(2))


def test_early_volumes_are_supervised_as_the_last_one() -> None:
    logits, target = torch.randn(1, 4, 8, 8), torch.randint(0, 256, (1, 4, 8, 8)).byte()
    landmarks = torch.zeros(1, 68, 3)
    once = compute_losses(VolumeOutput(logits, None), target, landmarks, LossConfig())
    twice = compute_losses(VolumeOutput(logits, None, (logits,)), target, landmarks, LossConfig())
    assert float(twice.total) == pytest.approx(2 * float(once.total), rel=1e-5)
    assert float(twice.parts["volume"]) == pytest.approx(float(once.parts["volume"]))


def test_binary_targets_round_the_shares() -> None:
    logits = torch.full((1, 1, 1, 2), 2.0)
    target = torch.tensor([[[[127, 128]]]], dtype=torch.uint8)
    config = LossConfig(binary_targets=True)
    loss = compute_losses(VolumeOutput(logits, None), target, torch.zeros(1, 68, 3), config)
    expected = (math.log1p(math.exp(2)) + math.log1p(math.exp(-2))) / 2
    assert float(loss.total) == pytest.approx(expected, rel=1e-5)


def test_binary_targets_leave_the_unknown_alone() -> None:
    logits, target = random_volume()
    target[:, 2] = UNKNOWN
    config = LossConfig(binary_targets=True, unknown=True)
    loss = compute_losses(VolumeOutput(logits, None), target, torch.zeros(2, 68, 3), config)
    other = logits.clone()
    other[:, 2] += 5
    again = compute_losses(VolumeOutput(other, None), target, torch.zeros(2, 68, 3), config)
    assert float(loss.total) == float(again.total) > 0
