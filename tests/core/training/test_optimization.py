from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from vrn_core.config import OPTIMIZERS, TrainConfig
from vrn_core.models import create_model
from vrn_core.training.optimization import RunningMean, create_optimizer, learning_rate


def test_step_schedule_drops_tenfold_at_its_steps() -> None:
    config = TrainConfig(run_folder="r", schedule="step", learning_rate=1e-4, drop_steps=(10, 20))
    rates = [learning_rate(config, step) for step in (0, 9, 10, 19, 20)]
    assert rates == pytest.approx([1e-4, 1e-4, 1e-5, 1e-5, 1e-6])


def test_cosine_schedule_warms_up_and_ends_at_its_fraction() -> None:
    config = TrainConfig(
        run_folder="r",
        schedule="cosine",
        learning_rate=1.0,
        steps=110,
        warmup_steps=10,
        final_fraction=0.2,
    )
    assert [learning_rate(config, s) for s in (0, 4, 9)] == pytest.approx([0.1, 0.5, 1.0])
    assert learning_rate(config, 10) == pytest.approx(1.0)
    assert learning_rate(config, 60) == pytest.approx(0.6)
    assert learning_rate(config, 110) == pytest.approx(0.2)
    assert learning_rate(config, 35) == pytest.approx(0.2 + 0.4 * (1 + math.cos(math.pi / 4)))


def test_cosine_schedule_can_hold_its_rate_before_it_falls() -> None:
    config = TrainConfig(
        run_folder="r", schedule="cosine", learning_rate=1.0, steps=300, hold_steps=200
    )
    rates = [learning_rate(config, step) for step in (0, 199, 200, 250, 300)]
    assert rates == pytest.approx([1, 1, 1, 0.5, 0])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_only_weights_decay(name: str) -> None:
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3))
    config = TrainConfig(run_folder="r", optimizer=name, weight_decay=0.1)
    groups = create_optimizer(config, model).param_groups
    decays = {id(p): group["weight_decay"] for group in groups for p in group["params"]}
    assert decays == {id(p): 0.1 if p.ndim > 1 else 0.0 for p in model.parameters()}


def test_muon_turns_hidden_convolutions_and_leaves_the_rest_to_adamw() -> None:
    model = create_model("landmarks", features=16, stem_features=8, stacks=1, levels=1)
    config = TrainConfig(run_folder="r", optimizer="muon")
    groups = create_optimizer(config, model).param_groups
    hidden = {id(p) for group in groups if group["use_muon"] for p in group["params"]}
    names = {name for name, p in model.named_parameters() if id(p) in hidden}
    assert "stem.mix.conv2.weight" in names
    assert not names & {"stem.conv.weight", "heads.0.maps.weight", "stem.mix.conv2.bias"}
    assert sum(len(group["params"]) for group in groups) == len(list(model.parameters()))


def test_muon_moves_a_matrix_alike_in_all_directions() -> None:
    weight = nn.Parameter(torch.zeros(8, 8, 1, 1))
    model = nn.Module()
    model.hidden = weight
    config = TrainConfig(run_folder="r", optimizer="muon", learning_rate=0.1, momentum=0.9)
    optimizer = create_optimizer(config, model)
    weight.grad = torch.diag(torch.tensor([8.0, 4, 2, 1, 0.5, 0.4, 0.3, 0.2]))[..., None, None]
    optimizer.step()
    moved = torch.linalg.svdvals(weight.detach()[:, :, 0, 0])
    # 0.2 sqrt(8) is the factor that gives a step AdamW's size; the gradient's 40 : 1 is gone.
    assert float(moved.max() / moved.min()) < 2.5
    assert float(moved.mean()) == pytest.approx(0.1 * 0.2 * 8**0.5, rel=0.3)


def test_running_mean_follows_the_weights_and_starts_fast() -> None:
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    mean = RunningMean(model, 0.9)
    nn.init.ones_(model.weight)
    mean.update(0)
    # The first decay is 1 / 10, however slow the later ones are.
    assert float(mean.model.weight) == pytest.approx(0.9)
    mean.update(10_000)
    assert float(mean.model.weight) == pytest.approx(0.9 * 0.9 + 0.1)
    assert RunningMean(model, 0).model is model


def test_running_mean_keeps_the_norms_statistics_too() -> None:
    model = nn.BatchNorm2d(2)
    mean = RunningMean(model, 0.5)
    model(torch.randn(4, 2, 3, 3) + 5)
    mean.update(1000)
    expected = 0.5 * model.running_mean
    torch.testing.assert_close(mean.model.running_mean, expected)
    assert int(mean.model.num_batches_tracked) == 1
