from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.core.training.spheres import SphereSource
from tests.core.training.train_spheres import PlainNetwork
from tests.core.training.train_spheres import source as plain_source
from vrn_core.config import TrainConfig
from vrn_core.errors import ConfigError, ExportError, ModelFileError
from vrn_core.models import create_model, load_model, read_header, save_model
from vrn_core.models.vrn import VolumeOutput
from vrn_core.progress import CancelToken
from vrn_core.training import recovery
from vrn_core.training.checkpoint import read_state, save_checkpoint
from vrn_core.training.distributed import World
from vrn_core.training.log import read_log
from vrn_core.training.optimization import learning_rate
from vrn_core.training.recovery import until_written
from vrn_core.training.trainer import Trainer, TrainingError, TrainResult

torch.set_num_threads(1)

TINY_VOLUME = {"features": 16, "stem_features": 8, "stacks": 1, "levels": 1}
TINY_MULTITASK = {"features": 16, "stem_features": 8, "levels": 1}
OPTIONS = {
    "vrn": TINY_VOLUME,
    "vrn-guided": TINY_VOLUME,
    "vrn-multitask": TINY_MULTITASK,
    "landmarks": {"features": 16, "stem_features": 8, "stacks": 2, "levels": 1},
}


def tiny(folder: Path, model: str = "vrn-guided", **settings: Any) -> TrainConfig:
    chosen: dict[str, Any] = {
        "model": model,
        "model_options": OPTIONS[model],
        "batch_size": 2,
        "steps": 6,
        "optimizer": "adamw",
        "learning_rate": 5e-3,
        "schedule": "cosine",
        "warmup_steps": 2,
        "clip_norm": 1.0,
        "ema_decay": 0.9,
        "precision": "fp32",
        "validation_every": 3,
        "validation_samples": 4,
        "log_every": 1,
        "device": "cpu",
    }
    return TrainConfig(run_folder=str(folder), **{**chosen, **settings})


class PoisonedSource(SphereSource):
    """Balls whose images overflow the network from the ninth on."""

    def sample(self, index: int) -> dict[str, Any]:
        sample = super().sample(index)
        return {**sample, "image": sample["image"] * (1 if index < 8 else np.inf)}


def train(
    config: TrainConfig,
    resume: bool = False,
    stop_at: int | None = None,
    source: Callable[[], SphereSource] = SphereSource,
) -> TrainResult:
    cancel = CancelToken()

    def report(row: Mapping[str, Any]) -> None:
        if row["step"] == stop_at:
            cancel.cancel()

    return Trainer(config, source, source, report=report, cancel=cancel).run(resume)


def losses(folder: Path) -> list[float]:
    return [row["loss"] for row in read_log(folder) if row["kind"] == "train"]


def weights(folder: Path, name: str = "final.safetensors") -> dict[str, torch.Tensor]:
    return load_model(folder / name).state_dict()


