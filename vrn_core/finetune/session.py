"""A fine-tuning from beginning to end: its folder, what it is made of, and what it brought."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from vrn_core.config import read_json_object
from vrn_core.errors import ConfigError, DataError
from vrn_core.files import write_atomically
from vrn_core.finetune.comparison import Comparison, Pair
from vrn_core.finetune.settings import FinetuneConfig, training_config
from vrn_core.finetune.store import LabelSet, read_labels, write_labels
from vrn_core.finetune.trial import Cost, measure_step
from vrn_core.models.naming import model_path
from vrn_core.training.runs import BEST_NAME, CONFIG_NAME, start

LABELS = "labels"
SETTINGS = "finetune.json"
RESULT = "result.json"
MODEL_NAME = "model.safetensors"


@dataclass(frozen=True)
class Session:
    """A fine-tuning's folder, which is that of its training too."""

    folder: Path

    @property
    def best(self) -> Path:
        """The weights that did best on the validation items."""
        return self.folder / BEST_NAME

    @property
    def model(self) -> Path:
        """What came out of it, see :func:`finish`."""
        return self.folder / MODEL_NAME

    def settings(self) -> FinetuneConfig:
        """Return how it is done."""
        return FinetuneConfig.read(self.folder / SETTINGS)

    def labels(self) -> LabelSet:
        """Return what it learns from."""
        return read_labels(self.folder / LABELS)


def is_session(folder: Path) -> bool:
    """Whether a training in a folder is a fine-tuning."""
    return (folder / SETTINGS).is_file()


def create_session(folder: Path, config: FinetuneConfig, labels: LabelSet) -> Session:
    """Write all that a fine-tuning needs into a new folder.

    Raises
    ------
    ConfigError
        If the settings cannot be, or the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty; choose another name for the fine-tuning")
    training = training_config(config, labels, folder / LABELS, folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_labels(labels, folder / LABELS)
    config.write(folder / SETTINGS)
    training.write(folder / CONFIG_NAME)
    return Session(folder)


def cost_of(config: FinetuneConfig, labels: LabelSet) -> Cost:
    """Return what a step costs; raise :class:`ConfigError` if it does not fit in memory."""
    with tempfile.TemporaryDirectory(prefix="vrn-finetune-") as name:
        folder = Path(name)
        write_labels(labels, folder)
        return measure_step(training_config(config, labels, folder, folder))


def start_session(session: Session) -> subprocess.Popen[bytes]:
    """Start its training, a process that goes on when this one ends."""
    return start(session.folder / CONFIG_NAME, folder=session.folder.absolute())


def torchrun_line(session: Session, machines: int = 2) -> str:
    """Return the line to run on each of several machines that share the folder."""
    return (
        f"torchrun --nnodes {machines} --nproc-per-node gpu --rdzv-backend c10d "
        "--rdzv-endpoint FIRST_MACHINE:29500 -m vrn_core.training "
        f"{session.folder.absolute() / CONFIG_NAME}"
    )


def finish(session: Session) -> Path:
    """Write the model that a finished training leads to; return its path.

    It lies between the base and the best weights, as far as the settings say.
    """
    from vrn_core.finetune.blending import blend_files

    settings = session.settings()
    blend_files(model_path(settings.base), session.best, session.model, settings.learned_share)
    return session.model


def keep_result(session: Session, comparison: Comparison) -> None:
    """Write what a fine-tuning brought beside it."""
    content = {
        "before": comparison.before,
        "after": comparison.after,
        "pairs": [asdict(pair) for pair in comparison.pairs],
    }
    write_atomically(session.folder / RESULT, (json.dumps(content, indent=1) + "\n").encode())


def read_result(session: Session) -> Comparison | None:
    """Return what it brought, or ``None`` if that was not measured yet."""
    if not (session.folder / RESULT).is_file():
        return None
    content = read_json_object(session.folder / RESULT)
    try:
        return Comparison(tuple(Pair(**pair) for pair in content["pairs"]))
    except (KeyError, TypeError) as error:
        raise DataError(f"{session.folder / RESULT} is damaged: {error}; compare again") from error
