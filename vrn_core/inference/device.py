"""Tensors on the device that computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from vrn_core.errors import ConfigError, GpuMemoryError
from vrn_core.models.blocks import fold_norms
from vrn_core.types import ByteArray


def choose_device(name: str) -> torch.device:
    """Return the device of a name: "cpu", "cuda", "mps", or "auto" for the best there is."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(f"unknown device {name!r}; expected auto, cpu, cuda or mps") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ConfigError("torch sees no NVIDIA GPU here; choose the device cpu")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise ConfigError("torch sees no Apple GPU here; choose the device cpu")
    return device


DEFAULT_THREADS = torch.get_num_threads()


def use_threads(count: int) -> None:
    """Let torch compute with so many threads; 0 takes as many as it thinks best."""
    torch.set_num_threads(count or DEFAULT_THREADS)


@contextmanager
def telling_of_memory() -> Iterator[None]:
    """Let work that a GPU has too little memory for raise :class:`GpuMemoryError`.

    CUDA has a class for it; MPS says it in the words of a RuntimeError only.
    """
    try:
        yield
    except RuntimeError as error:
        if isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error).lower():
            raise GpuMemoryError(f"the GPU has too little memory left: {error}") from error
        raise


def available_devices() -> list[str]:
    """Return the names of the devices that torch finds here."""
    found = ["cpu"]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return found


@lru_cache(maxsize=1)
def cpu_has_bf16() -> bool:
    """Return whether the processor has units for bfloat16."""
    return bool(torch.cpu._is_avx512_bf16_supported())


def autocast(device: torch.device) -> AbstractContextManager[Any]:
    """Return the context in which networks run fastest: bfloat16 where there are units for it."""
    enabled = cpu_has_bf16() if device.type == "cpu" else device.type == "cuda"
    return torch.autocast(device.type, torch.bfloat16, enabled=enabled)


def prepare(network: nn.Module, device: torch.device) -> nn.Module:
    """Return a network in evaluation on its device, in the form in which it runs fastest there."""
    fold_norms(network)
    network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    with autocast(device):
        if torch.is_autocast_enabled(device.type):
            # Autocast would turn the weights of the convolutions into bfloat16 at every call.
            for module in network.modules():
                if isinstance(module, nn.Conv2d):
                    module.to(torch.bfloat16)
    return network


def to_images(crops: ByteArray, device: torch.device) -> Tensor:
    """Return crops (B, H, W, 3) uint8 RGB as images (B, 3, H, W) float32 in 0 to 1."""
    # The channels stay innermost in memory, which is how convolutions are fastest.
    return torch.from_numpy(crops).to(device).permute(0, 3, 1, 2).float().div_(255)
