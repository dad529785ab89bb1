"""The processes that train together under torchrun, or one that trains alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import distributed

from vrn_core.errors import ConfigError


@dataclass(frozen=True)
class World:
    """The place of a process among those that train together."""

    rank: int = 0
    size: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def is_main(self) -> bool:
        """Whether this is the process that writes files."""
        return self.rank == 0

    def sums(self, values: Sequence[float]) -> list[float]:
        """Return each value added up over all processes."""
        if self.size == 1:
            return list(values)
        tensor = torch.tensor(values, dtype=torch.float64, device=self.device)
        distributed.all_reduce(tensor)
        return [float(v) for v in tensor.tolist()]


def choose_device(wanted: str, local_rank: int = 0) -> torch.device:
    """Return the device that a setting names; `auto` takes a GPU if there is one."""
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise ConfigError(f"device is '{wanted}' but no NVIDIA GPU can be used here; set cpu")
    if wanted in ("auto", "cuda"):
        return torch.device("cuda", local_rank)
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise ConfigError(f"device is '{wanted}'; expected auto, cpu, cuda or cuda:N") from error
    if (device.index or 0) >= torch.cuda.device_count():
        raise ConfigError(f"device is '{wanted}' but there are {torch.cuda.device_count()} GPUs")
    return device


@contextmanager
def joined_world(device: str) -> Iterator[World]:
    """Join the processes that torchrun started, or be alone without it."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield World(device=choose_device(device))
        return
    local = choose_device(device, int(os.environ.get("LOCAL_RANK", "0")))
    if local.type == "cuda":
        torch.cuda.set_device(local)
    distributed.init_process_group("nccl" if local.type == "cuda" else "gloo")
    try:
        yield World(distributed.get_rank(), distributed.get_world_size(), local)
        # None leaves while another is still at work. Python tensors of the last exchange that
        # were let go by gloo's threads while the interpreter ends would abort the process.
        distributed.barrier(device_ids=[local.index] if local.type == "cuda" else None)
    finally:
        distributed.destroy_process_group()