def checkpoint_tensors(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(folder / "checkpoint.safetensors")


@pytest.mark.parametrize("model", OPTIONS)
def test_one_tiny_batch_is_learned_by_heart(model: str, tmp_path: Path) -> None:
    config = tiny(
        tmp_path,
        model,
        steps=60,
        learning_rate=1e-2,
        landmark_noise=(0.0, 0.0),
        validation_every=0,
        ema_decay=0.0,
        schedule="constant",
        clip_norm=10.0,
    )
    train(config, source=lambda: SphereSource(repeat=2))
    row = read_log(tmp_path)[-2]
    assert row["kind"] == "train"
    first = read_log(tmp_path)[0]
    if model == "landmarks":
        assert row["loss"] < 0.25 * first["loss"]
        assert row["loss_coordinates"] < 4
    else:
        assert row["loss_volume"] < 0.1 * first["loss_volume"]
    if model == "vrn-multitask":
        assert row["loss_heatmap"] < 0.5 * first["loss_heatmap"]


def test_same_seed_gives_the_same_losses_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(tiny(tmp_path / name, seed=seed))
    assert losses(tmp_path / "a") == losses(tmp_path / "b")
    assert losses(tmp_path / "a") != losses(tmp_path / "c")


@pytest.mark.parametrize(
    ("precision", "optimizer"),
    [
        ("fp32", "adamw"),
        ("fp32", "rmsprop"),
        ("fp32", "sgd"),
        ("fp32", "muon"),
        ("bf16", "adamw"),
        # The precision touches the network, not the optimizer, whose weights stay in fp32.
        *(
            pytest.param("bf16", name, marks=pytest.mark.slow)
            for name in ("rmsprop", "sgd", "muon")
        ),
    ],
)
def test_resumed_run_equals_an_uninterrupted_one_exactly(
    precision: str, optimizer: str, tmp_path: Path
) -> None:
    settings = {"optimizer": optimizer, "precision": precision, "learning_rate": 1e-3}
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert train(tiny(whole, **settings)).finished
    stopped = train(tiny(parts, **settings), stop_at=4)
    assert (stopped.step, stopped.finished) == (4, False)
    assert not (parts / "final.safetensors").exists()
    assert train(tiny(parts, **settings), resume=True).finished
    assert losses(parts) == losses(whole)
    expected, found = checkpoint_tensors(whole), checkpoint_tensors(parts)
    assert set(found) == set(expected)
    assert any(name.startswith("optimizer.") for name in found)
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert all(torch.equal(found, weights(whole)[k]) for k, found in weights(parts).items())


def test_rows_after_the_checkpoint_are_dropped_on_resume(tmp_path: Path) -> None:
    train(tiny(tmp_path), stop_at=2)
    with (tmp_path / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"kind": "train", "step": 3, "loss": 99}\n{"kind": "tra')
    train(tiny(tmp_path), resume=True)
    rows = [row for row in read_log(tmp_path) if row["kind"] == "train"]
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert all(row["loss"] < 99 for row in rows)


def test_log_and_files_tell_what_happened(tmp_path: Path) -> None:
    config = tiny(tmp_path)
    result = train(config)
    rows = read_log(tmp_path)
    validations = [row for row in rows if row["kind"] == "validation"]
    assert [row["step"] for row in validations] == [3, 6]
    assert all(0 <= row["volume_iou"] <= 1 for row in validations)
    training = next(row for row in rows if row["kind"] == "train")
    assert training["samples"] == 2
    assert training["samples_per_second"] > 0
    assert 0 <= training["data_share"] <= 1
    assert TrainConfig.read(tmp_path / "config.json") == config
    header = read_header(tmp_path / "best.safetensors")
    assert header["metadata"]["config"] == config.to_dict()
    assert result.best_score == pytest.approx(
        max(row["volume_iou"] for row in validations), abs=1e-6
    )
    assert header["metadata"]["validation"]["volume_iou"] == pytest.approx(result.best_score)


def test_saved_weights_are_the_running_mean(tmp_path: Path) -> None:
    trainer = Trainer(tiny(tmp_path), SphereSource, SphereSource)
    trainer.run()
    mean, last = trainer.mean.model.state_dict(), trainer.model.state_dict()
    saved = weights(tmp_path)
    key = "head.slices.weight"
    assert torch.equal(saved[key], mean[key].half().float())
    assert not torch.allclose(mean[key], last[key], atol=1e-4)


def test_worker_processes_give_the_same_samples(tmp_path: Path) -> None:
    settings = {"steps": 3, "validation_every": 0}
    train(tiny(tmp_path / "none", **settings))
    train(tiny(tmp_path / "two", workers=2, **settings))
    assert losses(tmp_path / "two") == losses(tmp_path / "none")


def test_full_volumes_train_the_half_head_through_interpolation(tmp_path: Path) -> None:
    config = tiny(tmp_path, steps=1, volume="full", batch_size=1, validation_samples=1)
    train(config, source=lambda: SphereSource(shape=(200, 192, 192)))
    assert 0 < losses(tmp_path)[0] < 2


def test_weights_of_another_run_are_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "unguided.safetensors"
    unguided = create_model("vrn", **TINY_VOLUME)
    save_model(unguided, path, name="vrn", overrides=TINY_VOLUME, half=False)
    trainer = Trainer(tiny(tmp_path / "run", init_from=str(path)), SphereSource, SphereSource)
    key = "head.slices.weight"
    assert torch.equal(trainer.model.state_dict()[key], unguided.state_dict()[key])
    trainer.run()
    note = read_log(tmp_path / "run")[0]
    assert note["kind"] == "note"
    assert "parameters from unguided.safetensors" in note["text"]
    with pytest.raises(ModelFileError, match="no model file"):
        Trainer(tiny(tmp_path, init_from=str(tmp_path / "absent")), SphereSource, SphereSource)


def test_folder_with_a_checkpoint_is_not_overwritten(tmp_path: Path) -> None:
    train(tiny(tmp_path), stop_at=1)
    with pytest.raises(ConfigError, match="holds a checkpoint already; resume it or"):
        train(tiny(tmp_path))


def test_resuming_with_another_network_or_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    train(tiny(tmp_path), stop_at=1)
    with pytest.raises(ConfigError, match=r"model is 'vrn' but .* was written with 'vrn-guided'"):
        train(tiny(tmp_path, "vrn"), resume=True)
    with pytest.raises(ModelFileError, match=r"there is no checkpoint .* to resume from"):
        train(tiny(tmp_path / "absent"), resume=True)


def test_run_that_never_becomes_finite_again_is_given_up(tmp_path: Path) -> None:
    train(tiny(tmp_path), stop_at=2)
    before = (tmp_path / "checkpoint.safetensors").read_bytes()
    with pytest.raises(TrainingError, match=r"not finite at step 4, .*lower the learning rate"):
        train(tiny(tmp_path), resume=True, source=PoisonedSource)
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before
    notes = [row["text"] for row in read_log(tmp_path) if row["kind"] == "note"]
    assert notes[-1] == ("the loss was not finite; going on from step 2 at 0.03125 times the rate")
    assert len(notes) == 5


class PoisonedOnce(SphereSource):
    """Balls of which one overflows the network the first time that it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.healthy = False

    def sample(self, index: int) -> dict[str, Any]:
        sample = super().sample(index)
        if index != 8 or self.healthy:
            return sample
        self.healthy = True
        return {**sample, "image": sample["image"] * np.nan}


def test_loss_that_is_not_finite_once_costs_half_the_rate(tmp_path: Path) -> None:
    config = tiny(tmp_path, checkpoint_minutes=0.0)
    assert train(config, source=PoisonedOnce).finished
    rows = [row for row in read_log(tmp_path) if row["kind"] == "train"]
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    usual = [learning_rate(config, step) for step in range(6)]
    found = [row["learning_rate"] for row in rows]
    assert found == pytest.approx([*usual[:4], *(rate / 2 for rate in usual[4:])])
    # What a run lost stays lost when it is resumed; another rate begins anew.
    assert read_state(tmp_path / "checkpoint.safetensors").rate_factor == 0.5
    train(tiny(tmp_path, steps=7, learning_rate=1e-3), resume=True)
    assert read_state(tmp_path / "checkpoint.safetensors").rate_factor == 1.0


class NarrowNetwork(PlainNetwork):
    """A network that a pretended GPU has room for two samples of."""

    def forward(self, images: torch.Tensor) -> VolumeOutput:
        if len(images) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().forward(images)


def test_batch_too_large_for_the_gpu_is_worked_through_in_parts(tmp_path: Path) -> None:
    found, parts = {}, {}
    for network in (PlainNetwork, NarrowNetwork):
        folder = tmp_path / network.__name__
        config = tiny(folder, "vrn", model_options={}, batch_size=6, validation_samples=6)
        torch.manual_seed(1)
        trainer = Trainer(config, plain_source, plain_source, model=network())
        assert trainer.run().finished
        found[network] = [row["loss"] for row in read_log(folder) if "loss" in row]
        parts[network] = trainer.state.batch_parts
    assert parts == {PlainNetwork: 1, NarrowNetwork: 4}
    assert found[NarrowNetwork] == pytest.approx(found[PlainNetwork], rel=1e-4)


def test_not_even_one_sample_fits_the_gpu(tmp_path: Path) -> None:
    def fails(images: torch.Tensor) -> VolumeOutput:
        raise torch.OutOfMemoryError("CUDA out of memory")

    model = PlainNetwork()
    model.forward = fails  # type: ignore[method-assign]
    config = tiny(tmp_path, "vrn", model_options={})
    with pytest.raises(TrainingError, match="too little memory for a batch of 2; lower"):
        Trainer(config, plain_source, plain_source, model=model).run()


def test_full_disk_makes_the_run_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "RETRY_SECONDS", 0.01)
    full = iter([True, True, False, True])

    def save(*arguments: Any) -> None:
        if next(full, False):
            try:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError as error:
                raise ExportError("cannot write checkpoint: no space left on device") from error
        save_checkpoint(*arguments)

    monkeypatch.setattr("vrn_core.training.trainer.save_checkpoint", save)
    told: list[str] = []

    def report(row: Mapping[str, Any]) -> None:
        told.extend([row["text"]] if row["kind"] == "note" else [])

    assert Trainer(tiny(tmp_path), SphereSource, SphereSource, report=report).run().finished
    assert told == [
        f"cannot write checkpoint: no space left on device; waiting at step {step} until there "
        "is room"
        for step in (0, 6)
    ]
    assert read_state(tmp_path / "checkpoint.safetensors").step == 6


def test_stop_is_heard_while_the_disk_is_full(tmp_path: Path) -> None:
    cancel = CancelToken()
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write() -> None:
        raise error

    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        until_written(write, lambda _: cancel.cancel(), cancel)


@pytest.mark.gpu
def test_resumed_run_on_a_gpu_goes_on_where_it_stopped(tmp_path: Path) -> None:
    config = tiny(tmp_path, device="cuda", precision="bf16", workers=1)
    world = World(device=torch.device("cuda", 0))
    cancel = CancelToken()

    def report(row: Mapping[str, Any]) -> None:
        if row["step"] == 4:
            cancel.cancel()

    Trainer(config, SphereSource, SphereSource, world=world, report=report, cancel=cancel).run()
    result = Trainer(config, SphereSource, SphereSource, world=world).run(resume=True)
    assert result.finished
    assert [r["step"] for r in read_log(tmp_path) if r["kind"] == "train"] == [1, 2, 3, 4, 5, 6]
    assert losses(tmp_path)[-1] < losses(tmp_path)[0]


@pytest.mark.parametrize("keep", [True, False])
def test_norms_keep_their_statistics_on_request(tmp_path: Path, keep: bool) -> None:
    start = create_model("vrn-guided", "lite", **TINY_VOLUME)
    options = {"name": "vrn-guided", "overrides": TINY_VOLUME, "half": False}
    save_model(start, tmp_path / "start.safetensors", **options)
    train(tiny(tmp_path / "run", init_from=str(tmp_path / "start.safetensors"), keep_norms=keep))
    before = start.state_dict()
    after = load_model(tmp_path / "run" / "final.safetensors").state_dict()
    means = [key for key in before if key.endswith("running_mean")]
    assert means
    assert all(torch.equal(before[key], after[key]) for key in means) == keep
    assert not torch.equal(
        before[means[0].replace("running_mean", "weight")],
        after[means[0].replace("running_mean", "weight")],
    )
