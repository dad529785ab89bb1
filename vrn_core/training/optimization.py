"""Optimizers, learning-rate schedules and the running mean of the weights."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch
from pytorch_optimizer import Muon
from torch import Tensor, nn, optim

from vrn_core.config import TrainConfig


def learning_rate(config: TrainConfig, step: int) -> float:
    """Return the learning rate of a step, counted from 0.

    The rate rises linearly over `warmup_steps`; then `step` multiplies it by `drop_factor`
    at each of `drop_steps`, and `cosine` lets it fall, from `hold_steps` on, to
    `final_fraction` at the last step. The rate depends on nothing else, so a run that was
    resumed with more steps, or with an end to a constant rate, goes on as if planned so.
    """
    rate = config.learning_rate
    if step < config.warmup_steps:
        return rate * (step + 1) / config.warmup_steps
    if config.schedule == "step":
        return rate * config.drop_factor ** sum(step >= s for s in config.drop_steps)
    if config.schedule == "cosine":
        start = max(config.warmup_steps, config.hold_steps)
        done = min(1.0, max(0, step - start) / max(1, config.steps - start))
        low = config.final_fraction
        return rate * (low + (1 - low) * 0.5 * (1 + math.cos(math.pi * done)))
    return rate


def create_optimizer(config: TrainConfig, model: nn.Module) -> optim.Optimizer:
    """Return the optimizer; biases and norms are not decayed."""
    if config.optimizer == "muon":
        return _create_muon(config, model)
    decayed = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    kept = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": kept, "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    rate = config.learning_rate
    if config.optimizer == "rmsprop":
        return optim.RMSprop(groups, lr=rate, alpha=0.99, eps=1e-8, foreach=True)
    if config.optimizer == "adamw":
        return optim.AdamW(groups, lr=rate, fused=True)
    if config.optimizer == "adam":
        return optim.Adam(groups, lr=rate, fused=True)
    return optim.SGD(groups, lr=rate, momentum=config.momentum, nesterov=config.momentum > 0)


def _create_muon(config: TrainConfig, model: nn.Module) -> optim.Optimizer:
    """Return Muon [1]_ for the hidden convolutions and AdamW for all that remains.

    The steps of both are of one size [2]_, so that one learning rate serves both.

    References
    ----------
    .. [1] Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
    .. [2] Liu et al., "Muon is Scalable for LLM Training", 2025.
    """
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    hidden = [p for name, p in named if _is_hidden(name, p)]
    outer = [p for name, p in named if not _is_hidden(name, p)]
    adamw = {"use_muon": False, "betas": (0.9, 0.999), "eps": 1e-8}
    groups: list[dict[str, Any]] = [
        {"params": hidden, "use_muon": True, "weight_decay": config.weight_decay},
        {
            **adamw,
            "params": [p for p in outer if p.ndim > 1],
            "weight_decay": config.weight_decay,
        },
        {**adamw, "params": [p for p in outer if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [
        {**group, "lr": config.learning_rate, "step": 0} for group in groups if group["params"]
    ]
    return Muon(groups, momentum=config.momentum, use_adjusted_lr=True)


def _is_hidden(name: str, parameter: Tensor) -> bool:
    """Tell the convolutions between features from those that see the photo or make the output."""
    sees_photo = parameter.ndim > 1 and parameter.shape[1] <= 3
    return parameter.ndim == 4 and not sees_photo and "head" not in name


def set_learning_rate(optimizer: optim.Optimizer, rate: float) -> None:
    """Set the rate of all parameters."""
    for group in optimizer.param_groups:
        group["lr"] = rate


class RunningMean:
    """An exponential moving average of a network's weights and running statistics.

    Early on the decay is shortened to ``(1 + n) / (10 + n)``, so that the random start is
    soon forgotten. With a decay of 0 `model` is the network itself.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.model = model if decay == 0 else copy.deepcopy(model).eval().requires_grad_(False)
        pairs = list(zip(_tensors(self.model), _tensors(model), strict=True))
        self._floats = [pair for pair in pairs if pair[0].is_floating_point()]
        self._others = [pair for pair in pairs if not pair[0].is_floating_point()]

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take the network's weights in after step number `step`, counted from 0."""
        if self.decay == 0:
            return
        decay = min(self.decay, (1 + step) / (10 + step))
        means, values = zip(*self._floats, strict=True)
        torch._foreach_lerp_(list(means), list(values), 1 - decay)
        for mean, value in self._others:
            mean.copy_(value)


def _tensors(model: nn.Module) -> list[Tensor]:
    return [tensor.detach() for tensor in model.state_dict(keep_vars=True).values()]
