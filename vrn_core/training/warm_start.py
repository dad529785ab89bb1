"""Starting from the weights of another run."""

from __future__ import annotations

import os

import torch
from torch import nn

from vrn_core.errors import ModelFileError
from vrn_core.models import load_model, model_path


def warm_start(model: nn.Module, path: str | os.PathLike[str]) -> str:
    """Take over the tensors that another network's file has by the same name and shape.

    Returns a sentence that says how many, for the log. Raises :class:`ModelFileError` if
    none fits, since such a start would be a mistake.
    """
    source = load_model(model_path(path)).state_dict()
    target = model.state_dict()
    fitting = [k for k, t in target.items() if k in source and source[k].shape == t.shape]
    learned = {name for name, _ in model.named_parameters()}
    if not learned.intersection(fitting):
        raise ModelFileError(f"{path} has no weights that fit this network; choose another file")
    with torch.no_grad():
        for name in fitting:
            target[name].copy_(source[name])
    kept = sum(target[name].numel() for name in learned.intersection(fitting))
    total = sum(target[name].numel() for name in learned)
    return f"started with {kept} of {total} parameters from {os.path.basename(path)}"
