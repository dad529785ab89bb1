"""The figures of a training: how fast it is and what it takes of the machine."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout

from app.marks import QT_TRANSLATE_NOOP
from app.state.pace import time_left
from app.state.trainings import TrainingReport
from app.translation import number, percent, translate
from app.views.parts import label, strip
from vrn_core.training.history import Curve
from vrn_core.training.runs import RunState

ROWS = {
    "step": QT_TRANSLATE_NOOP("Training", "Step"),
    "left": QT_TRANSLATE_NOOP("Training", "Time left"),
    "speed": QT_TRANSLATE_NOOP("Training", "Samples a second"),
    "rate": QT_TRANSLATE_NOOP("Training", "Learning rate"),
    "volume_iou": QT_TRANSLATE_NOOP("Training", "IoU, validation"),
    "nme_interocular": QT_TRANSLATE_NOOP("Training", "NME, validation"),
    "cpu": QT_TRANSLATE_NOOP("Training", "CPU"),
    "memory": QT_TRANSLATE_NOOP("Training", "Memory"),
    "gpu": QT_TRANSLATE_NOOP("Training", "GPU"),
    "gpu_memory": QT_TRANSLATE_NOOP("Training", "GPU memory"),
}
UNKNOWN = "–"
GIB = 2**30


class FiguresPanel(QFrame):
    """One line a figure; those that a training does not have are hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._names: dict[str, QLabel] = {}
        self.values: dict[str, QLabel] = {}
        header, row = strip("panelHeader", 40)
        row.addWidget(label(translate("Training", "Figures"), "panelTitle"), 1)
        grid = QGridLayout()
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for place, (name, words) in enumerate(ROWS.items()):
            self._names[name] = label(translate("Training", words), "muted")
            self.values[name] = label(UNKNOWN)
            grid.addWidget(self._names[name], place, 0)
            grid.addWidget(self.values[name], place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(header)
        column.addLayout(grid)

    def show_report(self, report: TrainingReport) -> None:
        """Tell the figures of a training."""
        line, pace, vitals = report.line, report.pace, report.vitals
        running = line.state is RunState.RUNNING
        told: dict[str, str | None] = dict.fromkeys(ROWS)
        told["step"] = translate("Training", "{step} of {steps}").format(
            step=number(line.step), steps=number(line.steps)
        )
        told["left"] = (time_left(pace.seconds_left) if pace and running else "") or UNKNOWN
        told["speed"] = number(pace.samples_per_second, 1) if pace else UNKNOWN
        rate = _last(report.curves.get(("learning_rate", "train")))
        told["rate"] = UNKNOWN if rate is None else f"{rate:.2e}"
        iou = _last(report.curves.get(("volume_iou", "validation")))
        told["volume_iou"] = None if iou is None else number(iou, 4)
        nme = _last(report.curves.get(("nme_interocular", "validation")))
        told["nme_interocular"] = None if nme is None else percent_of(nme)
        told["cpu"] = told["memory"] = UNKNOWN
        if vitals:
            told["cpu"] = percent(vitals.cpu)
            told["memory"] = _gib(vitals.memory_bytes)
        if vitals and vitals.gpu:
            load = vitals.gpu.load
            told["gpu"] = None if load is None else percent(load)
            told["gpu_memory"] = translate("Training", "{used} of {total}").format(
                used=_gib(vitals.gpu.used_bytes), total=_gib(vitals.gpu.total_bytes)
            )
        for name, text in told.items():
            self._names[name].setVisible(text is not None)
            self.values[name].setVisible(text is not None)
            self.values[name].setText(text or "")


def percent_of(fraction: float) -> str:
    """Return a small fraction in percent, with two decimals."""
    return translate("Numbers", "{number}%").format(number=number(100 * fraction, 2))


def _gib(count: float) -> str:
    return translate("Training", "{number} GB").format(number=number(count / GIB, 1))


def _last(curve: Curve | None) -> float | None:
    return float(curve.values[-1]) if curve is not None and len(curve.values) else None
