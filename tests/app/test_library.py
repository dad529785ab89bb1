"""The dialog of the models, used by mouse, keys and drops; what it does to the files is real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QInputDialog,
    QMessageBox,
)
from pytestqt.qtbot import QtBot

from app.dialogs.models import ModelsDialog, Wish
from app.dialogs.preferences import PreferencesDialog
from app.jobs.engine import EngineOptions
from app.jobs.library import look, take_in
from app.jobs.process import WorkProcess
from app.library import Library
from app.settings import Language, Settings
from app.studio import Studio
from app.translation import speak
from tests.app.fakes import FakeEngine
from tests.app.test_correcting import open_photo
from vrn_core.models import create_model, save_model
from vrn_core.models.library import (
    add_model,
    default_model,
    find_model,
    list_library,
    set_default_model,
)
from vrn_core.project.contents import Project, SavedPhoto
from vrn_core.project.saving import save_project
from vrn_core.resources import models_folder

SMALL = {"features": 16, "stem_features": 8, "levels": 2}
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "Anna.safetensors"
    save_model(create_model("vrn-guided", **SMALL), path, name="vrn-guided", overrides=SMALL)
    return path


@pytest.fixture
def anna(weights: Path) -> str:
    return add_model(
        weights, "Anna", description="of the studio", figures={"volume_iou": 0.91}
    ).name


def opened(qtbot: QtBot, studio: Studio) -> ModelsDialog:
    """Open the dialog by its key and wait until it shows what is there."""
    with qtbot.waitSignal(studio.library.done):
        qtbot.keyClick(studio.window, Qt.Key.Key_M, CONTROL_SHIFT)
    dialog = studio.library.dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def rows(dialog: ModelsDialog) -> dict[str, tuple[str, ...]]:
    table = dialog.table
    cells = [
        tuple(
            item.text() if (item := table.item(row, column)) else ""
            for column in range(table.columnCount())
        )
        for row in range(table.rowCount())
    ]
    return {row[0]: row[1:] for row in cells}


def select(dialog: ModelsDialog, name: str) -> None:
    dialog.table.selectRow(list(rows(dialog)).index(name))
    assert dialog.selected() == name


def carry_out(qtbot: QtBot, library: Library, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(library.done, timeout=60_000):
        act()


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def press(qtbot: QtBot, studio: Studio, wish: Wish) -> None:
    dialog = studio.library.dialog
    assert dialog is not None
    carry_out(qtbot, studio.library, lambda: click(qtbot, dialog.buttons[wish]))


def test_the_table_shows_shipped_and_own_models_and_what_can_be_done(
    qtbot: QtBot, studio: Studio, anna: str
) -> None:
    models_folder().joinpath("bad.safetensors").write_bytes(b"no model at all")
    dialog = opened(qtbot, studio)
    table = rows(dialog)
    assert list(table)[:2] == ["vrn-guided-lite", "vrn-lite"]
    assert list(table)[-2:] == ["Anna", "bad"]
    overlap = f"overlap {find_model('vrn-guided-lite').figures['volume_iou']:.1%}"
    assert table["vrn-guided-lite"] == ("VRN-Guided", overlap, "", "Default, In use")
    assert table["Anna"] == ("VRN-Guided", "overlap 91.0%", "", "")
    assert table["bad"][-1] == "Cannot be used"
    assert dialog.selected() == "vrn-guided-lite"
    can = {
        "vrn-guided-lite": {Wish.EXPORT},
        "vrn-lite": {Wish.USE, Wish.DEFAULT, Wish.EXPORT},
        "landmarks-lite": {Wish.EXPORT},
        "Anna": set(Wish),
        "bad": {Wish.DELETE},
    }
    for name, wishes in can.items():
        select(dialog, name)
        assert {w for w, button in dialog.buttons.items() if button.isEnabled()} == wishes, name
    assert "is not a model file" in dialog.details.text()
    select(dialog, "Anna")
    assert dialog.details.text().startswith("of the studio\nadded ")


def test_what_a_fine_tuning_gained_is_told(qtbot: QtBot, studio: Studio, weights: Path) -> None:
    add_model(weights, "Tuned", figures={"error_before": 0.0243, "error_after": 0.0198})
    dialog = opened(qtbot, studio)
    assert rows(dialog)["Tuned"][1] == "error before 2.4%, after 2.0%"


def test_all_of_it_is_reached_by_keys_and_told(qtbot: QtBot, studio: Studio, anna: str) -> None:
    dialog = opened(qtbot, studio)
    select(dialog, "Anna")
    for button in dialog.buttons.values():
        assert button.toolTip()
        assert "&" in button.text()
    letters = [b.text().partition("&")[2][0] for b in [*dialog.buttons.values(), dialog.take_in]]
    assert len({letter.lower() for letter in letters}) == len(letters)
    dialog.table.setFocus()
    reached = set()
    for _ in range(20):
        focus = dialog.focusWidget()
        reached.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert reached >= {dialog.table, dialog.take_in, *dialog.buttons.values()}
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: studio.library.dialog is None)


def test_used_now_the_next_photo_is_made_by_it_and_the_default_stays(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path, anna: str
) -> None:
    qtbot.waitUntil(lambda: engine.options == [EngineOptions()])
    dialog = opened(qtbot, studio)
    select(dialog, "Anna")
    dialog.table.setFocus()
    carry_out(qtbot, studio.library, lambda: qtbot.keyClick(dialog.table, Qt.Key.Key_Return))
    assert rows(dialog)["Anna"][-1] == "In use"
    assert rows(dialog)["vrn-guided-lite"][-1] == "Default"
    assert "Photos are reconstructed by “Anna” now" in dialog.news.text()
    dialog.close()
    open_photo(qtbot, studio, photo)
    assert engine.options[-1] == replace(EngineOptions(), model="Anna")
    assert default_model() == "vrn-guided-lite"


def test_the_default_is_that_of_the_command_line_too(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, settings: Settings, anna: str
) -> None:
    dialog = opened(qtbot, studio)
    select(dialog, "Anna")
    press(qtbot, studio, Wish.DEFAULT)
    assert rows(dialog)["Anna"][-1] == "Default, In use"
    assert default_model() == settings.model == "Anna"
    qtbot.waitUntil(lambda: engine.options[-1].model == "Anna")
    preferences = PreferencesDialog(settings)
    qtbot.addWidget(preferences)
    assert preferences.model.currentData() == "Anna"
    preferences.model.setCurrentIndex(preferences.model.findData("vrn-lite"))
    preferences.accept()
    assert default_model() == "vrn-lite"
    set_default_model("Anna")
    assert settings.model == "Anna", "the window kept a choice of its own"


def test_a_model_is_renamed_and_described(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(qtbot, studio)
    select(dialog, "Anna")
    press(qtbot, studio, Wish.USE)
    answers = iter([("Berta", True), ("vrn-lite", True)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: next(answers))
    monkeypatch.setattr(QInputDialog, "getMultiLineText", lambda *_: ("two\nlines", True))
    dialog.table.setFocus()
    carry_out(qtbot, studio.library, lambda: qtbot.keyClick(dialog.table, Qt.Key.Key_F2))
    assert dialog.selected() == "Berta"
    assert rows(dialog)["Berta"][-1] == "In use"
    qtbot.waitUntil(lambda: engine.options[-1].model == "Berta")
    press(qtbot, studio, Wish.DESCRIBE)
    assert find_model("Berta").description == "two\nlines"
    assert dialog.details.text().startswith("two\nlines\n")
    press(qtbot, studio, Wish.RENAME)
    assert "is that of a model that ships with the program" in dialog.news.text()
    assert dialog.news.objectName() == "error"
    assert find_model("Berta").description == "two\nlines"


def answer(qtbot: QtBot, words: str) -> list[str]:
    """Press a button of the question that comes; return what it asked."""
    asked: list[str] = []

    def act() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(f"{box.text()} {box.informativeText()}")
        assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
        [button] = [b for b in box.buttons() if b.text().replace("&", "") == words]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, act)
    return asked


def test_deleting_asks_first_and_the_default_falls_back(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, settings: Settings, anna: str
) -> None:
    dialog = opened(qtbot, studio)
    select(dialog, "Anna")
    press(qtbot, studio, Wish.DEFAULT)
    qtbot.waitUntil(lambda: engine.options[-1].model == "Anna")
    asked = answer(qtbot, "Cancel")
    click(qtbot, dialog.buttons[Wish.DELETE])
    assert asked == [
        "Delete “Anna”? This cannot be undone. Meshes made by it stay. "
        "Export it first to keep a copy."
    ]
    assert find_model("Anna").path.is_file()
    answer(qtbot, "Delete")
    dialog.table.setFocus()
    carry_out(qtbot, studio.library, lambda: qtbot.keyClick(dialog.table, Qt.Key.Key_Delete))
    assert "Anna" not in rows(dialog)
    assert dialog.news.text() == "“Anna” is deleted. The default is vrn-guided-lite again."
    assert not (models_folder() / "Anna.safetensors").exists()
    qtbot.waitUntil(lambda: engine.options[-1].model == "vrn-guided-lite")


def test_a_model_is_exported(
    qtbot: QtBot, studio: Studio, anna: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    dialog = opened(qtbot, studio)
    select(dialog, "Anna")
    press(qtbot, studio, Wish.EXPORT)
    assert dialog.news.text() == "Saved copy.safetensors"
    assert target.with_suffix(".safetensors").is_file()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(models_folder() / "b"), ""))
    press(qtbot, studio, Wish.EXPORT)
    assert "choose a place elsewhere" in dialog.news.text()


@pytest.fixture
def own_library(
    qtbot: QtBot, studio: Studio, settings: Settings
) -> Iterator[tuple[Library, ModelsDialog]]:
    """Return one whose process knows the folder of this test: that of the studio is shared."""
    process = WorkProcess()
    library = Library(process, studio.window, settings, studio)
    with qtbot.waitSignal(library.done):
        library.open()
    assert library.dialog is not None
    yield library, library.dialog
    library.dialog.close()
    assert library.shut_down()
    process.close()


def drop(dialog: ModelsDialog, *paths: Path) -> bool:
    """Drag files over the dialog and drop them if it takes them; return whether it does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(50, 50), action, mime, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(dialog, enter)
    if enter.isAccepted():
        QApplication.sendEvent(dialog, QDropEvent(QPointF(50, 50), action, mime, buttons, keys))
    return enter.isAccepted()


