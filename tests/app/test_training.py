"""The window of the trainings, driven as a user would, over runs that are real or left over."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.dialogs.error_report import ErrorReportDialog
from app.jobs import training as jobs
from app.studio import Studio
from app.views.training.window import TrainingWindow
from tests.core.training.test_processes import ENVIRONMENT, SCRIPT, write_config
from vrn_core.config import TrainConfig
from vrn_core.training.log import LOG_NAME
from vrn_core.training.runs import CONFIG_NAME, RunState, Wish, ask, is_alive
from vrn_core.training.showcase import SHOWCASE_NAME, reconstruct, write_showcase

LEFT = Qt.MouseButton.LeftButton


def left_over(root: Path, name: str, *, finished: bool, steps: int = 100) -> Path:
    """Return the folder of a run that is over, with two curves and two people."""
    folder = root / name
    TrainConfig(run_folder=name, steps=steps).write(_made(folder) / CONFIG_NAME)
    rows: list[dict[str, object]] = []
    for step in range(10, 101, 10):
        figures = {"loss": 10 / step, "learning_rate": 1e-3, "volume_iou": step / 200}
        rows.append(
            {"kind": "train", "step": step, "samples": 8 * step, "seconds": 2.0 * step, **figures}
        )
        if step % 50 == 0:
            rows.append({"kind": "validation", "step": step, "loss": 12 / step, "seconds": 1.0})
            rows[-1]["volume_iou"] = step / 250
    (folder / LOG_NAME).write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / ("final.safetensors" if finished else "checkpoint.safetensors")).touch()
    z, y, x = np.mgrid[:50, :48, :48].astype(np.float32) - 24
    ball = reconstruct(
        np.full((3, 192, 192), 0.5, np.float32), np.clip(15 - np.sqrt(z**2 + y**2 + x**2), 0, 1)
    )
    empty = reconstruct(np.zeros((3, 192, 192), np.float32), np.zeros((50, 48, 48), np.float32))
    write_showcase(folder / SHOWCASE_NAME, 100, [ball, empty])
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def opened(qtbot: QtBot, studio: Studio, root: Path) -> TrainingWindow:
    """Return the window of the trainings in a folder, opened by its key."""
    studio.settings.runs_folder = str(root)
    qtbot.keyClick(studio.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: studio.training.window is not None, timeout=10_000)
    window = studio.training.window
    assert window is not None
    window.people.view.animated = False
    with qtbot.waitSignal(studio.training.looked, timeout=10_000):
        studio.training.look()
    return window


def choose(qtbot: QtBot, window: TrainingWindow, name: str) -> None:
    names = [window.runs.list.item(row).text() for row in range(window.runs.list.count())]
    row = next(place for place, text in enumerate(names) if text.startswith(name))
    place = window.runs.list.visualItemRect(window.runs.list.item(row)).center()
    qtbot.mouseClick(window.runs.list.viewport(), LEFT, pos=place)
    qtbot.waitUntil(
        lambda: window.report is not None and window.report.line.name == name, timeout=10_000
    )


def offered(window: TrainingWindow) -> set[str]:
    return {name for name, button in window.buttons.items() if button.isVisible()}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of a run that goes on, and outlives the window."""
    root = _made(tmp_path / "runs")
    path = write_config(root, "alive", steps=1_000_000, validation_every=40, log_every=10)
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(path)], env=ENVIRONMENT, stdout=subprocess.DEVNULL
    )
    yield tmp_path / "runs" / "alive"
    process.kill()
    process.wait()


