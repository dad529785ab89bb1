"""The real window in another language: nothing is left in English, nothing is cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import translation
from app.dialogs.about import AboutDialog
from app.dialogs.different_people import DifferentPeopleDialog
from app.dialogs.error_report import ErrorReportDialog
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.failures import describe
from app.settings import Language, Settings
from app.state.photo import PhotoState
from app.studio import Studio
from app.translation import speak
from app.views.parts import ElidedLabel
from tests.app.conftest import StudioMaker
from tests.app.test_correcting import open_photo
from tests.app.test_studio import wait_for

ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
NAMES = (
    "ana.jpg",
    "broken.jpg",
    "VRN Studio",
    "VRN-Guided",
    "VRN-Multitask",
    "VRN",
    "English",
    "Español",
    "is not an image",
)
"""Shown in every language as they are; the last is what the fake engine says."""


@pytest.fixture(autouse=True)
def _english_again(qapp: QApplication) -> Iterator[None]:
    yield
    speak(qapp, Language.ENGLISH)


@pytest.fixture
def studio(make_studio: StudioMaker, settings: Settings) -> Studio:
    """Return the open window in Spanish."""
    settings.language = Language.SPANISH
    return make_studio()


class Marks(QTranslator):
    """Puts every text that Qt is asked for between brackets."""

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        return f"⟦{text}⟧"

    def isEmpty(self) -> bool:
        return False


def texts_of(parent: QWidget) -> Iterator[str]:
    """Return every text that a window shows or tells."""
    for widget in (parent, *parent.findChildren(QWidget)):
        yield from (widget.toolTip(), widget.accessibleName(), widget.windowTitle())
        if isinstance(widget, (QLabel, QAbstractButton)):
            yield widget.text()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(row) for row in range(widget.count()))
        if isinstance(widget, QMenu):
            yield widget.title()
    for action in parent.findChildren(QAction):
        yield from (action.text(), action.toolTip())


def unmarked(parent: QWidget) -> set[str]:
    """Return the texts that did not come from Qt's translation."""
    found = set()
    for text in texts_of(parent):
        rest, before = re.sub(r"<[^>]*>", "", text), ""
        while rest != before:
            # What is put into a text may be translated itself.
            rest, before = re.sub(r"⟦[^⟦⟧]*⟧", "", rest), rest
        for name in NAMES:
            rest = rest.replace(name, "")
        # Keys, units and sizes are no words.
        rest = re.sub(r"/\S+|\b(?:Ctrl|Alt|Esc|Del|mm|F\d+)\b", "", rest)
        if re.search(r"[^\W\d_]{2,}", rest):
            found.add(text)
    return found


def bad_photo(tmp_path: Path) -> Path:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"no photo")
    return path


def test_every_text_of_the_window_comes_from_its_translation(
    qtbot: QtBot,
    make_studio: StudioMaker,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: QApplication,
) -> None:
    marks = Marks()
    monkeypatch.setattr(
        "app.studio.speak", lambda application, _: application.installTranslator(marks)
    )
    try:
        studio = make_studio()
        window = studio.window
        assert unmarked(window) == set()
        open_photo(qtbot, studio, photo)
        for name in ("adjust", "measure", "from_photo", "show_list", "pause"):
            studio.actions[name].trigger()
            assert unmarked(window) == set()
        studio.workflow.add_paths([bad_photo(tmp_path)])
        wait_for(qtbot, studio, PhotoState.FAILED)
        studio.session.step_photo(1)
        assert "⟦" in studio.window.photo.notice.text()
        # The details of the photo itself are the core's, and marked as it is known.
        assert unmarked(window) == set()
        studio.session.remove(studio.session.photos()[0].key)
        assert "⟦" in studio.actions["undo"].text()
        for dialog in (
            PreferencesDialog(studio.settings, window),
            ShortcutsDialog(studio.actions, window),
            AboutDialog(window),
            ErrorReportDialog(describe(RuntimeError("x")), window),
            DifferentPeopleDialog("ana.jpg", "broken.jpg", window),
        ):
            assert unmarked(dialog) == set()
            dialog.deleteLater()
    finally:
        qapp.removeTranslator(marks)


def test_menus_and_buttons_are_spanish(studio: Studio) -> None:
    menus = [action.text() for action in studio.window.menuBar().actions()]
    assert menus == ["&Archivo", "&Edición", "&Foto", "&Ver", "En&trenamiento", "Ay&uda"]
    titles = {menu.title() for menu in studio.window.findChildren(QMenu)}
    assert {"Proyectos recientes", "Paneles", "Apariencia"} <= titles
    assert studio.actions["open"].text() == "Abrir fotos…"
    assert studio.actions["remove"].toolTip() == "Quitar esta foto de la lista  (Supr)"
    assert studio.actions["undo"].text() == "Deshacer"
    assert studio.window.status.text() == "Listo"


