"""The wizard for fine-tuning: four pages, one after the other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.marks import QT_TRANSLATE_NOOP
from app.translation import translate
from app.views.finetune.data_page import DataPage
from app.views.finetune.result_page import ResultPage, RunPage
from app.views.finetune.settings_page import SettingsPage
from app.views.parts import label
from app.views.theme import Colors

PAGES = (
    QT_TRANSLATE_NOOP("Finetune", "Data"),
    QT_TRANSLATE_NOOP("Finetune", "Settings"),
    QT_TRANSLATE_NOOP("Finetune", "Training"),
    QT_TRANSLATE_NOOP("Finetune", "Result"),
)
DATA, SETTINGS, RUN, RESULT = range(4)


class FinetuneWindow(QMainWindow):
    """Shows the pages; says what the user wants."""

    start_wanted = Signal()
    result_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle(translate("Finetune", "Fine-tune a Network"))
        self.setMinimumSize(QSize(900, 620))
        self.resize(1120, 780)
        self.data = DataPage()
        self.settings = SettingsPage()
        self.run = RunPage()
        self.result = ResultPage()
        self.pages = QStackedWidget()
        for page in (self.data, self.settings, self.run, self.result):
            self.pages.addWidget(page)
        self.steps = [label(name="muted") for _ in PAGES]
        self.notice = label(name="muted")
        self.notice.setWordWrap(True)
        self.back = QPushButton(translate("Finetune", "Bac&k"))
        self.next = QPushButton()
        self.next.setObjectName("primary")
        self._colors: Colors | None = None
        self._finished = False
        self._starting = False
        self._lay_out()
        self.back.clicked.connect(lambda: self.show_page(max(self.page - 1, DATA)))
        self.next.clicked.connect(self._on_next)
        self.data.changed.connect(self._offer)
        self.settings.changed.connect(self._offer)
        for keys in ("Ctrl+W", "Esc"):
            QShortcut(QKeySequence(keys), self, self.close)
        self.show_page(DATA)

    @property
    def page(self) -> int:
        """Which page is shown."""
        return self.pages.currentIndex()

    def show_page(self, page: int) -> None:
        """Show a page."""
        self.pages.setCurrentIndex(page)
        self.tell("")
        self._mark()
        self._offer()

    def tell(self, text: str) -> None:
        """Say what is wrong."""
        self.notice.setText(text)

    def show_starting(self, starting: bool) -> None:
        """Whether the training is being started, which takes a step."""
        self._starting = starting
        self._offer()

    def show_finished(self, finished: bool) -> None:
        """Whether the training that is shown has ended, and there is a result to see."""
        self._finished = finished
        self._offer()

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._colors = colors
        self.data.tint(colors)
        self._mark()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go away; a training goes on."""
        self.closed.emit()
        super().closeEvent(event)

    def _on_next(self) -> None:
        if self.page == DATA:
            self.show_page(SETTINGS)
        elif self.page == SETTINGS:
            self.start_wanted.emit()
        elif self.page == RUN:
            self.result_wanted.emit()

    def _offer(self) -> None:
        page = self.page
        self.back.setVisible(page == SETTINGS)
        self.back.setEnabled(not self._starting)
        self.next.setVisible(page != RESULT)
        words = {
            DATA: translate("Finetune", "&Next"),
            SETTINGS: translate("Finetune", "Start &Training"),
            RUN: translate("Finetune", "See the &Result"),
        }
        self.next.setText(words.get(page, ""))
        ready = {
            DATA: self.data.ready,
            SETTINGS: self.settings.ready and not self._starting,
            RUN: self._finished,
        }
        self.next.setEnabled(ready.get(page, False))

    def _mark(self) -> None:
        for number, (step, words) in enumerate(zip(self.steps, PAGES, strict=True)):
            step.setText(f"{number + 1}   {translate('Finetune', words)}")
            if self._colors is not None:
                here = number == self.page
                color = self._colors.accent if here else self._colors.faint
                weight = 600 if here else 400
                step.setStyleSheet(f"color: {color}; font-weight: {weight}; padding: 6px 4px;")

    def _lay_out(self) -> None:
        rail = QFrame()
        rail.setObjectName("panel")
        rail.setFixedWidth(170)
        steps = QVBoxLayout(rail)
        steps.setContentsMargins(16, 16, 12, 16)
        steps.setSpacing(6)
        for step in self.steps:
            steps.addWidget(step)
        steps.addStretch()
        body = QFrame()
        body.setObjectName("panel")
        inside = QVBoxLayout(body)
        inside.setContentsMargins(20, 18, 20, 14)
        inside.setSpacing(12)
        inside.addWidget(self.pages, 1)
        row = QHBoxLayout()
        row.addWidget(self.notice, 1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        inside.addLayout(row)
        whole = QWidget()
        columns = QHBoxLayout(whole)
        columns.setContentsMargins(8, 8, 8, 8)
        columns.setSpacing(8)
        columns.addWidget(rail)
        columns.addWidget(body, 1)
        self.setCentralWidget(whole)
