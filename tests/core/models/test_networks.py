from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from vrn_core.errors import ConfigError, ShapeError
from vrn_core.models import create_model, full_volume, list_models, parameter_count, resize_volume
from vrn_core.models.blocks import fold_norms
from vrn_core.models.heatmaps import concentration, draw_gaussians, soft_argmax
from vrn_core.models.vrn import tent_blur

LITE = [spec for spec in list_models() if spec.size == "lite"]


@pytest.mark.parametrize("spec", LITE, ids=lambda s: s.name)
def test_network_predicts_finite_values_and_reaches_every_parameter(spec):
    torch.manual_seed(0)
    model = create_model(spec.name, spec.size).train()
    images, landmarks = torch.rand(2, 3, 192, 192), torch.rand(2, 68, 2) * 192
    if spec.name == "landmarks":
        output = model(images)
        assert output.points.shape == (2, 68, 3)
        assert output.sharpness.shape == (2, 68)
        loss = sum(p.square().mean() for p in output.stage_points)
    elif spec.name == "parametric":
        output = model(images, landmarks)
        assert output.parameters.shape == (2, 125)
        loss = output.parameters.square().mean()
    else:
        output = model(images, landmarks)
        assert output.logits.shape == (2, 100, 96, 96)
        loss = output.logits.square().mean()
        if output.landmarks is not None:
            loss = loss + output.landmarks.points.square().mean()
    assert torch.isfinite(loss)
    loss.backward()
    silent = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    # A bias in front of a batch norm moves nothing.
    assert silent == []


@pytest.mark.parametrize("spec", list_models(), ids=lambda s: f"{s.name}-{s.size}")
def test_every_network_of_the_registry_can_be_built(spec):
    with torch.device("meta"):
        assert parameter_count(create_model(spec.name, spec.size)) > 500_000


def test_paper_sizes_are_about_as_large_as_published():
    with torch.device("meta"):
        assert 15e6 < parameter_count(create_model("vrn", "paper")) < 28e6
        assert 15e6 < parameter_count(create_model("vrn-guided", "paper")) < 28e6


@pytest.mark.parametrize(
    ("head", "shape"),
    [
        ("bilinear", (200, 48, 48)),
        ("subpixel", (100, 96, 96)),
        ("convolved", (100, 96, 96)),
    ],
)
def test_each_head_has_its_own_grid(head, shape):
    model = create_model("vrn", features=16, stem_features=8, levels=2, head=head)
    assert model(torch.rand(1, 3, 192, 192)).logits.shape == (1, *shape)


def test_unknown_head_is_told_what_there_is():
    with pytest.raises(ConfigError, match="'cubic'; expected one of bilinear, subpixel"):
        create_model("vrn", head="cubic")


def test_intermediate_supervision_has_early_volumes_while_training_only():
    model = create_model("vrn", features=16, stem_features=8, levels=2, intermediate=True)
    images = torch.rand(2, 3, 192, 192)
    early = model.train()(images).early_logits
    assert [tuple(e.shape) for e in early] == [(2, 100, 96, 96)]
    assert model.eval()(images).early_logits == ()


def test_guided_network_asks_for_landmarks():
    with pytest.raises(ShapeError, match="guided"):
        create_model("vrn-guided")(torch.rand(1, 3, 192, 192))


def test_wrong_image_size_is_named():
    with pytest.raises(ShapeError, match=r"images has shape \(1, 3, 64, 64\)"):
        create_model("vrn")(torch.rand(1, 3, 64, 64))


def test_misspelt_network_gets_a_suggestion():
    with pytest.raises(ConfigError, match=r"did you mean 'vrn-guided-lite'"):
        create_model("vrn-guided", "light")


def test_landmarks_change_what_the_guided_network_sees():
    torch.manual_seed(0)
    model = create_model("vrn-guided").eval()
    image = torch.rand(1, 3, 192, 192)
    with torch.no_grad():
        first = model(image, torch.full((1, 68, 2), 50.0)).logits
        second = model(image, torch.full((1, 68, 2), 130.0)).logits
    assert not torch.equal(first, second)


def test_soft_argmax_finds_the_center_of_a_gaussian():
    points = torch.tensor([[[40.3, 71.8], [100.0, 55.5]]])
    heatmaps = draw_gaussians(points, 48, 4, 1.25)
    found, probabilities = soft_argmax(torch.log(heatmaps + 1e-12), 4)
    torch.testing.assert_close(found, points, atol=0.02, rtol=0)
    assert concentration(probabilities, 1.25).min() > 0.99


def test_flat_heatmap_is_not_concentrated():
    _, probabilities = soft_argmax(torch.zeros(1, 1, 48, 48), 4)
    assert concentration(probabilities, 1.25).item() < 0.01


def test_half_volume_is_resampled_onto_the_same_box():
    # A plane in a linear field stays where it is: half voxel m spans full voxels 2m, 2m + 1.
    z = torch.arange(100.0).view(1, 100, 1, 1).expand(1, 100, 96, 96)
    full = full_volume(z)
    assert full.shape == (1, 200, 192, 192)
    expected = (torch.arange(200.0) - 0.5) / 2
    torch.testing.assert_close(full[0, 2:-2, 5, 5], expected[2:-2])


def test_resampling_there_and_back_keeps_a_linear_field():
    x = torch.arange(192.0).expand(1, 200, 192, 192)
    half = resize_volume(x, (100, 96, 96))
    torch.testing.assert_close(half[0, 50, 40, 2:-2], (2 * torch.arange(96.0) + 0.5)[2:-2])


@pytest.mark.parametrize("name", ["landmarks", "vrn-guided"])
def test_a_network_with_folded_norms_computes_the_same_and_folds_only_once(name):
    torch.manual_seed(2)
    model = create_model(name, "lite")
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 2)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, 0, 0.2)
    model.eval()
    given = (torch.rand(1, 3, 192, 192), torch.rand(1, 68, 2) * 192)
    given = given[:1] if name == "landmarks" else given
    norms = sum(isinstance(module, torch.nn.BatchNorm2d) for module in model.modules())
    with torch.inference_mode():
        before = model(*given)[0]
        fold_norms(model)
        after = model(*given)[0]
    left = sum(isinstance(module, torch.nn.BatchNorm2d) for module in model.modules())
    assert left < 0.4 * norms
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-3 * float(before.abs().max()))
    with pytest.raises(ConfigError, match="folded already"):
        fold_norms(model)


def test_the_gradient_of_the_blur_is_that_of_its_padded_convolution():
    torch.manual_seed(0)
    x = torch.rand(2, 3, 7, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(tent_blur, x)
    weight = torch.tensor([1.0, 2.0, 1.0], dtype=torch.float64) / 4
    plain = functional.conv2d(
        functional.pad(x, (1, 1, 1, 1), mode="replicate"),
        (weight[:, None] * weight).expand(3, 1, 3, 3),
        groups=3,
    )
    assert torch.equal(tent_blur(x), plain)
