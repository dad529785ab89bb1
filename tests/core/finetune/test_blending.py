"""What is kept of a fine-tuning."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vrn_core.errors import ConfigError, ModelFileError
from vrn_core.finetune.blending import blend, blend_files
from vrn_core.models.header import read_header
from vrn_core.models.registry import create_model
from vrn_core.models.weights import load_model, save_model

SMALL = {"features": 16}


def network(seed: int, **options: int) -> torch.nn.Module:
    torch.manual_seed(seed)
    return create_model("vrn-guided", "lite", **{**SMALL, **options})


def test_the_numbers_lie_between_and_neither_network_is_changed() -> None:
    before, after = network(0), network(1)
    kept = [value.clone() for value in after.state_dict().values()]
    mixed = blend(before, after, 0.25).state_dict()
    for key, value in before.state_dict().items():
        if value.is_floating_point():
            wanted = 0.75 * value + 0.25 * after.state_dict()[key]
            assert torch.allclose(mixed[key], wanted, atol=1e-6), key
    for value, was in zip(after.state_dict().values(), kept, strict=True):
        assert torch.equal(value, was)


def test_all_or_nothing_of_what_was_learned() -> None:
    before, after = network(0), network(1)
    for share, same in ((0.0, before), (1.0, after)):
        mixed = blend(before, after, share).state_dict()
        assert all(torch.equal(mixed[k], v) for k, v in same.state_dict().items())


def test_another_network_or_share_is_refused() -> None:
    with pytest.raises(ModelFileError, match="not of the same kind"):
        blend(network(0), network(0, features=32), 0.5)
    with pytest.raises(ConfigError, match="expected between 0 and 1"):
        blend(network(0), network(1), 1.5)


def test_a_file_between_two_files(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.safetensors" for n in range(3)]
    for n in (0, 1):
        save_model(network(n), paths[n], name="vrn-guided", overrides=SMALL, metadata={"n": n})
    blend_files(paths[0], paths[1], paths[2], 0.5)
    assert read_header(paths[2]) == read_header(paths[1])
    first, second, mixed = (load_model(path).state_dict() for path in paths)
    key = next(k for k, v in first.items() if v.is_floating_point() and v.ndim == 4)
    assert torch.allclose(mixed[key], (first[key] + second[key]) / 2, atol=1e-3)
