from __future__ import annotations

import pytest
import torch

from vrn_core.errors import ModelFileError
from vrn_core.models import create_model, save_model
from vrn_core.training.warm_start import warm_start

SMALL = {"features": 16, "stem_features": 8, "levels": 2}


def test_multitask_takes_over_both_hourglasses_of_vrn(tmp_path):
    torch.manual_seed(1)
    source = create_model("vrn", "lite", **SMALL)
    path = tmp_path / "vrn.safetensors"
    save_model(source, path, name="vrn", overrides=SMALL, half=False)
    model = create_model("vrn-multitask", "lite", **SMALL)
    heads_before = model.landmark_head.state_dict()["maps.weight"].clone()
    told = warm_start(model, path)
    for part, origin in (
        (model.shared[0], source.stacks[0][0]),
        (model.volume_stack[0], source.stacks[1][0]),
        (model.landmark_stack[1], source.stacks[1][1]),
        (model.between, source.between[0]),
        (model.stem, source.stem),
        (model.head, source.head),
    ):
        for mine, theirs in zip(
            part.state_dict().values(), origin.state_dict().values(), strict=True
        ):
            torch.testing.assert_close(mine, theirs)
    torch.testing.assert_close(model.landmark_head.state_dict()["maps.weight"], heads_before)
    total = sum(p.numel() for p in model.parameters())
    head = sum(p.numel() for p in model.landmark_head.parameters())
    assert told == f"started with {total - head} of {total} parameters from vrn.safetensors"
    model.eval()
    source.eval()
    images = torch.rand(1, 3, 192, 192)
    with torch.no_grad():
        torch.testing.assert_close(model(images).logits, source(images).logits)


def test_a_network_that_has_nothing_in_common_is_refused(tmp_path):
    path = tmp_path / "landmarks.safetensors"
    save_model(create_model("landmarks", "lite"), path, name="landmarks")
    model = torch.nn.Linear(3, 4)
    with pytest.raises(ModelFileError, match="choose another file"):
        warm_start(model, path)
