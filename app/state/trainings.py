"""What is told of trainings: a line for each, and all of the one that is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vrn_core.training.history import Curve, Pace, Phase
from vrn_core.training.runs import RunState, Wish
from vrn_core.training.vitals import Vitals

Curves = dict[tuple[str, Phase], Curve]


@dataclass(frozen=True)
class TrainingLine:
    """A training in the list."""

    folder: Path
    network: str
    state: RunState
    step: int
    steps: int
    wish: Wish
    """What it is asked to do; it may not have heard yet."""

    @property
    def name(self) -> str:
        """Its folder's name."""
        return self.folder.name

    @property
    def alive(self) -> bool:
        """Whether a process trains there, be it paused."""
        return self.state in (RunState.RUNNING, RunState.PAUSED)

    @property
    def fraction(self) -> float:
        """How far it is, in [0, 1]."""
        return min(self.step / self.steps, 1.0) if self.steps else 0.0


@dataclass(frozen=True)
class TrainingReport:
    """All that is told of one training."""

    line: TrainingLine
    curves: Curves
    text: str
    """The log's last lines, and what the process said when it died."""
    pace: Pace | None
    vitals: Vitals | None
    shown_at: int
    """When the people of its validation were last drawn, in ns; 0 if there are none."""
    version: int
    """Grows with every row of the log that is new."""
    finetuning: bool = False
    """Whether it is a fine-tuning, whose result can be compared with what it came from."""


@dataclass(frozen=True)
class Look:
    """What a look at the folder of trainings found."""

    lines: tuple[TrainingLine, ...]
    report: TrainingReport | None
    """Of the training that was asked for, if it is there."""