def test_counts_and_figures_are_spanish(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    item = open_photo(qtbot, studio, photo)
    assert studio.window.status.text() == "1 foto  ·  1 cara"
    assert item.face is not None
    assert "triángulos  ·  90 %" in studio.window.mesh._facts.text()
    studio.session.remove(item.key)
    assert studio.actions["undo"].text() == "Deshacer: Quitar ana.jpg"


def test_an_error_is_told_in_spanish(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    studio.workflow.add_paths([bad_photo(tmp_path)])
    item = wait_for(qtbot, studio, PhotoState.FAILED)
    assert item.failure is not None
    assert studio.window.photo.notice.text().startswith("No se puede abrir la foto broken.jpg")
    report = ErrorReportDialog(describe(RuntimeError("secret")), studio.window)
    words = {button.text().replace("&", "") for button in report.findChildren(QPushButton)}
    assert words == {"Mostrar detalles", "Copiar informe", "Cerrar"}
    report.deleteLater()


def test_the_sheet_of_keys_is_spanish(studio: Studio) -> None:
    sheet = ShortcutsDialog(studio.actions, studio.window)
    words = [part.text() for part in sheet.findChildren(QLabel)]
    assert "Alambre" in words
    assert "Ctrl+Mayús+Z" in words
    assert sheet.windowTitle() == "Atajos de teclado"
    sheet.adjustSize()
    assert sheet.width() <= 1280, "the sheet is too wide for a laptop"
    sheet.deleteLater()


def test_the_buttons_of_qt_are_spanish(studio: Studio) -> None:
    dialog = PreferencesDialog(studio.settings, studio.window)
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    cancel = box.button(QDialogButtonBox.StandardButton.Cancel)
    assert cancel.text().replace("&", "") == "Cancelar"
    dialog.deleteLater()


def cut_off(window: QWidget) -> list[str]:
    """Return the texts of a window that have less room than they take."""
    return [
        f"{part.text()!r}: {part.width()} of {part.sizeHint().width()} pixels"
        for part in window.findChildren(QWidget)
        if isinstance(part, (QLabel, QPushButton, QToolButton, QCheckBox))
        and part.isVisible()
        and part.text()
        and not (isinstance(part, QToolButton) and part.toolButtonStyle() is ICON_ONLY)
        and not (isinstance(part, QLabel) and part.wordWrap())
        and part.sizePolicy().horizontalPolicy() is not QSizePolicy.Policy.Ignored
        and not (isinstance(part, ElidedLabel) and part.window().width() < 1440)
        # A button can do without some of its padding.
        and part.width() + (4 if isinstance(part, QPushButton) else 0) < part.sizeHint().width()
    ]


@pytest.mark.parametrize("width", [1440, 1100])
def test_no_text_is_cut_off(
    qtbot: QtBot, studio: Studio, photo: Path, tmp_path: Path, width: int
) -> None:
    window = studio.window
    window.resize(width, 760)
    window.docks.reset()
    QTest.qWait(30)
    assert cut_off(window) == []
    open_photo(qtbot, studio, photo)
    for name in ("adjust", "from_photo", "measure"):
        studio.actions[name].trigger()
    QTest.qWait(30)
    assert cut_off(window) == []
    studio.actions["measure"].trigger()
    studio.session.photos()[0].missing = True
    studio.workflow.add_paths([bad_photo(tmp_path)])
    wait_for(qtbot, studio, PhotoState.FAILED)
    QTest.qWait(30)
    assert cut_off(window) == []
    window.photo.live.show()
    window.banner.ask(window, "VRN Studio no se cerró correctamente.", "x", [("Más tarde", list)])
    QTest.qWait(30)
    assert cut_off(window) == []
    dialogs: tuple[QDialog, ...] = (
        PreferencesDialog(studio.settings, window),
        ShortcutsDialog(studio.actions, window),
        DifferentPeopleDialog("ana.jpg", "broken.jpg", window),
        ErrorReportDialog(describe(RuntimeError("x")), window),
    )
    for dialog in dialogs:
        dialog.show()
        assert cut_off(dialog) == []
        dialog.close()
        dialog.deleteLater()


def test_another_language_is_spoken_at_the_next_start(
    make_studio: StudioMaker, settings: Settings
) -> None:
    first = make_studio()
    dialog = PreferencesDialog(settings, first.window)
    assert dialog.language.currentText() == "As the system"
    hints = " ".join(part.text() for part in dialog.findChildren(QLabel))
    assert "when VRN Studio starts again" in hints
    dialog.language.setCurrentIndex(dialog.language.findText("Español"))
    dialog.accept()
    dialog.deleteLater()
    assert first.actions["quit"].text() == "Quit"
    first.shut_down()
    settings.save()
    assert Settings(Path(settings.store.fileName())).language is Language.SPANISH
    second = make_studio()
    assert second.actions["quit"].text() == "Salir"


def test_the_language_is_that_of_the_system_unless_chosen(
    make_studio: StudioMaker, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(translation, "system_locale", lambda: QLocale("es_AR"))
    assert make_studio().actions["quit"].text() == "Salir"
    settings.language = Language.ENGLISH
    assert make_studio().actions["quit"].text() == "Quit"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
