"""Two meshes side by side, driven by keys and mouse as a user would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.jobs.engine import EngineOptions
from app.settings import Coloring
from app.state.comparison import OtherFace, OtherNetwork
from app.state.photo import PhotoItem, PhotoState
from app.studio import Studio
from app.views.compare_view import CompareView
from app.views.mesh_view import MeshView
from tests.app.conftest import StudioMaker, write_photo
from tests.app.fakes import FakeEngine
from vrn_core.errors import ModelFileError
from vrn_core.types import FaceBox

pytestmark = pytest.mark.usefixtures("viewport")


@pytest.fixture
def compared(qtbot: QtBot, make_studio: StudioMaker, tmp_path: Path) -> Studio:
    """Return the window with the photos a, b and c, the first of them selected."""
    studio = make_studio(viewport=True)
    studio.workflow.add_paths([write_photo(tmp_path / f"{name}.png") for name in "abc"])
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == 3, timeout=10_000)
    qtbot.waitUntil(lambda: studio.window.mesh.view.is_ready, timeout=60_000)
    qtbot.waitUntil(studio.actions["compare"].isEnabled)
    return studio


def compare(qtbot: QtBot, studio: Studio, choice: str = "") -> MeshView:
    """Press the key, choose by the words, and wait for the mesh on the right."""
    pair = studio.window.mesh.pair
    qtbot.keyClick(studio.window, Qt.Key.Key_D)
    assert pair.right is not None
    if choice:
        choose(qtbot, pair, choice)
    qtbot.waitUntil(lambda: "apart" in pair.other_facts.text(), timeout=10_000)
    return pair.right


def choose(qtbot: QtBot, pair: CompareView, words: str) -> None:
    box = pair.choice
    while box.currentText() != words:
        before = box.currentIndex()
        step = Qt.Key.Key_Down if box.findText(words) > before else Qt.Key.Key_Up
        qtbot.keyClick(box, step)
        assert box.currentIndex() != before, f"{words} cannot be reached"


def drag(qtbot: QtBot, view: MeshView, way: QPoint) -> None:
    plotter, middle = view._plotter, view._plotter.rect().center()
    qtbot.mousePress(plotter, Qt.MouseButton.LeftButton, pos=middle)
    for step in (1, 2):
        qtbot.mouseMove(plotter, middle + way * step / 2)
    qtbot.mouseRelease(plotter, Qt.MouseButton.LeftButton, pos=middle + way)


def photos(studio: Studio) -> list[PhotoItem]:
    return studio.session.photos()


def count_pictures(view: MeshView) -> Callable[[], int]:
    """Return what tells how often a view was drawn."""
    drawn: list[int] = []
    view._plotter.renderer.AddObserver("EndEvent", lambda *_: drawn.append(1))
    return lambda: len(drawn)


def test_two_meshes_are_compared_as_a_user_would(
    qtbot: QtBot, compared: Studio, engine: FakeEngine
) -> None:
    """One second viewport for most of it: each one made and closed costs memory for good."""
    studio, pair = compared, compared.window.mesh.pair
    left = pair.left
    width = left.width()
    right = compare(qtbot, studio, "c.png")
    assert right._mesh is photos(studio)[2].faces[0].mesh_canonical
    assert "a.png" in pair.title.text()
    assert left.width() == pytest.approx(width / 2, abs=2)
    assert right.width() == pytest.approx(left.width(), abs=1)
    cameras_are_linked(qtbot, studio, left, right)
    both_look_alike(qtbot, studio, left, right)
    another_network_makes_it(qtbot, studio, engine)
    the_distance_is_painted(qtbot, studio)
    sides_change_places(qtbot, studio)
    the_other_photo_is_removed(qtbot, studio)
    qtbot.keyClick(studio.window, Qt.Key.Key_D)
    assert pair.right is None
    assert not right.is_ready, "the viewport was not freed"
    qtbot.waitUntil(lambda: left.width() == width)
    assert left._watch is None


def cameras_are_linked(qtbot: QtBot, studio: Studio, left: MeshView, right: MeshView) -> None:
    assert right.camera() == left.camera()
    for moved, follower in ((left, right), (right, left)):
        qtbot.wait(50)
        before, counts = moved.camera(), [count_pictures(view) for view in (moved, follower)]
        drag(qtbot, moved, QPoint(60, 20))
        assert moved.camera() != before
        place = moved.camera()
        qtbot.waitUntil(lambda other=follower, place=place: other.camera() == place)
        qtbot.wait(300)
        assert moved.camera() == follower.camera() == place, "the two moved one another"
        drawn = [count() for count in counts]
        assert 0 < drawn[1] <= drawn[0] <= 4, f"drawn {drawn} times for four events"
    for key in (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_5, Qt.Key.Key_R):
        before = left.camera()
        qtbot.keyClick(studio.window, key)
        assert left.camera() != before or key == Qt.Key.Key_1
        qtbot.waitUntil(lambda: right.camera() == left.camera())
    left.animated, begin, on_the_way = True, left.camera(), []
    watching = left.camera_moved.connect(lambda _: on_the_way.append(right.camera()))
    qtbot.keyClick(studio.window, Qt.Key.Key_2)
    with qtbot.waitSignal(left._turning.finished):
        pass
    left.animated = False
    qtbot.waitUntil(lambda: right.camera() == left.camera())
    left.camera_moved.disconnect(watching)
    assert any(place not in (begin, left.camera()) for place in on_the_way)
    qtbot.keyClick(studio.window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: right.camera() == left.camera())
    assert right.camera().height is not None
    qtbot.keyClick(studio.window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: right.camera() == left.camera())
    assert right.camera().height is None


def both_look_alike(qtbot: QtBot, studio: Studio, left: MeshView, right: MeshView) -> None:
    plain, alt = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
    seen: list[np.ndarray] = []
    for key, modifier in (
        (Qt.Key.Key_C, plain),
        (Qt.Key.Key_W, plain),
        (Qt.Key.Key_N, plain),
        (Qt.Key.Key_S, plain),
        (Qt.Key.Key_3, alt),
    ):
        qtbot.keyClick(studio.window, key, modifier)
        # The formula's face is in every photo; the sides may be a pixel apart in width.
        one, other = (view.picture().mean(axis=(0, 1)) for view in (left, right))
        assert np.abs(one - other).max() < 1
        for mean in seen:
            assert np.abs(one - mean).max() > 1, "two looks look the same"
        seen.append(one)
    qtbot.keyClick(studio.window, Qt.Key.Key_1, alt)
    whole = studio.window.mesh.pair.picture()
    assert whole is not None
    assert whole.shape[1] == sum(view.picture().shape[1] for view in (left, right))


def another_network_makes_it(qtbot: QtBot, studio: Studio, engine: FakeEngine) -> None:
    pair, face = studio.window.mesh.pair, photos(studio)[0].faces[0]
    assert pair.right is not None
    usual = engine.options[0]
    choose(qtbot, pair, "This face by VRN")
    qtbot.waitUntil(lambda: "apart" in pair.other_facts.text(), timeout=10_000)
    assert engine.options[-1] == EngineOptions("vrn-lite", usual.device, usual.iod_mm)
    assert pair.right._mesh is not face.mesh_canonical
    assert photos(studio)[0].faces == (face,), "the face itself was changed"
    made, asked = pair.right._mesh, len(engine.asked)
    choose(qtbot, pair, "c.png")
    choose(qtbot, pair, "This face by VRN")
    qtbot.waitUntil(lambda: pair.right is not None and pair.right._mesh is made)
    networks = len(engine.asked) - asked
    assert networks <= 1, "what was made once was made again"
    # The next photo is made by the usual network.
    studio.workflow.retry(photos(studio)[1].key)
    qtbot.waitUntil(lambda: photos(studio)[1].state is PhotoState.DONE)
    assert photos(studio)[1].faces[0].model == usual.model


def the_distance_is_painted(qtbot: QtBot, studio: Studio) -> None:
    pair = studio.window.mesh.pair
    assert pair.right is not None
    assert pair._legend is not None
    plain = pair.right.picture().astype(int)
    qtbot.keyClick(studio.window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(pair._legend.isVisible)
    assert np.abs(pair.right.picture().astype(int) - plain).mean() > 0.5
    assert pair.left._coloring is Coloring.SHADED
    qtbot.keyClick(studio.window, Qt.Key.Key_S)
    assert not studio.actions["difference"].isChecked()
    qtbot.waitUntil(lambda: pair._legend is not None and not pair._legend.isVisible())
    assert np.abs(pair.right.picture().astype(int) - plain).mean() < 0.5


def sides_change_places(qtbot: QtBot, studio: Studio) -> None:
    pair = studio.window.mesh.pair
    choose(qtbot, pair, "c.png")
    studio.session.select(photos(studio)[2].key)
    qtbot.waitUntil(lambda: pair.choice.currentText() == "a.png")
    assert pair.right is not None
    assert pair.right._mesh is photos(studio)[0].faces[0].mesh_canonical
    studio.session.select(photos(studio)[0].key)
    qtbot.waitUntil(lambda: pair.choice.currentText() == "c.png")


def the_other_photo_is_removed(qtbot: QtBot, studio: Studio) -> None:
    pair = studio.window.mesh.pair
    studio.session.remove(photos(studio)[2].key)
    qtbot.waitUntil(lambda: pair.choice.findText("c.png") < 0)
    assert "gone" in studio.window.status.text()
    assert pair.choice.currentText() == "This face by VRN"
    qtbot.waitUntil(lambda: "apart" in pair.other_facts.text(), timeout=10_000)
    # Away with all: there is nothing left to compare.
    while photos(studio):
        qtbot.keyClick(studio.window, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not studio.actions["compare"].isChecked())
    assert pair.right is None
    assert not studio.actions["compare"].isEnabled()
    for _ in range(2):
        qtbot.keyClick(studio.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(studio.actions["compare"].isEnabled)
    studio.session.select(photos(studio)[0].key)
    compare(qtbot, studio)


def test_what_another_network_fails_at_is_told_and_tried_again(
    qtbot: QtBot, compared: Studio, engine: FakeEngine
) -> None:
    studio, pair = compared, compared.window.mesh.pair
    message, engine.error = pair._message, ModelFileError("vrn-lite.safetensors is damaged")
    qtbot.keyClick(studio.window, Qt.Key.Key_D)
    qtbot.waitUntil(message.retry.isVisible)
    assert "damaged" in message._text.text()
    assert photos(studio)[0].face is not None
    engine.error = None
    engine.hold.clear()
    qtbot.mouseClick(message.retry, Qt.MouseButton.LeftButton)
    assert message.stop.isVisible()
    assert "VRN" in studio.window.status.text()
    qtbot.waitUntil(lambda: bool(engine.asked))
    qtbot.keyClick(studio.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(message.retry.isVisible)
    asked = len(engine.asked)
    qtbot.mouseClick(message.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(engine.asked) > asked)
    # Another choice takes the place of what is being made.
    choose(qtbot, pair, "b.png")
    engine.hold.set()
    qtbot.waitUntil(lambda: "apart" in pair.other_facts.text(), timeout=10_000)
    assert pair.right is not None
    assert pair.right._mesh is photos(studio)[1].faces[0].mesh_canonical
    studio.actions["camera"].setChecked(True)
    assert not studio.actions["compare"].isChecked()
    assert pair.right is None
    assert not studio.actions["compare"].isEnabled()
    studio.actions["camera"].setChecked(False)


def test_a_photo_that_is_made_again_comes_back_to_the_right(
    qtbot: QtBot, compared: Studio, engine: FakeEngine
) -> None:
    studio, pair = compared, compared.window.mesh.pair
    compare(qtbot, studio, "b.png")
    studio.workflow.retry(photos(studio)[1].key)
    qtbot.waitUntil(lambda: photos(studio)[1].state is PhotoState.DONE)
    after = photos(studio)[1].face
    assert after is not None
    qtbot.waitUntil(lambda: pair.right is not None and pair.right._mesh is after.mesh_canonical)
    assert pair.choice.currentText() == "b.png"
    # A photo without a mesh on the left leaves nothing to compare, but the way back.
    engine.hold.clear()
    studio.workflow.retry(photos(studio)[0].key)
    qtbot.waitUntil(lambda: pair._pages.currentWidget() is pair._message)
    assert "no mesh" in pair._message._text.text()
    qtbot.keyClick(studio.window, Qt.Key.Key_D)
    assert pair.right is None
    engine.hold.set()
    qtbot.waitUntil(studio.actions["compare"].isEnabled)


def test_a_viewport_that_cannot_be_made_is_told(
    qtbot: QtBot, compared: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: MeshView) -> bool:
        raise RuntimeError("no OpenGL context is left")

    monkeypatch.setattr(MeshView, "build", fail)
    qtbot.keyClick(compared.window, Qt.Key.Key_D)
    assert not compared.actions["compare"].isChecked()
    assert "cannot be shown" in compared.window.status.text()
    assert not compared.window.mesh.pair._second.isVisible()


def test_a_narrow_panel_has_one_mesh_above_the_other(qtbot: QtBot, compared: Studio) -> None:
    studio, pair = compared, compared.window.mesh.pair
    right = compare(qtbot, studio, "b.png")
    studio.window.resize(studio.window.minimumSize())
    qtbot.waitUntil(lambda: right.mapTo(pair, QPoint()).x() == 0)
    assert right.height() == pytest.approx(pair.left.height(), abs=1)
    qtbot.waitUntil(lambda: right.camera() == pair.left.camera())


def test_the_window_closes_while_something_is_compared(
    qtbot: QtBot, compared: Studio, engine: FakeEngine
) -> None:
    engine.hold.clear()
    qtbot.keyClick(compared.window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: bool(engine.asked))
    right = compared.window.mesh.pair.right
    assert right is not None
    assert compared.shut_down()
    assert not right.is_ready


def test_faces_of_one_photo_are_compared(
    qtbot: QtBot, make_studio: StudioMaker, engine: FakeEngine, photo: Path
) -> None:
    engine.boxes = [FaceBox(5, 20, 40, 50), FaceBox(60, 20, 60, 70)]
    studio = make_studio(viewport=True)
    studio.workflow.add_paths([photo])
    qtbot.waitUntil(studio.actions["compare"].isEnabled, timeout=60_000)
    compare(qtbot, studio, "ana.jpg, face 1")
    assert "face 2" in studio.window.mesh.pair.title.text()
    key = photos(studio)[0].key
    offered = [OtherNetwork("vrn-lite"), OtherNetwork("vrn-multitask-lite"), OtherFace(key, 0)]
    assert list(studio.window.mesh.pair._choices) == offered