def test_files_are_imported_by_a_drop_and_bad_ones_are_told(
    qtbot: QtBot,
    own_library: tuple[Library, ModelsDialog],
    weights: Path,
    tmp_path: Path,
) -> None:
    library, dialog = own_library
    fake = tmp_path / "fake.safetensors"
    torch.save({"a": torch.zeros(3)}, fake)
    assert not drop(dialog, tmp_path / "photo.jpg")
    carry_out(qtbot, library, lambda: drop(dialog, weights, fake))
    assert dialog.selected() == "Anna"
    first, second = dialog.news.text().splitlines()
    assert first == "“Anna” is among the models."
    assert "it is a pickle or an archive" in second
    assert dialog.take_in.isEnabled()
    assert [model.name for model in list_library() if not model.shipped] == ["Anna"]


def test_a_file_is_imported_by_the_button_and_gets_a_free_name(
    qtbot: QtBot,
    own_library: tuple[Library, ModelsDialog],
    weights: Path,
    anna: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library, dialog = own_library
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(weights)], ""))
    carry_out(qtbot, library, lambda: click(qtbot, dialog.take_in))
    assert dialog.selected() == "Anna 2"


def test_many_files_are_taken_in_though_one_is_bad(weights: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.safetensors"
    imported = take_in([gone, weights])
    assert [model.name for model in imported.models] == ["Anna"]
    [(name, error)] = imported.errors
    assert name == "gone.safetensors"
    assert "there is no model file" in str(error)
    assert look().models[-1].name == "Anna"


def test_a_default_that_is_gone_is_told_at_the_start(
    qtbot: QtBot,
    make_studio: Callable[..., Studio],
    weights: Path,
) -> None:
    set_default_model(add_model(weights, "Anna").name)
    find_model("Anna").path.unlink()
    studio = make_studio()
    text = "The default model “Anna” is no longer there; vrn-guided-lite is used."
    qtbot.waitUntil(lambda: text in studio.window.status.text())


def test_a_model_that_another_program_deleted_is_used_no_longer(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, anna: str
) -> None:
    studio.library.use("Anna")
    qtbot.waitUntil(lambda: engine.options[-1].model == "Anna")
    find_model("Anna").path.unlink()
    dialog = opened(qtbot, studio)
    assert "Anna" not in rows(dialog)
    qtbot.waitUntil(lambda: engine.options[-1].model == "vrn-guided-lite")


def test_a_project_made_by_a_model_that_is_gone_is_opened_kindly(
    qtbot: QtBot, studio: Studio, photo: Path, tmp_path: Path
) -> None:
    face = replace(open_photo(qtbot, studio, photo).faces[0], model="Anna")
    path = tmp_path / "old.vrn"
    save_project(path, Project((SavedPhoto("ana.jpg", photo, state="done", faces=(face,)),)))
    with qtbot.waitSignal(studio.projects.taken):
        studio.projects.open_recent(path)
    [shown] = studio.session.photos()
    assert shown.faces[0].model == "Anna"
    assert studio.window.banner.text() == (
        "Made by a model that is not here: Anna. "
        "The faces are as they were saved; Try Again takes vrn-guided-lite."
    )
    with qtbot.waitSignal(studio.library.done):
        click(qtbot, studio.window.banner.buttons[0])
    assert studio.library.dialog is not None


def test_a_choice_of_an_older_version_is_handed_over(tmp_path: Path) -> None:
    path = tmp_path / "old.ini"
    old = Settings(path)
    old.store.setValue("reconstruction/model", "vrn-lite")
    old.save()
    new = Settings(path)
    assert new.model == default_model() == "vrn-lite"
    assert new.store.value("reconstruction/model") is None
    for damaged in ("landmarks-lite", "gone"):
        new.store.setValue("reconstruction/model", damaged)
        new.save()
        assert Settings(path).model == "vrn-lite"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_speaks_spanish_and_nothing_is_cut_off(
    qtbot: QtBot, studio: Studio, qapp: QApplication, anna: str, theme: str
) -> None:
    studio.actions[f"theme_{theme}"].trigger()
    speak(qapp, Language.SPANISH)
    try:
        dialog = opened(qtbot, studio)
        assert dialog.windowTitle() == "Modelos"
        select(dialog, "landmarks-lite")
        assert dialog.details.text().startswith("Encuentra los 68 puntos faciales")
        assert rows(dialog)["vrn-guided-lite"][-1] == "Predeterminado, En uso"
        for button in dialog.buttons.values():
            assert button.width() >= button.sizeHint().width()
        wrong, plain = studio.theme.colors.error, studio.theme.colors.text
        dialog.tell("mal", wrong=True)
        assert dialog.news.palette().windowText().color().name() == wrong
        assert dialog.table.palette().text().color().name() == plain
    finally:
        speak(qapp, Language.ENGLISH)
