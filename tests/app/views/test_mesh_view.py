from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.settings import Coloring
from app.views.cameras import StandardView
from app.views.mesh_view import MeshView, viewport_works
from app.views.theme import LIGHT
from tests.app.fakes import face_mesh

pytestmark = pytest.mark.usefixtures("viewport")


@pytest.fixture
def view(qtbot: QtBot, viewport: None) -> Iterator[MeshView]:
    view = MeshView()
    qtbot.addWidget(view, before_close_func=MeshView.close_viewport)
    view.animated = False
    view.resize(320, 320)
    assert view.build()
    view.show()
    qtbot.waitExposed(view)
    yield view
    view.close_viewport()


def middle(view: MeshView) -> np.ndarray:
    """Return the mean color in the middle of what is shown."""
    picture = view.picture()
    rows, columns = (side // 3 for side in picture.shape[:2])
    return picture[rows:-rows, columns:-columns].reshape(-1, 3).mean(axis=0)


def test_the_view_is_looked_at_as_a_user_would(view: MeshView) -> None:
    """One viewport for all of it: each one made and closed costs memory for good."""
    empty = middle(view)
    view.set_mesh(face_mesh())
    shaded = middle(view)
    assert np.abs(shaded - empty).max() > 40, "the mesh is not seen"

    view.set_coloring(Coloring.PHOTO)
    colored = middle(view)
    assert colored[0] - colored[2] > shaded[0] - shaded[2] + 15, "skin is not warmer than clay"

    front = view.picture()
    view.show_from(StandardView.LEFT)
    assert view.camera().position[0] < -100
    assert np.abs(view.picture().astype(int) - front).mean() > 2
    view.reset_view()
    assert view.camera().position[2] > 100

    place = view.camera()
    view.set_mesh(face_mesh(30, 40))
    assert view.camera().position == pytest.approx(place.position), "the camera jumped"

    view.tint(LIGHT)
    assert view.picture()[2, 2].min() > 180, "the background is not light"

    view.set_mesh(None)
    assert np.ptp(view.picture()[160].reshape(-1, 3), axis=0).max() < 12, "the mesh is still there"


def test_keys_belong_to_the_window_and_closing_twice_is_safe(qtbot: QtBot, view: MeshView) -> None:
    view.set_mesh(face_mesh())
    plotter = view.children()[-1]
    for key in (Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_E):
        qtbot.keyClick(view.layout().itemAt(0).widget(), key)
    assert plotter is not None
    assert view.picture() is not None
    view.close_viewport()
    view.close_viewport()
    assert view.picture() is None
    assert not view.build()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc"])
def test_platforms_without_opengl_are_known(platform: str) -> None:
    assert not viewport_works(platform)
