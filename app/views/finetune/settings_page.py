"""The wizard's second page: a simple choice, and the expert's fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.marks import QT_TRANSLATE_NOOP
from app.state.finetuning import Estimate
from app.translation import number, translate
from app.views.finetune.words import duration, size
from app.views.parts import label

EFFORTS = {
    "quick": (
        QT_TRANSLATE_NOOP("Finetune", "&Quick"),
        QT_TRANSLATE_NOOP("Finetune", "To see whether it helps at all"),
    ),
    "balanced": (
        QT_TRANSLATE_NOOP("Finetune", "&Balanced"),
        QT_TRANSLATE_NOOP("Finetune", "Most of what there is to gain"),
    ),
    "thorough": (
        QT_TRANSLATE_NOOP("Finetune", "Th&orough"),
        QT_TRANSLATE_NOOP("Finetune", "For many items, or a graphics card"),
    ),
}
DEVICES = {
    "auto": QT_TRANSLATE_NOOP("Preferences", "Automatic"),
    "cpu": QT_TRANSLATE_NOOP("Preferences", "Processor (CPU)"),
    "cuda": QT_TRANSLATE_NOOP("Preferences", "NVIDIA graphics card (CUDA)"),
}
VOLUMES = {
    "half": QT_TRANSLATE_NOOP("Finetune", "Half"),
    "full": QT_TRANSLATE_NOOP("Finetune", "Full"),
}
FROZEN = {
    "stem": QT_TRANSLATE_NOOP("Finetune", "First layers"),
    "stacks": QT_TRANSLATE_NOOP("Finetune", "Hourglasses"),
    "between": QT_TRANSLATE_NOOP("Finetune", "Between the hourglasses"),
    "head": QT_TRANSLATE_NOOP("Finetune", "Head"),
}


class SettingsPage(QWidget):
    """Shows a fine-tuning's settings as they come from the core; gives them back."""

    choice_changed = Signal()
    """Another effort, base or device: the fields are wanted anew."""
    changed = Signal()
    estimate_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._settings: dict[str, Any] = {}
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.base = QComboBox()
        self.device = QComboBox()
        for value, text in DEVICES.items():
            self.device.addItem(translate("Preferences", text), value)
        self.efforts: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        for value, (text, tip) in EFFORTS.items():
            button = QRadioButton(translate("Finetune", text))
            button.setToolTip(translate("Finetune", tip))
            self.efforts[value] = button
            self._group.addButton(button)
        self.efforts["balanced"].setChecked(True)
        self.expert = QGroupBox(translate("Finetune", "&Expert"))
        self.expert.setCheckable(True)
        self.expert.setChecked(False)
        self.fields = _Fields()
        self.estimate = label(name="muted")
        self.estimate.setWordWrap(True)
        self.measure = QPushButton(translate("Finetune", "&Measure One Step"))
        self.measure.setToolTip(
            translate("Finetune", "See how long it takes, and whether it fits in memory")
        )
        self.measure.clicked.connect(self.estimate_wanted)
        self._lay_out()
        self._group.buttonClicked.connect(lambda _: self.choice_changed.emit())
        self.base.currentIndexChanged.connect(lambda _: self.choice_changed.emit())
        self.device.currentIndexChanged.connect(lambda _: self.choice_changed.emit())
        self.expert.toggled.connect(self.fields.setVisible)
        self.fields.changed.connect(self._on_changed)
        self.name.textChanged.connect(self.changed)
        self.fields.setVisible(False)

    @property
    def filled(self) -> Mapping[str, Any]:
        """The fields as they came from the core; none before they did."""
        return self._settings

    @property
    def effort(self) -> str:
        """The simple choice."""
        return next(value for value, button in self.efforts.items() if button.isChecked())

    @property
    def ready(self) -> bool:
        """Whether all is told."""
        return bool(self._settings) and bool(self.name.text().strip())

    def show_bases(self, names: Sequence[str], chosen: str) -> None:
        """Offer models to start from; one that is chosen already stays so."""
        before = self.base.currentText() or chosen
        with QSignalBlocker(self.base):
            self.base.clear()
            self.base.addItems(list(names))
            self.base.setCurrentText(before)

    def show_settings(self, settings: Mapping[str, Any], portraits: bool) -> None:
        """Show the fields of a simple choice; without `portraits` none can be mixed in."""
        self._settings = dict(settings)
        self.fields.show_settings(settings, portraits)
        self._on_changed()

    def settings(self) -> dict[str, Any]:
        """Return all fields."""
        settings = {**self._settings, **self.fields.settings()}
        settings["base"] = self.base.currentText()
        settings["device"] = self.device.currentData()
        return settings

    def show_measuring(self) -> None:
        """Say that a step is being measured."""
        self.measure.setEnabled(False)
        self.estimate.setText(translate("Finetune", "Measuring one step…"))

    def show_estimate(self, estimate: Estimate | None, reason: str = "") -> None:
        """Show what it will take, or the `reason` why that cannot be."""
        self.measure.setEnabled(True)
        if estimate is None:
            self.estimate.setText(reason)
            return
        self.estimate.setText(
            translate(
                "Finetune",
                "{time} on {device}, {memory} of memory, {disk} of disk. Each item is seen "
                "{epochs} times; {steps} steps.",
            ).format(
                time=duration(estimate.seconds),
                device=estimate.device,
                memory=size(estimate.memory_bytes),
                disk=size(estimate.disk_bytes),
                epochs=number(estimate.epochs),
                steps=number(estimate.steps),
            )
        )

    def _on_changed(self) -> None:
        self.show_estimate(None)
        self.changed.emit()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        form.addRow(translate("Finetune", "&Name of the new model"), self.name)
        form.addRow(translate("Finetune", "&Start from"), self.base)
        form.addRow(translate("Finetune", "&Compute on"), self.device)
        efforts = QVBoxLayout()
        for value, button in self.efforts.items():
            row = QHBoxLayout()
            button.setMinimumWidth(130)
            row.addWidget(button)
            row.addWidget(label(translate("Finetune", EFFORTS[value][1]), "muted"), 1)
            efforts.addLayout(row)
        form.addRow(translate("Finetune", "Effort"), efforts)
        inside = QVBoxLayout(self.expert)
        inside.addWidget(self.fields)
        below = QHBoxLayout()
        below.addWidget(self.measure)
        below.addWidget(self.estimate, 1)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(self.expert)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        # The panel shows through.
        for part in (body, area.viewport()):
            part.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(area, 1)
        whole.addLayout(below)


