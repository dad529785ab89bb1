"""Networks by name and size."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from vrn_core.errors import ConfigError
from vrn_core.models.landmarks import LandmarkNetwork
from vrn_core.models.parametric import ParametricNetwork
from vrn_core.models.vrn import MultitaskNetwork, VolumeNetwork


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """How to build one network: its name, its size and its builder's settings."""

    name: str
    size: str
    builder: Callable[..., nn.Module]
    settings: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""


_LITE = {
    "features": 128,
    "stem_features": 32,
    "levels": 4,
    "residuals": 1,
    "head": "subpixel",
}
_PAPER = {
    "features": 256,
    "stem_features": 64,
    "levels": 4,
    "residuals": 4,
    "head": "bilinear",
}

_SPECS = [
    ModelSpec(
        name="vrn",
        size="lite",
        builder=VolumeNetwork,
        settings={**_LITE, "stacks": 2, "guided": False},
        summary="photo to volume",
    ),
    ModelSpec(
        name="vrn",
        size="paper",
        builder=VolumeNetwork,
        settings={**_PAPER, "stacks": 2, "guided": False},
        summary="photo to volume, as published",
    ),
    ModelSpec(
        name="vrn-guided",
        size="lite",
        builder=VolumeNetwork,
        settings={**_LITE, "stacks": 2, "guided": True},
        summary="photo and landmarks to volume",
    ),
    ModelSpec(
        name="vrn-guided",
        size="paper",
        builder=VolumeNetwork,
        settings={
            **_PAPER,
            "stacks": 2,
            "guided": True,
            "heatmap_stride": 1,
            "heatmap_sigma": 2.0,
        },
        summary="photo and landmarks to volume, as published",
    ),
    ModelSpec(
        name="vrn-multitask",
        size="lite",
        builder=MultitaskNetwork,
        settings=_LITE,
        summary="photo to volume and landmarks",
    ),
    ModelSpec(
        name="vrn-multitask",
        size="paper",
        builder=MultitaskNetwork,
        settings=_PAPER,
        summary="photo to volume and landmarks, as published",
    ),
    ModelSpec(
        name="parametric",
        size="lite",
        builder=ParametricNetwork,
        settings={
            "stem_features": 32,
            "widths": (128, 192, 256, 256),
            "squeezed": 64,
            "parameters": 125,
        },
        summary="photo and landmarks to a face model's parameters",
    ),
    ModelSpec(
        name="landmarks",
        size="lite",
        builder=LandmarkNetwork,
        settings={"features": 96, "stem_features": 32, "stacks": 2, "levels": 4},
        summary="photo to 68 landmarks",
    ),
    ModelSpec(
        name="landmarks",
        size="paper",
        builder=LandmarkNetwork,
        settings={"features": 256, "stem_features": 64, "stacks": 4, "levels": 4},
        summary="photo to 68 landmarks, four hourglasses",
    ),
]
OPTIONAL_SETTINGS = {"heatmap_stride", "heatmap_sigma", "intermediate"}
"""Settings of builders that a size need not name."""
_BY_NAME = {(spec.name, spec.size): spec for spec in _SPECS}


def list_models() -> list[ModelSpec]:
    """Return every network that can be built."""
    return list(_SPECS)


def find_spec(name: str, size: str = "lite") -> ModelSpec:
    """Return a network's spec; raise :class:`ConfigError` naming the nearest if unknown."""
    spec = _BY_NAME.get((name, size))
    if spec is not None:
        return spec
    names = [f"{n}-{s}" for n, s in _BY_NAME]
    near = difflib.get_close_matches(f"{name}-{size}", names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(names)}"
    raise ConfigError(f"no network {name!r} of size {size!r}; {hint}")


def create_model(name: str, size: str = "lite", **overrides: Any) -> nn.Module:
    """Build a network with random weights; `overrides` replace the size's settings."""
    spec = find_spec(name, size)
    unknown = sorted(set(overrides) - set(spec.settings) - OPTIONAL_SETTINGS)
    if unknown:
        known = ", ".join(sorted(spec.settings))
        raise ConfigError(f"{name} has no setting {unknown[0]!r}; expected one of {known}")
    return spec.builder(**{**spec.settings, **overrides})


def parameter_count(model: nn.Module) -> int:
    """Return the number of learned values."""
    return sum(p.numel() for p in model.parameters())
