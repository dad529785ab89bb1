"""What the process of a run takes of its machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from vrn_core.errors import VrnError
from vrn_core.files import write_atomically

PROCESS_NAME = "process.json"
PATIENCE_S = 3.0
"""For the driver of the GPU to answer."""
SLACK_S = 1.0
"""By which two tellings of the time at which a process began may differ."""


@dataclass(frozen=True)
class GpuUse:
    """What all programs together take of the GPU that is busiest."""

    load: float | None
    """In [0, 1]; None where the driver does not tell, as of a GPU shared out in parts."""
    used_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Vitals:
    """What a run takes of its machine, the processes that make its data counted in."""

    cpu: float
    """Processors kept busy since the last look; 1.5 is one and a half."""
    memory_bytes: int
    gpu: GpuUse | None


def leave_name(folder: Path) -> None:
    """Write into a run's folder which process trains there; a failure is of no matter."""
    me = psutil.Process()
    content = json.dumps({"pid": me.pid, "began": me.create_time()})
    with suppress(VrnError, OSError):
        write_atomically(folder / PROCESS_NAME, content.encode())


class ProcessWatch:
    """Looks at the process that trains in a folder, again and again."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROCESS_NAME
        self._family: dict[int, psutil.Process] = {}

    def look(self, gpu: bool = False) -> Vitals | None:
        """Return what the process takes, None if it is gone or on another machine.

        `gpu` asks the driver as well, which takes a moment.
        """
        main = self._main()
        if main is None:
            self._family = {}
            return None
        try:
            found = {process.pid: process for process in (main, *main.children(recursive=True))}
        except psutil.Error:
            return None
        # Those known before keep what they remember: use is told since the last question.
        self._family = {pid: self._family.get(pid, process) for pid, process in found.items()}
        cpu, memory = 0.0, 0
        for process in self._family.values():
            with suppress(psutil.Error):
                cpu += process.cpu_percent() / 100
                memory += process.memory_info().rss
        return Vitals(cpu, memory, gpu_use() if gpu else None)

    def _main(self) -> psutil.Process | None:
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            process = psutil.Process(int(told["pid"]))
            # The number of a process that ended is given to others.
            same = abs(process.create_time() - float(told["began"])) < SLACK_S
        except (OSError, ValueError, TypeError, KeyError, psutil.Error):
            return None
        return process if same else None


def gpu_use() -> GpuUse | None:
    """Return what is taken of the busiest NVIDIA GPU, None where there is none."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    query = "--query-gpu=utilization.gpu,memory.used,memory.total"
    try:
        answer = subprocess.run(
            [program, query, "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
            stdin=subprocess.DEVNULL,
            # No console flashes up on Windows.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if os.name == "nt" else 0,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return parse_gpu_use(answer)


def parse_gpu_use(answer: str) -> GpuUse | None:
    """Return the busiest GPU of the driver's lines: load in percent, MiB used, MiB in all."""
    uses = []
    for line in answer.splitlines():
        told, *sizes = line.split(",")
        with suppress(ValueError):
            used, total = (round(float(size) * 2**20) for size in sizes)
            uses.append(GpuUse(_share(told), used, total))
    return max(uses, key=lambda use: (use.load or 0.0, use.used_bytes), default=None)


def _share(percent: str) -> float | None:
    try:
        return float(percent) / 100
    except ValueError:
        return None
