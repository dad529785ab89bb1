"""Where samples come from: the portraits or a person's own data, built where they are used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from vrn_core.config import TrainConfig
from vrn_core.data.config import DataConfig
from vrn_core.errors import ConfigError
from vrn_core.training.batches import SampleSource, SourceFactory


def portrait_source(settings: Mapping[str, Any], split: str) -> SampleSource:
    """Return the portraits of one split of people with these data settings."""
    # Imported here so that a worker pays for it once and a test without data never does.
    from vrn_core.data.dataset import PortraitDataset

    return PortraitDataset(DataConfig.from_dict(settings), split=split)


def labelled_source(
    settings: Mapping[str, Any], labels: str, split: str, mix_share: float
) -> SampleSource:
    """Return a person's own labelled data, mixed with the portraits."""
    from vrn_core.finetune.dataset import FinetuneDataset

    return FinetuneDataset(Path(labels), DataConfig.from_dict(settings), split, mix_share)


def sample_sources(config: TrainConfig) -> tuple[SourceFactory, SourceFactory]:
    """Return the makers of the training and of the validation source."""
    # A landmark network needs no volumes, which are a good part of a sample's cost.
    resolution = "none" if config.model in ("landmarks", "parametric") else config.volume
    given = config.data.get("resolution", resolution)
    if given != resolution:
        raise ConfigError(
            f"data.resolution is {given!r} but this training needs {resolution!r}; leave it out "
            "and set volume"
        )
    settings = {**config.data, "resolution": resolution}
    if config.model == "parametric":
        settings["parameters"] = True
    DataConfig.from_dict(settings)
    if config.labels is not None:
        if config.model == "parametric":
            raise ConfigError("the parametric network cannot learn from labels; leave them out")
        return (
            partial(labelled_source, settings, config.labels, "train", config.mix_share),
            partial(labelled_source, settings, config.labels, "validation", 0.0),
        )
    return (
        partial(portrait_source, settings, "train"),
        partial(portrait_source, settings, "validation"),
    )
