"""The list of trainings with their states."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)

from app.state.trainings import TrainingLine
from app.translation import percent, translate
from app.views.icons import pixmap
from app.views.parts import label, strip
from app.views.theme import Colors
from app.views.training.words import describe_state
from vrn_core.training.runs import RunState

FOLDER = Qt.ItemDataRole.UserRole
ICONS = {
    RunState.RUNNING: "working",
    RunState.PAUSED: "waiting",
    RunState.STOPPED: "retry",
    RunState.FINISHED: "done",
    RunState.EMPTY: "waiting",
}


class RunList(QFrame):
    """All trainings of a folder; one is chosen to be looked at."""

    chosen = Signal(object)
    """The :class:`Path` of a training."""
    folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._colors: Colors | None = None
        self.list = QListWidget()
        self.list.setObjectName("trainings")
        self.list.setAccessibleName(translate("Training", "Trainings"))
        self.list.setIconSize(QSize(18, 18))
        self.list.setSpacing(2)
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._on_current)
        self.empty = label(name="muted")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(14, 12, 14, 12)
        self.folder = QPushButton(translate("Training", "Choose Folder…"))
        self.folder.setToolTip(translate("Training", "Look at the trainings in another folder"))
        self.folder.clicked.connect(self.folder_wanted)
        header, row = strip("panelHeader", 46)
        row.addWidget(label(translate("Training", "Trainings"), "panelTitle"), 1)
        footer, below = strip("panelFooter", 50)
        below.setContentsMargins(10, 0, 10, 0)
        below.addWidget(self.folder, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(footer)

    def show_lines(self, lines: Sequence[TrainingLine], root: Path) -> None:
        """Show trainings in their order; the one that is chosen stays so."""
        self.folder.setToolTip(str(root))
        self.list.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        self.empty.setText(
            translate(
                "Training",
                "There is no training in {folder}. Start one, or choose the "
                "folder that holds yours.",
            ).format(folder=root)
        )
        folders = [self.list.item(row).data(FOLDER) for row in range(self.list.count())]
        if folders != [line.folder for line in lines]:
            self._refill(lines)
        for row, line in enumerate(lines):
            self._show(self.list.item(row), line)

    def choose(self, folder: Path) -> bool:
        """Choose a training, if it is in the list; return whether it is."""
        for row in range(self.list.count()):
            if self.list.item(row).data(FOLDER) == folder:
                self.list.setCurrentRow(row)
                return True
        return False

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._colors = colors
        for row in range(self.list.count()):
            # The icon is drawn anew with what is told next.
            self.list.item(row).setData(FOLDER + 1, None)

    def _refill(self, lines: Sequence[TrainingLine]) -> None:
        current = self.list.currentItem()
        before = current.data(FOLDER) if current else None
        self.list.blockSignals(True)
        self.list.clear()
        for line in lines:
            item = QListWidgetItem()
            item.setData(FOLDER, line.folder)
            self.list.addItem(item)
            if line.folder == before:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        if self.list.currentItem() is None and lines:
            self.list.setCurrentRow(0)

    def _show(self, item: QListWidgetItem, line: TrainingLine) -> None:
        if item.data(FOLDER + 1) == line:
            return
        item.setData(FOLDER + 1, line)
        state = describe_state(line)
        name = line.name
        if line.alive or line.state is RunState.STOPPED:
            name += f"  ·  {percent(line.fraction)}"
        item.setText(f"{name}\n{state}")
        item.setToolTip(f"{line.folder}\n{line.network}")
        if self._colors:
            accent = line.state in (RunState.RUNNING, RunState.FINISHED)
            color = self._colors.accent if accent else self._colors.muted
            item.setIcon(pixmap(ICONS[line.state], color, QSize(18, 18)))

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(FOLDER))
