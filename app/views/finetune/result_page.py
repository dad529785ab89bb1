"""The wizard's last pages: the training, and what it brought."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.state.finetuning import Outcome
from app.state.trainings import TrainingLine
from app.translation import percent, translate
from app.views.parts import label
from app.views.training.turning import TurningView
from app.views.training.words import describe_state


class RunPage(QWidget):
    """Tells how the training goes; all of it is seen in the window of the trainings."""

    dashboard_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = label(name="emptyTitle")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.state = label(name="muted")
        self.state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.progress.setMaximumWidth(520)
        self.dashboard = QPushButton(translate("Finetune", "Open &Trainings"))
        self.dashboard.setObjectName("primary")
        self.dashboard.setToolTip(
            translate("Finetune", "Curves, meshes, log; pause, resume and stop (Ctrl+T)")
        )
        self.dashboard.clicked.connect(self.dashboard_wanted)
        self.line = QLineEdit(readOnly=True)
        self.line.setAccessibleName(translate("Finetune", "Command for several machines"))
        copy = QPushButton(translate("Finetune", "Co&py"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.line.text()))
        words = label(
            translate(
                "Finetune",
                "The training is a process of its own. This window and the program may be closed; "
                "Trainings finds it again, and tells when there is a result.",
            ),
            "muted",
        )
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        several = label(
            translate("Finetune", "To share it among several machines, run this on each of them:"),
            "muted",
        )
        below = QHBoxLayout()
        below.addWidget(self.line, 1)
        below.addWidget(copy)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addWidget(self.state)
        column.addWidget(self.progress, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.progress.setMinimumWidth(420)
        column.addWidget(words)
        column.addWidget(self.dashboard, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        column.addWidget(several)
        column.addLayout(below)

    def show_run(self, name: str, command: str) -> None:
        """Show a training that was just started."""
        self.title.setText(name)
        self.line.setText(command)
        self.line.setCursorPosition(0)
        self.progress.setValue(0)
        self.state.setText(translate("Finetune", "Starting…"))

    def show_line(self, line: TrainingLine) -> None:
        """Show how far it is."""
        self.progress.setValue(round(1000 * line.fraction))
        self.state.setText(f"{describe_state(line)}   ·   {percent(line.fraction)}")


class ResultPage(QWidget):
    """Before and after side by side, and whether to keep it."""

    keep_wanted = Signal(str, str)
    """Name and description."""
    throw_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = label(name="emptyTitle")
        self.figures = label(name="muted")
        self.figures.setWordWrap(True)
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.view = TurningView()
        self.view.setMinimumSize(QSize(420, 300))
        self.captions = [label(name="muted") for _ in range(3)]
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.description = QLineEdit()
        self.description.setMaxLength(300)
        self.use = QCheckBox(translate("Finetune", "&Use it now"))
        self.use.setChecked(True)
        self.use.setToolTip(translate("Finetune", "Reconstruct with it in this window from now on"))
        self.keep = QPushButton(translate("Finetune", "&Keep"))
        self.keep.setObjectName("primary")
        self.keep.setToolTip(translate("Finetune", "Take the model in among the others"))
        self.keep.clicked.connect(
            lambda: self.keep_wanted.emit(self.name.text().strip(), self.description.text().strip())
        )
        self.throw = QPushButton(translate("Finetune", "Throw &Away"))
        self.throw.setToolTip(
            translate("Finetune", "Delete the training and its model; photos and scans stay")
        )
        self.throw.clicked.connect(self.throw_wanted)
        self.name.textChanged.connect(lambda _: self._offer())
        self._outcome: Outcome | None = None
        self._lay_out()
        self.show_comparing(0.0)

    def show_comparing(self, fraction: float) -> None:
        """Say that both networks are being compared."""
        self._outcome = None
        self.title.setText(translate("Finetune", "Comparing before and after…"))
        self.figures.setText("")
        self.progress.setVisible(True)
        self.progress.setValue(round(1000 * fraction))
        self.body.setVisible(False)
        self._offer()

    def show_failure(self, text: str) -> None:
        """Say why there is nothing to compare."""
        self.title.setText(translate("Finetune", "No result"))
        self.figures.setText(text)
        self.progress.setVisible(False)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what it brought."""
        self._outcome = outcome
        self.progress.setVisible(False)
        self.body.setVisible(True)
        better = outcome.change < 0
        words = (
            translate("Finetune", "{share} less error")
            if better
            else translate("Finetune", "{share} more error")
        )
        self.title.setText(words.format(share=percent(abs(outcome.change))))
        self.figures.setText(
            translate(
                "Finetune",
                "Mean distance to the true surface on {count} pictures that it did not learn "
                "from: {before} of the eyes' distance by {base}, {after} by the new model.",
            ).format(
                count=outcome.count,
                before=percent(outcome.before, 2),
                after=percent(outcome.after, 2),
                base=outcome.base,
            )
        )
        self.view.show_people(outcome.shown)
        for caption, shown in zip(self.captions, outcome.shown, strict=False):
            figures = translate("Finetune", "{before} before (left), {after} after (right)")
            words = figures.format(before=percent(shown.before, 2), after=percent(shown.after, 2))
            caption.setText(f"{shown.title}\n{words}")
        for number, caption in enumerate(self.captions):
            caption.setVisible(number < len(outcome.shown))
        self.name.setText(outcome.folder.name)
        self.description.setText(
            translate("Finetune", "{base}, trained further on own faces").format(base=outcome.base)
        )
        self._offer()

    def _offer(self) -> None:
        there = self._outcome is not None
        self.keep.setEnabled(there and bool(self.name.text().strip()))
        self.throw.setEnabled(there)

    def _lay_out(self) -> None:
        self.body = QWidget()
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)
        captions = QVBoxLayout()
        for caption in self.captions:
            caption.setWordWrap(True)
            captions.addWidget(caption, 1)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.view, 3)
        middle.addLayout(captions, 1)
        inside.addLayout(middle, 1)
        form = QFormLayout()
        form.addRow(translate("Finetune", "&Name"), self.name)
        form.addRow(translate("Finetune", "&Description"), self.description)
        inside.addLayout(form)
        row = QHBoxLayout()
        row.addWidget(self.use)
        row.addStretch()
        row.addWidget(self.throw)
        row.addWidget(self.keep)
        inside.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.figures)
        column.addWidget(self.progress)
        column.addWidget(self.body, 1)
        column.addStretch()
