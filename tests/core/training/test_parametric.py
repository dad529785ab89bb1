from __future__ import annotations

import numpy as np
import pytest
import torch

from vrn_core.config import LossConfig, TrainConfig
from vrn_core.data.config import DataConfig
from vrn_core.data.dataset import PortraitDataset
from vrn_core.errors import ShapeError
from vrn_core.models import ParametricOutput, create_model
from vrn_core.morphable.parameters import PARAMETER_COUNT, UNITS
from vrn_core.training.losses import compute_losses
from vrn_core.training.sources import sample_sources

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def costs(data_folder):
    from vrn_core.training import parametric

    return parametric


@pytest.fixture(scope="module")
def samples(data_folder):
    dataset = PortraitDataset(DataConfig(resolution="none", parameters=True))
    return [dataset.sample(n) for n in range(12)]


def test_parameters_of_samples_give_their_landmarks(costs, samples):
    parameters = torch.from_numpy(np.stack([s["parameters"] for s in samples]))
    found = costs.parametric_face(CPU).landmarks(parameters).numpy()
    for points, sample in zip(found, samples, strict=True):
        # Mirrored samples are off by what the model's components lack in symmetry.
        assert np.abs(points[:, :2] - sample["landmarks"][:, :2]).max() < 0.8
        depth = sample["landmarks"][:, 2] - points[:, 2]
        assert np.ptp(depth) < 0.8


def test_costs_are_zero_at_the_truth_and_follow_the_gradient_down(costs, samples):
    target = torch.from_numpy(np.stack([s["parameters"] for s in samples[:2]]))
    assert float(costs.parameter_cost(target, target)) == 0
    assert float(costs.vertex_cost(target, target)) == 0
    pred = torch.zeros_like(target, requires_grad=True)
    cost = costs.parameter_cost(pred, target)
    cost.backward()
    assert pred.grad is not None
    off = pred.detach() - target
    assert (pred.grad * off >= 0).all()
    assert float(cost.detach()) > 0


@pytest.mark.parametrize("number", [0, 4, 6, 7, 8, 20, 67, 68 + 30, 124])
def test_reach_is_how_far_a_parameter_moves_the_vertices(costs, samples, number):
    face = costs.parametric_face(CPU)
    target = torch.from_numpy(samples[0]["parameters"])[None]
    values = (target * face.units)[0].double()

    def place(plain):
        """Return the vertices under the exact similarity, depth as it comes."""
        rows = values[:6].view(2, 3)
        scale = rows.norm(dim=1).mean()
        third = torch.linalg.cross(rows[0], rows[1]) / scale
        shape = face.shape(plain[None].float())[0].double()
        return shape, torch.stack([*plain[:6].view(2, 3), third]), plain[6:8]

    step = 0.01
    other = values.clone()
    other[number] += step * float(UNITS[number])
    (shape, matrix, middle), (shape2, matrix2, middle2) = place(values), place(other)
    moved = shape2 @ matrix2.T - shape @ matrix.T
    moved[:, :2] += middle2 - middle
    expected = float(moved.norm()) / step
    assert float(face.reach(target)[0, number]) == pytest.approx(expected, rel=0.02, abs=1e-3)


def test_what_moves_the_face_more_weighs_more(costs, samples):
    target = torch.from_numpy(samples[0]["parameters"])[None]
    reach = costs.parametric_face(CPU).reach(target)[0]
    first, second = int(reach.argmax()), 20
    pred = target.clone()
    pred[0, [first, second]] += 0.1
    # The largest weight is one, and the other's is as its reach to the first one's.
    expected = 0.01 * (1 + float(reach[second] / reach[first]))
    assert float(costs.parameter_cost(pred, target)) == pytest.approx(expected, rel=1e-3)


def test_network_learns_a_sample(costs, samples):
    torch.manual_seed(0)
    tiny = {"stem_features": 8, "widths": (16, 16, 16, 16), "squeezed": 8}
    model = create_model("parametric", **tiny)
    images = torch.from_numpy(np.stack([s["image"] for s in samples[:2]]))
    landmarks = torch.from_numpy(np.stack([s["landmarks"] for s in samples[:2]]))
    target = torch.from_numpy(np.stack([s["parameters"] for s in samples[:2]]))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    config = LossConfig(vertices=0.1)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        output = model(images, landmarks)
        loss = compute_losses(output, None, landmarks, config, target)
        loss.total.backward()
        optimizer.step()
        losses.append(float(loss.total.detach()))
    assert set(loss.parts) == {"parameters", "vertices"}
    assert losses[-1] < 0.25 * losses[0]


def test_samples_without_parameters_are_refused():
    output = ParametricOutput(torch.zeros(1, PARAMETER_COUNT))
    with pytest.raises(ShapeError, match="the samples hold no parameters"):
        compute_losses(output, None, torch.zeros(1, 68, 3), LossConfig())


def test_source_of_the_parametric_network_has_parameters_and_no_volumes(data_folder):
    train, _ = sample_sources(TrainConfig(run_folder="r", model="parametric"))
    sample = train().sample(0)
    assert sample["parameters"].shape == (PARAMETER_COUNT,)
    assert "volume" not in sample
