from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn, optim

from vrn_core.errors import ExportError, ModelFileError
from vrn_core.training.checkpoint import TrainState, load_checkpoint, save_checkpoint

Parts = tuple[nn.Module, nn.Module, optim.Optimizer]


def parts(optimizer: str = "AdamW", seed: int = 0) -> Parts:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4))
    model.to(memory_format=torch.channels_last)
    mean = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4))
    chosen = getattr(optim, optimizer)(model.parameters(), lr=1e-3)
    for _ in range(2):
        chosen.zero_grad()
        model(torch.randn(3, 2, 5, 5)).square().mean().backward()
        chosen.step()
    return model, mean, chosen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(path, TrainState(step=2, samples=6, config={"a": 1}), *parts())
    return path


@pytest.mark.parametrize("name", ["AdamW", "Adam", "RMSprop"])
def test_all_tensors_come_back_in_their_memory_order(name: str, tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    state = TrainState(step=5, samples=40, seconds=1.5, best_step=3, best_score=-0.25, config={})
    model, mean, optimizer = parts(name)
    save_checkpoint(path, state, model, mean, optimizer)
    other_model, other_mean, other_optimizer = parts(name, seed=1)
    assert load_checkpoint(path, other_model, other_mean, other_optimizer) == state
    for one, other in ((model, other_model), (mean, other_mean)):
        for key, value in one.state_dict().items():
            assert torch.equal(other.state_dict()[key], value)
    for a, b in zip(model.parameters(), other_model.parameters(), strict=True):
        assert set(optimizer.state[a]) == set(other_optimizer.state[b])
        for key, value in optimizer.state[a].items():
            found = other_optimizer.state[b][key]
            assert torch.equal(found, value)
            assert found.stride() == value.stride()


def rewrite(path: Path, change: Callable[[dict[str, Any], dict[str, str]], None]) -> None:
    with safe_open(path, framework="pt") as file:
        header = dict(file.metadata())
        tensors = {key: file.get_tensor(key) for key in file.keys()}
    change(tensors, header)
    save_file(tensors, path, metadata=header)


def with_state(**values: Any) -> Callable[[dict[str, Any], dict[str, str]], None]:
    def change(tensors: dict[str, Any], header: dict[str, str]) -> None:
        header["state"] = json.dumps({**json.loads(header["state"]), **values})

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t, h: t.pop("model.0.weight"), "lacks the tensor 'model.0.weight'"),
        (lambda t, h: t.update({"evil": torch.zeros(2)}), "unknown tensor 'evil'"),
        (
            lambda t, h: t.update({"model.0.bias": torch.zeros(7)}),
            r"'model.0.bias' is \(7,\) .*expected \(4,\)",
        ),
        (
            lambda t, h: t.update({"optimizer.0.bias.exp_avg": torch.zeros(5)}),
            r"'optimizer.0.bias.exp_avg' is \(5,\)",
        ),
        (
            lambda t, h: t.update({"optimizer.9.bias.exp_avg": torch.zeros(4)}),
            "unknown tensor 'optimizer.9.bias.exp_avg'",
        ),
        (
            lambda t, h: t.update({"mean.0.bias": torch.full((4,), float("nan"))}),
            "'mean.0.bias' holds values that are not finite",
        ),
        (
            lambda t, h: t.update({"model.0.bias": torch.zeros(4, dtype=torch.float64)}),
            "float64; expected",
        ),
        (lambda t, h: h.update({"format": "other"}), "of format 'other'; expected"),
        (lambda t, h: h.update({"state": "[1"}), "damaged header"),
        (lambda t, h: h.pop("state"), "damaged header"),
        (with_state(step=-1), "damaged header: -1 is no count"),
        (with_state(step="2"), "damaged header: '2' is no count"),
        (with_state(seconds=float("inf")), "damaged header: a number is not finite"),
        (with_state(config=3), "damaged header"),
    ],
)
def test_tampered_checkpoint_is_refused_and_changes_nothing(
    path: Path, change: Callable[..., object], words: str
) -> None:
    rewrite(path, change)
    model, mean, optimizer = parts(seed=1)
    before = [p.detach().clone() for p in model.parameters()]
    with pytest.raises(ModelFileError, match=words):
        load_checkpoint(path, model, mean, optimizer)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_truncated_empty_or_pickled_file_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for content in (b"", whole[:5], whole[:200], whole[:-10], b"\xff" * 400):
        path.write_bytes(content)
        with pytest.raises(ModelFileError, match="no checkpoint or is damaged"):
            load_checkpoint(path, *parts())
    torch.save({"step": 1}, path)
    with pytest.raises(ModelFileError, match="no checkpoint or is damaged"):
        load_checkpoint(path, *parts())


def test_failed_write_keeps_the_last_checkpoint(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(ExportError, match="o space left"):
        save_checkpoint(path, TrainState(step=9), *parts())
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]
