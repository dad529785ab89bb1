"""The wizard for fine-tuning, driven as a user would, over a folder of made-up scans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.finetuning import Finetuning
from app.jobs import finetuning as jobs
from app.state.finetuning import BeforeAfter, DataRow, Looked, Outcome
from app.studio import Studio
from app.views.finetune.window import DATA, RESULT, RUN, SETTINGS, FinetuneWindow
from tests.core.evaluation.made_up_scans import made_up_head, write_facts, write_ply
from vrn_core.finetune import session
from vrn_core.finetune.store import read_labels
from vrn_core.models.library import find_model
from vrn_core.progress import CancelToken
from vrn_core.training.runs import RunState, Wish, ask, read_run

LEFT = Qt.MouseButton.LeftButton
SLOW = 90_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of scans of three people and of a file that is none."""
    head = made_up_head()
    for name in ("ann", "bob", "cem"):
        write_facts(write_ply(tmp_path / "scans" / f"{name}.ply", head), head)
    (tmp_path / "scans" / "torn.obj").write_text("v 0 0 0\n")
    return tmp_path / "scans"


def opened(qtbot: QtBot, studio: Studio, runs: Path) -> FinetuneWindow:
    """Return the wizard, opened by its keys."""
    studio.settings.runs_folder = str(runs)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(studio.window, Qt.Key.Key_T, keys)
    finetuning = studio.finetuning
    qtbot.waitUntil(
        lambda: finetuning.window is not None and finetuning.window.isVisible(), timeout=20_000
    )
    window = finetuning.window
    assert window is not None
    qtbot.waitUntil(lambda: "base" in window.settings.filled, timeout=20_000)
    # Shortcuts are heard by the active window only.
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    return window


