"""What the wizard for fine-tuning shows: items, costs, and what a fine-tuning brought."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vrn_core.types import ByteArray


@dataclass(frozen=True)
class DataRow:
    """An item of the folder."""

    name: str
    kind: str
    person: str
    part: str
    """"train", "validation" or "left out"."""
    problem: str | None
    """Why it cannot be used."""
    notes: tuple[str, ...]
    picture: ByteArray | None
    """(192, 192, 3) RGB with the label drawn on it."""


@dataclass(frozen=True)
class Looked:
    """What is in a folder."""

    folder: Path
    rows: tuple[DataRow, ...]
    labels: Path
    """Where the labels were written."""
    face_model: Path | None
    """Where the face model lies; ``None`` is the one that ships."""


@dataclass(frozen=True)
class Estimate:
    """What a fine-tuning will take."""

    samples: int
    steps: int
    epochs: float
    seconds: float
    memory_bytes: int
    disk_bytes: int
    device: str


@dataclass(frozen=True)
class BeforeAfter:
    """One validation picture as two networks see it."""

    title: str
    before: float
    after: float
    photo: ByteArray
    """(192, 192, 3) RGB."""
    pictures: ByteArray
    """(N, S, 2 S, 4) RGBA, both meshes beside one another from the left to the right."""


@dataclass(frozen=True)
class Outcome:
    """What a fine-tuning brought."""

    folder: Path
    base: str
    before: float
    after: float
    count: int
    """Pictures that were compared."""
    shown: tuple[BeforeAfter, ...]

    @property
    def change(self) -> float:
        """By what share the error grew; negative where it fell."""
        return self.after / self.before - 1
