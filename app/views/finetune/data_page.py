"""The wizard's first page: a folder, what is in it, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.state.finetuning import DataRow, Looked
from app.translation import number, translate
from app.views.finetune.words import kind_word, part_word
from app.views.folder_field import FolderField
from app.views.parts import label
from app.views.theme import Colors
from vrn_core.finetune.sharing import for_validation

NAME = Qt.ItemDataRole.UserRole
PICTURE_SIDE = 260


class DataPage(QWidget):
    """Asks for a folder and shows its items; what each is for can be changed."""

    look_wanted = Signal(object, object)
    """The folder, and the face model's or ``None``."""
    stop_wanted = Signal()
    changed = Signal()
    """Whether one can go on may have changed."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.looked: Looked | None = None
        self._rows: dict[str, DataRow] = {}
        self.folder = FolderField(translate("Finetune", "Folder of photos and scans"))
        self.folder.line.setPlaceholderText(
            translate("Finetune", "Choose a folder, or drop one here")
        )
        self.folder.line.returnPressed.connect(self.look)
        self.folder.chosen.connect(self.look)
        self.model = FolderField(translate("Finetune", "Folder of the face model"))
        self.model.chosen.connect(self.look)
        self.model.line.returnPressed.connect(self.look)
        self.model.line.setPlaceholderText(
            translate("Finetune", "The free head that comes with the program")
        )
        self.model.setToolTip(
            translate(
                "Finetune",
                "ICT-FaceKit as it is downloaded, free under the MIT license, tells the shape of "
                "faces of which there are photos alone; empty takes the one that is installed, or "
                "the free head that comes with the program",
            )
        )
        self.check = QPushButton(translate("Finetune", "&Check"))
        self.check.setToolTip(
            translate("Finetune", "Look at every file, find its face and label it")
        )
        self.check.clicked.connect(self.look)
        self.progress = QProgressBar(maximum=1000, textVisible=False)
        self.stop = QPushButton(translate("Finetune", "Stop"))
        self.stop.clicked.connect(self.stop_wanted)
        self.state = label(name="muted")
        self.state.setWordWrap(True)
        self.items = QTreeWidget()
        self.items.setAccessibleName(translate("Finetune", "Items"))
        self.items.setRootIsDecorated(False)
        self.items.setUniformRowHeights(True)
        self.items.setAlternatingRowColors(False)
        self.items.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.items.setHeaderLabels(
            [
                translate("Finetune", "Item"),
                translate("Finetune", "Kind"),
                translate("Finetune", "Person"),
                translate("Finetune", "Used for"),
                translate("Finetune", "Remarks"),
            ]
        )
        for column, width in enumerate((210, 110, 130, 90)):
            self.items.setColumnWidth(column, width)
        self.items.currentItemChanged.connect(self._on_current)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedSize(QSize(PICTURE_SIDE, PICTURE_SIDE))
        self.remarks = label(name="muted")
        self.remarks.setWordWrap(True)
        self.remarks.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.remarks.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.buttons = {
            part: QPushButton(text)
            for part, text in (
                ("train", translate("Finetune", "For &Training")),
                ("validation", translate("Finetune", "For &Validation")),
                ("left out", translate("Finetune", "&Leave Out")),
            )
        }
        tips = {
            "train": translate("Finetune", "The network learns from the marked items"),
            "validation": translate(
                "Finetune", "The marked items are kept to see how good the network becomes"
            ),
            "left out": translate("Finetune", "The marked items are not used (Del)"),
        }
        for part, button in self.buttons.items():
            button.setToolTip(tips[part])
            button.clicked.connect(lambda _=False, part=part: self._use(part))
        QShortcut(QKeySequence.StandardKey.Delete, self.items, lambda: self._use("left out"))
        self.rename = QPushButton(translate("Finetune", "&Person…"))
        self.rename.setToolTip(
            translate(
                "Finetune",
                "Say whom the marked items show: a person is in one part alone (F2, double-click)",
            )
        )
        self.rename.clicked.connect(self._ask_person)
        QShortcut(QKeySequence(Qt.Key.Key_F2), self.items, self._ask_person)
        self.items.itemDoubleClicked.connect(self._ask_person)
        self._lay_out()
        self.show_working(None)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What each item that can be used is for, by its name."""
        return [(row.name, row.part) for row in self._rows.values() if row.problem is None]

    @property
    def people(self) -> dict[str, str]:
        """Whom each item shows, by its name."""
        return {row.name: row.person for row in self._rows.values()}

    @property
    def ready(self) -> bool:
        """Whether there is something to learn from."""
        return any(part == "train" for _, part in self.parts)

    def look(self) -> None:
        """Ask for the folder to be looked at."""
        folder, model = self.folder.folder(), self.model.folder()
        if folder:
            self.look_wanted.emit(Path(folder), Path(model) if model else None)

    def show_working(self, fraction: float | None, stage: str = "") -> None:
        """Show how far the look is; ``None`` when there is none going on."""
        busy = fraction is not None
        for part in (self.progress, self.stop):
            part.setVisible(busy)
        self.check.setVisible(not busy)
        self.check.setEnabled(not busy)
        self.folder.setEnabled(not busy)
        self.model.setEnabled(not busy)
        if busy:
            self.progress.setValue(round(1000 * (fraction or 0.0)))
            self.state.setText(stage)
        else:
            self._summarize()

    def show_failure(self, text: str) -> None:
        """Say why nothing was found."""
        self.show_looked(None)
        self.state.setText(text)

    def show_looked(self, looked: Looked | None) -> None:
        """Show what is in the folder."""
        self.looked = looked
        self._rows = {row.name: row for row in looked.rows} if looked else {}
        self.items.clear()
        for row in self._rows.values():
            item = QTreeWidgetItem()
            item.setData(0, NAME, row.name)
            self.items.addTopLevelItem(item)
            self._fill(item, row)
        first = self.items.topLevelItem(0)
        if first is None:
            self._show_row(None)
        else:
            self.items.setCurrentItem(first)
        self.show_working(None)
        self.changed.emit()

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self.picture.setStyleSheet(f"background: {colors.canvas}; border-radius: 8px;")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders."""
        if self._dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at the folder that was dropped."""
        folder = self._dropped(event)
        if folder is not None:
            event.acceptProposedAction()
            self.folder.show_folder(str(folder))
            self.look()

    def _dropped(self, event: QDropEvent) -> Path | None:
        for url in event.mimeData().urls():
            path = Path(url.toLocalFile())
            if url.isLocalFile() and path.is_dir() and self.check.isEnabled():
                return path
        return None

    def _use(self, part: str) -> None:
        for item in self.items.selectedItems():
            name = item.data(0, NAME)
            row = self._rows[name]
            if row.problem is None:
                self._rows[name] = replace(row, part=part)
        self._show_rows()

    def _ask_person(self) -> None:
        """Ask whom the marked items show."""
        rows = [self._rows[item.data(0, NAME)] for item in self.items.selectedItems()]
        if not rows:
            return
        here = rows[0].person
        known = sorted({row.person for row in self._rows.values()})
        question = translate("Finetune", "&Whom the marked items show:")
        person, agreed = QInputDialog.getItem(
            self, translate("Finetune", "Person"), question, known, known.index(here)
        )
        if agreed and person.strip():
            self.show_person([row.name for row in rows], person.strip())

    def show_person(self, names: Iterable[str], person: str) -> None:
        """Let these items show a person; who is for validation is proposed anew."""
        for name in names:
            self._rows[name] = replace(self._rows[name], person=person)
        used = [row for row in self._rows.values() if row.part != "left out"]
        chosen = for_validation({row.name: row.person for row in used})
        for row in used:
            part = "validation" if row.name in chosen else "train"
            self._rows[row.name] = replace(row, part=part)
        self._show_rows()

    def _show_rows(self) -> None:
        for place in range(self.items.topLevelItemCount()):
            item = self.items.topLevelItem(place)
            assert item is not None
            self._fill(item, self._rows[item.data(0, NAME)])
        self._summarize()
        self.changed.emit()

    def _fill(self, item: QTreeWidgetItem, row: DataRow) -> None:
        remarks = row.problem or "; ".join(row.notes)
        words = (row.name, kind_word(row.kind), row.person, part_word(row.part), remarks)
        for column, text in enumerate(words):
            item.setText(column, text)
            item.setToolTip(column, text)
        item.setDisabled(False)
        grayed = row.part == "left out"
        font = item.font(0)
        font.setStrikeOut(grayed)
        item.setFont(0, font)

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        self._show_row(None if item is None else self._rows.get(item.data(0, NAME)))

    def _show_row(self, row: DataRow | None) -> None:
        self.remarks.setText("" if row is None else row.problem or "\n".join(row.notes))
        if row is None or row.picture is None:
            self.picture.setPixmap(QPixmap())
            self.picture.setText("" if row is None else translate("Finetune", "Cannot be used"))
            return
        height, width, _ = row.picture.shape
        kind = QImage.Format.Format_RGB888
        image = QImage(row.picture.tobytes(), width, height, 3 * width, kind).copy()
        smooth = Qt.TransformationMode.SmoothTransformation
        side = PICTURE_SIDE
        self.picture.setPixmap(
            QPixmap.fromImage(image).scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        )

    def _summarize(self) -> None:
        looked = self.looked
        if looked is None:
            self.state.setText("")
            return
        counts = Counter(row.part for row in self._rows.values())
        people = len({row.person for row in self._rows.values() if row.problem is None})
        text = translate(
            "Finetune",
            "{train} for training, {validation} for validation, {out} left out; people: {people}",
        ).format(
            train=number(counts["train"]),
            validation=number(counts["validation"]),
            out=number(counts["left out"]),
            people=number(people),
        )
        if not counts["validation"]:
            text += "\n" + translate(
                "Finetune",
                "Nothing is kept for validation: other poses of the same faces will serve.",
            )
        if any(row.kind in ("photo", "annotated photo") for row in looked.rows):
            text += "\n" + self._face_model_text(looked.face_model)
        self.state.setText(text)

    def _face_model_text(self, folder: Path | None) -> str:
        if folder is not None:
            return translate("Finetune", "Face model: {folder}").format(folder=folder)
        return translate(
            "Finetune",
            "Face model: the free head of MakeHuman, which comes with the program. ICT-FaceKit "
            "follows faces a little more closely: download it (ICT-VGL/ICT-FaceKit on GitHub, free "
            "under the MIT license), unpack it and choose its folder above.",
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        first = QHBoxLayout()
        first.setContentsMargins(0, 0, 0, 0)
        first.addWidget(self.folder, 1)
        first.addWidget(self.check)
        first.addWidget(self.stop)
        words = QLabel(translate("Finetune", "&Folder"))
        words.setBuddy(self.folder)
        form.addRow(words, first)
        form.addRow(translate("Finetune", "Face &model"), self.model)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self.picture)
        side.addWidget(self.remarks, 1)
        for button in self.buttons.values():
            side.addWidget(button)
        side.addWidget(self.rename)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.items, 1)
        middle.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        advice = label(
            translate(
                "Finetune",
                "Scans alone are drawn in many poses; a photo with a scan of the same name shows "
                "that face; photos of 300W-LP and AFLW2000-3D bring their landmarks. Folders tell "
                "who is who, and the button Person can correct it.",
            ),
            "muted",
        )
        advice.setWordWrap(True)
        column.addWidget(advice)
        column.addLayout(form)
        column.addWidget(self.progress)
        column.addLayout(middle, 1)
        column.addWidget(self.state)
