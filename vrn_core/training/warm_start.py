"""Starting from the weights of another run."""

from __future__ import annotations

import os
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vrn_core.errors import ConfigError, ModelFileError
from vrn_core.models import load_model, model_path

FORKED = (
    ("shared.", "stacks.0."),
    ("between.", "between.0."),
    ("volume_stack.", "stacks.1."),
    ("landmark_stack.", "stacks.1."),
)
"""Parts of VRN-Multitask and those of VRN and VRN-Guided that do the same: before the fork, and
on either side of it."""


def warm_start(model: nn.Module, path: str | os.PathLike[str]) -> str:
    """Take over the tensors that another network's file has by the same name and shape.

    VRN-Multitask may start from VRN or VRN-Guided, whose parts have other names. Returns a
    sentence that says how many, for the log. Raises :class:`ModelFileError` if none fits,
    since such a start would be a mistake.
    """
    source = load_model(model_path(path)).state_dict()
    target = model.state_dict()
    fitting = {name: tensor for name, tensor in _offered(source) if _fits(tensor, target.get(name))}
    learned = {name for name, _ in model.named_parameters()}
    if not learned.intersection(fitting):
        raise ModelFileError(f"{path} has no weights that fit this network; choose another file")
    with torch.no_grad():
        for name, tensor in fitting.items():
            target[name].copy_(tensor)
    kept = sum(target[name].numel() for name in learned.intersection(fitting))
    total = sum(target[name].numel() for name in learned)
    return f"started with {kept} of {total} parameters from {os.path.basename(path)}"


def freeze(model: nn.Module, starts: Sequence[str]) -> None:
    """Keep parameters as they are whose names begin with one of `starts`, in whole words.

    Raises :class:`ConfigError` for a beginning that no parameter has, or if none would be left.
    """
    parameters = dict(model.named_parameters())
    for start in starts:
        chosen = [p for name, p in parameters.items() if name.startswith(f"{start}.")]
        if not chosen:
            parts = ", ".join(name for name, _ in model.named_children())
            raise ConfigError(f"frozen names {start!r}, which the network has not; it has {parts}")
        for parameter in chosen:
            parameter.requires_grad_(False)
    if not any(p.requires_grad for p in parameters.values()):
        raise ConfigError("frozen names the whole network; leave something to train")


def _offered(source: dict[str, Tensor]) -> list[tuple[str, Tensor]]:
    """Return the tensors of a network under the names that another may know them by."""
    offered = list(source.items())
    for name, tensor in source.items():
        offered += [
            (new + name.removeprefix(old), tensor) for new, old in FORKED if name.startswith(old)
        ]
    return offered


def _fits(tensor: Tensor, target: Tensor | None) -> bool:
    return target is not None and tensor.shape == target.shape
