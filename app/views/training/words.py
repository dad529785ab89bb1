"""What trainings and their figures are called."""

from __future__ import annotations

from app.marks import QT_TRANSLATE_NOOP
from app.state.trainings import TrainingLine
from app.translation import translate
from vrn_core.training.history import Phase
from vrn_core.training.runs import RunState, Wish

STATES = {
    RunState.RUNNING: QT_TRANSLATE_NOOP("Training", "Training"),
    RunState.PAUSED: QT_TRANSLATE_NOOP("Training", "Paused"),
    RunState.STOPPED: QT_TRANSLATE_NOOP("Training", "Stopped; can be resumed"),
    RunState.FINISHED: QT_TRANSLATE_NOOP("Training", "Finished"),
    RunState.EMPTY: QT_TRANSLATE_NOOP("Training", "Not begun"),
}
WISHES = {
    Wish.PAUSE: QT_TRANSLATE_NOOP("Training", "Pausing…"),
    Wish.STOP: QT_TRANSLATE_NOOP("Training", "Stopping…"),
    Wish.STOP_AFTER_VALIDATION: QT_TRANSLATE_NOOP(
        "Training", "Training; stops after the next validation"
    ),
}
"""What is said of a training that was asked for something and has not done it yet."""
CURVES = {
    "loss": QT_TRANSLATE_NOOP("Training", "Loss"),
    "volume_iou": QT_TRANSLATE_NOOP("Training", "IoU"),
    "nme_interocular": QT_TRANSLATE_NOOP("Training", "NME"),
}
"""The curves that are drawn, from top to bottom."""
PHASES: dict[Phase, str] = {
    "train": QT_TRANSLATE_NOOP("Training", "training"),
    "validation": QT_TRANSLATE_NOOP("Training", "validation"),
}


def describe_state(line: TrainingLine) -> str:
    """Return what a training does, in words."""
    waits = line.state is RunState.RUNNING and line.wish in WISHES
    return translate("Training", WISHES[line.wish] if waits else STATES[line.state])
