"""Pictures of the real window in its main states, for the README: ``make screenshots``."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

ROOT = Path(__file__).resolve().parent.parent
SIZE = (1440, 900)
PATIENCE_S = 120.0


def main() -> int:
    """Write docs/images/*.png; return the exit code."""
    sys.path.insert(0, str(ROOT))
    from app.application import has_display

    if not has_display(sys.platform, os.environ):
        print("The window needs a display; `make screenshots` brings one.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        # The pictures show the program as it ships.
        os.environ["VRN_MODELS"] = str(Path(folder) / "models")
        Photographer(ROOT / "docs" / "images", Path(folder)).take_all()
        Photographer(ROOT / "docs" / "images", Path(folder), "es").take_window("spanish")
    from heads import take_heads

    take_heads(ROOT / "resources" / "sample.jpg", ROOT / "docs" / "images" / "heads.png")
    return 0


class Photographer:
    """Drives the window as a user would, and takes a picture of each state."""

    def __init__(self, target: Path, folder: Path, language: str = "en") -> None:
        from app.settings import Language, Settings, Theme
        from app.studio import Studio, make_application

        self._themes = Theme
        self._target, self._folder = target, folder / language
        self._folder.mkdir()
        self._application = make_application()
        settings = Settings(self._folder / "settings.ini")
        settings.theme, settings.language = Theme.DARK, Language(language)
        self._studio = Studio(self._application, settings, data_folder=self._folder / "data")
        self._studio.window.mesh.view.animated = False

    def take_all(self) -> None:
        """Take every picture."""
        from app.views.cameras import StandardView

        self._target.mkdir(parents=True, exist_ok=True)
        studio, view = self._studio, self._studio.window.mesh.view
        studio.show()
        studio.window.setGeometry(0, 0, *SIZE)
        self._settle(lambda: view.is_ready)
        self._shoot("empty")
        sample = ROOT / "resources" / "sample.jpg"
        studio.workflow.add_paths([sample])
        self._settle_work()
        self._shoot("window")
        view.show_from(StandardView.THREE_QUARTER)
        studio.actions["photo_colors"].trigger()
        self._shoot("colored")
        for look in ("wireframe", "confidence"):
            studio.actions[look].trigger()
            self._shoot(look)
        studio.actions["shaded"].trigger()
        studio.actions["adjust"].trigger()
        studio.window.mesh.controls.triangles.setValue(2)
        self._settle(lambda: studio.session.photos()[0].faces[0].settings.triangles < 10_000)
        self._shoot("adjust")
        studio.actions["reset_surface"].trigger()
        studio.actions["adjust"].trigger()
        studio.actions["from_photo"].trigger()
        self._shoot("on-photo")
        studio.actions["from_photo"].trigger()
        view.show_from(StandardView.FRONT)
        self._shoot_comparing()
        view.show_from(StandardView.FRONT)
        self._shoot_measuring()
        view.show_from(StandardView.THREE_QUARTER)
        studio.actions["photo_colors"].trigger()
        studio.actions["correct"].trigger()
        studio.window.photo.view.zoom_by(3.2)
        studio.window.photo.view.centerOn(260, 140)
        self._shoot("correct")
        studio.actions["correct"].trigger()
        studio.window.photo.view.fit()
        studio.workflow.add_paths([self._group_photo(sample)])
        self._settle_work()
        studio.session.select_face(1)
        self._shoot("several-faces")
        studio.workflow.add_paths(self._bad_photos())
        self._settle_work()
        self._shoot("error")
        studio.session.step_photo(1)
        self._shoot("unreadable")
        studio.session.select(studio.session.photos()[0].key)
        studio.theme.choose(self._themes.LIGHT)
        studio.actions["shaded"].trigger()
        self._shoot("light")
        self._drag_over(sample)
        self._shoot("drop")
        studio.window.overlay.hide()
        studio.theme.choose(self._themes.DARK)
        self._shoot_recovery()
        self._shoot_preferences()
        self._shoot_export()
        self._shoot_live(sample)
        self._shoot_training()
        self._shoot_finetuning()
        studio.shut_down()

    def take_window(self, name: str) -> None:
        """Take one picture, of the sample and its mesh."""
        studio, view = self._studio, self._studio.window.mesh.view
        studio.show()
        studio.window.setGeometry(0, 0, *SIZE)
        self._settle(lambda: view.is_ready)
        studio.workflow.add_paths([ROOT / "resources" / "sample.jpg"])
        self._settle_work()
        self._shoot(name)
        studio.shut_down()

    def _shoot_comparing(self) -> None:
        from app.views.cameras import StandardView

        studio, pair = self._studio, self._studio.window.mesh.pair
        studio.actions["compare"].trigger()
        self._settle(lambda: "apart" in pair.other_facts.text())
        pair.left.show_from(StandardView.THREE_QUARTER)
        studio.actions["difference"].trigger()
        self._shoot("compare")
        studio.actions["compare"].trigger()

    def _shoot_measuring(self) -> None:
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        studio, view = self._studio, self._studio.window.mesh.view
        studio.actions["light_side"].trigger()
        studio.actions["measure"].trigger()
        middle, half = view.rect().center(), QPoint(view.height() // 6, 0)
        for place in (middle - half, middle + half):
            QTest.mouseClick(view._plotter, Qt.MouseButton.LeftButton, pos=place)
        self._shoot("measure")
        studio.actions["measure"].trigger()
        studio.actions["light_studio"].trigger()

    def _shoot_recovery(self) -> None:
        studio = self._studio
        workspace, banner = studio.projects.workspace, studio.window.banner
        self._settle(workspace.autosave.exists)
        left = workspace.folder.with_name("left")
        shutil.copytree(workspace.folder, left, ignore=shutil.ignore_patterns("lock"))
        studio.recovery.look()
        self._settle(banner.isVisible)
        self._shoot("recovery")
        banner.buttons[-1].click()

    def _shoot_preferences(self) -> None:
        from app.dialogs.preferences import PreferencesDialog

        dialog = PreferencesDialog(self._studio.settings, self._studio.window)
        dialog.show()
        self._shoot("preferences")
        dialog.close()

    def _shoot_export(self) -> None:
        self._studio.exporting.ask()
        dialog = self._studio.exporting.dialog
        if dialog is None:
            return
        # Unreal's: the head of quads.
        dialog.presets.buttons()[1].click()
        dialog.edges.setChecked(True)
        self._settle(lambda: not dialog.preview.words())
        self._shoot("export")
        dialog.reject()

    def _shoot_live(self, sample: Path) -> None:
        import cv2

        from vrn_core.inference.photo import load_photo

        photo = load_photo(sample)[..., ::-1]
        path = self._folder / "camera.avi"
        video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15, (640, 480))
        for _ in range(300):
            turn = cv2.getRotationMatrix2D((225, 125), 8, 1.8)
            turn[:, 2] += (95, 115)
            video.write(cv2.warpAffine(photo, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE))
        video.release()
        studio = self._studio
        frames: list[object] = []
        studio.live.shown.connect(frames.append)
        studio.window.photo.live.use_video(path)
        studio.actions["camera"].setChecked(True)
        self._settle(lambda: len(frames) > 6)
        self._shoot("live")

    def _shoot_training(self) -> None:
        """Show the runs that `VRN_RUNS` names, or in the folder that training writes to."""
        studio = self._studio
        studio.settings.runs_folder = os.environ.get("VRN_RUNS", str(ROOT / "runs"))
        studio.actions["training"].trigger()
        self._settle(lambda: studio.training.window is not None)
        window = studio.training.window
        if window is None or not window.isVisible():
            return
        window.setGeometry(0, 0, *SIZE)
        done: list[None] = []
        studio.training.looked.connect(lambda: done.append(None))
        self._settle(lambda: len(done) > 2)
        report = window.report
        if report is None:
            print("there is no training to take a picture of; VRN_RUNS names a folder of them")
            return
        self._settle(lambda: not report.shown_at or window.people.view.isVisible())
        self._shoot("training", window)
        window.close()

    def _shoot_finetuning(self) -> None:
        """Show the wizard on what `make demo-finetune` left."""
        folder = ROOT / "out" / "demo-finetune"
        if not (folder / "goblins" / "best.safetensors").is_file():
            print("there is no fine-tuning to take a picture of; make demo-finetune leaves one")
            return
        finetuning = self._studio.finetuning
        self._studio.actions["finetune"].trigger()
        self._settle(lambda: finetuning.window is not None and finetuning.window.isVisible())
        window = finetuning.window
        assert window is not None
        window.data.folder.show_folder(str(folder / "scans"))
        window.data.look()
        self._settle(lambda: window.data.looked is not None)
        window.data.folder.show_folder("scans")
        self._shoot("finetune-data", window)
        window.show_page(1)
        window.settings.expert.setChecked(True)
        self._shoot("finetune-settings", window)
        finetuning.open_result(folder / "goblins")
        self._settle(window.result.keep.isEnabled)
        self._shoot("finetune-result", window)
        window.close()

    def _settle_work(self) -> None:
        from app.state.photo import PhotoState

        open_states = (PhotoState.WAITING, PhotoState.WORKING)
        photos = self._studio.session.photos
        self._settle(lambda: not any(photo.state in open_states for photo in photos()))

    def _settle(self, done: Callable[[], bool]) -> None:
        """Let the window work until something is done, and a little longer to draw it."""
        from PySide6.QtCore import QDeadlineTimer, QThread

        deadline = QDeadlineTimer(round(PATIENCE_S * 1000))
        while not done():
            if deadline.hasExpired():
                raise TimeoutError("the window did not come to the state to take a picture of")
            self._application.processEvents()
            QThread.msleep(10)
        for _ in range(40):
            self._application.processEvents()
            QThread.msleep(10)

    def _shoot(self, name: str, window: QWidget | None = None) -> None:
        from PySide6.QtGui import QGuiApplication

        self._settle(lambda: True)
        screen = QGuiApplication.primaryScreen()
        picture = screen.grabWindow((window or self._studio.window).winId())
        path = self._target / f"{name}.png"
        if not picture.save(str(path)):
            raise OSError(f"cannot write {path}")
        print(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)

    def _drag_over(self, path: Path) -> None:
        """Show what the window shows while a file is dragged over it."""
        from PySide6.QtCore import QMimeData, QUrl

        from app.state.incoming import announce

        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        self._studio.window.overlay.announce(*announce(mime))

    def _group_photo(self, sample: Path) -> Path:
        """Return a photo of several faces, made of the sample."""
        from PIL import Image, ImageOps

        with Image.open(sample) as image:
            whole = image.convert("RGB")
        frame = (117, 25, 337, 265)
        turned = whole.rotate(9, resample=Image.Resampling.BICUBIC, center=(227, 140))
        parts = (whole.crop(frame), ImageOps.mirror(whole.crop(frame)), turned.crop(frame))
        group = Image.new("RGB", (660, 240))
        for place, part in enumerate(parts):
            group.paste(part, (220 * place, 0))
        path = self._folder / "group.jpg"
        group.resize((1320, 480), Image.Resampling.LANCZOS).save(path, quality=92)
        return path

    def _bad_photos(self) -> list[Path]:
        """Return a photo without a face and a file that is no photo."""
        from PIL import Image, ImageFilter

        sky = Image.linear_gradient("L").resize((900, 600))
        sky = Image.merge("RGB", [sky.point(lambda v, k=k: 90 + v * k // 10) for k in (4, 5, 6)])
        landscape = self._folder / "landscape.jpg"
        sky.filter(ImageFilter.GaussianBlur(2)).save(landscape)
        broken = self._folder / "holiday.jpg"
        broken.write_bytes(b"\xff\xd8\xff\xe0 half a photo")
        return [landscape, broken]


if __name__ == "__main__":
    sys.exit(main())
