"""How a fine-tuning is done: a simple choice, or every field of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from vrn_core.config import PRECISIONS, JsonConfig, LossConfig, TrainConfig, choose, require
from vrn_core.data.config import DataConfig
from vrn_core.errors import ConfigError, DataError
from vrn_core.finetune.store import TRAIN, LabelSet
from vrn_core.models.header import read_header
from vrn_core.models.naming import model_path
from vrn_core.resources import data_folder

FREEZABLE = ("stem", "stacks", "between", "head")
"""Parts of VRN and VRN-Guided that may stay as they are."""


FRAMING = {"scale_low": 0.92, "scale_high": 1.08, "shift_px": 6.0}
"""How the shipped networks' crops vary: as much as those of found landmarks do."""


FOUND_SHARE = 0.8
"""Of the samples, those that are guided by landmarks as they will be found, with their errors."""


class Effort(Enum):
    """The simple choice."""

    QUICK = "quick"
    BALANCED = "balanced"
    THOROUGH = "thorough"


SAMPLES = {Effort.QUICK: 2_000, Effort.BALANCED: 8_000, Effort.THOROUGH: 30_000}
"""Samples that each effort learns from."""


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig(JsonConfig):
    """The expert's fields; their defaults are good ones."""

    base: str = "vrn-guided-lite"
    """Model to start from: a name of the library, or a file."""
    samples: int = SAMPLES[Effort.BALANCED]
    """Pictures to learn from; each is another cut of an item."""
    learning_rate: float = 3e-4
    batch_size: int = 8
    precision: str = "bf16"
    device: str = "auto"
    workers: int = 0
    threads: int = 0
    frozen: tuple[str, ...] = ()
    mix_share: float = 0.5
    """Share of portraits among the samples, so that nothing is forgotten; needs their folder."""
    learned_share: float = 0.6
    """How far the model lies from the base (0) towards what was learned (1). Part of the way
    brings most of the gain, and little is forgotten."""
    volume: str = "half"
    validations: int = 8
    """How often the validation items are looked at."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Ranges of augmentation, see :class:`vrn_core.data.config.DataConfig`."""
    seed: int = 0

    def __post_init__(self) -> None:
        choose("precision", self.precision, PRECISIONS)
        choose("volume", self.volume, ("half", "full"))
        require("samples", self.samples, 1, 100_000_000)
        require("batch_size", self.batch_size, 1, 1024)
        require("learning_rate", self.learning_rate, 1e-7, 1e-2)
        require("mix_share", self.mix_share, 0, 0.95)
        require("learned_share", self.learned_share, 0.05, 1)
        require("validations", self.validations, 1, 1000)
        require("workers", self.workers, 0, 64)

    @property
    def steps(self) -> int:
        """Steps of descent."""
        return max(1, -(-self.samples // self.batch_size))


def for_effort(effort: Effort, base: str = FinetuneConfig.base) -> FinetuneConfig:
    """Return the settings of a simple choice."""
    return FinetuneConfig(base=base, samples=SAMPLES[effort], mix_share=default_mix())


def default_mix() -> float:
    """Return the share of portraits to mix in: none where their folder is absent."""
    return FinetuneConfig.mix_share if has_portraits() else 0.0


def has_portraits() -> bool:
    """Whether the portraits that the shipped networks learned from are on this machine."""
    return (data_folder() / "portraits" / "portraits.csv").is_file()


def epochs(config: FinetuneConfig, labels: LabelSet) -> float:
    """Return how often each item is seen, each time drawn or cut in another way."""
    return config.samples * (1 - config.mix_share) / max(1, len(labels.of(TRAIN)))


def training_config(
    config: FinetuneConfig, labels: LabelSet, labels_folder: Path, run_folder: Path
) -> TrainConfig:
    """Return the settings of the training itself.

    Raises
    ------
    ConfigError
        If the base is no network for volumes, or what is wanted is not there.
    """
    if not labels.of(TRAIN):
        raise ConfigError("no item is for training; check the data, or include some again")
    if config.mix_share > 0 and not has_portraits():
        raise ConfigError(
            f"mix_share is {config.mix_share:g}, but the portraits are not in {data_folder()}; "
            "set it to 0, or VRN_DATA to the folder that holds them"
        )
    facts = base_facts(config.base)
    if config.device.startswith("cuda"):
        _check_gpu(config.device)
    steps = config.steps
    every = max(1, steps // config.validations)
    guided = facts["name"] == "vrn-guided"
    return TrainConfig(
        run_folder=str(run_folder.resolve()),
        model=facts["name"],
        size=facts["size"],
        model_options=facts["overrides"],
        init_from=str(model_path(config.base).resolve()),
        frozen=config.frozen,
        keep_norms=True,
        seed=config.seed,
        batch_size=config.batch_size,
        steps=steps,
        volume=config.volume,
        landmark_network="landmarks-lite" if guided else None,
        landmark_network_share=FOUND_SHARE,
        optimizer="adamw",
        learning_rate=config.learning_rate,
        schedule="cosine",
        warmup_steps=min(100, steps // 10),
        hold_steps=steps // 2,
        weight_decay=1e-4,
        clip_norm=1.0,
        ema_decay=min(0.99, 1 - 1 / max(2.0, steps / 10)),
        precision=config.precision,
        device=config.device,
        workers=config.workers,
        threads=config.threads,
        validation_every=every,
        validation_samples=max(config.batch_size, min(64, config.samples // 20)),
        checkpoint_minutes=2.0,
        log_every=max(1, min(20, steps // 50)),
        labels=str(labels_folder.resolve()),
        mix_share=config.mix_share,
        loss=LossConfig(unknown=True),
        data={**FRAMING, **_light(), **config.data},
    )


def _light() -> dict[str, float]:
    """Return how photos are lit where there are no environment maps: by lamps alone."""
    if (data_folder() / "hdri" / "hdri.npz").is_file():
        return {}
    both = DataConfig.environment_share + DataConfig.lamp_share
    return {"environment_share": 0.0, "lamp_share": both}


def base_facts(base: str) -> dict[str, Any]:
    """Return name, size and overrides of the base's network.

    Raises :class:`ConfigError` if it fills no volume, :class:`ModelFileError` if it is no model.
    """
    facts = read_header(model_path(base))
    if not facts["name"].startswith("vrn"):
        raise ConfigError(
            f"{base} is a network of the kind {facts['name']}, which fills no volume; "
            "choose vrn-guided-lite, vrn-lite or vrn-multitask-lite, or one made from them"
        )
    return facts


def _check_gpu(device: str) -> None:
    import torch

    if not torch.cuda.is_available():
        raise ConfigError(f"device is {device}, but torch sees no NVIDIA GPU; choose auto or cpu")
    number = int(device.partition(":")[2] or 0)
    if number >= torch.cuda.device_count():
        raise DataError(f"device is {device}, but there are {torch.cuda.device_count()} GPUs")
