"""Settings as frozen dataclasses, read from JSON and written to it.

A misspelt key or a value of another type is refused with a sentence that says what was
expected, so that a long training never runs with a setting that was silently ignored.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import os
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from vrn_core.errors import ConfigError

_Config = TypeVar("_Config", bound="JsonConfig")

OPTIMIZERS = ("rmsprop", "adamw", "adam", "sgd", "muon")
SCHEDULES = ("constant", "step", "cosine")
Runtime = Literal["auto", "torch", "openvino", "onnxruntime"]
"""What computes the networks; "auto" stands for the fastest that is installed."""
PRECISIONS = ("fp32", "bf16")
RESOLUTIONS = ("half", "full")
DEFAULT_ISO_LEVEL = 0.55
"""A little above one half: where the networks cannot know they are generous. Of the voxels that
they give one half, somewhat fewer are inside; the surface at this level lies nearest to that of
people kept for validation."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the known word nearest to a wrong one, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def choose(name: str, value: str, known: Iterable[str]) -> None:
    """Raise :class:`ConfigError` unless `value` is one of the `known` words."""
    known = tuple(known)
    if value not in known:
        raise ConfigError(
            f"{name} is '{value}'; expected one of {', '.join(known)}{did_you_mean(value, known)}"
        )


def require(name: str, value: float, low: float, high: float = math.inf) -> None:
    """Raise :class:`ConfigError` unless `value` lies in [`low`, `high`]."""
    if not low <= value <= high:
        wanted = f"at least {low:g}" if high == math.inf else f"between {low:g} and {high:g}"
        raise ConfigError(f"{name} is {value}; expected {wanted}")


