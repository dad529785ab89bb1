"""The tools of the 3-D view, driven by keys and mouse as a user would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.settings import Coloring, Settings
from app.state.photo import PhotoItem, PhotoState
from app.studio import Studio
from app.views.choice_button import ChoiceButton
from tests.app.conftest import StudioMaker


def open_photo(qtbot: QtBot, studio: Studio, photo: Path) -> PhotoItem:
    studio.workflow.add_paths([photo])
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] >= 1, timeout=10_000)
    item = studio.session.selected
    assert item is not None
    return item


def open_viewport(qtbot: QtBot, make_studio: StudioMaker) -> Studio:
    studio = make_studio(viewport=True)
    qtbot.waitUntil(lambda: studio.window.mesh.view.is_ready, timeout=60_000)
    return studio


@pytest.mark.parametrize(
    ("key", "coloring"),
    [
        (Qt.Key.Key_W, Coloring.WIREFRAME),
        (Qt.Key.Key_N, Coloring.NORMALS),
        (Qt.Key.Key_K, Coloring.CONFIDENCE),
        (Qt.Key.Key_C, Coloring.PHOTO),
    ],
)
def test_a_key_paints_the_mesh_otherwise_and_the_choice_is_kept(
    qtbot: QtBot, studio: Studio, settings: Settings, key: Qt.Key, coloring: Coloring
) -> None:
    qtbot.keyClick(studio.window, key)
    assert settings.coloring is coloring
    button = studio.window.mesh.findChild(ChoiceButton)
    assert button is not None
    chosen = next(action for action in button.menu().actions() if action.isChecked())
    assert button.text() == chosen.text()
    assert chosen.toolTip() in button.toolTip()


def test_the_confidence_of_each_vertex_comes_with_the_face(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    face = open_photo(qtbot, studio, photo).face
    assert face is not None
    assert face.vertex_confidence is not None
    assert face.vertex_confidence.shape == (len(face.mesh.vertices),)


@pytest.mark.usefixtures("viewport")
def test_the_viewport_is_used_as_a_user_would(
    qtbot: QtBot, make_studio: StudioMaker, photo: Path
) -> None:
    """One viewport for all of it: each one made and closed costs memory for good."""
    studio = open_viewport(qtbot, make_studio)
    open_photo(qtbot, studio, photo)
    view = studio.window.mesh.view
    pictures = []
    for key in (Qt.Key.Key_S, Qt.Key.Key_C, Qt.Key.Key_W, Qt.Key.Key_N, Qt.Key.Key_K):
        qtbot.keyClick(studio.window, key)
        pictures.append(view.picture().astype(int))
        assert view.legend.isVisible() == (key == Qt.Key.Key_K)
    for number, picture in enumerate(pictures):
        for other in pictures[:number]:
            assert np.abs(picture - other).mean() > 0.5, "two ways to paint look the same"
