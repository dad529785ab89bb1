"""Panels resized, hidden and floated, and found again where they were left."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.settings import Settings
from app.studio import Studio
from app.views.docks import LAYOUT_VERSION
from tests.app.conftest import StudioMaker
from tests.app.test_correcting import open_photo

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def in_order(studio: Studio) -> bool:
    """Return whether list, photo and mesh stand side by side, all of them of a good size."""
    window = studio.window
    parts = (*window.docks.panels.values(), window.mesh)
    lefts = [part.mapTo(window, QPoint()).x() for part in parts]
    return (
        lefts == sorted(lefts)
        and all(part.isVisible() and part.width() >= 200 for part in parts)
        and abs(window.photo.width() - window.mesh.width()) < 80
    )


def test_panels_are_hidden_shown_and_floated_by_keys(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    docks = studio.window.docks.panels
    width = studio.window.mesh.width()
    assert in_order(studio)
    qtbot.keyClick(studio.window, Qt.Key.Key_F8)
    assert not docks["list"].isVisible()
    assert not studio.actions["show_list"].isChecked()
    qtbot.keyClick(studio.window, Qt.Key.Key_F8)
    assert docks["list"].isVisible()
    qtbot.keyClick(studio.window, Qt.Key.Key_F9, SHIFT)
    assert docks["photo"].isFloating()
    qtbot.waitUntil(lambda: studio.window.mesh.width() > width)
    qtbot.keyClick(studio.window, Qt.Key.Key_F9, CONTROL)
    assert not docks["photo"].isFloating()
    qtbot.waitUntil(lambda: in_order(studio))


@pytest.mark.parametrize("name", ["show_list", "show_photo", "float_list", "float_photo"])
def test_the_room_of_a_panel_that_leaves_is_the_mesh_s_until_it_returns(
    studio: Studio, name: str
) -> None:
    window = studio.window

    def widths() -> list[int]:
        QTest.qWait(30)
        return [window.sources.width(), window.photo.width(), window.mesh.width()]

    before = widths()
    studio.actions[name].trigger()
    stays = 1 if name.endswith("list") else 0
    away = widths()
    assert away[stays] == pytest.approx(before[stays], abs=4)
    assert away[2] >= before[2] + 200
    studio.actions[name].trigger()
    assert widths() == pytest.approx(before, abs=8)


def test_keys_work_in_a_floating_panel_too(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    dock = studio.window.docks.panels["photo"]
    studio.actions["float_photo"].trigger()
    dock.activateWindow()
    QTest.qWaitForWindowActive(dock)
    qtbot.keyClick(studio.window.photo.view, Qt.Key.Key_E)
    assert studio.actions["correct"].isChecked()


def test_a_floating_panel_goes_back_or_away_by_its_buttons(qtbot: QtBot, studio: Studio) -> None:
    dock = studio.window.docks.panels["photo"]
    studio.actions["float_photo"].trigger()
    back, close = dock._buttons
    assert back.isVisible()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert not dock.isFloating()
    assert not back.isVisible()
    studio.actions["float_photo"].trigger()
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not dock.isVisible()
    studio.actions["add_face"].setEnabled(True)
    studio.actions["add_face"].trigger()
    assert dock.isVisible(), "what is drawn there cannot be seen"


def test_a_double_click_on_its_header_floats_a_panel(qtbot: QtBot, studio: Studio) -> None:
    header = studio.window.photo.header
    qtbot.mouseDClick(header, Qt.MouseButton.LeftButton, pos=header.rect().center())
    assert studio.window.docks.panels["photo"].isFloating()


def test_a_photo_is_dropped_on_a_floating_panel(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    dock = studio.window.docks.panels["photo"]
    studio.actions["float_photo"].trigger()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(dock, QDragEnterEvent(QPoint(50, 80), copy, mime, left, none))
    QApplication.sendEvent(dock, QDropEvent(QPointF(50, 80), copy, mime, left, none))
    assert [item.name for item in studio.session.photos()] == ["ana.jpg"]


def test_panels_come_back_as_they_were_left(make_studio: StudioMaker) -> None:
    first = make_studio()
    dock = first.window.docks.panels["list"]
    first.window.resizeDocks([dock], [330], Qt.Orientation.Horizontal)
    QTest.qWait(20)
    assert dock.width() == pytest.approx(330, abs=4)
    first.actions["float_photo"].trigger()
    first.window.docks.panels["photo"].setGeometry(60, 70, 500, 420)
    first.shut_down()
    second = make_studio()
    docks = second.window.docks.panels
    assert docks["list"].width() == pytest.approx(330, abs=4)
    assert docks["photo"].isFloating()
    assert docks["photo"].geometry() == QRect(60, 70, 500, 420)
    assert second.actions["float_photo"].isChecked()
    docks["photo"].close()
    second.shut_down()
    third = make_studio()
    assert not third.window.docks.panels["photo"].isVisible()
    assert not third.actions["show_photo"].isChecked()


def damaged(state: QByteArray) -> list[QByteArray]:
    data = state.data()
    return [QByteArray(b"no layout"), QByteArray(data[: len(data) // 2]), QByteArray(data[::-1])]


@pytest.mark.parametrize("which", range(3))
def test_a_damaged_arrangement_is_ignored(
    make_studio: StudioMaker, settings: Settings, which: int
) -> None:
    first = make_studio()
    first.actions["float_photo"].trigger()
    first.shut_down()
    settings.layout_state = damaged(settings.layout_state)[which]
    second = make_studio()
    QTest.qWait(20)
    assert in_order(second)


def test_an_arrangement_of_another_version_is_ignored(
    make_studio: StudioMaker, settings: Settings
) -> None:
    first = make_studio()
    first.actions["show_list"].trigger()
    settings.layout_state = first.window.saveState(LAYOUT_VERSION + 1)
    second = make_studio()
    QTest.qWait(20)
    assert in_order(second)


def test_what_was_on_a_screen_that_is_gone_comes_back_on_one_that_is_there(
    make_studio: StudioMaker,
) -> None:
    first = make_studio()
    first.window.setGeometry(9000, 7000, 1000, 640)
    first.actions["float_photo"].trigger()
    first.window.docks.panels["photo"].setGeometry(9100, 7100, 400, 400)
    first.shut_down()
    second = make_studio()
    visible = QGuiApplication.primaryScreen().availableGeometry()
    for window in (second.window, second.window.docks.panels["photo"]):
        assert visible.intersects(window.geometry().adjusted(0, 0, -80, -80))
