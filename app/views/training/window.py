"""The window of the trainings: which there are, how they go, and what they are to do."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.marks import QT_TRANSLATE_NOOP
from app.state.pace import time_left
from app.state.trainings import TrainingReport
from app.translation import translate
from app.views.parts import ElidedLabel, EmptyPage, label, strip
from app.views.theme import Colors
from app.views.training.curves import CurvesView
from app.views.training.figures import FiguresPanel
from app.views.training.run_list import RunList
from app.views.training.turning import PeoplePanel
from app.views.training.words import describe_state
from vrn_core.training.runs import RunState, Wish

BUTTONS = {
    "pause": (
        QT_TRANSLATE_NOOP("Training", "Pause"),
        QT_TRANSLATE_NOOP("Training", "Write a checkpoint and wait; nothing is lost"),
    ),
    "resume": (
        QT_TRANSLATE_NOOP("Training", "Resume"),
        QT_TRANSLATE_NOOP("Training", "Go on where it stopped"),
    ),
    "stop_after": (
        QT_TRANSLATE_NOOP("Training", "Stop after Validation"),
        QT_TRANSLATE_NOOP("Training", "Go on to the next validation, then stop"),
    ),
    "result": (
        QT_TRANSLATE_NOOP("Training", "See the Result"),
        QT_TRANSLATE_NOOP("Training", "Compare before and after, then keep the model or not"),
    ),
    "stop": (
        QT_TRANSLATE_NOOP("Training", "Stop Now"),
        QT_TRANSLATE_NOOP("Training", "Write a checkpoint and end; it can be resumed later"),
    ),
}


class TrainingWindow(QMainWindow):
    """Shows what it is told; says what the user wants."""

    wish_made = Signal(object)
    """The :class:`Wish` for the training that is shown."""
    resume_wanted = Signal()
    """The training that is shown is to be started again."""
    result_wanted = Signal()
    """What the fine-tuning that is shown brought is to be seen."""
    shown = Signal()
    hidden = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle(translate("Training", "Trainings"))
        self.setMinimumSize(QSize(1000, 600))
        self.resize(1320, 840)
        self.report: TrainingReport | None = None
        self.runs = RunList()
        self.curves = CurvesView()
        self.figures = FiguresPanel()
        self.people = PeoplePanel()
        self.log = QPlainTextEdit(readOnly=True)
        self.log.setAccessibleName(translate("Training", "Log"))
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.name = ElidedLabel("brand")
        self.state = label(name="muted")
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.buttons = {
            name: QPushButton(translate("Training", text)) for name, (text, _) in BUTTONS.items()
        }
        for name, (_, tip) in BUTTONS.items():
            self.buttons[name].setToolTip(translate("Training", tip))
        for name in ("resume", "result"):
            self.buttons[name].setObjectName("primary")
        self.empty = EmptyPage("working", QSize(64, 64))
        self._version: tuple[object, int] | None = None
        self._text = ""
        self._lay_out()
        self._connect()

    def show_report(self, report: TrainingReport | None) -> None:
        """Show all of a training, or that there is none."""
        self.report = report
        self.pages.setCurrentIndex(0 if report is None else 1)
        if report is None:
            self._version = None
            return
        line = report.line
        self.name.setText(line.name)
        parts = [describe_state(line), line.network]
        if report.pace and line.state is RunState.RUNNING:
            parts.append(time_left(report.pace.seconds_left))
        self.state.setText("   ·   ".join(part for part in parts if part))
        self.progress.setValue(round(1000 * line.fraction))
        self._offer(report)
        self.figures.show_report(report)
        self.people.tell_whether_more_come(line.alive)
        version = (line.folder, report.version)
        if version != self._version:
            another = self._version is None or self._version[0] != line.folder
            self._version = version
            self.curves.show_curves(report.curves)
            if another:
                self.curves.begin_anew()
        self._show_log(report.text)

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        for part in (self.runs, self.curves, self.people, self.empty):
            part.tint(colors)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that there is somebody to look."""
        super().showEvent(event)
        self.shown.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go away; the trainings go on."""
        self.hidden.emit()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        header, row = strip("panelHeader", 58)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(8)
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addStretch()
        titles.addWidget(self.name)
        titles.addWidget(self.state)
        titles.addStretch()
        row.addLayout(titles, 1)
        for button in self.buttons.values():
            row.addWidget(button)
        top = QFrame()
        top.setObjectName("panel")
        column = QVBoxLayout(top)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(header)
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 8, 14, 10)
        bar.addWidget(self.progress)
        column.addLayout(bar)
        middle = QSplitter(Qt.Orientation.Vertical)
        middle.addWidget(self.curves)
        middle.addWidget(self.log)
        middle.setStretchFactor(0, 4)
        middle.setStretchFactor(1, 1)
        middle.setChildrenCollapsible(False)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self.figures)
        side.addWidget(self.people, 1)
        aside = QWidget()
        aside.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        aside.setFixedWidth(300)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(middle, 1)
        below.addWidget(aside)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(top)
        whole.addLayout(below, 1)
        self.empty.set_words(
            translate("Training", "No training yet"),
            translate(
                "Training",
                "Start one with vrn train. It is a process of its own and goes "
                "on when this window is closed.",
            ),
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(page)
        self.runs.setFixedWidth(230)
        all_of_it = QWidget()
        all_row = QHBoxLayout(all_of_it)
        all_row.setContentsMargins(8, 8, 8, 8)
        all_row.setSpacing(8)
        all_row.addWidget(self.runs)
        all_row.addWidget(self.pages, 1)
        self.setCentralWidget(all_of_it)

    def _connect(self) -> None:
        self.buttons["pause"].clicked.connect(lambda: self.wish_made.emit(Wish.PAUSE))
        self.buttons["stop"].clicked.connect(lambda: self.wish_made.emit(Wish.STOP))
        self.buttons["stop_after"].clicked.connect(
            lambda: self.wish_made.emit(Wish.STOP_AFTER_VALIDATION)
        )
        self.buttons["resume"].clicked.connect(self._on_resume)
        self.buttons["result"].clicked.connect(self.result_wanted)
        for keys in ("Ctrl+W", "Esc"):
            QShortcut(QKeySequence(keys), self, self.close)

    def _on_resume(self) -> None:
        if self.report and self.report.line.alive:
            self.wish_made.emit(Wish.GO_ON)
        else:
            self.resume_wanted.emit()

    def _offer(self, report: TrainingReport) -> None:
        """Offer what can be done with the training that is shown."""
        line = report.line
        running = line.state is RunState.RUNNING
        waits = line.wish in (Wish.STOP, Wish.STOP_AFTER_VALIDATION)
        self.buttons["pause"].setVisible(running)
        self.buttons["pause"].setEnabled(line.wish is not Wish.PAUSE)
        self.buttons["resume"].setVisible(not running and line.state is not RunState.FINISHED)
        self.buttons["result"].setVisible(report.finetuning and line.state is RunState.FINISHED)
        self.buttons["stop"].setVisible(line.alive)
        self.buttons["stop_after"].setVisible(running)
        self.buttons["stop"].setEnabled(line.wish is not Wish.STOP)
        self.buttons["stop_after"].setEnabled(not waits)

    def _show_log(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        bar = self.log.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 2
        before = bar.value()
        self.log.setPlainText(text)
        bar.setValue(bar.maximum() if at_end else before)