def drop(window: FinetuneWindow, folder: Path) -> None:
    """Drop a folder on the page."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    action, keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window.data, QDragEnterEvent(QPoint(50, 50), action, data, LEFT, keys))
    QApplication.sendEvent(window.data, QDropEvent(QPointF(50, 50), action, data, LEFT, keys))


def looked_at(qtbot: QtBot, window: FinetuneWindow, folder: Path) -> None:
    drop(window, folder)
    qtbot.waitUntil(lambda: window.data.looked is not None, timeout=SLOW)


def row(window: FinetuneWindow, name: str) -> int:
    items = window.data.items
    return next(n for n in range(items.topLevelItemCount()) if text(window, n, 0) == name)


def text(window: FinetuneWindow, number: int, column: int) -> str:
    item = window.data.items.topLevelItem(number)
    assert item is not None
    return item.text(column)


def click_row(qtbot: QtBot, window: FinetuneWindow, name: str) -> None:
    items = window.data.items
    item = items.topLevelItem(row(window, name))
    assert item is not None
    place = items.visualItemRect(item).center()
    qtbot.mouseClick(items.viewport(), LEFT, pos=place)


def test_a_folder_is_looked_at_and_its_items_are_chosen(
    make_studio: Callable[[], Studio], qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    window = opened(qtbot, make_studio(), tmp_path / "runs")
    assert window.page == DATA
    assert not window.next.isEnabled()
    looked_at(qtbot, window, folder)
    assert text(window, row(window, "ann.ply"), 3) == "Validation"
    assert text(window, row(window, "bob.ply"), 3) == "Training"
    assert "torn.obj" in text(window, row(window, "torn.obj"), 4)
    assert "2 for training, 1 for validation, 1 left out" in window.data.state.text()

    click_row(qtbot, window, "torn.obj")
    assert "torn.obj" in window.data.remarks.text()
    qtbot.mouseClick(window.data.buttons["train"], LEFT)
    assert text(window, row(window, "torn.obj"), 3) == "Left out"

    click_row(qtbot, window, "ann.ply")
    assert not window.data.picture.pixmap().isNull()
    qtbot.mouseClick(window.data.buttons["train"], LEFT)
    assert text(window, row(window, "ann.ply"), 3) == "Training"
    assert "other poses of the same faces" in window.data.state.text()
    window.data.items.setFocus()
    window.data.items.selectAll()
    qtbot.keyClick(window.data.items, Qt.Key.Key_Delete)
    assert not window.next.isEnabled()
    click_row(qtbot, window, "cem.ply")
    qtbot.mouseClick(window.data.buttons["train"], LEFT)
    assert window.next.isEnabled()
    assert dict(window.data.parts) == {
        "ann.ply": "left out",
        "bob.ply": "left out",
        "cem.ply": "train",
    }


def test_whom_items_show_can_be_changed(
    make_studio: Callable[[], Studio],
    qtbot: QtBot,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = opened(qtbot, make_studio(), tmp_path / "runs")
    looked_at(qtbot, window, folder)
    items = window.data.items
    click_row(qtbot, window, "ann.ply")
    items.topLevelItem(row(window, "bob.ply")).setSelected(True)
    offered: list[list[str]] = []

    def answer(*arguments: object) -> tuple[str, bool]:
        offered.append(list(arguments[3]))
        return " dora ", True

    monkeypatch.setattr(QInputDialog, "getItem", answer)
    items.setFocus()
    qtbot.keyClick(items, Qt.Key.Key_F2)
    assert {"ann", "bob", "cem"} <= set(offered[0])
    assert text(window, row(window, "ann.ply"), 2) == "dora"
    assert text(window, row(window, "bob.ply"), 2) == "dora"
    parts = dict(window.data.parts)
    assert parts["ann.ply"] == parts["bob.ply"]
    assert parts["cem.ply"] != parts["ann.ply"]
    assert "people: 2" in window.data.state.text()

    click_row(qtbot, window, "cem.ply")
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_: ("other", False))
    qtbot.mouseClick(window.data.rename, LEFT)
    assert text(window, row(window, "cem.ply"), 2) == "cem"

    looked = window.data.looked
    assert looked is not None
    jobs.save_choices(looked.labels, window.data.parts, window.data.people)
    kept = read_labels(looked.labels)
    assert {e.item.name: e.item.person for e in kept.entries if e.label is not None} == {
        "ann.ply": "dora",
        "bob.ply": "dora",
        "cem.ply": "cem",
    }


def test_the_face_model_that_is_used_is_told_and_remembered(
    make_studio: Callable[[], Studio],
    qtbot: QtBot,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = make_studio()
    studio.settings.face_model_folder = "/where it lies"
    window = opened(qtbot, studio, tmp_path / "runs")
    field = window.data.model
    assert field.folder() == "/where it lies"
    drop(window, folder)
    qtbot.waitUntil(lambda: "annot read the face model" in window.data.state.text(), timeout=SLOW)
    assert studio.settings.face_model_folder == "/where it lies"

    rows = (DataRow("a.jpg", "photo", "a", "train", None, (), None),)
    looked = Looked(folder, rows, tmp_path, None)
    field.show_folder("")
    studio.finetuning._on_looked(looked)
    assert "the free head of MakeHuman" in window.data.state.text()
    assert studio.settings.face_model_folder == ""

    def choose(*_: object) -> str:
        return str(tmp_path)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", choose)
    window.data.folder.show_folder("")
    qtbot.mouseClick(field.button, LEFT)
    assert field.folder() == str(tmp_path)
    studio.finetuning._on_looked(replace(looked, face_model=tmp_path))
    assert f"Face model: {tmp_path}" in window.data.state.text()
    assert studio.settings.face_model_folder == str(tmp_path)


def test_a_folder_with_nothing_in_it_is_told(
    make_studio: Callable[[], Studio], qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(qtbot, make_studio(), tmp_path / "runs")
    (tmp_path / "empty").mkdir()
    drop(window, tmp_path / "empty")
    qtbot.waitUntil(lambda: "nothing to learn from" in window.data.state.text(), timeout=SLOW)
    assert window.data.check.isVisible()
    assert not window.next.isEnabled()


def test_a_look_can_be_stopped(
    make_studio: Callable[[], Studio], qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    window = opened(qtbot, make_studio(), tmp_path / "runs")
    drop(window, folder)
    assert window.data.stop.isVisible()
    qtbot.mouseClick(window.data.stop, LEFT)
    assert window.data.check.isVisible()
    assert window.data.folder.isEnabled()


def test_settings_follow_the_choice_and_the_expert(
    make_studio: Callable[[], Studio], qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(qtbot, make_studio(), tmp_path / "runs")
    window.show_page(SETTINGS)
    page = window.settings
    page.efforts["quick"].click()
    qtbot.waitUntil(lambda: page.settings()["samples"] == 2_000, timeout=10_000)
    page.efforts["thorough"].click()
    qtbot.waitUntil(lambda: page.settings()["samples"] == 30_000, timeout=10_000)
    assert not page.fields.isVisible()
    page.expert.setChecked(True)
    assert page.fields.isVisible()
    page.fields.samples.setValue(123)
    page.fields.frozen["stem"].click()
    page.fields.yaw_deg.setValue(45)
    chosen = page.settings()
    assert (chosen["samples"], chosen["frozen"]) == (123, ["stem"])
    assert chosen["data"]["yaw_deg"] == 45.0
    assert page.base.findText("vrn-lite") >= 0
    assert page.base.findText("landmarks-lite") < 0


def trained(qtbot: QtBot, window: FinetuneWindow, finetuning: Finetuning, name: str) -> None:
    """Start a small training and wait for its end."""
    page = window.settings
    qtbot.mouseClick(window.next, LEFT)
    assert window.page == SETTINGS
    page.expert.setChecked(True)
    page.fields.samples.setValue(4)
    page.fields.batch_size.setValue(2)
    page.fields.mix_share.setValue(0)
    page.name.setText(name)
    qtbot.mouseClick(window.next, LEFT)
    qtbot.waitUntil(lambda: window.page == RUN, timeout=SLOW)
    qtbot.waitUntil(window.next.isEnabled, timeout=SLOW)


def test_from_a_folder_to_a_model_in_use(
    make_studio: Callable[[], Studio],
    qtbot: QtBot,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = make_studio()
    window = opened(qtbot, studio, tmp_path / "runs")
    looked_at(qtbot, window, folder)
    trained(qtbot, window, studio.finetuning, "mine")
    run = tmp_path / "runs" / "mine"
    assert read_run(run).state is RunState.FINISHED
    assert str(run) in window.run.line.text()
    # The dashboard opened with it, and offers its result.
    board = studio.training.window
    assert board is not None
    qtbot.waitUntil(
        lambda: board.report is not None and board.buttons["result"].isVisible(), timeout=10_000
    )

    monkeypatch.setattr(jobs, "compare", finished_and_compared)
    qtbot.mouseClick(board.buttons["result"], LEFT)
    qtbot.waitUntil(window.result.keep.isEnabled, timeout=SLOW)
    assert window.page == RESULT
    assert window.result.title.text() == "25% less error"
    assert "2.00%" in window.result.figures.text()
    window.result.name.setText("bob's")
    qtbot.mouseClick(window.result.keep, LEFT)

    def told() -> None:
        assert "bob's" in window.notice.text()

    qtbot.waitUntil(told, timeout=20_000)
    assert find_model("bob's").base == "vrn-guided-lite"
    assert studio.library.model == "bob's"
    assert not window.result.keep.isEnabled()


def compared(run_folder: Path, *, cancel: CancelToken, progress: object) -> Outcome:
    """Stand in for the comparison, which finds no face on a made-up head."""
    shown = BeforeAfter(
        "ann.ply",
        0.02,
        0.015,
        np.full((192, 192, 3), 128, np.uint8),
        np.full((3, 40, 80, 4), 200, np.uint8),
    )
    return Outcome(run_folder, "vrn-guided-lite", 0.02, 0.015, 6, (shown, shown))


def finished_and_compared(run_folder: Path, *, cancel: CancelToken, progress: object) -> Outcome:
    """Finish the model, as the comparison does before it measures."""
    session.finish(session.Session(run_folder))
    return compared(run_folder, cancel=cancel, progress=progress)


def made_session(folder: Path, run: Path) -> None:
    """Write a fine-tuning as the wizard does, without training it."""
    labels = folder.parent / "labels"
    jobs.look(folder, None, labels, cancel=CancelToken(), progress=lambda fraction, stage: None)
    settings, _ = jobs.default_settings("quick", "vrn-guided-lite", "cpu")
    jobs.begin({**settings, "mix_share": 0.0}, labels, run)


def test_a_result_is_thrown_away_only_if_that_is_meant(
    make_studio: Callable[[], Studio],
    qtbot: QtBot,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = make_studio()
    window = opened(qtbot, studio, tmp_path / "runs")
    run = tmp_path / "runs" / "mine"
    made_session(folder, run)
    monkeypatch.setattr(jobs, "compare", compared)
    studio.finetuning.open_result(run)
    qtbot.waitUntil(window.result.throw.isEnabled, timeout=SLOW)
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *words: answers.pop(0))
    qtbot.mouseClick(window.result.throw, LEFT)
    assert run.exists()
    qtbot.mouseClick(window.result.throw, LEFT)
    # The folder goes first, in another thread; the window hears of it later.
    qtbot.waitUntil(lambda: window.page == DATA, timeout=10_000)
    assert not run.exists()
    assert sorted(path.name for path in folder.glob("*.ply")) == ["ann.ply", "bob.ply", "cem.ply"]


def test_names_that_are_taken_are_refused(
    make_studio: Callable[[], Studio],
    qtbot: QtBot,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = make_studio()
    window = opened(qtbot, studio, tmp_path / "runs")
    looked_at(qtbot, window, folder)
    window.show_page(SETTINGS)
    measured: list[object] = []
    monkeypatch.setattr(jobs, "estimate", lambda *given, **named: measured.append(given))
    window.settings.name.setText("vrn-lite")
    qtbot.mouseClick(window.next, LEFT)
    qtbot.waitUntil(lambda: "vrn-lite" in window.notice.text(), timeout=SLOW)
    assert window.page == SETTINGS
    assert window.next.isEnabled()
    assert not measured, "a minute was spent before the name was looked at"
    assert not (tmp_path / "runs").exists()


def test_a_training_is_found_again_by_another_window(
    make_studio: Callable[[], Studio],
    qtbot: QtBot,
    folder: Path,
    tmp_path: Path,
) -> None:
    """The window that started it may be gone; the dashboard of the next finds the training."""
    run = tmp_path / "runs" / "mine"
    made_session(folder, run)
    process = session.start_session(session.Session(run))
    try:
        studio = make_studio()
        studio.settings.runs_folder = str(run.parent)
        qtbot.keyClick(studio.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: studio.training.window is not None, timeout=20_000)
        board = studio.training.window
        assert board is not None
        qtbot.waitUntil(lambda: board.report is not None and board.report.line.alive, timeout=SLOW)
        assert board.report is not None
        assert board.report.finetuning
        assert not board.buttons["result"].isVisible()
    finally:
        ask(run, Wish.STOP)
        process.wait(60)
    assert read_run(run).state is RunState.STOPPED


def test_the_wizard_closes_with_its_keys(
    make_studio: Callable[[], Studio], qtbot: QtBot, tmp_path: Path
) -> None:
    window = opened(qtbot, make_studio(), tmp_path / "runs")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isVisible())
