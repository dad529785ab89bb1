"""The tools of the 3-D view, driven by keys and mouse as a user would."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.settings import Coloring, Light, Settings
from app.state.photo import PhotoItem, PhotoState
from app.studio import Studio
from app.views.choice_button import ChoiceButton
from app.views.photo_card import PhotoCard
from app.views.sliders import ChoiceSlider
from tests.app.conftest import StudioMaker
from tests.app.fakes import FakeEngine
from vrn_core.config import DEFAULT_ISO_LEVEL, SurfaceSettings
from vrn_core.inference.photo import load_photo
from vrn_core.types import FaceBox


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
    lit_in_all_ways(qtbot, studio)
    laid_on_the_photo(qtbot, studio)
    measured_by_clicks(qtbot, studio)
    measured_by_keys(qtbot, studio)
    saved_and_copied_as_a_picture(qtbot, studio, photo.parent)
    recorded_on_a_turntable(qtbot, studio, photo.parent)


def lit_in_all_ways(qtbot: QtBot, studio: Studio) -> None:
    qtbot.keyClick(studio.window, Qt.Key.Key_S)
    keys = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)
    pictures: list[np.ndarray] = []
    for key, light in zip(keys, Light, strict=True):
        qtbot.keyClick(studio.window, key, Qt.KeyboardModifier.AltModifier)
        assert studio.settings.light is light
        picture = studio.window.mesh.view.picture().astype(int)
        for other in pictures:
            assert np.abs(picture - other).mean() > 0.5, "two lights look the same"
        pictures.append(picture)


def laid_on_the_photo(qtbot: QtBot, studio: Studio) -> None:
    """Where the mesh is fully clear, the viewport must show the photo, face in the middle."""
    panel, item = studio.window.mesh, studio.session.selected
    assert item is not None
    assert item.face is not None
    assert not panel.photo_controls.isVisible()
    qtbot.keyClick(studio.window, Qt.Key.Key_P)
    assert panel.photo_controls.isVisible()
    covered = panel.view.picture().astype(int)
    slide(qtbot, panel.photo_controls.opacity, Qt.Key.Key_Home)
    shown = panel.view.picture().astype(int)
    assert np.abs(covered - shown).mean() > 0.5
    picture = studio.workflow.picture(item.key)
    camera = panel.view.camera()
    assert picture is not None
    assert camera.height is not None
    placement = PhotoCard.behind(item.face, picture, (160, 120)).placement
    middle = placement.inverse().apply(np.array([camera.target]))[0]
    zoom = shown.shape[0] / camera.height * placement.scale
    for right, down in ((0, 0), (-20, 0), (25, 10), (0, -30)):
        x, y = round(middle[0]) + right, round(middle[1]) + down
        wanted = picture.pixelColor(x, y).getRgb()[:3]
        row = round(shown.shape[0] / 2 + (y - middle[1]) * zoom)
        column = round(shown.shape[1] / 2 + (x - middle[0]) * zoom)
        assert np.abs(shown[row, column] - wanted).max() < 6, (right, down)
    qtbot.keyClick(studio.window, Qt.Key.Key_2)
    assert not studio.actions["from_photo"].isChecked()
    assert not panel.photo_controls.isVisible()
    assert panel.view.camera().height is None


def measured_by_clicks(qtbot: QtBot, studio: Studio) -> None:
    panel, plotter = studio.window.mesh, studio.window.mesh.view._plotter
    studio.actions["view_front"].trigger()
    qtbot.keyClick(studio.window, Qt.Key.Key_M)
    assert "two points" in panel._facts.text()
    bare = panel.view.picture().astype(int)
    middle = plotter.rect().center()
    apart = QPoint(round(0.1 * plotter.height()), 0)
    for place in (middle - apart, middle + apart):
        qtbot.mouseClick(plotter, Qt.MouseButton.LeftButton, pos=place)
    ruler = panel.view._ruler
    assert ruler is not None
    (left_x, left_y, left_z), (right_x, right_y, right_z) = ruler.points
    # Seen from the front in the middle of a symmetric face.
    assert left_x == pytest.approx(-right_x, abs=1)
    assert left_x < 0
    assert left_z == pytest.approx(right_z, abs=1)
    assert left_y == pytest.approx(right_y, abs=1)
    assert panel._facts.text() == f"{ruler.distance_mm:.1f} mm between the points"
    assert np.abs(panel.view.picture().astype(int) - bare).max() > 50, "the ruler is not seen"
    qtbot.mouseClick(plotter, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    qtbot.mousePress(plotter, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(plotter, middle + QPoint(0, 30))
    qtbot.mouseRelease(plotter, Qt.MouseButton.LeftButton, pos=middle + QPoint(0, 30))
    assert len(ruler.points) == 2, "a click beside the mesh or a drag set a point"
    qtbot.mouseClick(plotter, Qt.MouseButton.LeftButton, pos=middle)
    assert len(ruler.points) == 1, "the third click did not begin anew"
    qtbot.keyClick(studio.window, Qt.Key.Key_M)
    assert panel.view._ruler is None
    assert "triangles" in panel._facts.text()


def measured_by_keys(qtbot: QtBot, studio: Studio) -> None:
    panel, view = studio.window.mesh, studio.window.mesh.view
    studio.actions["view_front"].trigger()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(studio.window, Qt.Key.Key_M)
    assert not view._cross.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    ruler = view._ruler
    assert ruler is not None
    assert len(ruler.points) == 1
    assert view._cross.isVisible()
    middle = view._plotter.geometry().center()
    assert (view._cross.geometry().center() - middle).manhattanLength() <= 2
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Enter)
    first, second = ruler.points
    # In the middle of a symmetric face, and then beside it, as high.
    assert first[0] == pytest.approx(0, abs=1)
    assert abs(second[0]) > 2
    assert second[1] == pytest.approx(first[1], abs=2)
    assert panel._facts.text() == f"{ruler.distance_mm:.1f} mm between the points"
    qtbot.mouseClick(view._plotter, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not view._cross.isVisible(), "the cross stays where the mouse measures"
    qtbot.keyClick(studio.window, Qt.Key.Key_M)


def saved_and_copied_as_a_picture(qtbot: QtBot, studio: Studio, folder: Path) -> None:
    shown = studio.window.mesh.view.picture()
    qtbot.keyClick(studio.window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().image()
    assert (copied.height(), copied.width()) == shown.shape[:2]

    def save_as(*_: object) -> tuple[str, str]:
        return str(folder / "turned"), ""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getSaveFileName", save_as)
        qtbot.keyClick(studio.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    target = folder / "turned.png"
    qtbot.waitUntil(target.exists)
    np.testing.assert_array_equal(load_photo(target), shown)


def slide(qtbot: QtBot, slider: ChoiceSlider, key: Qt.Key, times: int = 1) -> None:
    slider.setFocus()
    for _ in range(times):
        qtbot.keyClick(slider, key)


def recorded_on_a_turntable(qtbot: QtBot, studio: Studio, folder: Path) -> None:
    def save_as(*_: object) -> tuple[str, str]:
        return str(folder / "round.mp4"), ""

    def begin() -> None:
        control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(studio.window, Qt.Key.Key_P, control_shift)

    studio.saving.turntable._count = 12
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QFileDialog, "getSaveFileName", save_as)
        begin()
        qtbot.waitUntil(lambda: studio.saving.turntable._drawn > 2)
        qtbot.keyClick(studio.window, Qt.Key.Key_Escape)
        assert not studio.saving.turntable.busy
        qtbot.waitUntil(lambda: not studio.saving.runner.active)
        assert not (folder / "round.mp4").exists()
        with qtbot.waitSignal(studio.saving.turntable.finished, timeout=20_000) as told:
            begin()
    video, frames = cv2.VideoCapture(str(told.args[0])), []
    while (answer := video.read())[0]:
        frames.append(answer[1].astype(int))
    assert len(frames) == 12
    steps = [np.abs(frames[n] - frames[n - 1]).mean() for n in range(12)]
    assert min(steps) > 0.1, "the mesh stood still"
    assert studio.window.mesh.view._standard is not None, "the view was not set back"


@pytest.fixture
def adjusted(qtbot: QtBot, studio: Studio, photo: Path) -> PhotoItem:
    """Return a photo with a face, with the sliders shown."""
    item = open_photo(qtbot, studio, photo)
    qtbot.keyClick(studio.window, Qt.Key.Key_T)
    assert studio.window.mesh.controls.isVisible()
    return item


def test_a_slider_previews_at_once_and_then_changes_the_mesh(
    qtbot: QtBot, studio: Studio, adjusted: PhotoItem
) -> None:
    before, controls = adjusted.face, studio.window.mesh.controls
    assert before is not None
    with qtbot.waitSignal(studio.adjusting.previewed) as told:
        slide(qtbot, controls.iso_level, Qt.Key.Key_Right, 10)
    assert adjusted.face is before, "a preview was kept"
    assert studio.window.mesh.view._mesh is told.args[0].mesh_canonical
    qtbot.waitSignal(studio.session.face_changed).wait()
    after = adjusted.face
    assert after.settings.iso_level == pytest.approx(DEFAULT_ISO_LEVEL + 0.1)
    assert studio.window.mesh.view._mesh is after.mesh_canonical
    assert len(after.mesh.faces) <= after.settings.triangles
    assert len(after.vertex_confidence) == len(after.mesh.vertices)
    assert studio.settings.show_adjust


def test_a_slider_is_dragged_by_the_mouse_and_set_back_by_a_double_click(
    qtbot: QtBot, studio: Studio, adjusted: PhotoItem
) -> None:
    slider = studio.window.mesh.controls.iso_level
    share = slider.value() / slider.maximum()
    handle = QPoint(round(share * slider.width()), slider.rect().center().y())
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=handle)
    qtbot.mouseMove(slider, handle + QPoint(slider.width() // 4, 0))
    assert slider.choice() > DEFAULT_ISO_LEVEL + 0.1
    told: list[object] = []
    studio.session.face_changed.connect(lambda *where: told.append(where))
    qtbot.wait(450)
    assert told == [], "the whole mesh was made before the drag had ended"
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: told == [(adjusted.key, 0)])
    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=handle)
    assert slider.choice() == DEFAULT_ISO_LEVEL
    qtbot.waitUntil(lambda: adjusted.face.settings == SurfaceSettings())


def test_all_sliders_are_set_back_by_a_key(
    qtbot: QtBot, studio: Studio, adjusted: PhotoItem
) -> None:
    controls = studio.window.mesh.controls
    for slider in (controls.iso_level, controls.smoothing, controls.triangles):
        slide(qtbot, slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: adjusted.face.settings.triangles == 1000)
    assert len(adjusted.face.mesh.faces) <= 1000
    qtbot.keyClick(studio.window, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: adjusted.face.settings == SurfaceSettings())


def test_the_export_is_the_mesh_as_shown(
    qtbot: QtBot,
    studio: Studio,
    adjusted: PhotoItem,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import trimesh

    target = tmp_path / "face.ply"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    slide(qtbot, studio.window.mesh.controls.triangles, Qt.Key.Key_Home)
    # Not waited for: the sliders have hardly come to rest.
    studio.actions["export"].trigger()
    qtbot.waitUntil(lambda: "Saved" in studio.window.status.text())
    written = trimesh.load_mesh(target, process=False)
    assert len(written.faces) == len(adjusted.face.mesh.faces) <= 1000


def test_what_was_moved_is_kept_when_another_face_is_chosen(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.boxes = [FaceBox(5, 20, 40, 50), FaceBox(60, 20, 60, 70)]
    item = open_photo(qtbot, studio, photo)
    first = item.selected_face
    slide(qtbot, studio.window.mesh.controls.iso_level, Qt.Key.Key_Left, 5)
    with qtbot.waitSignal(studio.session.face_changed) as told:
        studio.session.step_face(1)
        assert studio.window.mesh.controls.settings() == SurfaceSettings()
    assert told.args == [item.key, first]
    assert item.faces[first].settings.iso_level == pytest.approx(DEFAULT_ISO_LEVEL - 0.05)
    assert item.face.settings == SurfaceSettings()


def test_a_volume_that_was_dropped_is_made_again(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, adjusted: PhotoItem
) -> None:
    before = adjusted.face
    studio.workflow.volumes.drop(adjusted.key)
    slide(qtbot, studio.window.mesh.controls.iso_level, Qt.Key.Key_Right, 20)
    qtbot.waitSignal(studio.session.face_changed, timeout=10_000).wait()
    assert len(engine.asked) == 1, "it was looked for again, or not made at all"
    assert adjusted.face is not before
    assert adjusted.face.settings.iso_level == pytest.approx(DEFAULT_ISO_LEVEL + 0.2)
    assert adjusted.state is PhotoState.DONE


def test_a_photo_that_is_gone_leaves_the_mesh_and_says_so(
    qtbot: QtBot, studio: Studio, adjusted: PhotoItem, photo: Path
) -> None:
    before = adjusted.face
    photo.unlink()
    slide(qtbot, studio.window.mesh.controls.iso_level, Qt.Key.Key_Right, 20)
    with qtbot.waitSignal(studio.adjusting.failed):
        pass
    assert adjusted.face is before
    assert studio.window.mesh.view._mesh is before.mesh_canonical
    assert studio.window.mesh.controls.settings() == SurfaceSettings()
    assert "ana.jpg" in studio.window.status.text()


def test_the_window_lives_while_surfaces_are_made(
    qtbot: QtBot, studio: Studio, adjusted: PhotoItem
) -> None:
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(5)
    for _ in range(10):
        slide(qtbot, studio.window.mesh.controls.smoothing, Qt.Key.Key_Right)
        qtbot.wait(30)
    qtbot.waitSignal(studio.session.face_changed).wait()
    timer.stop()
    # The machine may be busy; work on the GUI thread would leave a handful of ticks.
    assert len(ticks) >= 20
