"""The portraits as sources of samples, built where they are used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
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


def portrait_sources(config: TrainConfig) -> tuple[SourceFactory, SourceFactory]:
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
    return (
        partial(portrait_source, settings, "train"),
        partial(portrait_source, settings, "validation"),
    )