class _Fields(QWidget):
    """The expert's fields."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._data: dict[str, Any] = {}
        self.samples = _whole(1, 100_000_000, 1000)
        self.learning_rate = QDoubleSpinBox(decimals=7, minimum=1e-7, maximum=1e-2)
        self.learning_rate.setSingleStep(1e-5)
        self.batch_size = _whole(1, 1024, 1)
        self.workers = _whole(0, 64, 1)
        self.workers.setSpecialValueText(translate("Finetune", "Between the steps"))
        self.precision = QComboBox()
        self.precision.addItems(["bf16", "fp32"])
        self.volume = QComboBox()
        for value, text in VOLUMES.items():
            self.volume.addItem(translate("Finetune", text), value)
        self.mix_share = _whole(0, 95, 5)
        self.mix_share.setSuffix(" %")
        self.learned_share = _whole(5, 100, 5)
        self.learned_share.setSuffix(" %")
        self.frozen = {
            name: QCheckBox(translate("Finetune", text)) for name, text in FROZEN.items()
        }
        self.yaw_deg = _degrees(90)
        self.pitch_deg = _degrees(60)
        self.roll_deg = _degrees(90)
        self.shift_px = _whole(0, 40, 1)
        self.shift_px.setSuffix(" px")
        self.occluder_share = _whole(0, 100, 5)
        self.occluder_share.setSuffix(" %")
        frozen = QHBoxLayout()
        for box in self.frozen.values():
            frozen.addWidget(box)
        frozen.addStretch()
        left, right = QFormLayout(), QFormLayout()
        for form, words, field in (
            (left, translate("Finetune", "Samples"), self.samples),
            (left, translate("Finetune", "Learning rate"), self.learning_rate),
            (left, translate("Finetune", "Batch"), self.batch_size),
            (left, translate("Finetune", "Precision"), self.precision),
            (left, translate("Finetune", "Volume"), self.volume),
            (left, translate("Finetune", "Portraits mixed in"), self.mix_share),
            (left, translate("Finetune", "Kept of what is learned"), self.learned_share),
            (right, translate("Finetune", "Yaw to"), self.yaw_deg),
            (right, translate("Finetune", "Pitch to"), self.pitch_deg),
            (right, translate("Finetune", "Roll to"), self.roll_deg),
            (right, translate("Finetune", "Shift to"), self.shift_px),
            (right, translate("Finetune", "Covered faces"), self.occluder_share),
            (right, translate("Finetune", "Processes for data"), self.workers),
        ):
            form.addRow(words, field)
        self.mix_share.setToolTip(
            translate(
                "Finetune",
                "Portraits that the shipped networks learned from, so that nothing is forgotten",
            )
        )
        self.learned_share.setToolTip(
            translate(
                "Finetune",
                "More brings more for your own faces; less forgets less of all others",
            )
        )
        forms = QHBoxLayout()
        forms.setSpacing(28)
        forms.addLayout(left)
        forms.addLayout(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(forms)
        column.addWidget(label(translate("Finetune", "Parts that stay as they are"), "muted"))
        column.addLayout(frozen)
        for spin in (
            self.samples, self.batch_size, self.workers, self.mix_share, self.learned_share,
            self.yaw_deg, self.pitch_deg, self.roll_deg, self.shift_px, self.occluder_share,
        ):  # fmt: skip
            spin.valueChanged.connect(self.changed)
        self.learning_rate.valueChanged.connect(self.changed)
        for combo in (self.precision, self.volume):
            combo.currentIndexChanged.connect(self.changed)
        for box in self.frozen.values():
            box.toggled.connect(self.changed)

    def show_settings(self, settings: Mapping[str, Any], portraits: bool) -> None:
        """Show values without telling that they changed."""
        with QSignalBlocker(self):
            data = settings["data"]
            self.samples.setValue(settings["samples"])
            self.learning_rate.setValue(settings["learning_rate"])
            self.batch_size.setValue(settings["batch_size"])
            self.workers.setValue(settings["workers"])
            self.precision.setCurrentText(settings["precision"])
            self.volume.setCurrentIndex(self.volume.findData(settings["volume"]))
            self.mix_share.setValue(round(100 * settings["mix_share"]))
            self.mix_share.setEnabled(portraits)
            self.learned_share.setValue(round(100 * settings["learned_share"]))
            for name, box in self.frozen.items():
                box.setChecked(name in settings["frozen"])
            self.yaw_deg.setValue(round(data["yaw_deg"]))
            self.pitch_deg.setValue(round(data["pitch_deg"]))
            self.roll_deg.setValue(round(data["roll_deg"]))
            self.shift_px.setValue(round(data["shift_px"]))
            self.occluder_share.setValue(round(100 * data["occluder_share"]))
            self._data = dict(data)

    def settings(self) -> dict[str, Any]:
        """Return the values."""
        return {
            "samples": self.samples.value(),
            "learning_rate": self.learning_rate.value(),
            "batch_size": self.batch_size.value(),
            "workers": self.workers.value(),
            "precision": self.precision.currentText(),
            "volume": self.volume.currentData(),
            "mix_share": self.mix_share.value() / 100,
            "learned_share": self.learned_share.value() / 100,
            "frozen": [name for name, box in self.frozen.items() if box.isChecked()],
            "data": {
                **self._data,
                "yaw_deg": float(self.yaw_deg.value()),
                "pitch_deg": float(self.pitch_deg.value()),
                "roll_deg": float(self.roll_deg.value()),
                "shift_px": float(self.shift_px.value()),
                "occluder_share": self.occluder_share.value() / 100,
            },
        }


def _whole(low: int, high: int, step: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setGroupSeparatorShown(True)
    return box


def _degrees(high: int) -> QSpinBox:
    box = _whole(0, high, 5)
    box.setSuffix("°")
    return box