def test_runs_that_are_over_are_listed_and_the_dead_one_can_be_resumed(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    root = tmp_path / "runs"
    left_over(root, "done", finished=True)
    dead = left_over(root, "dead", finished=False, steps=400)
    (dead / "output.txt").write_text("step 90\nvrn train: the disk is full\n")
    window = opened(qtbot, studio, root)
    choose(qtbot, window, "dead")
    item = window.runs.list.currentItem()
    assert item is not None
    assert item.text() == "dead  ·  25%\nStopped; can be resumed"
    assert offered(window) == {"resume"}
    assert "the disk is full" in window.log.toPlainText()
    assert window.figures.values["step"].text() == "100 of 400"
    choose(qtbot, window, "done")
    assert offered(window) == set()
    assert window.figures.values["volume_iou"].text() == "0.4000"


def test_people_of_the_validation_turn_by_a_drag(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    left_over(tmp_path / "runs", "done", finished=True)
    window = opened(qtbot, studio, tmp_path / "runs")
    view = window.people.view
    # The compiler of the drawing may be at work for the first time.
    qtbot.waitUntil(view.isVisible, timeout=60_000)
    before, frame = view.grab().toImage(), view.frame
    qtbot.mousePress(view, LEFT, pos=QPoint(100, 60))
    qtbot.mouseMove(view, QPoint(140, 60))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(140, 60))
    qtbot.waitUntil(lambda: view.frame != frame)
    assert view.grab().toImage() != before


def test_curves_are_read_off_zoomed_fitted_and_saved(
    qtbot: QtBot, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_over(tmp_path / "runs", "done", finished=True)
    window = opened(qtbot, studio, tmp_path / "runs")
    curves, viewport = window.curves, window.curves.plots.viewport()
    qtbot.waitExposed(window)
    middle = viewport.rect().center() + QPoint(0, -40)
    QTest.mouseMove(viewport, middle - QPoint(5, 0))
    QTest.mouseMove(viewport, middle)
    qtbot.waitUntil(lambda: "(validation)" in curves.readout.text())
    assert "Loss 0.2" in curves.readout.text()
    box = curves.plot("loss").vb
    whole = box.viewRange()[0]
    qtbot.mouseClick(curves.logarithmic, LEFT)
    box.scaleBy((0.5, 0.5))
    assert np.ptp(box.viewRange()[0]) < 0.6 * np.ptp(whole)
    qtbot.mouseClick(curves.fit, LEFT)
    qtbot.waitUntil(lambda: np.ptp(box.viewRange()[0]) > 0.9 * np.ptp(whole))
    for button, name in ((curves.picture, "curves.png"), (curves.table, "curves.csv")):
        target = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, to=target: (str(to), ""))
        qtbot.mouseClick(button, LEFT)
        qtbot.waitUntil(target.exists, timeout=10_000)
    assert QImage(str(tmp_path / "curves.png")).width() == 2 * viewport.width()
    assert (tmp_path / "curves.csv").read_text().splitlines()[1].startswith("10,1.0,")


def test_run_is_attached_paused_resumed_and_stopped_and_outlives_the_window(
    qtbot: QtBot, studio: Studio, running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil((running / LOG_NAME).exists, timeout=60_000)
    window = opened(qtbot, studio, running.parent)
    running_can = {"pause", "stop", "stop_after"}
    qtbot.waitUntil(lambda: offered(window) == running_can, timeout=20_000)

    def state() -> RunState | None:
        return window.report.line.state if window.report else None

    first = window.report.line.step if window.report else 0
    qtbot.waitUntil(lambda: bool(window.report and window.report.line.step > first), timeout=20_000)
    qtbot.waitUntil(lambda: window.figures.values["memory"].text().endswith("GB"), timeout=20_000)
    qtbot.mouseClick(window.buttons["pause"], LEFT)
    qtbot.waitUntil(lambda: state() is RunState.PAUSED, timeout=20_000)
    assert offered(window) == {"resume", "stop"}
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert is_alive(running)
    studio.window.activateWindow()
    QTest.qWaitForWindowActive(studio.window)
    qtbot.keyClick(studio.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.isVisible)
    qtbot.mouseClick(window.buttons["resume"], LEFT)
    qtbot.waitUntil(lambda: state() is RunState.RUNNING, timeout=20_000)
    qtbot.mouseClick(window.buttons["stop_after"], LEFT)
    qtbot.waitUntil(lambda: state() is RunState.STOPPED, timeout=20_000)
    assert '"validation"' in (running / LOG_NAME).read_text().splitlines()[-1]

    def again(folder: Path, fresh: bool) -> subprocess.Popen[bytes]:
        assert not fresh
        command = [sys.executable, str(SCRIPT), str(folder.parent / "alive.json"), "--resume"]
        return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL)

    monkeypatch.setattr(jobs, "resume", again)
    qtbot.mouseClick(window.buttons["resume"], LEFT)
    qtbot.waitUntil(lambda: state() is RunState.RUNNING, timeout=60_000)
    ask(running, Wish.STOP)
    qtbot.waitUntil(lambda: state() is RunState.STOPPED, timeout=20_000)
    qtbot.waitUntil(lambda: studio.training.processes == 0, timeout=20_000)


def test_folder_without_trainings_says_so_and_another_is_chosen(
    qtbot: QtBot, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    left_over(tmp_path / "runs", "done", finished=True)
    (tmp_path / "runs" / "damaged").mkdir()
    (tmp_path / "runs" / "damaged" / CONFIG_NAME).write_text("{")
    window = opened(qtbot, studio, tmp_path / "none")
    assert window.pages.currentWidget() is window.empty
    assert "There is no training in" in window.runs.empty.text()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "runs"))
    qtbot.mouseClick(window.runs.folder, LEFT)
    qtbot.waitUntil(lambda: window.report is not None, timeout=10_000)
    assert window.runs.list.count() == 1
    assert studio.window.findChild(ErrorReportDialog) is None


def test_window_of_trainings_is_loaded_when_it_is_opened_only() -> None:
    script = (
        "import sys, app.studio\n"
        "loaded = {'pyqtgraph', 'tensorboardX', 'psutil'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(loaded)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
