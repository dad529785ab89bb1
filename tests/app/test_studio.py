"""The whole window, driven as a user would, around a fake engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.error_report import ErrorReportDialog
from app.settings import Coloring, Settings, Theme
from app.state.photo import PhotoItem, PhotoState
from app.studio import Studio
from app.views.theme import DARK, LIGHT
from tests.app.conftest import StudioMaker, write_photo
from tests.app.fakes import FakeEngine
from vrn_core.errors import ModelFileError
from vrn_core.resources import resource
from vrn_core.types import FaceBox

COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def wait_for(qtbot: QtBot, studio: Studio, state: PhotoState, count: int = 1) -> PhotoItem:
    qtbot.waitUntil(lambda: studio.session.counts()[state] >= count, timeout=10_000)
    photo = studio.session.selected
    assert photo is not None
    return photo


def drop(studio: Studio, mime: QMimeData) -> None:
    window, place = studio.window, QPoint(300, 300)
    QApplication.sendEvent(window, QDragEnterEvent(place, COPY, mime, LEFT, NO_KEYS))
    QApplication.sendEvent(window, QDropEvent(QPointF(place), COPY, mime, LEFT, NO_KEYS))


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_a_photo_becomes_a_mesh(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    studio.workflow.add_paths([photo])
    item = wait_for(qtbot, studio, PhotoState.DONE)
    assert item.face is not None
    assert studio.actions["export"].isEnabled()
    assert studio.window.status.text() == "1 photo  ·  1 face"
    qtbot.waitUntil(lambda: item.thumbnail is not None)


def click_button(qtbot: QtBot, studio: Studio, words: str) -> None:
    buttons = studio.window.findChildren(QPushButton)
    shown = [button for button in buttons if button.isVisible() and words in button.text()]
    assert len(shown) == 1, f"{words!r} is not offered once"
    qtbot.mouseClick(shown[0], LEFT)


def test_at_the_first_start_one_click_makes_the_sample_s_mesh(
    qtbot: QtBot, studio: Studio, settings: Settings
) -> None:
    assert settings.store.allKeys() == ["schema"], "the settings are not those of a first start"
    assert studio.window.photo.empty.isVisible()
    click_button(qtbot, studio, "Sample")
    item = wait_for(qtbot, studio, PhotoState.DONE)
    assert item.path == resource("sample.jpg")
    assert item.face is not None


def test_at_the_first_start_two_clicks_make_the_mesh_of_a_photo_of_one_s_own(
    qtbot: QtBot, studio: Studio, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The second click is the one in the system's dialog.
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(photo)], ""))
    click_button(qtbot, studio, "Choose Photos")
    assert wait_for(qtbot, studio, PhotoState.DONE).face is not None


def test_the_window_follows_the_system_from_light_to_dark(
    studio: Studio, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    class System:
        scheme = Qt.ColorScheme.Light

        def colorScheme(self) -> Qt.ColorScheme:
            return self.scheme

    told, system = qapp.styleHints().colorSchemeChanged, System()
    monkeypatch.setattr(QApplication, "styleHints", lambda *_: system)
    for scheme, colors in ((Qt.ColorScheme.Light, LIGHT), (Qt.ColorScheme.Dark, DARK)):
        system.scheme = scheme
        told.emit(scheme)
        assert studio.theme.colors is colors
        assert qapp.palette().window().color() == QColor(colors.window)
    studio.actions["theme_dark"].trigger()
    system.scheme = Qt.ColorScheme.Light
    told.emit(Qt.ColorScheme.Light)
    assert studio.theme.colors is DARK, "what the user chose was changed"


def test_a_photo_is_chosen_by_the_dialog(
    qtbot: QtBot, studio: Studio, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(photo)], ""))
    qtbot.keyClick(studio.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, studio, PhotoState.DONE)
    assert studio.settings.open_folder == str(photo.parent)


def test_files_and_folders_are_dropped(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "some photos"
    for name in ("b.jpg", "a.jpg"):
        write_photo(folder / name)
    single = write_photo(tmp_path / "Zoë 1.png")
    drop(studio, files(folder, single))
    wait_for(qtbot, studio, PhotoState.DONE, 3)
    names = [item.name for item in studio.session.photos()]
    assert names == ["a.jpg", "b.jpg", "Zoë 1.png"]


def test_an_image_dropped_from_a_browser_is_taken(qtbot: QtBot, studio: Studio) -> None:
    mime = QMimeData()
    mime.setImageData(QImage(120, 90, QImage.Format.Format_RGB32))
    drop(studio, mime)
    assert wait_for(qtbot, studio, PhotoState.DONE).name == "Pasted image"


def test_a_drag_says_what_will_happen_and_leaving_takes_it_back(
    studio: Studio, photo: Path
) -> None:
    mime = files(photo)
    event = QDragEnterEvent(QPoint(200, 200), COPY, mime, LEFT, NO_KEYS)
    QApplication.sendEvent(studio.window, event)
    assert event.isAccepted()
    assert studio.window.overlay.isVisible()
    QApplication.sendEvent(studio.window, QDragLeaveEvent())
    assert not studio.window.overlay.isVisible()


def test_text_is_not_taken(studio: Studio) -> None:
    mime = QMimeData()
    mime.setText("not a photo")
    event = QDragEnterEvent(QPoint(200, 200), COPY, mime, LEFT, NO_KEYS)
    QApplication.sendEvent(studio.window, event)
    assert not studio.window.overlay.isVisible()


def test_images_and_files_are_pasted(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    clipboard = QApplication.clipboard()
    image = QImage(100, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    clipboard.setImage(image)
    studio.actions["paste"].trigger()
    wait_for(qtbot, studio, PhotoState.DONE)
    clipboard.setMimeData(files(photo))
    studio.actions["paste"].trigger()
    wait_for(qtbot, studio, PhotoState.DONE, 2)
    assert [item.name for item in studio.session.photos()] == ["Pasted image", "ana.jpg"]
    clipboard.setText("words")
    studio.actions["paste"].trigger()
    assert "no image" in studio.window.status.text()


def test_a_folder_without_photos_is_told_of(studio: Studio, tmp_path: Path) -> None:
    drop(studio, files(tmp_path))
    assert "no photo" in studio.window.status.text()


def test_another_face_is_picked_in_the_photo_by_keys_and_by_its_picture(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.boxes = [FaceBox(5, 20, 40, 50), FaceBox(60, 20, 40, 50), FaceBox(110, 20, 40, 50)]
    studio.workflow.add_paths([photo])
    item = wait_for(qtbot, studio, PhotoState.DONE)
    panel = studio.window.photo
    qtbot.waitUntil(panel.faces.isVisible)
    place = panel.view.mapFromScene(QPointF(*engine.boxes[2].center))
    qtbot.mouseClick(panel.view.viewport(), LEFT, pos=place)
    assert item.selected_face == 2
    studio.actions["next_face"].trigger()
    assert item.selected_face == 0
    panel.faces.face_clicked.emit(1)
    assert item.selected_face == 1
    assert studio.window.mesh.view._mesh is item.faces[1].mesh_canonical


def test_another_photo_is_picked_in_the_list(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    paths = [write_photo(tmp_path / name) for name in ("a.jpg", "b.jpg")]
    studio.workflow.add_paths(paths)
    wait_for(qtbot, studio, PhotoState.DONE, 2)
    view = studio.window.sources.list
    place = view.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    assert studio.session.selected is studio.session.photos()[1]
    qtbot.keyClick(studio.window, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert studio.session.selected is studio.session.photos()[0]
    studio.actions["remove"].trigger()
    studio.actions["remove"].trigger()
    assert studio.session.selected is None
    assert studio.window.photo.stack.currentWidget() is studio.window.photo.empty


@pytest.mark.parametrize("suffix", ["glb", "obj", "ply", "stl"])
def test_the_mesh_is_exported_in_the_chosen_format(
    qtbot: QtBot,
    studio: Studio,
    photo: Path,
    tmp_path: Path,
    suffix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio.workflow.add_paths([photo])
    wait_for(qtbot, studio, PhotoState.DONE)
    target = tmp_path / f"my face.{suffix}"
    suggested: list[str] = []

    def answer(_parent: object, _title: str, start: str, *_: str) -> tuple[str, str]:
        suggested.append(start)
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    studio.actions["export"].trigger()
    qtbot.waitUntil(lambda: "Saved" in studio.window.status.text())
    assert target.stat().st_size > 1000
    assert Path(suggested[0]).name == "ana.glb"
    assert studio.settings.export_format == suffix


def test_a_name_without_a_format_gets_the_chosen_one(
    qtbot: QtBot, studio: Studio, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.workflow.add_paths([photo])
    wait_for(qtbot, studio, PhotoState.DONE)
    chosen = (str(tmp_path / "v1.2"), "Stanford PLY (*.ply)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    studio.actions["export"].trigger()
    qtbot.waitUntil((tmp_path / "v1.2.ply").exists)


def test_an_export_that_fails_is_told_kindly(
    qtbot: QtBot, studio: Studio, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.workflow.add_paths([photo])
    wait_for(qtbot, studio, PhotoState.DONE)
    target = tmp_path / "not there" / "face.glb"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    studio.actions["export"].trigger()
    qtbot.waitUntil(lambda: studio.window.findChild(ErrorReportDialog) is not None)
    assert "make the folder first" in studio.window.status.text()


def test_all_meshes_are_exported_to_a_folder(
    qtbot: QtBot,
    studio: Studio,
    engine: FakeEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.boxes = [FaceBox(5, 20, 40, 50), FaceBox(60, 20, 40, 50)]
    studio.workflow.add_paths([write_photo(tmp_path / "in" / name) for name in ("a.jpg", "b.jpg")])
    wait_for(qtbot, studio, PhotoState.DONE, 2)
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    studio.actions["export_all"].trigger()
    qtbot.waitUntil(lambda: "Saved 4 meshes" in studio.window.status.text())
    assert sorted(path.name for path in out.iterdir()) == [
        "a-face1.glb",
        "a-face2.glb",
        "b-face1.glb",
        "b-face2.glb",
    ]


def test_missing_models_are_told_kindly_and_tried_again(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.error = ModelFileError("vrn-guided-lite.safetensors is missing")
    studio.workflow.add_paths([photo])
    wait_for(qtbot, studio, PhotoState.FAILED)
    notice = studio.window.photo.notice
    assert notice.isVisible()
    assert "vrn-guided-lite.safetensors" in notice.text()
    assert "Try Again" in notice.text()
    engine.error = None
    notice.retry_requested.emit()
    wait_for(qtbot, studio, PhotoState.DONE)
    assert not notice.isVisible()


def test_a_file_that_is_no_photo_shows_a_page_that_says_so(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8 half")
    studio.workflow.add_paths([bad])
    wait_for(qtbot, studio, PhotoState.FAILED)
    panel = studio.window.photo
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.unreadable)
    assert "cannot be opened" in panel.notice.text()


def test_an_unexpected_error_shows_no_trace_but_has_one_to_copy(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.error = KeyError("inner detail")
    studio.workflow.add_paths([photo])
    wait_for(qtbot, studio, PhotoState.FAILED)
    notice = studio.window.photo.notice
    assert "Traceback" not in notice.text()
    assert "inner detail" not in notice.text()
    notice.report_requested.emit(studio.session.photos()[0].failure)
    dialog = studio.window.findChild(ErrorReportDialog)
    assert dialog is not None
    assert not dialog.details.isVisible()
    dialog.copy.click()
    assert "inner detail" in QApplication.clipboard().text()


def test_an_error_in_the_window_itself_reaches_the_user_and_the_log(
    qtbot: QtBot, studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    studio.funnel.report(RuntimeError("slot went wrong"))
    studio.funnel.report(RuntimeError("again"))
    assert len(studio.window.findChildren(ErrorReportDialog)) == 1
    assert "slot went wrong" in caplog.text


def test_the_window_lives_while_the_engine_works(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.hold.clear()
    studio.workflow.add_paths([photo])
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.WORKING] == 1)
    ticks: list[None] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(None))
    timer.start(10)
    qtbot.waitUntil(lambda: len(ticks) >= 10)
    timer.stop()
    assert "Finding faces" in studio.window.status.text()
    engine.hold.set()
    wait_for(qtbot, studio, PhotoState.DONE)


def test_stop_ends_the_work_on_all_photos(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.hold.clear()
    studio.workflow.add_paths([write_photo(tmp_path / f"{i}.jpg") for i in range(3)])
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.WORKING] == 1)
    studio.actions["cancel"].trigger()
    wait_for(qtbot, studio, PhotoState.CANCELLED, 3)
    assert not studio.actions["cancel"].isEnabled()
    engine.hold.set()
    studio.actions["retry"].trigger()
    wait_for(qtbot, studio, PhotoState.DONE)


def test_the_window_closes_in_the_middle_of_the_work(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.hold.clear()
    studio.workflow.add_paths([photo])
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.WORKING] == 1)
    assert studio.shut_down()


def test_the_theme_is_chosen_and_kept(studio: Studio) -> None:
    studio.actions["theme_light"].trigger()
    assert studio.theme.colors is LIGHT
    studio.actions["theme_dark"].trigger()
    assert studio.theme.colors is DARK
    assert studio.settings.theme is Theme.DARK


def test_the_window_comes_back_as_it_was_left(make_studio: StudioMaker, settings: Settings) -> None:
    first = make_studio()
    first.actions["photo_colors"].trigger()
    first.actions["landmarks"].trigger()
    first.window.resize(1000, 640)
    first.shut_down()
    second = make_studio()
    assert second.settings.coloring is Coloring.PHOTO
    assert second.actions["photo_colors"].isChecked()
    assert not second.actions["landmarks"].isChecked()


def test_a_viewport_that_cannot_be_loaded_is_told_and_the_rest_goes_on(
    qtbot: QtBot, make_studio: StudioMaker, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ModuleNotFoundError("No module named 'pyvista'")

    monkeypatch.setattr("app.studio.import_viewport", fail)
    monkeypatch.setattr("app.studio.viewport_works", lambda _: True)
    studio = make_studio(viewport=True)
    qtbot.waitUntil(lambda: studio.window.findChild(ErrorReportDialog) is not None)
    dialog = studio.window.findChild(ErrorReportDialog)
    assert dialog is not None
    dialog.reject()
    words = [label.text() for label in studio.window.mesh.empty.findChildren(QLabel)]
    assert "The 3-D view is not available" in words
    studio.workflow.add_paths([photo])
    assert wait_for(qtbot, studio, PhotoState.DONE).face is not None


@pytest.mark.usefixtures("viewport")
def test_the_mesh_stands_in_the_viewport(
    qtbot: QtBot, make_studio: StudioMaker, photo: Path
) -> None:
    studio = make_studio(viewport=True)
    studio.workflow.add_paths([photo])
    wait_for(qtbot, studio, PhotoState.DONE)
    mesh = studio.window.mesh
    qtbot.waitUntil(lambda: mesh.view.is_ready, timeout=60_000)
    assert mesh.stack.currentWidget() is mesh.view
    qtbot.keyClick(studio.window, Qt.Key.Key_2)
    assert mesh.view.camera().position[0] > 50
    picture = mesh.view.picture()
    assert picture.reshape(-1, 3).std(axis=0).max() > 15
