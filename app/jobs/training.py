"""Trainings looked at from the pool, told what to do, and started again."""

from __future__ import annotations

import subprocess
from pathlib import Path

from app.state.trainings import Look, TrainingLine, TrainingReport
from vrn_core.config import TrainConfig
from vrn_core.errors import VrnError
from vrn_core.training.history import History
from vrn_core.training.runs import (
    CONFIG_NAME,
    OUTPUT_NAME,
    RunState,
    Wish,
    ask,
    read_wish,
    start,
    state_of,
)
from vrn_core.training.showcase import SHOWCASE_NAME
from vrn_core.training.tail import LogTail
from vrn_core.training.vitals import ProcessWatch

FINETUNING_NAME = "finetune.json"
"""The same as :data:`vrn_core.finetune.session.SETTINGS` (a test says so)."""
LAST_WORDS = 2_000
"""Bytes of what a process printed last that are shown when it is dead."""


class Watched:
    """A training whose log is read on from where it was read before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.version = 0
        self.history = History()
        self._tail = LogTail(folder)
        self._process = ProcessWatch(folder)
        self._config: TrainConfig | None = None
        self._config_at = 0

    def look(self) -> TrainingLine:
        """Return what is told of it in the list; raise :class:`VrnError` if it is none."""
        config = self._read_config()
        rows, anew = self._tail.read()
        if anew:
            self.history = History()
        self.history.add(rows)
        self.version += len(rows) + anew
        state = state_of(self.folder, self.history.last_kind)
        network = f"{config.model} {config.size}"
        wish = read_wish(self.folder)
        return TrainingLine(self.folder, network, state, self.history.step, config.steps, wish)

    def report(self, line: TrainingLine) -> TrainingReport:
        """Return all that is told of it."""
        config = self._read_config()
        gpu = config.device != "cpu"
        text = self.history.text()
        if not line.alive and line.state is not RunState.FINISHED:
            text = f"{text}\n{self._last_words()}".strip()
        try:
            shown_at = (self.folder / SHOWCASE_NAME).stat().st_mtime_ns
        except OSError:
            shown_at = 0
        return TrainingReport(
            line,
            self.history.curves(),
            text,
            self.history.pace(config.steps, config.validation_every),
            self._process.look(gpu) if line.alive else None,
            shown_at,
            self.version,
            (self.folder / FINETUNING_NAME).exists(),
        )

    def _read_config(self) -> TrainConfig:
        path = self.folder / CONFIG_NAME
        written_at = path.stat().st_mtime_ns
        if self._config is None or written_at != self._config_at:
            self._config, self._config_at = TrainConfig.read(path), written_at
        return self._config

    def _last_words(self) -> str:
        """Return why a process died, if it said so."""
        try:
            with (self.folder / OUTPUT_NAME).open("rb") as file:
                file.seek(max(file.seek(0, 2) - LAST_WORDS, 0))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(line for line in lines[-6:] if line.startswith("vrn train:"))


class TrainingLooker:
    """Looks at all trainings in a folder; used by one thread at a time."""

    def __init__(self) -> None:
        self._watched: dict[Path, Watched] = {}

    def look(self, root: Path, chosen: Path | None) -> Look:
        """Return the trainings in a folder, or the one that it is itself, newest first."""
        folders = [path.parent for path in (root / CONFIG_NAME, *root.glob(f"*/{CONFIG_NAME}"))]
        lines: list[tuple[float, TrainingLine]] = []
        report = None
        for folder in folders:
            watched = self._watched.setdefault(folder, Watched(folder))
            try:
                line = watched.look()
                lines.append((_changed_at(folder), line))
                if folder == chosen:
                    report = watched.report(line)
            except (VrnError, OSError):
                # A folder of something else, or one that is just being removed.
                del self._watched[folder]
        for gone in self._watched.keys() - set(folders):
            del self._watched[gone]
        lines.sort(key=lambda pair: (not pair[1].alive, -pair[0]))
        return Look(tuple(line for _, line in lines), report)


def tell(folder: Path, wish: Wish) -> None:
    """Tell a training what is wanted of it."""
    ask(folder, wish)


def resume(folder: Path, fresh: bool) -> subprocess.Popen[bytes]:
    """Start the process of a training that stopped or died, a `fresh` one at its beginning."""
    return start(folder / CONFIG_NAME, resume=not fresh, folder=folder.absolute())


def _changed_at(folder: Path) -> float:
    """Return when a training last had news; looking at it is none."""
    times = [folder / name for name in (CONFIG_NAME, "log.jsonl")]
    return max((path.stat().st_mtime for path in times if path.exists()), default=0.0)
