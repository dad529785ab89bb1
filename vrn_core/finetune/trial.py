"""One step of a fine-tuning as a trial: how long it takes and whether it fits in memory.

The step runs in a process of its own, which gives all memory back and may die of the lack of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from vrn_core.config import TrainConfig
from vrn_core.errors import ConfigError, VrnError, describe_error
from vrn_core.frozen import TRIAL, module_command
from vrn_core.progress import CancelToken

TRIAL_SECONDS = 600.0
STEPS = 4
"""The fastest of them counts: the first ones make buffers and draw pictures."""
LEAST_LEFT = 0.05
"""Of the memory that must stay free."""


@dataclass(frozen=True)
class Cost:
    """What a step takes."""

    seconds: float
    memory_bytes: int
    """At its peak: of the GPU, or of the process on a CPU."""
    available_bytes: int
    """Of that memory, what is there."""
    device: str


def measure_step(config: TrainConfig) -> Cost:
    """Return what a step of a training costs on this machine.

    Raises
    ------
    ConfigError
        If it does not fit in memory, or fails for another reason.
    """
    with tempfile.TemporaryDirectory(prefix="vrn-trial-") as name:
        folder = Path(name)
        path, result = folder / "trial.json", folder / "cost.json"
        trial = replace(config, run_folder=str(folder), workers=0, log_every=1, validation_every=0)
        trial.write(path)
        command = [*module_command(TRIAL), str(path), str(result)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=TRIAL_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise ConfigError(
                f"one step took more than {TRIAL_SECONDS / 60:.0f} minutes; "
                "choose a smaller batch or another device"
            ) from error
        if result.is_file():
            content = json.loads(result.read_bytes())
            if "error" in content:
                raise ConfigError(content["error"])
            cost = Cost(**content)
        else:
            words = done.stderr.decode(errors="replace").strip().splitlines()
            raise ConfigError(
                f"the trial of one step ended early ({words[-1] if words else 'without a word'}); "
                f"batches of {config.batch_size} may not fit in memory: choose a smaller one"
            )
    if cost.memory_bytes > (1 - LEAST_LEFT) * cost.available_bytes:
        raise ConfigError(
            f"a batch of {config.batch_size} takes {cost.memory_bytes / 1e9:.1f} GB of the "
            f"{cost.available_bytes / 1e9:.1f} GB on {cost.device}; choose a smaller one"
        )
    return cost


def _measure(config: TrainConfig) -> Cost:
    import torch

    from vrn_core.training.distributed import joined_world
    from vrn_core.training.sources import sample_sources
    from vrn_core.training.trainer import Trainer

    cancel = CancelToken()
    seconds: list[float] = []

    def report(row: Mapping[str, Any]) -> None:
        if "samples_per_second" in row:
            seconds.append(config.batch_size / float(row["samples_per_second"]))
        if len(seconds) >= min(STEPS, config.steps - 1):
            cancel.cancel()

    if config.threads:
        torch.set_num_threads(config.threads)
    with joined_world(config.device) as world:
        train, validation = sample_sources(config)
        Trainer(config, train, validation, world=world, report=report, cancel=cancel).run()
        device = world.device
    used, there = _memory(device)
    return Cost(min(seconds, default=0.0), used, there, str(device))


def _memory(device: Any) -> tuple[int, int]:
    """Return the bytes taken at the peak, and those that were there."""
    import torch

    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return torch.cuda.max_memory_reserved(device), free + torch.cuda.memory_reserved(device)
    used = psutil.Process().memory_info().rss
    return used, psutil.virtual_memory().available + used


def main(arguments: list[str]) -> None:
    """Measure, and write the cost, or what went wrong, as JSON."""
    path, result = (Path(name) for name in arguments)
    content: dict[str, Any]
    try:
        content = asdict(_measure(TrainConfig.read(path)))
    except VrnError as error:
        content = {"error": str(error)}
    # Whatever it is, it is told to whoever asked for the trial.
    except Exception as error:  # noqa: BLE001
        content = {"error": describe_error(error)}
    result.write_text(json.dumps(content), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
