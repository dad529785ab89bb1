"""What a mesh is to be exported as, with the mesh before the eye."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core_texts import translate_core
from app.failures import Failure, sentence
from app.jobs.finishing import Facts
from app.jobs.pictures import image_of
from app.marks import QT_TRANSLATE_NOOP
from app.state.export_choice import (
    DETAILS,
    FEWEST,
    FORMATS,
    MOST,
    OWN,
    PRESETS,
    SIZES,
    TRIANGLES,
    ExportChoice,
    Scope,
    blocked,
    preset_of,
)
from app.translation import Counts, number, percent, translate
from app.views.export_preview import ExportPreview
from app.views.folder_field import FolderField
from app.views.sliders import ChoiceSlider
from vrn_core.file_names import forbidden_marks, is_device
from vrn_core.meshing.names import written_names
from vrn_core.texture.viewpoint import Viewpoint
from vrn_core.types import ByteArray

REST_MS = 300
"""How long the choices rest before the mesh is made anew."""
OTHER = -1
"""Stands for a number of triangles of one's own."""
PRESET_WORDS = {
    "blender": (
        "Blender",
        QT_TRANSLATE_NOOP("Export", "GLB, 50,000 triangles, texture with all pixels of the photo"),
    ),
    "unreal": (
        "Unreal",
        QT_TRANSLATE_NOOP(
            "Export", "GLB, clean quads with expressions, texture of 2048, light evened out"
        ),
    ),
    "print": (
        QT_TRANSLATE_NOOP("Export", "Print"),
        QT_TRANSLATE_NOOP("Export", "STL, closed, all triangles, in millimeters"),
    ),
    "web": (
        "Web",
        QT_TRANSLATE_NOOP("Export", "GLB, 10,000 triangles, small texture, normal map"),
    ),
    OWN: (
        QT_TRANSLATE_NOOP("Export", "Own"),
        QT_TRANSLATE_NOOP("Export", "What you chose yourself; it is kept for the next time"),
    ),
}


