"""Training runs as folders: which there are, how far they are, and what they are asked to do.

A run is a process of its own that outlives whoever started it. All that connects it with others
are files in its folder: a lock that it holds while it lives, the log, and the wish of others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vrn_core.config import TrainConfig
from vrn_core.errors import ConfigError, DataError, VrnError
from vrn_core.files import write_atomically
from vrn_core.frozen import TRAINING, module_command
from vrn_core.training.log import read_log
from vrn_core.training.vitals import leave_name

CONFIG_NAME = "config.json"
CHECKPOINT_NAME = "checkpoint.safetensors"
BEST_NAME = "best.safetensors"
FINAL_NAME = "final.safetensors"
LOCK_NAME = "running.lock"
OUTPUT_NAME = "output.txt"
WISH_NAME = "wish.txt"
CLAIM_SECONDS = 2.0
"""How long a run waits for others that only look whether it lives."""


class Wish(Enum):
    """What a running training is asked to do."""

    GO_ON = "go on"
    PAUSE = "pause"
    STOP = "stop"
    STOP_AFTER_VALIDATION = "stop after the next validation"


class RunState(Enum):
    """What is to be said of a run."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    """It can be resumed: it was asked to stop, or it died."""
    FINISHED = "finished"
    EMPTY = "not begun"
    """It has no checkpoint to resume from."""


@dataclass(frozen=True)
class Run:
    """A run as its folder tells of it."""

    folder: Path
    config: TrainConfig
    state: RunState
    step: int
    """The last one that the log knows."""
    validation: dict[str, Any] | None
    """The last row of the log that validation wrote."""

    @property
    def name(self) -> str:
        """Its folder's name."""
        return self.folder.name


def claim(folder: Path) -> FileLock:
    """Return the lock that makes a run's folder that of this process, until it is released.

    Raises :class:`ConfigError` if another process trains there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK_NAME)
    try:
        lock.acquire(timeout=CLAIM_SECONDS)
    except Timeout as error:
        raise ConfigError(
            f"another process trains in {folder}; stop it first, or choose another run_folder"
        ) from error
    leave_name(folder)
    return lock


def is_alive(folder: Path) -> bool:
    """Whether a process trains in a folder now."""
    path = folder / LOCK_NAME
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        # Another user's run: it may be read, but not locked.
        return False
    lock.release()
    return False


def ask(folder: Path, wish: Wish) -> None:
    """Tell the process that trains in a folder what is wanted; it hears within a second."""
    write_atomically(folder / WISH_NAME, wish.value.encode())


def read_wish(folder: Path) -> Wish:
    """Return what is wanted of the run in a folder; to go on if nothing was said."""
    try:
        return Wish((folder / WISH_NAME).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return Wish.GO_ON


def read_run(folder: Path) -> Run:
    """Return what a folder tells of its run; raise :class:`DataError` if there is none."""
    try:
        config = TrainConfig.read(folder / CONFIG_NAME)
    except VrnError as error:
        raise DataError(f"{folder} holds no training run: {error}") from error
    rows = read_log(folder)
    step = max((int(row.get("step", 0)) for row in rows), default=0)
    validations = [row for row in rows if row.get("kind") == "validation"]
    state = state_of(folder, rows[-1].get("kind") if rows else None)
    return Run(folder, config, state, step, validations[-1] if validations else None)


def list_runs(root: Path) -> list[Run]:
    """Return the runs in the folders of a folder, those with the newest news first."""
    runs: list[tuple[float, Run]] = []
    for path in root.glob(f"*/{CONFIG_NAME}"):
        try:
            newest = max(p.stat().st_mtime for p in path.parent.iterdir() if p.is_file())
            runs.append((newest, read_run(path.parent)))
        except (DataError, OSError):
            continue
    return [run for _, run in sorted(runs, key=lambda pair: pair[0], reverse=True)]


def start(
    config_path: Path, *, resume: bool = False, folder: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a training that goes on when this process ends; return its process.

    It trains in `folder`, or in the one that its settings name, which may be told from the
    folder in which it was started first. What it prints goes to `OUTPUT_NAME` in there.
    """
    settings = [] if folder is None else ["--set", f"run_folder={json.dumps(str(folder))}"]
    folder = folder or Path(TrainConfig.read(config_path).run_folder)
    folder.mkdir(parents=True, exist_ok=True)
    command = [*module_command(TRAINING), str(config_path), *settings]
    # A group of its own: Ctrl-C in the terminal of whoever started it is not meant for it.
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        detached = {"creationflags": flags}
    with open(folder / OUTPUT_NAME, "ab") as output:
        return subprocess.Popen(
            [*command, "--resume"] if resume else command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            **detached,
        )


def state_of(folder: Path, last_kind: str | None) -> RunState:
    """Return the state of the run in a folder whose log ends with a row of the kind given."""
    if is_alive(folder):
        return RunState.PAUSED if last_kind == "paused" else RunState.RUNNING
    if (folder / FINAL_NAME).exists():
        return RunState.FINISHED
    return RunState.STOPPED if (folder / CHECKPOINT_NAME).exists() else RunState.EMPTY
