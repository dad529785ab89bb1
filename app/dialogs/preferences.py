"""What the user may choose once and for all."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TypeVar

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.jobs.exporting import FORMATS
from app.marks import QT_TRANSLATE_NOOP
from app.settings import IOD_RANGE_MM, Language, Settings
from app.translation import translate
from app.views.folder_field import FolderField
from vrn_core.models.library import volume_models
from vrn_core.models.naming import STANDARD_MODEL

MODELS = {
    "vrn-guided-lite": QT_TRANSLATE_NOOP("Preferences", "VRN-Guided – by landmarks, most accurate"),
    "vrn-lite": QT_TRANSLATE_NOOP("Preferences", "VRN – from the photo alone"),
    "vrn-multitask-lite": QT_TRANSLATE_NOOP("Preferences", "VRN-Multitask – finds landmarks too"),
}
DEVICES = {
    "auto": QT_TRANSLATE_NOOP("Preferences", "Automatic"),
    "cpu": QT_TRANSLATE_NOOP("Preferences", "Processor (CPU)"),
    "cuda": QT_TRANSLATE_NOOP("Preferences", "NVIDIA graphics card (CUDA)"),
    "mps": QT_TRANSLATE_NOOP("Preferences", "Apple graphics (MPS)"),
}
LANGUAGES = {
    Language.SYSTEM: QT_TRANSLATE_NOOP("Preferences", "As the system"),
    Language.ENGLISH: "English",
    Language.SPANISH: "Español",
}
"""By the names that those who speak them know."""
HINTS = (
    QT_TRANSLATE_NOOP("Preferences", "Another language is spoken when VRN Studio starts again."),
    QT_TRANSLATE_NOOP(
        "Preferences",
        "Photos that were reconstructed stay as they are; Try Again (F5) redoes one.",
    ),
)
MOST_THREADS = 64

T = TypeVar("T")


class PreferencesDialog(QDialog):
    """Shows the settings; they are changed only when it is accepted."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Preferences", "Preferences"))
        self._settings = settings
        self.language = _choice(LANGUAGES)
        self.model = _choice({name: MODELS.get(name, name) for name in volume_models()})
        self.device = _choice({name: DEVICES[name] for name in ["auto", *_devices(settings)]})
        self.threads = QSpinBox()
        self.threads.setRange(0, MOST_THREADS)
        self.threads.setSpecialValueText(translate("Preferences", "Automatic"))
        self.iod_mm = QDoubleSpinBox()
        self.iod_mm.setRange(*IOD_RANGE_MM)
        self.iod_mm.setDecimals(1)
        self.iod_mm.setSingleStep(0.5)
        self.iod_mm.setSuffix(" mm")
        self.iod_mm.setToolTip(
            translate("Preferences", "It gives meshes their size; 63 mm is an adult's average.")
        )
        self.export_format = _choice(dict(FORMATS), "Formats")
        self.open_folder = FolderField(translate("Preferences", "Folder of photos"))
        self.export_folder = FolderField(translate("Preferences", "Folder of meshes"))
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        for words, field in (
            (translate("Preferences", "&Language"), self.language),
            (translate("Preferences", "&Network"), self.model),
            (translate("Preferences", "&Compute on"), self.device),
            (translate("Preferences", "&Threads"), self.threads),
            (translate("Preferences", "&Distance of the eyes"), self.iod_mm),
            (translate("Preferences", "&Export format"), self.export_format),
            (translate("Preferences", "&Photos from"), self.open_folder),
            (translate("Preferences", "&Meshes to"), self.export_folder),
        ):
            form.addRow(words, field)
        hint = QLabel("\n".join(translate("Preferences", line) for line in HINTS))
        hint.setObjectName("faint")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.RestoreDefaults
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        restore = buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        restore.clicked.connect(self._show_defaults)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 18)
        column.setSpacing(18)
        column.addLayout(form)
        column.addWidget(hint)
        column.addWidget(buttons)
        self._show(
            settings.language,
            settings.model,
            settings.device,
            settings.threads,
            settings.iod_mm,
            settings.export_format,
            settings.open_folder,
            settings.export_folder,
        )

    def accept(self) -> None:
        """Keep what was chosen."""
        self._settings.language = self.language.currentData()
        self._settings.model = self.model.currentData()
        self._settings.device = self.device.currentData()
        self._settings.threads = self.threads.value()
        self._settings.iod_mm = self.iod_mm.value()
        self._settings.export_format = self.export_format.currentData()
        self._settings.open_folder = self.open_folder.folder()
        self._settings.export_folder = self.export_folder.folder()
        super().accept()

    def _show_defaults(self) -> None:
        kind = Settings
        self._show(
            kind.language.default,
            STANDARD_MODEL,
            kind.device.default,
            kind.threads.default,
            kind.iod_mm.default,
            kind.export_format.default,
            kind.open_folder.default,
            kind.export_folder.default,
        )

    def _show(
        self,
        language: Language,
        model: str,
        device: str,
        threads: int,
        iod_mm: float,
        export_format: str,
        open_folder: str,
        export_folder: str,
    ) -> None:
        for box, value in (
            (self.language, language),
            (self.model, model),
            (self.device, device),
            (self.export_format, export_format),
        ):
            box.setCurrentIndex(max(box.findData(value), 0))
        self.threads.setValue(threads)
        self.iod_mm.setValue(iod_mm)
        self.open_folder.show_folder(open_folder)
        self.export_folder.show_folder(export_folder)


def _choice(words: Mapping[T, str], context: str = "Preferences") -> QComboBox:
    """Return a choice between values, by their words, which are marked for translation."""
    box = QComboBox()
    for value, text in words.items():
        box.addItem(translate(context, text), value)
    return box


def _devices(settings: Settings) -> list[str]:
    """Return the devices to choose from: those that are here, and the one chosen before."""
    found = ["cpu"]
    # The inference thread imports torch as the program starts; here it would halt the window.
    if "torch" in sys.modules:
        from vrn_core.inference.device import available_devices

        found = available_devices()
    return found if settings.device in ("auto", *found) else [*found, settings.device]
