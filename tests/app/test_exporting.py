"""The export dialog, by the real window; the meshes are made in a process as ever."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.error_report import ErrorReportDialog
from app.dialogs.export import ExportDialog
from app.exporting import last_choice
from app.jobs import finishing
from app.settings import Settings
from app.state.export_choice import ExportChoice, encode
from app.state.photo import PhotoState
from app.studio import Studio
from tests.app.conftest import write_photo
from tests.app.fakes import FakeEngine
from vrn_core.types import FaceBox

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
SOON_MS = 30_000


@pytest.fixture
def out(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    settings.export_folder = str(folder)
    return folder


@pytest.fixture
def opened(qtbot: QtBot, studio: Studio, photo: Path, out: Path) -> ExportDialog:
    """Open the dialog on a photo with one face, by its key."""
    settings = studio.settings
    # Few triangles: the tests are about the window.
    settings.export_choice = encode(ExportChoice(triangles=500, size=512))
    bring(qtbot, studio, photo)
    return open_dialog(qtbot, studio)


def bring(qtbot: QtBot, studio: Studio, *photos: Path) -> None:
    studio.workflow.add_paths(list(photos))
    wanted = len(photos)
    qtbot.waitUntil(lambda: studio.session.counts()[PhotoState.DONE] == wanted, timeout=10_000)


def open_dialog(qtbot: QtBot, studio: Studio) -> ExportDialog:
    qtbot.keyClick(studio.window, Qt.Key.Key_E, CTRL)
    dialog = studio.exporting.dialog
    assert dialog is not None
    return dialog


def wait_shown(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.waitUntil(
        lambda: dialog.preview.words() == "" and dialog.preview.shows_mesh, timeout=SOON_MS
    )


def press_export(qtbot: QtBot, studio: Studio, dialog: ExportDialog) -> None:
    qtbot.mouseClick(dialog.export_button, LEFT)
    qtbot.waitUntil(lambda: not studio.exporting.busy, timeout=SOON_MS)


def gltf(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def preset(dialog: ExportDialog) -> str:
    return dialog.presets.checkedButton().text()


def test_the_mesh_is_shown_with_its_counts_and_written_as_shown(
    qtbot: QtBot, studio: Studio, opened: ExportDialog, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: followed.append(url.toLocalFile()))
    wait_shown(qtbot, opened)
    told = opened.facts.text()
    assert "texture 512 × 512" in told
    assert " mm" in told
    press_export(qtbot, studio, opened)
    assert names(out) == ["ana.glb"]
    document = gltf(out / "ana.glb")
    assert document["images"]
    count = document["accessors"][document["meshes"][0]["primitives"][0]["indices"]]["count"] // 3
    assert f"{count} triangles" in told
    assert studio.window.status.text() == "Exported ana.glb"
    link = studio.window.status.findChild(QPushButton, "link")
    assert link.text() == "Open Folder"
    qtbot.mouseClick(link, LEFT)
    assert followed == [str(out)]


def test_the_preview_turns_under_the_mouse(
    qtbot: QtBot, studio: Studio, opened: ExportDialog
) -> None:
    wait_shown(qtbot, opened)
    before = opened.preview.grab().toImage()
    middle = opened.preview.rect().center()
    qtbot.mousePress(opened.preview, LEFT, pos=middle)
    qtbot.mouseMove(opened.preview, middle + QPoint(90, 0))
    qtbot.mouseRelease(opened.preview, LEFT, pos=middle + QPoint(90, 0))
    qtbot.waitUntil(lambda: opened.preview.grab().toImage() != before, timeout=SOON_MS)
    assert opened.preview.place()[0] != -25.0


def test_a_preset_fills_the_fields_and_a_change_by_hand_makes_it_own(
    qtbot: QtBot, opened: ExportDialog
) -> None:
    assert preset(opened) == "Own"
    web = next(button for button in opened.presets.buttons() if button.text() == "Web")
    qtbot.mouseClick(web, LEFT)
    assert opened.choice().triangles == 10_000
    assert opened.normal_map.isChecked()
    qtbot.mouseClick(opened.even_light, LEFT, pos=QPoint(8, opened.even_light.height() // 2))
    assert preset(opened) == "Own"
    assert opened.choice().even_light
    assert opened.choice().triangles == 10_000


def test_what_does_not_go_together_cannot_be_chosen_and_says_why(
    qtbot: QtBot, opened: ExportDialog
) -> None:
    printing = next(button for button in opened.presets.buttons() if button.text() == "Print")
    qtbot.mouseClick(printing, LEFT)
    for field in (opened.textured, opened.side, opened.normal_map, opened.detail):
        assert not field.isEnabled()
        assert "hold no pictures" in field.toolTip()
    assert not opened.shape.isEnabled()
    assert "open at the neck" in opened.shape.toolTip()
    # One format at least stays.
    opened.formats["stl"].click()
    assert opened.choice().formats == ("stl",)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Give the mesh a name"),
        ("a/b", "cannot hold /"),
        ("con.1", "Windows"),
        ("ä" * 150, "too long"),
    ],
)
def test_a_name_that_cannot_be_is_told_at_once(
    qtbot: QtBot, opened: ExportDialog, name: str, told: str
) -> None:
    opened.name_line.setText(name)
    assert told in opened.warning.text()
    assert not opened.export_button.isEnabled()


def test_it_is_told_before_that_a_file_will_be_replaced(
    qtbot: QtBot, opened: ExportDialog, out: Path
) -> None:
    (out / "bea.glb").write_text("old")
    opened.name_line.setText("bea")
    assert opened.warning.text() == "1 file will be replaced"
    assert opened.export_button.isEnabled()


def test_all_faces_of_the_list_are_exported_as_was_chosen_and_the_choice_is_kept(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, tmp_path: Path, out: Path
) -> None:
    engine.boxes = [FaceBox(5, 20, 40, 50), FaceBox(60, 20, 40, 50)]
    bring(qtbot, studio, *(write_photo(tmp_path / "in" / name) for name in ("a.jpg", "b.jpg")))
    studio.workflow.volumes.drop(studio.session.photos()[1].key)
    dialog = open_dialog(qtbot, studio)
    dialog.formats["obj"].setChecked(True)
    dialog.formats["glb"].setChecked(False)
    dialog.textured.setChecked(False)
    dialog.triangles.setCurrentText("2,000")
    dialog.scope_box.setCurrentText("All 4 faces of the list")
    assert not dialog.name_line.isEnabled()
    press_export(qtbot, studio, dialog)
    assert names(out) == ["a-face1.obj", "a-face2.obj", "b-face1.obj", "b-face2.obj"]
    assert "Exported 4 meshes" in studio.window.status.text()
    kept = last_choice(studio.settings)
    assert kept == ExportChoice(formats=("obj",), triangles=2000, textured=False)
    assert open_dialog(qtbot, studio).choice() == kept


def test_the_last_export_is_done_again_by_one_key_and_replaces_nothing(
    qtbot: QtBot, studio: Studio, photo: Path, out: Path
) -> None:
    studio.settings.export_choice = encode(
        ExportChoice(formats=("glb",), triangles=500, textured=False)
    )
    (out / "ana.glb").write_text("old")
    bring(qtbot, studio, photo)
    qtbot.keyClick(studio.window, Qt.Key.Key_X)
    qtbot.waitUntil((out / "ana-2.glb").exists, timeout=SOON_MS)
    qtbot.waitUntil(lambda: not studio.exporting.busy)
    assert (out / "ana.glb").read_text() == "old"
    assert studio.exporting.dialog is None


def test_without_a_last_export_the_key_asks(
    qtbot: QtBot, studio: Studio, photo: Path, out: Path
) -> None:
    bring(qtbot, studio, photo)
    qtbot.keyClick(studio.window, Qt.Key.Key_X)
    assert studio.exporting.dialog is not None


def test_an_export_that_is_stopped_leaves_nothing(
    qtbot: QtBot, studio: Studio, opened: ExportDialog, out: Path
) -> None:
    opened.formats["obj"].setChecked(True)
    qtbot.mouseClick(opened.export_button, LEFT)
    qtbot.waitUntil(lambda: any(out.iterdir()), timeout=SOON_MS)
    assert studio.actions["cancel"].isEnabled()
    studio.actions["cancel"].trigger()
    assert "no file was written" in studio.window.status.text()
    qtbot.waitUntil(lambda: not any(out.iterdir()), timeout=SOON_MS)
    assert not studio.exporting.busy


def test_a_folder_that_cannot_be_written_to_is_told_kindly(
    qtbot: QtBot, studio: Studio, opened: ExportDialog, out: Path
) -> None:
    (out / "file").write_text("")
    opened.folder_field.show_folder(str(out / "file" / "inside"))
    press_export(qtbot, studio, opened)
    assert "cannot write" in studio.window.status.text().lower()
    assert studio.window.findChild(ErrorReportDialog) is not None
    assert names(out) == ["file"]


def test_a_photo_that_is_gone_is_told_and_the_mesh_gets_its_own_colors(
    qtbot: QtBot, studio: Studio, photo: Path, out: Path
) -> None:
    studio.settings.export_choice = encode(ExportChoice(triangles=500))
    bring(qtbot, studio, photo)
    photo.unlink()
    dialog = open_dialog(qtbot, studio)
    wait_shown(qtbot, dialog)
    assert "photo is gone" in dialog.note.text()
    press_export(qtbot, studio, dialog)
    assert gltf(out / "ana.glb")["images"]


def test_a_face_that_the_template_does_not_fit_is_exported_as_reconstructed(
    qtbot: QtBot, studio: Studio, photo: Path, out: Path
) -> None:
    # The ball of the fake engine is no face.
    studio.settings.export_choice = encode(ExportChoice(template=True, size=512))
    bring(qtbot, studio, photo)
    dialog = open_dialog(qtbot, studio)
    wait_shown(qtbot, dialog)
    assert "as it was reconstructed" in dialog.note.text()
    press_export(qtbot, studio, dialog)
    assert "1 of them as reconstructed" in studio.window.status.text()


def test_a_damaged_choice_is_repaired_and_the_format_of_the_preferences_is_taken(
    settings: Settings,
) -> None:
    settings.store.setValue("export/choice", "{ damaged")
    settings.export_format = "ply"
    assert last_choice(settings).formats == ("ply",)
    assert not settings.store.contains("export/choice")


def test_large_numbers_of_bytes_are_estimated_well(
    qtbot: QtBot, studio: Studio, opened: ExportDialog, out: Path
) -> None:
    facts: list[finishing.Facts] = []
    studio.exporting._jobs.made.connect(facts.append)
    opened.formats["obj"].setChecked(True)
    opened.formats["stl"].setChecked(True)
    qtbot.waitUntil(lambda: bool(facts), timeout=SOON_MS)
    press_export(qtbot, studio, opened)
    written = sum(path.stat().st_size for path in out.iterdir())
    assert facts[-1].bytes == pytest.approx(written, rel=0.35)
