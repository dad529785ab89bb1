"""Everything by the keyboard, and told to those who do not see the screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.state.photo import PhotoState
from app.studio import Studio
from tests.app.conftest import StudioMaker
from tests.app.fakes import FakeEngine
from tests.app.test_correcting import open_photo
from vrn_core.types import FaceBox

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox)


def press(qtbot: QtBot, studio: Studio, *keys: Qt.Key, shift: bool = False) -> None:
    """Press keys where the focus is."""
    for key in keys:
        focus = studio.window.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key, SHIFT if shift else Qt.KeyboardModifier.NoModifier)


def test_a_landmark_is_chosen_and_moved_by_keys(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    item = open_photo(qtbot, studio, photo)
    before = item.faces[0].landmarks
    view = studio.window.photo.view
    qtbot.keyClick(studio.window, Key.Key_E)
    assert view.hasFocus()
    press(qtbot, studio, Key.Key_Period, Key.Key_Period, Key.Key_Period, Key.Key_Comma)
    with qtbot.waitSignal(studio.workflow.corrected):
        press(qtbot, studio, Key.Key_Right)
    step = item.faces[0].landmarks - before
    assert step[1] == pytest.approx([1 / view.zoom, 0, 0], abs=1e-3)
    assert np.count_nonzero(step) == 1
    assert view.handles is not None
    assert view.handles.chosen == 1, "the next press would move none"
    with qtbot.waitSignal(studio.workflow.corrected):
        press(qtbot, studio, Key.Key_Up, shift=True)
    step = item.faces[0].landmarks - before
    assert step[1] == pytest.approx([1 / view.zoom, -10 / view.zoom, 0], abs=1e-3)
    press(qtbot, studio, Key.Key_Escape)
    assert not studio.actions["correct"].isChecked()


def test_a_key_held_down_moves_on_while_the_mesh_is_made(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    item = open_photo(qtbot, studio, photo)
    view = studio.window.photo.view
    start = item.faces[0].landmarks[67, 0]
    qtbot.keyClick(studio.window, Key.Key_E)
    press(qtbot, studio, Key.Key_Comma)
    engine.hold.clear()
    press(qtbot, studio, Key.Key_Right)
    qtbot.keyPress(view, Key.Key_Right)
    engine.hold.set()
    with qtbot.waitSignal(studio.workflow.corrected):
        pass
    with qtbot.waitSignal(studio.workflow.corrected):
        qtbot.keyRelease(view, Key.Key_Right)
    assert item.faces[0].landmarks[67, 0] - start == pytest.approx(2 / view.zoom, abs=1e-3)


def test_escape_ends_the_correction_before_it_stops_the_work(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    qtbot.keyClick(studio.window, Key.Key_E)
    engine.hold.clear()
    with qtbot.waitSignal(studio.workflow.corrected):
        press(qtbot, studio, Key.Key_Period, Key.Key_Right, Key.Key_Escape)
        assert not studio.actions["correct"].isChecked()
        engine.hold.set()


def test_a_box_is_drawn_by_keys(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.boxes = []
    item = open_photo(qtbot, studio, photo)
    view = studio.window.photo.view
    qtbot.keyClick(studio.window, Key.Key_F)
    press(qtbot, studio, Key.Key_Left)
    first = view.drawn_box
    assert first is not None
    press(qtbot, studio, Key.Key_Left, Key.Key_Left, Key.Key_Up)
    press(qtbot, studio, Key.Key_Right, Key.Key_Down, Key.Key_Down, shift=True)
    with qtbot.waitSignal(studio.session.faces_changed):
        press(qtbot, studio, Key.Key_Return)
    far = 10 / view.zoom
    wanted = FaceBox(
        first.x() - 2 * far, first.y() - far, first.width() + far, first.height() + 2 * far
    )
    asked = engine.asked[0]
    for name in ("x", "y", "width", "height"):
        assert getattr(asked, name) == pytest.approx(getattr(wanted, name), abs=0.01)
    assert item.state is PhotoState.DONE
    assert not studio.actions["add_face"].isChecked()


def test_escape_gives_up_the_box(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    qtbot.keyClick(studio.window, Key.Key_F)
    press(qtbot, studio, Key.Key_Return, Key.Key_Escape)
    assert not studio.actions["add_face"].isChecked()
    assert studio.window.photo.view.drawn_box is None
    assert engine.asked == []


def test_every_control_has_a_name_and_every_button_a_tooltip(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    controls = [
        widget
        for widget in studio.window.findChildren(QWidget)
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith("qt_")
        and widget.window() is studio.window
    ]
    assert len(controls) > 25
    nameless = [
        f"{widget} in {widget.parentWidget()}"
        for widget in controls
        if not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert not nameless, "\n".join(nameless)
    silent = [
        f"{widget.accessibleName() or widget.text()}"
        for widget in controls
        if isinstance(widget, QAbstractButton) and not widget.toolTip()
    ]
    assert not silent, "\n".join(silent)


def test_tab_goes_through_the_whole_window_and_comes_back(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    window = studio.window
    window.sources.list.setFocus()
    seen: list[QWidget] = []
    focus = window.focusWidget()
    while focus is not None and focus not in seen and len(seen) < 200:
        seen.append(focus)
        qtbot.keyClick(focus, Key.Key_Tab)
        focus = window.focusWidget()
    assert focus is window.sources.list, "Tab got stuck or lost"
    places = [
        next(
            name
            for name, part in (
                ("list", window.docks.panels["list"]),
                ("photo", window.docks.panels["photo"]),
                ("mesh", window.mesh),
                ("status", window.status),
                ("window", window),
            )
            if part is widget or part.isAncestorOf(widget)
        )
        for widget in seen
    ]
    turns = [place for n, place in enumerate(places) if n == 0 or places[n - 1] != place]
    assert {"list", "photo", "mesh"} <= set(turns)
    assert len(turns) <= 5, f"the focus jumps about: {turns}"
    assert window.photo.view in seen


def test_the_focus_is_seen(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    window = studio.window
    accent = studio.theme.colors.accent
    buttons = (window.photo, window.sources.header, window.mesh)
    for widget in (
        window.sources.list,
        window.photo.view,
        *(
            [b for b in part.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()][-1]
            for part in buttons
        ),
    ):
        assert widget.isVisible()
        assert widget.isEnabled()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        with_focus = widget.grab().toImage()
        edge = {with_focus.pixelColor(x, 0).name() for x in range(8, with_focus.width() - 8)}
        assert accent in edge, f"{widget} has no ring"


@pytest.mark.usefixtures("viewport")
def test_the_mesh_is_turned_by_keys(qtbot: QtBot, make_studio: StudioMaker, photo: Path) -> None:
    studio = make_studio(viewport=True)
    open_photo(qtbot, studio, photo)
    view = studio.window.mesh.view
    qtbot.waitUntil(lambda: view.is_ready, timeout=60_000)
    view._plotter.setFocus()
    start = np.array(view.camera().position)
    press(qtbot, studio, Key.Key_Right)
    turned = np.array(view.camera().position)
    assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(start), rel=0.05)
    assert turned[0] < start[0] - 5, "the face does not turn with the key"
    press(qtbot, studio, Key.Key_Plus)
    target = np.array(view.camera().target)
    nearer = np.array(view.camera().position)
    assert np.linalg.norm(nearer - target) < 0.95 * np.linalg.norm(turned - target)