@dataclass(frozen=True, kw_only=True)
class JsonConfig:
    """Base of the settings: fields of plain types, tuples, mappings and other settings."""

    @classmethod
    def from_dict(cls: type[_Config], values: Mapping[str, Any], where: str = "") -> _Config:
        """Build from a mapping as JSON gives it; `where` names it in messages."""
        if not isinstance(values, Mapping):
            raise ConfigError(f"{where or 'the configuration'} is {values!r}; expected an object")
        hints = get_type_hints(cls)
        prefix = f"{where}." if where else ""
        for key in values:
            if key not in hints:
                raise ConfigError(f"unknown setting '{prefix}{key}'{did_you_mean(key, hints)}")
        missing = [
            f.name
            for f in dataclasses.fields(cls)
            if f.name not in values
            and f.default is dataclasses.MISSING
            and f.default_factory is dataclasses.MISSING
        ]
        if missing:
            raise ConfigError(f"the setting '{prefix}{missing[0]}' is missing")
        return cls(**{key: _convert(v, hints[key], prefix + key) for key, v in values.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values that JSON can hold."""
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def read(cls: type[_Config], path: str | os.PathLike[str]) -> _Config:
        """Read a JSON file."""
        return cls.from_dict(read_json_object(path))

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a JSON file, whole or not at all."""
        target = Path(path)
        temporary = target.with_name(target.name + ".tmp")
        temporary.write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")
        os.replace(temporary, target)


def read_json_object(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the object that a JSON file holds."""
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read the configuration {path}: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ConfigError(f"the configuration {path} is not valid JSON: {error}") from error
    if not isinstance(values, dict):
        raise ConfigError(f"the configuration {path} holds no object; expected {{...}}")
    return values


def with_overrides(values: Mapping[str, Any], overrides: Iterable[str]) -> dict[str, Any]:
    """Return `values` with ``key=value`` or ``part.key=value`` settings put in.

    The value is read as JSON where it is JSON, else taken as text.
    """
    merged: dict[str, Any] = json.loads(json.dumps(values))
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals or not key:
            raise ConfigError(f"'{override}' is no setting; expected key=value")
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = text
        *parents, last = key.strip().split(".")
        place = merged
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise ConfigError(f"'{key}' cannot be set: '{parent}' holds no settings")
        place[last] = value
    return merged


def _plain(value: Any) -> Any:
    if isinstance(value, JsonConfig):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def _convert(value: Any, hint: Any, where: str) -> Any:
    """Return a JSON value as the annotated type, or raise."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        return _convert(value, next(a for a in arguments if a is not type(None)), where)
    if isinstance(hint, type) and issubclass(hint, JsonConfig):
        return value if isinstance(value, hint) else hint.from_dict(value, where)
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise ConfigError(f"{where} is {value!r}; expected a list")
        if arguments[-1] is Ellipsis:
            return tuple(_convert(item, arguments[0], where) for item in value)
        if len(value) != len(arguments):
            raise ConfigError(f"{where} has {len(value)} entries; expected {len(arguments)}")
        return tuple(_convert(v, a, where) for v, a in zip(value, arguments, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{where} is {value!r}; expected an object")
        return dict(value)
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise ConfigError(f"{where} is {value}; expected a finite number")
        return float(value)
    if hint is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if type(value) is hint:
        return value
    names = {
        int: "a whole number",
        float: "a number",
        str: "text",
        bool: "true or false",
    }
    raise ConfigError(f"{where} is {value!r}; expected {names.get(hint, hint)}")


@dataclass(frozen=True, kw_only=True)
class SurfaceSettings(JsonConfig):
    """How the surface is taken from a volume; the defaults are the reconstructor's."""

    iso_level: float = DEFAULT_ISO_LEVEL
    """Probability at which the surface is taken."""
    smoothing: int = 15
    """Iterations of Taubin smoothing."""
    triangles: int = 20_000
    """How many triangles a mesh has at most."""

    def __post_init__(self) -> None:
        require("iso_level", self.iso_level, 0.01, 0.99)
        require("smoothing", self.smoothing, 0, 500)
        require("triangles", self.triangles, 100)


@dataclass(frozen=True, kw_only=True)
class LossConfig(JsonConfig):
    """Weights of the parts of the loss; a part of weight 0 is not computed."""

    volume: float = 1.0
    """Sigmoid cross-entropy, mean over the voxels."""
    surface: float = 0.0
    """Additional weight of voxels that the surface cuts."""
    binary_targets: bool = False
    """Whether a voxel that the surface cuts counts as in or out, not as a share."""
    unknown: bool = False
    """Whether voxels whose target is :data:`vrn_core.types.UNKNOWN` are left out; else it is a
    share like any other."""
    heatmap: float = 1.0
    """Cross-entropy of each heatmap's softmax with a Gaussian round the true point."""
    heatmap_sigma: float = 1.25
    """Standard deviation of that Gaussian in heatmap cells."""
    coordinates: float = 0.1
    """Smooth L1 distance of the points in crop pixels."""
    depth: float = 0.1
    """L1 distance of the points' depths in crop pixels."""
    parameters: float = 1.0
    """Weighted distance of a face model's parameters, see `training/parametric.py`."""
    vertices: float = 0.0
    """Mean distance of the face's vertices in crop pixels."""

    def __post_init__(self) -> None:
        for name in (
            "volume",
            "surface",
            "heatmap",
            "coordinates",
            "depth",
            "parameters",
            "vertices",
        ):
            require(f"loss.{name}", getattr(self, name), 0)
        require("loss.heatmap_sigma", self.heatmap_sigma, 0.1, 20)


@dataclass(frozen=True, kw_only=True)
class TrainConfig(JsonConfig):
    """All that determines a training run; saved in each of its checkpoints."""

    run_folder: str
    """Where the log, the checkpoints and the weights go."""
    model: str = "vrn-guided"
    size: str = "lite"
    model_options: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of the network's builder."""
    init_from: str | None = None
    """Weights to start from, a file or a shipped name; those of the same shape are taken over."""
    frozen: tuple[str, ...] = ()
    """Parts of the network that stay as they are, by the beginnings of their parameters' names."""
    keep_norms: bool = False
    """Whether all batch norms keep the statistics that they began with. A network that is trained
    further on other pictures then sees those it knew as before."""
    seed: int = 0
    batch_size: int = 8
    """Samples a step, in each process."""
    steps: int = 10_000
    volume: str = "half"
    """Resolution of the target volumes: half (100, 96, 96) or full (200, 192, 192)."""
    landmark_noise: tuple[float, float] = (0.0, 2.5)
    """Crop pixels between which the noise of each sample's guiding landmarks is drawn."""
    landmark_network: str | None = None
    """File or shipped name of a landmark network that guides validation and, instead of the
    true landmarks, a share of the samples."""
    landmark_network_share: float = 0.5

    optimizer: str = "rmsprop"
    learning_rate: float = 1e-4
    schedule: str = "constant"
    warmup_steps: int = 0
    hold_steps: int = 0
    """Steps before the `cosine` schedule begins to fall; until then the rate is constant."""
    drop_steps: tuple[int, ...] = ()
    """Steps at which the `step` schedule multiplies the learning rate by `drop_factor`."""
    drop_factor: float = 0.1
    final_fraction: float = 0.0
    """Part of the learning rate at which the `cosine` schedule ends."""
    weight_decay: float = 0.0
    momentum: float = 0.9
    """Of `sgd` and `muon` only."""
    clip_norm: float = 0.0
    """Longest gradient let through unshortened; 0 lets all through."""
    ema_decay: float = 0.0
    """Of the running mean of the weights that is validated and saved; 0 turns it off."""
    loss: LossConfig = field(default_factory=LossConfig)

    precision: str = "bf16"
    device: str = "auto"
    """auto, cpu, cuda or cuda:N."""
    threads: int = 0
    """Threads a process computes with; 0 leaves it to the environment."""
    workers: int = 0
    """Processes that make samples; 0 makes them between the steps."""

    validation_every: int = 1000
    """Steps between validations; 0 for none but the last."""
    validation_samples: int = 256
    checkpoint_minutes: float = 5.0
    log_every: int = 50
    labels: str | None = None
    """Folder of a person's own labelled data to learn from, see :mod:`vrn_core.finetune.store`;
    else the portraits."""
    mix_share: float = 0.0
    """Share of the samples that come from the portraits all the same."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the data set, see :class:`vrn_core.data.config.DataConfig`."""

    def __post_init__(self) -> None:
        if not self.run_folder:
            raise ConfigError("run_folder is empty; expected a folder's path")
        choose("optimizer", self.optimizer, OPTIMIZERS)
        choose("schedule", self.schedule, SCHEDULES)
        choose("precision", self.precision, PRECISIONS)
        choose("volume", self.volume, RESOLUTIONS)
        if self.device.split(":")[0] not in ("auto", "cpu", "cuda"):
            raise ConfigError(f"device is '{self.device}'; expected auto, cpu, cuda or cuda:N")
        for name in ("batch_size", "steps", "validation_samples", "log_every"):
            require(name, getattr(self, name), 1)
        for name in (
            "seed",
            "warmup_steps",
            "hold_steps",
            "weight_decay",
            "clip_norm",
            "threads",
            "workers",
        ):
            require(name, getattr(self, name), 0)
        require("validation_every", self.validation_every, 0)
        require("checkpoint_minutes", self.checkpoint_minutes, 0.0)
        require("learning_rate", self.learning_rate, 1e-12, 100)
        require("drop_factor", self.drop_factor, 1e-6, 1)
        require("final_fraction", self.final_fraction, 0, 1)
        require("momentum", self.momentum, 0, 0.9999)
        require("landmark_network_share", self.landmark_network_share, 0, 1)
        require("mix_share", self.mix_share, 0, 0.95)
        require("ema_decay", self.ema_decay, 0, 0.999999)
        low, high = self.landmark_noise
        if not 0 <= low <= high:
            raise ConfigError(
                f"landmark_noise is {[low, high]}; expected [lowest, highest], both at least 0"
            )
        if list(self.drop_steps) != sorted(set(self.drop_steps)):
            raise ConfigError(f"drop_steps are {list(self.drop_steps)}; expected rising steps")