class ExportDialog(QDialog):
    """Accepted when the meshes are to be written as :meth:`choice` and the rest say."""

    choice_rested = Signal(object)
    """An :class:`~app.state.export_choice.ExportChoice` to be shown in the preview."""
    looked = Signal(object, object)
    """Size in pixels and :class:`~vrn_core.texture.viewpoint.Viewpoint` of a picture."""

    def __init__(
        self,
        choice: ExportChoice,
        own: ExportChoice,
        folder: str,
        names: Mapping[Scope, list[str]],
        scope: Scope,
        parent: QWidget,
    ) -> None:
        """Show a choice; `own` is the one of the preset of that name.

        `names` are those of the meshes of each scope, without suffix; one of a single mesh can
        be changed.
        """
        super().__init__(parent)
        self.setWindowTitle(translate("Export", "Export"))
        self._own, self._names = own, names
        self._awaited = True
        self._usd = find_spec("pxr") is not None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.choice_rested.emit(self.choice()))
        self.preview = ExportPreview()
        self._build_fields()
        self._build_place(folder, scope)
        self._arrange()
        self._show(choice)
        self._update_place()
        self.preview.turned.connect(self.look)
        self.export_button.setFocus()

    def choice(self) -> ExportChoice:
        """Return what is chosen, without what does not go together."""
        return self._chosen().possible()

    def scope(self) -> Scope:
        """Return which faces are to be exported."""
        scope: Scope = self.scope_box.currentData()
        return scope

    def name(self) -> str:
        """Return the name of a single mesh, without suffix."""
        return self.name_line.text().strip()

    def folder(self) -> str:
        """Return where the files are to lie."""
        return self.folder_field.folder()

    def show_facts(self, facts: Facts) -> None:
        """Tell what the mesh that is looked at has; its picture is to come."""
        self._awaited = False
        self.facts.setText(" · ".join(_told(facts)))
        notes = []
        if facts.refusal:
            words = translate("Export", "{reason} It is exported as it was reconstructed.")
            notes.append(words.format(reason=sentence(translate_core(facts.refusal))))
        if facts.photos_gone:
            notes.append(
                translate("Export", "A photo is gone; the colors of the mesh take its place.")
            )
        self.note.setText(" ".join(notes))

    def show_picture(self, pixels: ByteArray) -> None:
        """Show the mesh (H, W, 3) uint8 RGB."""
        self.preview.show_picture(image_of(pixels))
        if not self._awaited:
            self.preview.tell("")

    def show_failure(self, failure: Failure) -> None:
        """Tell why there is no preview."""
        self.preview.tell(failure.text)
        if self._awaited:
            self.facts.setText("")

    def _build_fields(self) -> None:
        self.presets = QButtonGroup(self)
        for place, name in enumerate((*PRESETS, OWN)):
            words, tip = PRESET_WORDS[name]
            button = QToolButton()
            button.setObjectName("preset")
            button.setText(translate("Export", words))
            button.setToolTip(translate("Export", tip))
            button.setCheckable(True)
            self.presets.addButton(button, place)
        self.presets.idClicked.connect(self._on_preset)
        self.formats = {name: QCheckBox(name.upper()) for name in FORMATS}
        self.shape = QComboBox()
        self.shape.addItem(translate("Export", "As reconstructed"), False)
        self.shape.addItem(translate("Export", "Clean quads with expressions"), True)
        self.triangles = QComboBox()
        for count in TRIANGLES:
            self.triangles.addItem(number(count) if count else translate("Export", "All"), count)
        self.triangles.addItem(translate("Export", "Other number"), OTHER)
        self.triangles_number = QSpinBox()
        self.triangles_number.setRange(FEWEST, MOST)
        self.triangles_number.setSingleStep(1000)
        self.triangles_number.setGroupSeparatorShown(True)
        self.triangles_number.setAccessibleName(translate("Export", "Number of triangles"))
        self.textured = QCheckBox(translate("Export", "From the photo"))
        self.side = QComboBox()
        self.side.setAccessibleName(translate("Export", "Side of the texture"))
        for side in SIZES:
            words = f"{side} × {side}" if side else translate("Export", "All pixels of the photo")
            self.side.addItem(words, side)
        self.even_light = QCheckBox(translate("Export", "Even out the light"))
        self.normal_map = QCheckBox(translate("Export", "Normal map of the full surface"))
        self.detail = ChoiceSlider(
            translate("Export", "Fine relief"),
            translate("Export", "Wrinkles, lids and lips told from the photo's shading"),
            DETAILS,
            0.0,
            percent,
        )
        self._parts: dict[str, tuple[QWidget, ...]] = {
            **{f"formats/{name}": (box,) for name, box in self.formats.items()},
            "template": (self.shape,),
            "triangles": (self.triangles, self.triangles_number),
            "textured": (self.textured,),
            "size": (self.side,),
            "normal_map": (self.normal_map,),
            "detail": (self.detail,),
            "even_light": (self.even_light,),
        }
        tips = {
            "formats/glb": translate("Export", "One file with textures and expressions, in meters"),
            "formats/obj": translate("Export", "With MTL and PNG files beside it, in millimeters"),
            "formats/usdz": translate("Export", "One file for Apple's programs and USD"),
            "formats/ply": translate("Export", "Colors at the vertices, in millimeters"),
            "formats/stl": translate("Export", "Closed, for printing, in millimeters; no colors"),
            "template": translate(
                "Export", "A whole head of even quads whose 52 expressions can be animated (GLB)"
            ),
            "triangles": translate("Export", "Fewer triangles are lighter to draw"),
            "textured": translate("Export", "A picture of the skin; else colors at the vertices"),
            "size": translate("Export", "Width and height of the texture"),
            "normal_map": translate("Export", "Keeps the relief of all triangles in a picture"),
            "detail": self.detail.toolTip(),
            "even_light": translate("Export", "Takes the photo's soft shadows off the colors"),
        }
        self._tips = tips
        for box in self.formats.values():
            box.toggled.connect(self._on_format)
        for combo in (self.shape, self.triangles, self.side):
            combo.currentIndexChanged.connect(self._on_changed)
        for check in (self.textured, self.normal_map, self.even_light):
            check.toggled.connect(self._on_changed)
        self.triangles_number.valueChanged.connect(self._on_changed)
        self.detail.chosen.connect(self._on_changed)

    def _build_place(self, folder: str, scope: Scope) -> None:
        words = {
            Scope.FACE: translate("Export", "This face"),
            Scope.PHOTO: Counts.tr(
                "All %n face(s) of this photo", "", len(self._names.get(Scope.PHOTO, []))
            ),
            Scope.LIST: Counts.tr(
                "All %n face(s) of the list", "", len(self._names.get(Scope.LIST, []))
            ),
        }
        self.scope_box = QComboBox()
        for one in self._names:
            self.scope_box.addItem(words[one], one)
        self.scope_box.setCurrentIndex(max(self.scope_box.findData(scope), 0))
        self.scope_box.currentIndexChanged.connect(self._update_place)
        self.name_line = QLineEdit(self._names[Scope.FACE][0])
        self.name_line.textChanged.connect(self._update_place)
        self.folder_field = FolderField(translate("Export", "Folder of the files"))
        self.folder_field.show_folder(folder)
        self.folder_field.line.textChanged.connect(self._update_place)

    def _arrange(self) -> None:
        self.edges = QCheckBox(translate("Export", "Show edges"))
        self.clay = QCheckBox(translate("Export", "Without colors"))
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.facts.setObjectName("muted")
        self.note, self.warning = QLabel(), QLabel()
        for label in (self.note, self.warning):
            label.setObjectName("muted")
            label.setWordWrap(True)
        for look in (self.edges, self.clay):
            look.toggled.connect(self.look)
        looks = _row(self.edges, self.clay)
        looks.addStretch()
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self.preview, 1)
        left.addLayout(looks)
        left.addWidget(self.facts)
        left.addWidget(self.note)
        # Two lines of facts and two of notes, so that the picture does not jump.
        for label in (self.facts, self.note):
            label.setMinimumHeight(2 * label.fontMetrics().lineSpacing())
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        relief = _row(self.detail)
        relief.addWidget(self.detail.told)
        formats = _row(*self.formats.values())
        formats.addStretch()
        for words, row in (
            (translate("Export", "Made for"), _row(*self.presets.buttons(), spacing=6)),
            (translate("Export", "Formats"), formats),
            (translate("Export", "&Shape"), self.shape),
            (translate("Export", "&Triangles"), _row(self.triangles, self.triangles_number)),
            (translate("Export", "Te&xture"), _row(self.textured, self.side)),
            ("", self.even_light),
            (translate("Export", "&Relief"), self.normal_map),
            (translate("Export", "Fine relief"), relief),
            (translate("Export", "&Faces"), self.scope_box),
            (translate("Export", "&Name"), self.name_line),
            (translate("Export", "F&older"), self.folder_field),
            ("", self.warning),
        ):
            label = QLabel(words)
            # A row of several fields belongs to its first.
            first = row.itemAt(0) if isinstance(row, QHBoxLayout) else None
            field = row if isinstance(row, QWidget) else None if first is None else first.widget()
            if field is not None:
                label.setBuddy(field)
            form.addRow(label, row)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = QPushButton(translate("Export", "&Export"))
        self.export_button.setObjectName("primary")
        self.export_button.setDefault(True)
        buttons.addButton(self.export_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.warning.setMinimumHeight(2 * self.warning.fontMetrics().lineSpacing())
        right = QVBoxLayout()
        right.addLayout(form)
        right.addStretch()
        right.addWidget(buttons)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(24, 24, 24, 18)
        columns.setSpacing(24)
        columns.addLayout(left, 1)
        columns.addLayout(right)
        self.resize(1000, 640)

    def _chosen(self) -> ExportChoice:
        count = self.triangles.currentData()
        return ExportChoice(
            formats=tuple(name for name, box in self.formats.items() if box.isChecked()),
            template=self.shape.currentData(),
            triangles=self.triangles_number.value() if count == OTHER else count,
            textured=self.textured.isChecked(),
            size=self.side.currentData(),
            normal_map=self.normal_map.isChecked(),
            detail=self.detail.choice(),
            even_light=self.even_light.isChecked(),
        )

    def _show(self, choice: ExportChoice) -> None:
        """Set all fields to a choice."""
        blockers = [QSignalBlocker(part) for parts in self._parts.values() for part in parts]
        for name, box in self.formats.items():
            box.setChecked(name in choice.formats and (name != "usdz" or self._usd))
        if not any(box.isChecked() for box in self.formats.values()):
            self.formats["glb"].setChecked(True)
        self.shape.setCurrentIndex(self.shape.findData(choice.template))
        place = self.triangles.findData(choice.triangles)
        self.triangles.setCurrentIndex(self.triangles.findData(OTHER) if place < 0 else place)
        self.triangles_number.setValue(choice.triangles or self.triangles_number.value())
        self.textured.setChecked(choice.textured)
        self.side.setCurrentIndex(self.side.findData(choice.size))
        self.normal_map.setChecked(choice.normal_map)
        self.detail.show_value(choice.detail)
        self.even_light.setChecked(choice.even_light)
        del blockers
        self._settle()

    def _on_preset(self, place: int) -> None:
        name = (*PRESETS, OWN)[place]
        self._show(self._own if name == OWN else PRESETS[name])
        self.presets.buttons()[place].setChecked(True)

    def _on_format(self, on: bool) -> None:
        """Leave one format at least."""
        if not on and not any(box.isChecked() for box in self.formats.values()):
            box = next(box for box in self.formats.values() if box is self.sender())
            box.setChecked(True)
            return
        self._on_changed()

    def _on_changed(self, _: Any = None) -> None:
        self._settle()

    def _settle(self) -> None:
        """Bring to the fields what follows from them, and ask for the mesh."""
        chosen = self._chosen()
        why = blocked(chosen, self._usd)
        for name, parts in self._parts.items():
            reason = why.get(name)
            for part in parts:
                part.setEnabled(reason is None)
                part.setToolTip(self._tips[name] if reason is None else translate("Export", reason))
        self.triangles_number.setVisible(self.triangles.currentData() == OTHER)
        preset = preset_of(chosen)
        if preset == OWN:
            self._own = chosen
        self.presets.buttons()[(*PRESETS, OWN).index(preset)].setChecked(True)
        self._awaited = True
        self.preview.tell(translate("Export", "Making the mesh…"))
        self._update_place()
        self._rest.start()

    def _update_place(self, _: Any = None) -> None:
        """Say what is wrong with the name or the folder, or what will be replaced."""
        one = self.scope() is Scope.FACE
        self.name_line.setEnabled(one)
        self.name_line.setToolTip(
            translate("Export", "The files get this name and the suffix of their format")
            if one
            else translate("Export", "Several meshes are named as their photos")
        )
        fault = _fault(self.name() if one else "-", self.folder())
        words = fault
        if not fault:
            names = [self.name()] if one else self._names[self.scope()]
            folder = Path(self.folder())
            formats = self.choice().formats
            files = {file for name in names for one in formats for file in written_names(name, one)}
            there = len(files & _names_in(folder))
            words = Counts.tr("%n file(s) will be replaced", "", there) if there else ""
        self.warning.setText(words)
        self.export_button.setEnabled(not fault)

    def look(self, _: Any = None) -> None:
        """Ask for a picture of the mesh."""
        yaw, pitch, zoom = self.preview.place()
        # For the printer there is the shape alone.
        clay = self.clay.isChecked() or self.choice().formats == ("stl",)
        viewpoint = Viewpoint(yaw, pitch, zoom, edges=self.edges.isChecked(), clay=clay)
        self.looked.emit(self.preview.pixels, viewpoint)


def _names_in(folder: Path) -> set[str]:
    """Return what lies in a folder, by one look at it."""
    try:
        return set(os.listdir(folder))
    except OSError:
        return set()


def _row(*parts: QWidget, spacing: int = 10) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(spacing)
    for part in parts:
        row.addWidget(part, 1 if isinstance(part, QComboBox | ChoiceSlider) else 0)
    return row


def _fault(name: str, folder: str) -> str:
    """Return what keeps a name or a folder from being used, or nothing."""
    if not name or name.strip(".") == "":
        return translate("Export", "Give the mesh a name.")
    wrong = forbidden_marks(name)
    if wrong:
        words = translate("Export", "A name cannot hold {marks} on every system.")
        return words.format(marks=" ".join(mark if mark.isprintable() else "␣" for mark in wrong))
    if is_device(name):
        return translate("Export", "Windows calls a device by this name. Choose another.")
    if len(name.encode()) > 200:
        return translate("Export", "The name is too long. Make it shorter.")
    if not folder or not Path(folder).is_absolute():
        return translate("Export", "Choose a folder for the files.")
    return ""


def _told(facts: Facts) -> list[str]:
    """Return what a mesh has, in words."""
    told = []
    if facts.quads:
        told.append(Counts.tr("%n quad(s)", "", facts.quads))
    else:
        told.append(Counts.tr("%n triangle(s)", "", facts.triangles))
    if facts.expressions:
        told.append(Counts.tr("%n expression(s)", "", facts.expressions))
    if facts.texture:
        words = translate("Export", "texture {side} × {side}")
        told.append(words.format(side=facts.texture))
    if facts.normal_map:
        words = translate("Export", "normal map {side} × {side}")
        told.append(words.format(side=facts.normal_map))
    width, height, depth = (number(side) for side in facts.size_mm)
    told.append(f"{width} × {height} × {depth} mm")
    size = QLocale().formattedDataSize(facts.bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
    told.append(translate("Export", "about {size}").format(size=size))
    return told
