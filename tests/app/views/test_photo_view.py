from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.jobs.pictures import image_of
from app.views.photo_view import PhotoView
from app.views.theme import DARK
from tests.app.fakes import face_result
from vrn_core.types import FaceBox

BOXES = (FaceBox(40, 40, 80, 90), FaceBox(250, 60, 70, 80))
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot) -> PhotoView:
    view = PhotoView()
    qtbot.addWidget(view)
    view.tint(DARK)
    view.resize(500, 400)
    view.show()
    qtbot.waitExposed(view)
    # The picture is half as large as the photo, as a photo too large for the screen would be.
    view.set_photo(image_of(np.full((150, 200, 3), 90, np.uint8)), (400, 300))
    view.set_faces([face_result(box) for box in BOXES], 0)
    return view


def on_screen(view: PhotoView, x: float, y: float) -> QPoint:
    return view.mapFromScene(QPointF(x, y))


def test_the_whole_photo_is_shown_at_first(view: PhotoView) -> None:
    shown = view.mapToScene(view.viewport().rect()).boundingRect()
    assert shown.contains(view.sceneRect())


def test_a_click_on_a_box_picks_its_face(qtbot: QtBot, view: PhotoView) -> None:
    with qtbot.waitSignal(view.face_clicked) as blocker:
        qtbot.mouseClick(view.viewport(), LEFT, pos=on_screen(view, *BOXES[1].center))
    assert blocker.args == [1]


def test_a_click_beside_the_boxes_picks_nothing(qtbot: QtBot, view: PhotoView) -> None:
    with qtbot.assertNotEmitted(view.face_clicked):
        qtbot.mouseClick(view.viewport(), LEFT, pos=on_screen(view, 200, 250))


def test_the_selected_box_wears_the_accent_color(view: PhotoView) -> None:
    view.select_face(1)
    image = view.grab().toImage()
    edge = on_screen(view, BOXES[1].x, BOXES[1].y + BOXES[1].height / 2)
    colors = {image.pixelColor(edge + QPoint(step, 0)).name() for step in range(-3, 4)}
    assert DARK.accent in colors


def test_the_wheel_zooms_round_the_mouse(view: PhotoView) -> None:
    for _ in range(6):
        view.zoom_by(1.25)
    place = QPoint(140, 120)
    before, zoom = view.mapToScene(place), view.zoom
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.viewport().mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    assert view.zoom == pytest.approx(zoom * 1.25)
    drift = view.mapToScene(place) - before
    assert abs(drift.x()) + abs(drift.y()) < 40


def test_zoom_has_limits(view: PhotoView) -> None:
    for _ in range(60):
        view.zoom_by(2)
    assert view.zoom <= 32
    for _ in range(60):
        view.zoom_by(0.5)
    assert view.zoom > 0.01


def test_dragging_moves_the_photo_and_a_double_click_fits_it(qtbot: QtBot, view: PhotoView) -> None:
    view.actual_pixels()
    view.zoom_by(4)
    port = view.viewport()
    start = view.mapToScene(QPoint(0, 0))
    empty = on_screen(view, 200, 270)
    qtbot.mousePress(port, LEFT, pos=empty)
    qtbot.mouseMove(port, empty + QPoint(-60, 0))
    qtbot.mouseRelease(port, LEFT, pos=empty + QPoint(-60, 0))
    assert view.mapToScene(QPoint(0, 0)).x() > start.x()
    qtbot.mouseDClick(port, LEFT, pos=empty)
    shown = view.mapToScene(port.rect()).boundingRect()
    assert shown.contains(view.sceneRect())


def test_a_resized_view_stays_fitted(view: PhotoView) -> None:
    view.resize(300, 240)
    shown = view.mapToScene(view.viewport().rect()).boundingRect()
    assert shown.contains(view.sceneRect())


def test_lines_are_as_wide_on_a_screen_of_small_pixels(view: PhotoView) -> None:
    """The edge of the selected box, counted in the screen's own pixels."""
    widths = []
    for ratio in (1, 2):
        picture = QPixmap(view.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        view.viewport().render(picture)
        image = picture.toImage()
        edge = on_screen(view, BOXES[0].x, BOXES[0].y + BOXES[0].height / 2) * ratio
        row = [image.pixelColor(edge.x() + step, edge.y()) for step in range(-8, 9)]
        accent = QColor(DARK.accent)
        near = [c for c in row if abs(c.red() - accent.red()) + abs(c.blue() - accent.blue()) < 60]
        widths.append(len(near))
    assert widths[1] == pytest.approx(2 * widths[0], abs=1)
    assert widths[0] >= 1
