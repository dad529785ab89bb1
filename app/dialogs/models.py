"""The models there are: a table of them, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core_texts import translate_core
from app.failures import sentence
from app.jobs.library import Shelf
from app.marks import QT_TRANSLATE_NOOP
from app.translation import number, percent, translate
from vrn_core.models.header import SUFFIX
from vrn_core.models.library import LibraryModel

MODELS = {
    "vrn-guided-lite": QT_TRANSLATE_NOOP("Models", "By landmarks; the most accurate."),
    "vrn-lite": QT_TRANSLATE_NOOP("Models", "From the photo alone."),
    "vrn-multitask-lite": QT_TRANSLATE_NOOP("Models", "Finds landmarks too."),
    "landmarks-lite": QT_TRANSLATE_NOOP("Models", "Finds the 68 landmarks that guide the others."),
    "parametric-lite": QT_TRANSLATE_NOOP(
        "Models", "Gives numbers of a face model instead of a volume; to compare with."
    ),
}
"""What the shipped ones do."""
NETWORKS = {
    "vrn-guided": "VRN-Guided",
    "vrn": "VRN",
    "vrn-multitask": "VRN-Multitask",
    "landmarks": QT_TRANSLATE_NOOP("Models", "Landmarks"),
    "parametric": QT_TRANSLATE_NOOP("Models", "Parametric"),
}
SHARES = {
    "volume_iou": QT_TRANSLATE_NOOP("Models", "overlap {share}"),
    "surface_error": QT_TRANSLATE_NOOP("Models", "surface error {share}"),
    "error_before": QT_TRANSLATE_NOOP("Models", "error before {share}"),
    "error_after": QT_TRANSLATE_NOOP("Models", "after {share}"),
    "nme_interocular": QT_TRANSLATE_NOOP("Models", "landmark error {share}"),
}
"""Figures that are shares of something; the others are told by their names."""
COLUMNS = (
    QT_TRANSLATE_NOOP("Models", "Name"),
    QT_TRANSLATE_NOOP("Models", "Network"),
    QT_TRANSLATE_NOOP("Models", "Figures"),
    QT_TRANSLATE_NOOP("Models", "Made from"),
    QT_TRANSLATE_NOOP("Models", "State"),
)


class Wish(Enum):
    """What may be wished for the selected model."""

    USE = "use"
    DEFAULT = "default"
    RENAME = "rename"
    DESCRIBE = "describe"
    EXPORT = "export"
    DELETE = "delete"


BUTTONS = {
    Wish.USE: (
        QT_TRANSLATE_NOOP("Models", "&Use Now"),
        QT_TRANSLATE_NOOP("Models", "Photos are reconstructed by it until the window is closed"),
        "Return",
    ),
    Wish.DEFAULT: (
        QT_TRANSLATE_NOOP("Models", "Set as &Default"),
        QT_TRANSLATE_NOOP("Models", "It reconstructs from now on, here and on the command line"),
        "",
    ),
    Wish.RENAME: (
        QT_TRANSLATE_NOOP("Models", "&Rename…"),
        QT_TRANSLATE_NOOP("Models", "Give this model of yours another name"),
        "F2",
    ),
    Wish.DESCRIBE: (
        QT_TRANSLATE_NOOP("Models", "De&scribe…"),
        QT_TRANSLATE_NOOP("Models", "Say what this model of yours is for"),
        "",
    ),
    Wish.EXPORT: (
        QT_TRANSLATE_NOOP("Models", "&Export…"),
        QT_TRANSLATE_NOOP("Models", "Save a copy to a file, for another machine or a friend"),
        "",
    ),
    Wish.DELETE: (
        QT_TRANSLATE_NOOP("Models", "De&lete…"),
        QT_TRANSLATE_NOOP("Models", "Delete this model of yours; asks first"),
        "Del",
    ),
}
"""Words, tooltip and key of each."""


class ModelsDialog(QDialog):
    """Shows a shelf and tells what is wished; changes nothing itself."""

    wished = Signal(Wish, str)
    """What for, and the name of the model."""
    import_wanted = Signal()
    dropped = Signal(object)
    """Paths of model files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Models", "Models"))
        self.setAcceptDrops(True)
        self._shelf: Shelf | None = None
        self._in_use = ""
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setObjectName("models")
        self.table.setAccessibleName(translate("Models", "Models"))
        self.table.setHorizontalHeaderLabels([translate("Models", one) for one in COLUMNS])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        # Tab leads on to the buttons.
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(COLUMNS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMaximumSectionSize(280)
        self.details = _words("muted")
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setMinimumHeight(3 * self.fontMetrics().lineSpacing() + 4)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.news = _words("faint")
        self.news.setAccessibleName(translate("Models", "News"))
        self.buttons: dict[Wish, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(8)
        for wish, (text, tip, keys) in BUTTONS.items():
            button = QPushButton(translate("Models", text))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, wish=wish: self._wish(wish))
            words = translate("Models", tip)
            if keys:
                sequence = QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText)
                shortcut = QShortcut(sequence, self.table)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(lambda wish=wish: self._wish(wish))
                words += f"  ({sequence.toString(QKeySequence.SequenceFormat.NativeText)})"
            button.setToolTip(words)
            self.buttons[wish] = button
            row.addWidget(button)
        row.addStretch()
        self.take_in = QPushButton(translate("Models", "&Import…"))
        self.take_in.setAutoDefault(False)
        self.take_in.setToolTip(
            translate("Models", "Add a model from a file, or drop the file onto this window")
        )
        self.take_in.clicked.connect(self.import_wanted)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        close.addButton(self.take_in, QDialogButtonBox.ButtonRole.ActionRole)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(24, 24, 24, 18)
        column_box.setSpacing(12)
        column_box.addWidget(self.table, 1)
        column_box.addWidget(self.details)
        column_box.addLayout(row)
        column_box.addWidget(self.news)
        column_box.addWidget(close)
        self.table.itemSelectionChanged.connect(self._update)
        self.table.itemDoubleClicked.connect(lambda _: self._wish(Wish.USE))
        self.resize(900, 540)
        self._update()
        self.tell("")

    def show_shelf(self, shelf: Shelf, in_use: str, select: str = "") -> None:
        """Show what is there; `in_use` is the model that reconstructs now."""
        chosen = select or self.selected() or in_use
        self._shelf, self._in_use = shelf, in_use
        self.table.setRowCount(0)
        for model in shelf.models:
            self._add_row(
                model.name, _network(model), _figures(model.figures, 2), model.base or "",
                self._state(model.name),
            )  # fmt: skip
        for path, _ in shelf.unreadable:
            self._add_row(path.stem, "", "", "", translate("Models", "Cannot be used"))
        names = [self._name(row) for row in range(self.table.rowCount())]
        self.table.selectRow(names.index(chosen) if chosen in names else 0)
        self._update()

    def selected(self) -> str:
        """Return the name of the selected model."""
        row = self.table.currentRow()
        return self._name(row) if row >= 0 else ""

    def tell(self, text: str, wrong: bool = False) -> None:
        """Tell what came of a wish, or that files may be dropped if there is nothing to tell."""
        hint = translate("Models", "A model file can be dropped here to add it.")
        self.news.setObjectName("error" if wrong else "faint")
        self.news.style().polish(self.news)
        self.news.setText(text or hint)

    def set_busy(self, busy: bool) -> None:
        """Take no wishes while one is being carried out."""
        self.take_in.setEnabled(not busy)
        self.setAcceptDrops(not busy)
        self._update()
        if busy:
            for button in self.buttons.values():
                button.setEnabled(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take model files."""
        if _model_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped."""
        paths = _model_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _wish(self, wish: Wish) -> None:
        if self.buttons[wish].isEnabled() and self.selected():
            self.wished.emit(wish, self.selected())

    def _add_row(self, *cells: str) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate(cells):
            self.table.setItem(row, column, QTableWidgetItem(text))

    def _name(self, row: int) -> str:
        item = self.table.item(row, 0)
        return item.text() if item is not None else ""

    def _state(self, name: str) -> str:
        states = []
        if self._shelf is not None and name == self._shelf.default:
            states.append(translate("Models", "Default"))
        if name == self._in_use:
            states.append(translate("Models", "In use"))
        return ", ".join(states)

    def _model(self) -> LibraryModel | None:
        models = self._shelf.models if self._shelf is not None else ()
        return next((model for model in models if model.name == self.selected()), None)

    def _update(self) -> None:
        model, name = self._model(), self.selected()
        unreadable = self._shelf.unreadable if self._shelf is not None else ()
        # A file that has the name of a shipped one stands for it: it has its own row, without use.
        reason = next((text for path, text in unreadable if path.stem == name), "")
        own = model is not None and not model.shipped
        volumes = model is not None and model.makes_volumes
        default = ""
        if self._shelf is not None and self._shelf.missing_default is None:
            default = self._shelf.default
        enabled = {
            Wish.USE: volumes and name != self._in_use,
            Wish.DEFAULT: volumes and name != default,
            Wish.RENAME: own,
            Wish.DESCRIBE: own,
            Wish.EXPORT: model is not None,
            Wish.DELETE: own or (model is None and bool(reason)),
        }
        for wish, button in self.buttons.items():
            button.setEnabled(enabled[wish])
        if model is not None:
            self.details.setText(_describe(model))
        else:
            self.details.setText(sentence(translate_core(reason)))


def _words(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    # Anyone may have written what is shown.
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _network(model: LibraryModel) -> str:
    words = translate("Models", NETWORKS.get(model.network, model.network))
    return words if model.size == "lite" else f"{words} ({model.size})"


def _figures(figures: Mapping[str, float], most: int) -> str:
    """Return figures in words, the known ones first; if not all fit, those alone."""
    known = [name for name in SHARES if name in figures]
    others = [name for name in figures if name not in SHARES]
    names = known if known and len(figures) > most else known + others
    told = []
    for name in names[:most]:
        if name in SHARES:
            words = translate("Models", SHARES[name])
            told.append(words.format(share=percent(figures[name], 1)))
        else:
            told.append(f"{name} {number(figures[name], 4)}")
    return ", ".join(told)


def _describe(model: LibraryModel) -> str:
    words = translate("Models", MODELS[model.name]) if model.name in MODELS else model.description
    lines = [words or translate("Models", "No description yet.")]
    facts = []
    if model.shipped:
        facts.append(translate("Models", "Ships with the program"))
    if model.created:
        when = QDateTime.fromString(model.created, Qt.DateFormat.ISODate).toLocalTime()
        shown = QLocale().toString(when, QLocale.FormatType.ShortFormat)
        if when.isValid():
            facts.append(translate("Models", "added {when}").format(when=shown))
    if model.base:
        facts.append(translate("Models", "made from {base}").format(base=model.base))
    facts.append(str(model.path))
    lines.append("  ·  ".join(facts))
    figures = _figures(model.figures, len(model.figures))
    if figures:
        lines.append(figures)
    return "\n".join(lines)


def _model_files(mime: QMimeData) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == SUFFIX]
