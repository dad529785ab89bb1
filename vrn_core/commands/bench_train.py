"""``vrn bench train``: how many samples a training learns from a second, and what it waits for."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from vrn_core.commands.outputs import check_report
from vrn_core.commands.terminal import give_json, say, table
from vrn_core.config import TrainConfig
from vrn_core.progress import CancelToken
from vrn_core.resources import resource
from vrn_core.training.distributed import joined_world
from vrn_core.training.memory import keep_freed_memory
from vrn_core.training.sources import sample_sources
from vrn_core.training.trainer import Trainer

CONFIG = "vrn-guided-lite.json"
STEPS, QUICK_STEPS = 60, 15
ROW = 5
"""Steps that one measurement spans; accuracy, which real trainings log seldom, is taken once."""
WARM_UP = 2
"""Rows that are not counted: buffers and portraits are made and read in them."""


@dataclass(frozen=True)
class Pace:
    """What a training did with its time."""

    workers: int
    """Processes that made samples beside it; 0 if it made them itself between the steps."""
    threads: int
    samples_per_second: float
    network_ms: float
    """A sample, forward and back and the weights moved."""
    waiting_ms: float
    """A sample, until it was there."""

    @property
    def network_share(self) -> float:
        """Of the time, what was spent in the network."""
        return self.network_ms / (self.network_ms + self.waiting_ms)


def run(*, device: str, quick: bool, runs: int | None, report: Path | None) -> None:
    """Train VRN-Guided at half resolution for some steps, with and without workers; print it."""
    if report is not None:
        check_report(report)
    steps = runs or (QUICK_STEPS if quick else STEPS)
    torch.set_flush_denormal(True)
    keep_freed_memory()
    paces = [measure(device, workers, steps) for workers in _workers()]
    rows = [
        (
            str(pace.workers),
            f"{pace.samples_per_second:.1f}",
            f"{pace.network_ms:.1f}",
            f"{pace.waiting_ms:.1f}",
            f"{pace.network_share:.0%}",
        )
        for pace in paces
    ]
    headings = ("data processes", "samples/s", "network ms", "waiting ms", "in the network")
    say(f"VRN-Guided lite at half resolution, {steps} steps, {paces[0].threads} threads\n")
    say(table(headings, rows, numeric=range(5)))
    if report is not None:
        give_json(report, {"training": [asdict(pace) for pace in paces]})


def _workers() -> tuple[int, ...]:
    processors = os.cpu_count() or 1
    return (0, 1, 2) if processors < 8 else (0, 2, 4, processors // 2)


def measure(device: str, workers: int, steps: int) -> Pace:
    """Return the pace of a training whose samples are made by so many processes."""
    cancel = CancelToken()
    rows: list[Mapping[str, Any]] = []

    def listen(row: Mapping[str, Any]) -> None:
        if "samples_per_second" in row:
            rows.append(row)
        if len(rows) >= WARM_UP + math.ceil(steps / ROW):
            cancel.cancel()

    with tempfile.TemporaryDirectory(prefix="vrn-bench-") as folder:
        config = replace(
            TrainConfig.read(resource("configs", CONFIG)),
            run_folder=folder,
            init_from=None,
            device=device,
            workers=workers,
            log_every=ROW,
            validation_every=0,
        )
        with joined_world(config.device) as world:
            train, validation = sample_sources(config)
            Trainer(config, train, validation, world=world, report=listen, cancel=cancel).run()
    counted = rows[WARM_UP:]
    seconds = sum(1 / float(row["samples_per_second"]) for row in counted) / len(counted)
    waiting = sum(float(r["data_share"]) / float(r["samples_per_second"]) for r in counted)
    waiting_ms = 1000 * waiting / len(counted)
    return Pace(
        workers, torch.get_num_threads(), 1 / seconds, 1000 * seconds - waiting_ms, waiting_ms
    )
