"""The step loop: trains a network, validates it, and can be stopped and taken up again."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Mapping
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
from vrn_core.training.keeper import Report, RunKeeper
from vrn_core.training.log import Meter
from vrn_core.training.losses import NetworkOutput, compute_losses
from vrn_core.training.optimization import (
    RunningMean,
    create_optimizer,
    learning_rate,
    set_learning_rate,
)
from vrn_core.training.recovery import LOWEST_RATE_FACTOR, split_batch
from vrn_core.training.runs import (
    BEST_NAME,
    CHECKPOINT_NAME,
    CONFIG_NAME,
    FINAL_NAME,
    Wish,
    ask,
    claim,
)
from vrn_core.training.shown import first_people, show_people
from vrn_core.training.validation import accuracy, batch_metrics, score
from vrn_core.training.warm_start import freeze, warm_start

FIXED_ON_RESUME = (
    "model",
    "size",
    "model_options",
    "frozen",
    "keep_norms",
    "seed",
    "optimizer",
    "volume",
)
"""Settings that a resumed run must share with its checkpoint."""

VALIDATION_SEED_OFFSET = 7919
"""Keeps the noise of validation's landmarks apart from training's."""


class TrainingError(VrnError):
    """Training cannot go on."""


class NotFiniteError(TrainingError):
    """The loss, or what validation found, is no number any more."""


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
        self._cancel = cancel or CancelToken()
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
        freeze(self.model, config.frozen)
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
        self._keeper = RunKeeper(self.folder, self.world.is_main, report, self._cancel)
        self._accuracy: dict[str, float] = {}
        """Of the last batch whose row is logged, added up over its samples."""
        self._shown: Batch | None = None

    def run(self, resume: bool = False) -> TrainResult:
        """Train to the last step or until cancelled; `resume` goes on from the checkpoint.

        Raises :class:`ConfigError` if another process trains in the run's folder.
        """
        if not self.world.is_main:
            return self._run(resume)
        try:
            lock = claim(self.folder)
        except OSError as error:
            raise ConfigError(f"cannot write to {self.folder}: {error.strerror}") from error
        with lock:
            try:
                return self._run(resume)
            finally:
                self._keeper.close()

    def _run(self, resume: bool) -> TrainResult:
        self._prepare_folder(resume)
        network: nn.Module = self.model
        if self.world.size > 1:
            ids = [self.device.index] if self.device.type == "cuda" else None
            network = DistributedDataParallel(self.model, device_ids=ids)
        self._to_training(network)
        if not resume:
            # Something to go back to, however early the run is disturbed.
            self.save_checkpoint()
        while True:
            try:
                stopped = self._descend(network)
                break
            except NotFiniteError as error:
                self._roll_back(error)
        finished = not stopped and self.state.step >= self.config.steps
        self.save_checkpoint()
        if finished:
            self._save_weights(FINAL_NAME, {})
        return TrainResult(self.state.step, finished, self.state.best_score)

    def _descend(self, network: nn.Module) -> bool:
        """Go on to the last step, validated, or until asked to stop; return whether it was.

        Raises :class:`NotFiniteError`, in all processes at once.
        """
        config = self.config
        stride = self.world.size * config.batch_size
        first = self.state.samples + self.world.rank * config.batch_size
        remaining = config.steps - self.state.step
        indices = itertools.islice(itertools.count(first, stride), max(0, remaining))
        batches = self._train.batches(indices)
        meter = Meter()
        next_checkpoint = time.monotonic() + 60 * config.checkpoint_minutes
        # A run that was stopped at a step to validate has left that for now.
        self._validate_if_due()
        while self.state.step < config.steps:
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
            logged = self._is_logged(step)
            # Reading the loss would make a GPU wait in every step.
            looked = logged or self.device.type == "cpu"
            broken = looked and not math.isfinite(float(meter.sum_of("total")))
            if logged and not broken:
                self._keeper.row(self._train_row(meter))
                meter = Meter()
            wanted = not broken and self._keeper.stop_wanted(step, self.save_checkpoint)
            stop, failed = self.world.sums([float(wanted), float(broken)])
            if failed:
                raise NotFiniteError(_not_finite(step - 1, self._rate(step - 1)))
            if stop:
                return True
            if self._validate_if_due() and step < config.steps:
                (stop,) = self.world.sums([float(self._keeper.stops_after_validation)])
                if stop:
                    return True
            if time.monotonic() >= next_checkpoint:
                self.save_checkpoint()
                next_checkpoint = time.monotonic() + 60 * config.checkpoint_minutes
        self._validate_if_due()
        return False

    def _validate_if_due(self) -> bool:
        """Validate if it is time to; return whether it was."""
        step, every = self.state.step, self.config.validation_every
        due = step >= self.config.steps or (step > 0 and every > 0 and step % every == 0)
        if not due or self.state.validated_step == step:
            return False
        self._validate()
        self.state.validated_step = step
        return True

    def _roll_back(self, error: NotFiniteError) -> None:
        """Go back to the last checkpoint, to go on at half the rate; else raise the error."""
        factor = self.state.rate_factor / 2
        if factor < LOWEST_RATE_FACTOR:
            raise error
        path = self.folder / CHECKPOINT_NAME
        self.state = load_checkpoint(path, self.model, self.mean.model, self.optimizer)
        self.state.config, self.state.rate_factor = self.config.to_dict(), factor
        step = self.state.step
        self._keeper.forget_after(step)
        self._keeper.note(
            step,
            f"the loss was not finite; going on from step {step} at {factor:g} times the rate",
        )

    def _is_logged(self, step: int) -> bool:
        return step % self.config.log_every == 0 or step == self.config.steps

    def _rate(self, step: int) -> float:
        """Return the learning rate of a step, lowered by what happened before."""
        return self.state.rate_factor * learning_rate(self.config, step)

    def _step(self, network: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """Do one step of descent and return the parts of the loss.

        Where the memory of a GPU does not suffice, the batch is worked through in twice as
        many parts from then on; the gradient is that of the whole batch either way.
        """
        config, step = self.config, self.state.step
        set_learning_rate(self.optimizer, self._rate(step))
        while True:
            # Whatever is random in a step depends on the step alone, so resuming needs no states.
            torch.manual_seed((config.seed * 1_000_003 + step) * 1009 + self.world.rank)
            self.optimizer.zero_grad(set_to_none=True)
            try:
                parts = self._gradients(network, batch)
                break
            except torch.OutOfMemoryError as error:
                if self.world.size > 1 or self.state.batch_parts >= len(batch.images):
                    raise TrainingError(_too_small(config.batch_size)) from error
            # Outside the handler, which would keep what the failed try had in memory.
            self.state.batch_parts *= 2
            torch.cuda.empty_cache()
            self._keeper.note(
                step,
                f"the GPU is out of memory; each batch of {len(batch.images)} is worked through "
                f"in {self.state.batch_parts} parts from step {step} on",
            )
        if config.clip_norm:
            norm = nn.utils.clip_grad_norm_(self.model.parameters(), config.clip_norm)
            parts["gradient_norm"] = norm.detach()
        self.optimizer.step()
        self.mean.update(step)
        return parts

    def _gradients(self, network: nn.Module, batch: Batch) -> dict[str, Tensor]:
        """Add the gradient of a batch's mean loss to the weights; return the loss's parts."""
        config = self.config
        first = self.state.samples + self.world.rank * config.batch_size
        sums: dict[str, Tensor] = {}
        # What a row tells beside the means since the row before is of its last batch.
        measured, self._accuracy = self._is_logged(self.state.step + 1), {}
        for part in split_batch(batch, self.state.batch_parts):
            output = self._forward(network, part, first, config.seed)
            if measured:
                for name, metric in accuracy(output, part).items():
                    self._accuracy[name] = self._accuracy.get(name, 0.0) + metric
            losses = compute_losses(
                output, part.volumes, part.landmarks, config.loss, part.parameters
            )
            share = len(part.images) / len(batch.images)
            (losses.total * share if share < 1 else losses.total).backward()
            for name, value in {**losses.parts, "total": losses.total}.items():
                weighted = value.detach() * share
                sums[name] = sums[name] + weighted if name in sums else weighted
            first += len(part.images)
        return sums

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

    def _to_training(self, network: nn.Module) -> None:
        """Let the network train; what is frozen keeps the statistics of its norms, too."""
        network.train()
        config = self.config
        for name, part in self.model.named_modules():
            still = name and any(f"{name}.".startswith(f"{start}.") for start in config.frozen)
            if still or (config.keep_norms and isinstance(part, nn.BatchNorm2d)):
                part.eval()

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
                    for part in split_batch(moved, self.state.batch_parts):
                        output = self._forward(network, part, first, seed)
                        for name, value in batch_metrics(output, part, config.loss).items():
                            sums[name] = sums.get(name, 0.0) + value
                        first += len(part.images)
                    seen += len(batch.images)
        finally:
            self._to_training(self.model)
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
            raise NotFiniteError(_not_finite(self.state.step, self._rate(self.state.step - 1)))
        if self.state.best_score is None or value > self.state.best_score:
            self.state.best_score, self.state.best_step = value, self.state.step
            self._save_weights(BEST_NAME, metrics)
        self._keeper.row(row)
        if self.world.is_main:
            self._show()

    def _show(self) -> None:
        """Leave what the mean weights make of a few people of the validation."""
        if self._shown is None:
            batch = next(iter(self._validation.batches(iter([0]))))
            self._shown = first_people(batch).to(self.device)
        network = self.mean.model
        network.eval()
        try:
            with torch.no_grad():
                seed = self.config.seed + VALIDATION_SEED_OFFSET
                # One by one: the memory of a GPU may not suffice for more.
                one_by_one = split_batch(self._shown, len(self._shown.images))
                outputs = [
                    (one, self._forward(network, one, place, seed))
                    for place, one in enumerate(one_by_one)
                ]
        finally:
            self._to_training(self.model)
        show_people(self.folder, self.state.step, outputs)

    def save_checkpoint(self) -> None:
        """Write the checkpoint, in the main process."""
        if self.world.is_main:
            path, mean = self.folder / CHECKPOINT_NAME, self.mean.model
            self._keeper.write(
                self.state.step,
                lambda: save_checkpoint(path, self.state, self.model, mean, self.optimizer),
            )

    def _save_weights(self, name: str, metrics: Mapping[str, float]) -> None:
        if not self.world.is_main:
            return
        config = self.config
        self._keeper.write(
            self.state.step,
            lambda: save_model(
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
            ),
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
            if saved.get("learning_rate") != current["learning_rate"]:
                state.rate_factor = 1.0
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
            # What was wished of the run before is over.
            ask(self.folder, Wish.GO_ON)
            if resume:
                self._keeper.forget_after(self.state.step)
        except OSError as error:
            raise ConfigError(f"cannot write to {self.folder}: {error.strerror}") from error
        if self._warm_start_note and not resume:
            self._keeper.note(0, self._warm_start_note)
        if resume:
            self._keeper.row({"kind": "resumed", "step": self.state.step})

    def _train_row(self, meter: Meter) -> dict[str, Any]:
        means = meter.means()
        total = means.pop("total")
        row = {
            "kind": "train",
            "step": self.state.step,
            "samples": self.state.samples,
            "loss": round(total, 6),
            **{
                name if name == "gradient_norm" else f"loss_{name}": round(value, 6)
                for name, value in means.items()
            },
            **{
                name: round(metric / self.config.batch_size, 6)
                for name, metric in self._accuracy.items()
            },
            "learning_rate": self._rate(self.state.step - 1),
            "samples_per_second": round(meter.samples / max(meter.seconds, 1e-9), 3),
            "data_share": round(meter.data_seconds / max(meter.seconds, 1e-9), 4),
            "seconds": round(self.state.seconds, 1),
        }
        return row


def _not_finite(step: int, rate: float) -> str:
    return (
        f"the loss is not finite at step {step}, learning rate {rate:g}; "
        "lower the learning rate or set clip_norm, then resume from the last checkpoint"
    )


def _too_small(batch_size: int) -> str:
    return (
        f"the GPU has too little memory for a batch of {batch_size}; "
        "lower batch_size or choose a smaller network, then resume from the last checkpoint"
    )
