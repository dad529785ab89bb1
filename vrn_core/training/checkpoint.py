"""Checkpoints: everything that training needs to go on exactly, in one safetensors file.

The tensors are the network's (``model.``), its running mean's (``mean.``) and the optimizer's
(``optimizer.<parameter>.``); the header holds the rest as JSON. Unlike a pickle, such a file
cannot run code, and it is compared with the run that wants to continue before use.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn, optim

from vrn_core.errors import ModelFileError
from vrn_core.files import write_atomically

FORMAT = "vrn-checkpoint-1"


@dataclass(kw_only=True)
class TrainState:
    """Where training stands, besides the tensors."""

    step: int = 0
    """Steps done."""
    samples: int = 0
    """Samples seen by all processes: the index of the next sample."""
    seconds: float = 0.0
    """Time spent training, over all resumptions."""
    validated_step: int = 0
    """The last step after which the network was validated."""
    best_step: int = 0
    best_score: float | None = None
    """Highest validation score so far; see :func:`vrn_core.training.validation.score`."""
    rate_factor: float = 1.0
    """What the learning rate is lowered by, after losses that were not finite."""
    batch_parts: int = 1
    """Parts that a batch is worked through in, for want of memory."""
    config: dict[str, Any] = field(default_factory=dict)


def save_checkpoint(
    path: Path,
    state: TrainState,
    model: nn.Module,
    mean: nn.Module | None,
    optimizer: optim.Optimizer,
) -> None:
    """Write a checkpoint; the last one stays until the new one is whole on the disk."""
    tensors = _named_tensors(model, mean)
    for name, values in _optimizer_tensors(optimizer, model).items():
        tensors[name] = values
    plain = {name: t.detach().cpu().contiguous() for name, t in tensors.items()}
    header = {"format": FORMAT, "state": json.dumps(asdict(state))}
    write_atomically(path, save(plain, metadata=header), make_folder=True)


def read_state(path: Path) -> TrainState:
    """Return a checkpoint's state; raise :class:`ModelFileError` unless it is a sound one."""
    if not path.is_file():
        raise ModelFileError(f"there is no checkpoint {path} to resume from; train without resume")
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{path} is no checkpoint or is damaged: {error}") from error
    if header.get("format") != FORMAT:
        raise ModelFileError(
            f"{path} is of format {header.get('format')!r}; expected {FORMAT!r}, a checkpoint "
            "written by this program"
        )
    try:
        values = json.loads(header["state"])
        state = TrainState(
            step=_count(values["step"]),
            samples=_count(values["samples"]),
            seconds=float(values["seconds"]),
            validated_step=_count(values.get("validated_step", 0)),
            best_step=_count(values["best_step"]),
            best_score=None if values["best_score"] is None else float(values["best_score"]),
            rate_factor=float(values.get("rate_factor", 1.0)),
            batch_parts=max(1, _count(values.get("batch_parts", 1))),
            config=dict(values["config"]),
        )
        if not 0 < state.rate_factor <= 1:
            raise ValueError(f"the rate factor is {state.rate_factor}")
        if not math.isfinite(state.seconds + (state.best_score or 0.0)):
            raise ValueError("a number is not finite")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} has a damaged header: {error}") from error
    return state


def load_checkpoint(
    path: Path, model: nn.Module, mean: nn.Module | None, optimizer: optim.Optimizer
) -> TrainState:
    """Put a checkpoint's tensors in place and return its state.

    All names, shapes and types are checked before anything is changed.
    """
    state = read_state(path)
    places = _named_tensors(model, mean)
    shapes = {name: (tuple(t.shape), t.dtype) for name, t in places.items()}
    parameters = dict(model.named_parameters())
    found: dict[str, Tensor] = {}
    try:
        with safe_open(path, framework="pt") as file:
            for name in file.keys():
                found[name] = file.get_tensor(name)
    except (SafetensorError, OSError, RuntimeError) as error:
        raise ModelFileError(f"{path} is damaged: {error}") from error
    missing = sorted(set(shapes) - set(found))
    if missing:
        raise ModelFileError(f"{path} lacks the tensor {missing[0]!r} ({len(missing)} in all)")
    for name, tensor in found.items():
        if name in shapes:
            wanted, dtype = shapes[name]
        else:
            wanted, dtype = _optimizer_entry(path, name, tensor, parameters)
        if tuple(tensor.shape) != wanted or tensor.dtype != dtype:
            raise ModelFileError(
                f"{path}: the tensor {name!r} is {tuple(tensor.shape)} {tensor.dtype}; "
                f"expected {wanted} {dtype}"
            )
        if not bool(torch.isfinite(tensor).all()):
            raise ModelFileError(f"{path}: the tensor {name!r} holds values that are not finite")
    with torch.no_grad():
        for name, place in places.items():
            place.copy_(found[name])
    _restore_optimizer(optimizer, model, found)
    for group in optimizer.param_groups:
        # Some optimizers count the steps of a group instead of each tensor's.
        if "step" in group:
            group["step"] = state.step
    return state


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value


def _named_tensors(model: nn.Module, mean: nn.Module | None) -> dict[str, Tensor]:
    tensors = {f"model.{name}": t for name, t in model.state_dict().items()}
    if mean is not None and mean is not model:
        tensors.update({f"mean.{name}": t for name, t in mean.state_dict().items()})
    return tensors


def _optimizer_tensors(optimizer: optim.Optimizer, model: nn.Module) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for name, parameter in model.named_parameters():
        entries: Mapping[str, Any] = optimizer.state.get(parameter, {})
        for key, value in entries.items():
            if value is not None:
                tensors[f"optimizer.{name}.{key}"] = torch.as_tensor(value)
    return tensors


def _optimizer_entry(
    path: Path, name: str, tensor: Tensor, parameters: Mapping[str, Tensor]
) -> tuple[tuple[int, ...], torch.dtype]:
    """Return shape and type that an optimizer's tensor must have."""
    prefix, _, rest = name.partition(".")
    owner, _, key = rest.rpartition(".")
    if prefix != "optimizer" or owner not in parameters:
        raise ModelFileError(f"{path} has an unknown tensor {name!r}")
    if key == "step":
        return (), torch.float32
    del tensor
    return tuple(parameters[owner].shape), parameters[owner].dtype


def _restore_optimizer(
    optimizer: optim.Optimizer, model: nn.Module, found: Mapping[str, Tensor]
) -> None:
    optimizer.state.clear()
    for name, parameter in model.named_parameters():
        prefix = f"optimizer.{name}."
        for key, value in found.items():
            if not key.startswith(prefix) or "." in key[len(prefix) :]:
                continue
            if value.ndim == 0:
                # Fused optimizers count steps beside the parameter, the others on the CPU.
                fused = bool(optimizer.defaults.get("fused"))
                place = value.to(parameter.device if fused else "cpu")
            else:
                # In the parameter's own memory order: fused updates walk both as flat arrays.
                place = torch.empty_like(parameter).copy_(value)
            optimizer.state[parameter][key[len(prefix) :]] = place


__all__ = ["FORMAT", "TrainState", "load_checkpoint", "read_state", "save_checkpoint"]
