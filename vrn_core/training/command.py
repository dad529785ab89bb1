"""The command that trains: ``vrn train CONFIG`` and ``python -m vrn_core.training CONFIG``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from vrn_core.config import TrainConfig, read_json_object, with_overrides
from vrn_core.errors import VrnError
from vrn_core.progress import CancelToken
from vrn_core.training.distributed import joined_world
from vrn_core.training.keeper import Report
from vrn_core.training.log import describe_row
from vrn_core.training.memory import keep_freed_memory
from vrn_core.training.sources import sample_sources
from vrn_core.training.trainer import Trainer, TrainResult


def read_config(path: str | os.PathLike[str], overrides: Sequence[str] = ()) -> TrainConfig:
    """Read a training configuration and put ``key=value`` settings in."""
    return TrainConfig.from_dict(with_overrides(read_json_object(path), overrides))


def run(
    config_path: str | os.PathLike[str],
    resume: bool = False,
    overrides: Sequence[str] = (),
    report: Report | None = None,
) -> TrainResult:
    """Train by a configuration file until the last step, Ctrl-C or SIGTERM.

    Parameters
    ----------
    config_path : path
        JSON of a :class:`vrn_core.config.TrainConfig`.
    resume : bool, default: False
        Go on from the run folder's checkpoint.
    overrides : sequence of str
        Settings ``key=value`` that take the place of the file's, ``data.key=value`` for
        those of the data.
    report : callable, optional
        Receives every row of the log.
    """
    config = read_config(config_path, overrides)
    cancel = CancelToken()
    if config.threads:
        torch.set_num_threads(config.threads)
    # Numbers too small to matter would otherwise be computed a hundred times slower.
    torch.set_flush_denormal(True)
    keep_freed_memory()
    with stopping_on_signals(cancel), joined_world(config.device) as world:
        train, validation = sample_sources(config)
        trainer = Trainer(config, train, validation, world=world, report=report, cancel=cancel)
        return trainer.run(resume)


SAME_WISH_SECONDS = 3.0


@contextmanager
def stopping_on_signals(cancel: CancelToken) -> Iterator[None]:
    """Let the first SIGINT or SIGTERM ask for a stop; a later one has its usual effect.

    Signals that follow at once are the same wish: Ctrl-C reaches torchrun as well as its
    workers, and torchrun passes it on to them once more.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous: dict[int, Any] = {}
    asked_at: list[float] = []

    def stop(number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        asked_at.append(now)
        cancel.cancel()
        if now - asked_at[0] < SAME_WISH_SECONDS:
            return
        signal.signal(number, previous[number])
        if callable(previous[number]):
            previous[number](number, frame)
        else:
            os.kill(os.getpid(), number)

    for wanted in (signal.SIGINT, signal.SIGTERM):
        previous[wanted] = signal.signal(wanted, stop)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def print_to(stream: Any) -> Callable[[Mapping[str, Any]], None]:
    """Return a report that writes one line a row."""

    def report(row: Mapping[str, Any]) -> None:
        stream.write(describe_row(row) + "\n")
        stream.flush()

    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code, 0 finished, 1 failed, 130 stopped."""
    parser = argparse.ArgumentParser(prog="vrn train", description="Train a network.")
    parser.add_argument("config", type=Path, help="JSON file of the training's settings")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="overrides",
        help="replace a setting of the file; may be repeated",
    )
    options = parser.parse_args(arguments)
    try:
        result = run(options.config, options.resume, options.overrides, print_to(sys.stdout))
    except VrnError as error:
        sys.stderr.write(f"vrn train: {error}\n")
        return 1
    if result.finished:
        return 0
    sys.stderr.write(f"stopped at step {result.step}; go on with --resume\n")
    return 130
