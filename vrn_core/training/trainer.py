"""The step loop: trains a network, validates it, and can be stopped and taken up again."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from vrn_core.config import TrainConfig
from vrn_core.errors import ConfigError, VrnError
from vrn_core.models import create_model, save_model
from vrn_core.progress import CancelToken
from vrn_core.training.batches import Batch, BatchStream, SourceFactory
from vrn_core.training.checkpoint import TrainState, load_checkpoint, read_state, save_checkpoint
from vrn_core.training.distributed import World
from vrn_core.training.guidance import Guidance
from vrn_core.training.log import Meter, TrainLog
from vrn_core.training.losses import NetworkOutput, compute_losses
from vrn_core.training.optimization import (
    RunningMean,
    create_optimizer,
    learning_rate,
    set_learning_rate,
)
from vrn_core.training.validation import batch_metrics, score
from vrn_core.training.warm_start import warm_start

CHECKPOINT_NAME = "checkpoint.safetensors"
BEST_NAME = "best.safetensors"
FINAL_NAME = "final.safetensors"
CONFIG_NAME = "config.json"

FIXED_ON_RESUME = ("model", "size", "model_options", "seed", "optimizer", "volume")
"""Settings that a resumed run must share with its checkpoint."""

VALIDATION_SEED_OFFSET = 7919
"""Keeps the noise of validation's landmarks apart from training's."""


class TrainingError(VrnError):
    """Training cannot go on."""


Report = Callable[[Mapping[str, Any]], None]
"""Called with every row of the log."""


@dataclass(frozen=True)
class TrainResult:
    """How a run ended."""

    step: int
    finished: bool
    """False if it was asked to stop before its last step."""
    best_score: float | None


class Trainer:
    """Trains one network by one configuration.

    Parameters
    ----------
    config : TrainConfig
    train_source, validation_source : callable
        Make the sources of samples, see :class:`vrn_core.training.batches.SampleSource`.
    model : nn.Module, optional
        Instead of the one that the configuration names.
    world : World
        The processes that train together.
    report : callable, optional
        Receives the rows of the log in the main process.
    cancel : CancelToken, optional
        Read after every step; when set, the run writes a checkpoint and ends.
    """

    def __init__(
        self,
        config: TrainConfig,
        train_source: SourceFactory,
        validation_source: SourceFactory,
        *,
        model: nn.Module | None = None,
        world: World | None = None,
        report: Report | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self.config = config
        self.folder = Path(config.run_folder)
        self.world = world or World()
        self.device = self.world.device
        self._report, self._cancel = report, cancel or CancelToken()
        if config.validation_samples < self.world.size * config.batch_size:
            # Each process must see the metrics' names before they can be added up.
            raise ConfigError(
                f"validation_samples is {config.validation_samples}; expected at least "
                f"{self.world.size * config.batch_size}, one batch a process"
            )
        torch.manual_seed(config.seed)
        if model is None:
            model = create_model(config.model, config.size, **config.model_options)
        # Convolutions are fastest with the channels innermost, on CPU and GPU alike.
        self.model = model.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._warm_start_note = (
            warm_start(self.model, config.init_from) if config.init_from else None
        )
        self._guidance: Guidance | None = None
        if getattr(model, "guided", False):
            self._guidance = Guidance(
                config.landmark_noise,
                config.landmark_network,
                config.landmark_network_share,
                self.device,
            )
        self.optimizer = create_optimizer(config, self.model)
        self.mean = RunningMean(self.model, config.ema_decay)
        self.state = TrainState(config=config.to_dict())
        pin = self.device.type == "cuda"
        self._train = BatchStream(train_source, config.batch_size, config.workers, pin)
        self._validation = BatchStream(validation_source, config.batch_size)
        self._log = TrainLog(self.folder)

    def run(self, resume: bool = False) -> TrainResult:
        """Train to the last step or until cancelled; `resume` goes on from the checkpoint."""
        config = self.config
        self._prepare_folder(resume)
        network: nn.Module = self.model
        if self.world.size > 1:
            ids = [self.device.index] if self.device.type == "cuda" else None
            network = DistributedDataParallel(self.model, device_ids=ids)
        network.train()
        stride = self.world.size * config.batch_size
        first = self.state.samples + self.world.rank * config.batch_size
        remaining = config.steps - self.state.step
        indices = itertools.islice(itertools.count(first, stride), max(0, remaining))
        batches = self._train.batches(indices)
        meter = Meter()
        next_checkpoint = time.monotonic() + 60 * config.checkpoint_minutes
        stopped, validated_at = False, -1
        while self.state.step < config.steps and not stopped:
            began = time.perf_counter()
            batch = next(batches).to(self.device)
            fetched = time.perf_counter()
            parts = self._step(network, batch)
            self.state.samples += stride
            self.state.step += 1
            taken = time.perf_counter() - began
            self.state.seconds += taken
            meter.add(parts, stride, taken, fetched - began)
            step = self.state.step
            if step % config.log_every == 0 or step == config.steps:
                self._write_row(self._train_row(meter))
                meter = Meter()
            stopped = self.world.any_of(self._cancel.cancelled)
            if not stopped and config.validation_every and step % config.validation_every == 0:
                self._validate()
                validated_at = step
            if time.monotonic() >= next_checkpoint and not stopped:
                self.save_checkpoint()
                next_checkpoint = time.monotonic() + 60 * config.checkpoint_minutes
        finished = self.state.step >= config.steps
        if finished and validated_at != self.state.step:
            self._validate()
        self.save_checkpoint()
        if finished:
            self._save_weights(FINAL_NAME, {})
        return TrainResult(self.state.step, finished, self.state.best_score)

    def _step(self, network: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """Do one step of descent and return the parts of the loss."""
        config, step = self.config, self.state.step
        # Whatever is random in a step depends on the step alone, so resuming needs no states.
        torch.manual_seed((config.seed * 1_000_003 + step) * 1009 + self.world.rank)
        rate = learning_rate(config, step)
        set_learning_rate(self.optimizer, rate)
        first = self.state.samples + self.world.rank * config.batch_size
        output = self._forward(network, batch, first, config.seed)
        losses = compute_losses(
            output, batch.volumes, batch.landmarks, config.loss, batch.parameters
        )
        if self.device.type == "cpu" and not math.isfinite(float(losses.total.detach())):
            raise TrainingError(_not_finite(step, rate))
        self.optimizer.zero_grad(set_to_none=True)
        losses.total.backward()
        parts = {name: part.detach() for name, part in losses.parts.items()}
        parts["total"] = losses.total.detach()
        if config.clip_norm:
            norm = nn.utils.clip_grad_norm_(self.model.parameters(), config.clip_norm)
            parts["gradient_norm"] = norm.detach()
        self.optimizer.step()
        self.mean.update(step)
        return parts

    def _forward(
        self, network: nn.Module, batch: Batch, first_index: int, seed: int
    ) -> NetworkOutput:
        images = batch.images.contiguous(memory_format=torch.channels_last)
        with self._autocast():
            if self._guidance is not None:
                validating = not network.training
                guide = self._guidance.points(
                    images, batch.landmarks, first_index, seed, always=validating
                )
                output = network(images, guide)
            else:
                output = network(images)
        return cast("NetworkOutput", output)

    def _autocast(self) -> AbstractContextManager[Any]:
        return torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"
        )

    def validate(self) -> dict[str, float]:
        """Return the mean metrics over the fixed validation samples, of the mean weights."""
        config, world = self.config, self.world
        count = math.ceil(config.validation_samples / config.batch_size)
        mine = [i * config.batch_size for i in range(world.rank, count, world.size)]
        sums: dict[str, float] = {}
        seen = 0
        network = self.mean.model
        network.eval()
        try:
            with torch.no_grad():
                for first, batch in zip(mine, self._validation.batches(iter(mine)), strict=True):
                    moved = batch.to(self.device)
                    seed = config.seed + VALIDATION_SEED_OFFSET
                    output = self._forward(network, moved, first, seed)
                    for name, value in batch_metrics(output, moved, config.loss).items():
                        sums[name] = sums.get(name, 0.0) + value
                    seen += len(batch.images)
        finally:
            self.model.train()
        names = sorted(sums)
        totals = world.sums([float(seen), *(sums[name] for name in names)])
        return {name: total / totals[0] for name, total in zip(names, totals[1:], strict=True)}

    def _validate(self) -> None:
        began = time.perf_counter()
        metrics = self.validate()
        row = {
            "kind": "validation",
            "step": self.state.step,
            "samples": self.state.samples,
            **{name: round(value, 6) for name, value in metrics.items()},
            "seconds": round(time.perf_counter() - began, 2),
        }
        value = score(metrics)
        if not math.isfinite(value):
            raise TrainingError(_not_finite(self.state.step, learning_rate(self.config, 0)))
        if self.state.best_score is None or value > self.state.best_score:
            self.state.best_score, self.state.best_step = value, self.state.step
            self._save_weights(BEST_NAME, metrics)
        self._write_row(row)

    def save_checkpoint(self) -> None:
        """Write the checkpoint, in the main process."""
        if self.world.is_main:
            path = self.folder / CHECKPOINT_NAME
            save_checkpoint(path, self.state, self.model, self.mean.model, self.optimizer)

    def _save_weights(self, name: str, metrics: Mapping[str, float]) -> None:
        if not self.world.is_main:
            return
        config = self.config
        save_model(
            self.mean.model,
            self.folder / name,
            name=config.model,
            size=config.size,
            overrides=config.model_options,
            metadata={
                "step": self.state.step,
                "samples": self.state.samples,
                "validation": dict(metrics),
                "config": config.to_dict(),
            },
        )

    def _prepare_folder(self, resume: bool) -> None:
        path = self.folder / CHECKPOINT_NAME
        if resume:
            saved = read_state(path).config
            current = self.config.to_dict()
            for name in FIXED_ON_RESUME:
                if saved.get(name) != current[name]:
                    raise ConfigError(
                        f"{name} is {current[name]!r} but {path} was written with "
                        f"{saved.get(name)!r}; resume with the same"
                    )
            state = load_checkpoint(path, self.model, self.mean.model, self.optimizer)
            state.config = current
            self.state = state
        elif path.exists():
            raise ConfigError(
                f"{self.folder} holds a checkpoint already; resume it or choose another run_folder"
            )
        if not self.world.is_main:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.config.write(self.folder / CONFIG_NAME)
            if resume:
                self._log.forget_after(self.state.step)
        except OSError as error:
            raise ConfigError(f"cannot write to {self.folder}: {error.strerror}") from error
        if self._warm_start_note and not resume:
            self._write_row({"kind": "note", "step": 0, "text": self._warm_start_note})
        if resume:
            self._write_row({"kind": "resumed", "step": self.state.step})

    def _train_row(self, meter: Meter) -> dict[str, Any]:
        means = meter.means()
        total = means.pop("total")
        if not math.isfinite(total):
            rate = learning_rate(self.config, self.state.step - 1)
            raise TrainingError(_not_finite(self.state.step, rate))
        row = {
            "kind": "train",
            "step": self.state.step,
            "samples": self.state.samples,
            "loss": round(total, 6),
            **{
                name if name == "gradient_norm" else f"loss_{name}": round(value, 6)
                for name, value in means.items()
            },
            "learning_rate": learning_rate(self.config, self.state.step - 1),
            "samples_per_second": round(meter.samples / max(meter.seconds, 1e-9), 3),
            "data_share": round(meter.data_seconds / max(meter.seconds, 1e-9), 4),
            "seconds": round(self.state.seconds, 1),
        }
        return row

    def _write_row(self, row: Mapping[str, Any]) -> None:
        if self.world.is_main:
            self._log.write(row)
            if self._report is not None:
                self._report(row)


def _not_finite(step: int, rate: float) -> str:
    return (
        f"the loss is not finite at step {step}, learning rate {rate:g}; "
        "lower the learning rate or set clip_norm, then resume from the last checkpoint"
    )
