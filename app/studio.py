"""Builds the window and the jobs, connects them, and shuts them down."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QTimer
from PySide6.QtGui import QGuiApplication, QIcon, QSurfaceFormat
from PySide6.QtWidgets import QApplication

from app.activity import Activity
from app.adjusting import Adjusting
from app.autosave import Autosave, Recovery
from app.camera_mode import CameraMode
from app.comparing import Comparing
from app.dialogs.about import AboutDialog
from app.dialogs.error_report import ErrorReportDialog
from app.dialogs.files import ask_folder, ask_photos
from app.dialogs.guide import GuideDialog
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.errand import Errand
from app.exporting import Exporting
from app.failures import Failure
from app.finetuning import Finetuning
from app.funnel import Funnel, log_to
from app.fusing import Fusing
from app.jobs.engine import EngineOptions
from app.jobs.inference import Inference
from app.jobs.making import Maker, RemoteMaker
from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace, WorkProcess
from app.library import Library
from app.live import Live
from app.marks import QT_TRANSLATE_NOOP
from app.missing import Missing
from app.projects import Projects
from app.saving import Saving
from app.settings import Coloring, Light, Settings, Theme
from app.state.correction import Correction, correct_by_box
from app.state.history import History
from app.state.incoming import Incoming, read_incoming
from app.state.photo import PhotoItem, PhotoState
from app.state.session import NOTHING, Session
from app.state.workspace import Workspace
from app.training import Training
from app.translation import resolve, speak, translate
from app.unattended import Unattended
from app.views.actions import Actions
from app.views.main_window import MainWindow
from app.views.mesh_view import import_viewport, viewport_works
from app.views.source_panel import SourcePanel
from app.views.theme import ThemeManager
from app.workflow import Workflow
from vrn_core import __version__
from vrn_core.resources import resource
from vrn_core.types import FaceBox, FloatArray

if TYPE_CHECKING:
    from vrn_core.meshing.remesh import Surface

log = logging.getLogger(__name__)

NO_PHOTO = QT_TRANSLATE_NOOP(
    "Studio", "There is no image or photo file on the clipboard. Copy one first."
)


def run(photos: Sequence[Path], errand: Errand | None = None) -> int:
    """Open the window with photos, or the sample photo; return when it is closed.

    With an `errand` the exit code tells whether it was done.
    """
    application = make_application()
    data = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))
    log_to(data)
    log.info("VRN Studio %s on Python %s", __version__, sys.version.split()[0])
    studio = Studio(application, Settings(), data_folder=data)
    studio.funnel.install()
    unattended = None
    if errand is not None:
        unattended = Unattended(errand, studio.session, studio.saving.runner, studio)
        studio.workflow.nothing_found.connect(unattended.give_up)
        studio.projects.failed.connect(lambda failure: unattended.give_up(failure.text))
    studio.show()
    studio.open_paths(photos or [resource("sample.jpg")])
    code = application.exec()
    if unattended is not None and not unattended.written:
        # Also if the window was closed before.
        code = 1
    ended = studio.shut_down()
    studio.funnel.remove()
    if not ended:
        # A thread in the middle of native code cannot be stopped, and Qt aborts if it is
        # taken down with the thread running. All that matters is on the disk by now.
        logging.shutdown()
        os._exit(code)
    return code


def make_application() -> QApplication:
    """Return the application, made ready for the 3-D viewport."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # Has to be set before the first window; asks for what VTK's shaders need.
    surface = QSurfaceFormat()
    surface.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    surface.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    surface.setVersion(3, 2)
    surface.setAlphaBufferSize(8)
    surface.setDepthBufferSize(8)
    surface.setStencilBufferSize(0)
    surface.setSamples(0)
    QSurfaceFormat.setDefaultFormat(surface)
    application = QApplication(["vrn-studio"])
    application.setApplicationName("VRN Studio")
    application.setApplicationVersion(__version__)
    application.setOrganizationName("VRN Studio")
    application.setDesktopFileName("vrn-studio")
    application.setWindowIcon(QIcon(str(resource("icons", "vrn-studio.svg"))))
    return application


class Studio(QObject):
    """Everything that lives as long as the window."""

    def __init__(
        self,
        application: QApplication,
        settings: Settings,
        make_maker: Callable[[EngineOptions], Maker] = RemoteMaker,
        *,
        make_process: Callable[[], Workplace] = WorkProcess,
        viewport: bool = True,
        data_folder: Path | None = None,
    ) -> None:
        """Build all; autosaves are kept in `data_folder`, or in a temporary folder."""
        super().__init__()
        self.settings = settings
        # Before there is any text.
        speak(application, settings.language)
        self.funnel = Funnel(self)
        self.session = Session(self)
        self.inference = Inference(make_maker, engine_options(settings), self)
        self.runner = TaskRunner(parent=self)
        self.workflow = Workflow(self.session, self.inference, self.runner, self)
        surfaces = make_process()
        self.adjusting = Adjusting(self.session, self.workflow, surfaces, self)
        self.live = Live(self.inference, self)
        self.history = History(self.session, self.workflow.volumes, self)
        self.theme = ThemeManager(application, settings.theme)
        self.actions = Actions(self)
        self._opengl = viewport and viewport_works(QGuiApplication.platformName())
        sources = SourcePanel(self.session, self.actions)
        self.window = MainWindow(sources, self.actions, self._opengl)
        self.saving = Saving(self.session, self.adjusting, self.window, settings, self)
        self.comparing = Comparing(
            self.session, self.inference, self.runner, surfaces, self.window, self
        )
        self.activity = Activity(
            self.workflow,
            self.inference,
            self.saving.turntable,
            self.window,
            self.actions,
            self,
        )
        self.projects = Projects(
            self.session,
            self.workflow,
            self.adjusting,
            self.history,
            self.window,
            settings,
            Workspace(data_folder / "sessions" if data_folder else None),
            self,
        )
        self.camera = CameraMode(
            self.live,
            self.session,
            self.projects,
            self.window,
            self.actions,
            settings,
            self,
        )
        self.camera.left_without_photo.connect(partial(self._on_selection, NOTHING))
        self.autosave = Autosave(self.projects, self.window, self)
        self.recovery = Recovery(self.projects, self.window, self)
        self.missing = Missing(self.session, self.projects, self.window, settings, self)
        self.fusing = Fusing(self.session, self.workflow, surfaces, self.window, self)
        default_runs = data_folder / "runs" if data_folder else Path("runs").absolute()
        self.training = Training(surfaces, self.window, settings, self.theme, default_runs, self)
        self.library = Library(surfaces, self.window, settings, self)
        self.finetuning = Finetuning(
            make_process(), self.window, settings, self.theme, default_runs, self
        )
        # In a process of its own: the sliders of the surface must not wait for an export.
        self.exporting = Exporting(
            self.session,
            self.workflow,
            self.adjusting,
            make_process(),
            self.window,
            settings,
            self,
        )
        self._ended = False
        self._connect_state()
        self._connect_actions()
        self._apply_settings()
        self._update_actions()

    def show(self) -> None:
        """Show the window; the slow imports start when it is there."""
        self.window.restore(self.settings)
        self.window.show()
        QTimer.singleShot(0, self._start_work)

    def shut_down(self) -> bool:
        """End all work and close the window; return whether the work ended in time.

        Exports are finished, the rest is dropped. Safe to call twice.
        """
        if self._ended:
            return True
        self._ended = True
        self.autosave.stop()
        self.projects.let_go()
        self.theme.stop()
        self.window.close()
        ends = {
            "the camera": self.live.stop(),
            "exports": self.saving.shut_down(),
            "projects": self.projects.shut_down(),
            "pictures": self.runner.shut_down(),
            "fusing": self.fusing.shut_down(),
            "trainings": self.training.shut_down(),
            "fine-tuning": self.finetuning.shut_down(),
            "models": self.library.shut_down(),
            "exporting": self.exporting.shut_down(),
            "surfaces": self.adjusting.shut_down(),
            "inference": self.inference.shut_down(),
        }
        self.settings.save()
        for name in (name for name, ended in ends.items() if not ended):
            log.warning("%s did not end in time", name)
        return all(ends.values())

    def _start_work(self) -> None:
        if self._ended:
            return
        self.inference.start()
        self.recovery.look()
        self.library.look_at_default()
        if self._opengl:
            self.runner.submit(
                import_viewport,
                lambda _: self._build_viewport(),
                self._on_no_viewport,
                urgent=True,
            )
        else:
            self.window.mesh.tell_no_viewport()

    def _on_no_viewport(self, failure: Failure) -> None:
        # A part of the program is missing; all but the view goes on.
        self.window.mesh.tell_no_viewport()
        self._show_report(failure)

    def _build_viewport(self) -> None:
        if not self.window.mesh.view.build():
            self.window.mesh.tell_no_viewport()

    def _connect_state(self) -> None:
        session, window, workflow = self.session, self.window, self.workflow
        window.sources.photo_chosen.connect(session.select)
        window.photo.face_clicked.connect(session.select_face)
        window.photo.view.box_drawn.connect(self._on_box_drawn)
        window.photo.view.landmarks_moved.connect(self._on_landmarks_moved)
        workflow.not_corrected.connect(self._on_not_corrected)
        window.incoming.connect(self._on_incoming)
        window.may_close = self.projects.may_close
        window.recent.aboutToShow.connect(self._list_recent)
        self.projects.failed.connect(self._show_report)
        window.closing.connect(partial(window.remember, self.settings))
        window.closing.connect(workflow.cancel_all)
        window.photo.notice.retry_requested.connect(self._on_retry)
        window.photo.notice.report_requested.connect(self._show_report)
        window.mesh.coloring_chosen.connect(self._on_coloring)
        window.mesh.light_chosen.connect(self._on_light)
        window.mesh.controls.moved.connect(self.adjusting.preview)
        window.mesh.controls.rested.connect(self.adjusting.settle)
        self.adjusting.previewed.connect(self._on_previewed)
        self.adjusting.failed.connect(self._on_not_adjusted)
        self.comparing.activity_changed.connect(self.activity.tell)
        self.saving.turntable.began.connect(lambda: self.actions["from_photo"].setChecked(False))
        self.saving.failed.connect(self._show_report)
        self.training.failed.connect(self._show_report)
        self.training.result_wanted.connect(self.finetuning.open_result)
        self.finetuning.failed.connect(self._show_report)
        self.finetuning.dashboard_wanted.connect(self.training.open_at)
        self.finetuning.kept.connect(self.library.use)
        self.library.changed.connect(self._on_model)
        self.projects.taken.connect(self.library.look_at_project)
        self.fusing.activity_changed.connect(self.activity.tell)
        self.fusing.ended.connect(lambda: self.activity.tell("", None))
        self.exporting.activity_changed.connect(self.activity.tell)
        self.exporting.ended.connect(lambda: self.activity.tell("", None))
        self.exporting.failed.connect(self._show_report)
        session.selection_changed.connect(self._on_selection)
        session.photo_changed.connect(self._on_photo_changed)
        session.photo_found.connect(self._on_photo_found)
        session.faces_changed.connect(self._on_faces_changed)
        session.face_selected.connect(self._on_face_selected)
        session.face_changed.connect(self._on_face_changed)
        workflow.picture_ready.connect(self._on_picture_ready)
        workflow.nothing_found.connect(lambda text: window.status.tell(text, "warning"))
        self.theme.changed.connect(window.tint)
        self.funnel.reported.connect(self._show_report)

    def _connect_actions(self) -> None:
        session = self.session
        handlers: dict[str, Callable[[], object]] = {
            "open": self._on_open,
            "open_folder": self._on_open_folder,
            "new": self.projects.new,
            "open_project": self.projects.choose,
            "save": self.projects.save,
            "save_as": self.projects.save_as,
            "find_photos": self.missing.find,
            "paste": self._on_paste,
            "sample": lambda: self.workflow.add_paths([resource("sample.jpg")]),
            "remove": self._on_remove,
            "retry": self._on_retry,
            "fuse": self.fusing.fuse,
            "cancel": self._on_cancel,
            "export": self.saving.export,
            "export_as": self.exporting.ask,
            "export_again": self.exporting.quick,
            "export_all": self.saving.export_all,
            "save_picture": self.saving.save_picture,
            "copy_picture": self.saving.copy_picture,
            "save_video": self.saving.save_video,
            "preferences": self._on_preferences,
            "undo": self.history.undo,
            "redo": self.history.redo,
            "quit": self.window.close,
            "next_photo": partial(session.step_photo, 1),
            "previous_photo": partial(session.step_photo, -1),
            "next_face": partial(session.step_face, 1),
            "previous_face": partial(session.step_face, -1),
            "training": self.training.open,
            "finetune": self.finetuning.open,
            "models": self.library.open,
            "guide": lambda: GuideDialog(resolve(self.settings.language), self.window).show(),
            "shortcuts": lambda: ShortcutsDialog(self.actions, self.window).exec(),
            "about": lambda: AboutDialog(self.window).exec(),
        }
        for name, handler in handlers.items():
            self.actions[name].triggered.connect(lambda _=False, do=handler: do())
        for theme in Theme:
            action = self.actions[f"theme_{theme.value}"]
            action.triggered.connect(partial(self._on_theme, theme))
        stack = self.history.stack
        for name, text, told, possible in (
            (
                "undo",
                QT_TRANSLATE_NOOP("Studio", "Undo {what}"),
                stack.undoTextChanged,
                stack.canUndoChanged,
            ),
            (
                "redo",
                QT_TRANSLATE_NOOP("Studio", "Redo {what}"),
                stack.redoTextChanged,
                stack.canRedoChanged,
            ),
        ):
            self.actions[name].setEnabled(False)
            possible.connect(self.actions[name].setEnabled)
            told.connect(
                lambda what, action=self.actions[name], text=text: action.setText(
                    # Without what is undone no colon is left before it.
                    translate("Studio", text).format(what=what).rstrip(" :")
                )
            )
        self.actions["pack_photos"].toggled.connect(partial(setattr, self.settings, "pack_photos"))
        self.actions["adjust"].toggled.connect(partial(setattr, self.settings, "show_adjust"))
        self.actions["boxes"].toggled.connect(partial(setattr, self.settings, "show_boxes"))
        self.actions["landmarks"].toggled.connect(partial(setattr, self.settings, "show_landmarks"))

    def _apply_settings(self) -> None:
        self.actions["pack_photos"].setChecked(self.settings.pack_photos)
        self.actions["adjust"].setChecked(self.settings.show_adjust)
        self.actions["boxes"].setChecked(self.settings.show_boxes)
        self.actions["landmarks"].setChecked(self.settings.show_landmarks)
        self.window.photo.view.show_boxes(self.settings.show_boxes)
        self.window.photo.view.show_landmarks(self.settings.show_landmarks)
        self.window.mesh.set_coloring(self.settings.coloring)
        self.window.mesh.set_light(self.settings.light)
        self.window.show_theme_choice(self.settings.theme)
        self.window.tint(self.theme.colors)
        self.window.status.set_state(translate("Workflow", "Ready"))

    def _on_open(self) -> None:
        photos = ask_photos(self.window, self.settings)
        if photos:
            self.open_paths(photos)

    def _on_open_folder(self) -> None:
        folder = ask_folder(self.window, self.settings)
        if folder:
            self.workflow.add_paths([folder])

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open the project among paths, if there is one, and add the photos."""
        self.projects.open_among(paths, self.workflow.add_paths)

    def _on_incoming(self, brought: Incoming) -> None:
        if brought.paths:
            self.open_paths(brought.paths)
        else:
            self.workflow.add_incoming(brought)

    def _list_recent(self) -> None:
        menu = self.window.recent
        menu.clear()
        for text in self.settings.recent_projects:
            path = Path(text)
            entry = menu.addAction(
                path.stem.replace("&", "&&"), partial(self.projects.open_recent, path)
            )
            entry.setToolTip(text)
        if menu.isEmpty():
            menu.addAction(translate("Studio", "None yet")).setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction(translate("Studio", "Clear This List"), self.projects.forget_recent)

    def _on_paste(self) -> None:
        brought = read_incoming(QGuiApplication.clipboard().mimeData())
        if brought:
            self._on_incoming(brought)
        else:
            self.window.status.tell(translate("Studio", NO_PHOTO), "warning")

    def _on_remove(self) -> None:
        if self.session.selected:
            self.session.remove(self.session.selected.key)

    def _on_retry(self) -> None:
        if self.session.selected:
            self.workflow.retry(self.session.selected.key)

    def _on_preferences(self) -> None:
        before = engine_options(self.settings)
        PreferencesDialog(self.settings, self.window).exec()
        after = engine_options(self.settings)
        if after.model != before.model:
            # What is chosen here counts for now, too.
            self.library.use(None)
        if after != before or self.inference.fallen_back:
            self.inference.configure(replace(after, model=self.library.model))

    def _on_model(self) -> None:
        self.inference.configure(replace(engine_options(self.settings), model=self.library.model))

    def _on_theme(self, theme: Theme) -> None:
        self.settings.theme = theme
        self.theme.choose(theme)

    def _on_coloring(self, coloring: Coloring) -> None:
        self.settings.coloring = coloring
        self.window.mesh.set_coloring(coloring)

    def _on_light(self, light: Light) -> None:
        self.settings.light = light
        self.window.mesh.set_light(light)

    def _on_selection(self, key: int) -> None:
        photo = self.session.photo(key)
        if photo and photo.is_fused:
            self.actions["correct"].setChecked(False)
        self.window.photo.show_photo(photo, self.workflow.picture(key) if photo else None)
        self._show_mesh(photo)
        self._update_actions()

    def _show_mesh(self, photo: PhotoItem | None) -> None:
        self.window.mesh.show_photo(photo, self.workflow.picture(photo.key) if photo else None)

    def _on_picture_ready(self, key: int) -> None:
        photo = self.session.selected
        if photo and photo.key == key:
            picture = self.workflow.picture(key)
            self.window.photo.show_photo(photo, picture)
            self.window.mesh.show_picture(picture)

    def _on_photo_changed(self, key: int) -> None:
        photo = self.session.selected
        if photo and photo.key == key:
            self.window.photo.update_state(photo)
            if not photo.faces:
                self._show_mesh(photo)
        self._update_actions()

    def _on_photo_found(self, key: int) -> None:
        photo = self.session.selected
        if photo and photo.key == key:
            self._on_selection(key)

    def _on_faces_changed(self, key: int) -> None:
        photo = self.session.selected
        if photo and photo.key == key:
            self.window.photo.show_faces(photo, self.workflow.picture(key))
            self._show_mesh(photo)
        self._update_actions()

    def _on_face_selected(self, key: int, index: int) -> None:
        photo = self.session.selected
        if photo and photo.key == key:
            self.window.photo.select_face(index)
            self._show_mesh(photo)

    def _on_face_changed(self, key: int, index: int) -> None:
        photo = self.session.selected
        if photo and photo.key == key:
            self.window.photo.show_faces(photo, self.workflow.picture(key))
            if photo.selected_face == index:
                self._show_mesh(photo)

    def _on_box_drawn(self, box: FaceBox) -> None:
        self.actions["add_face"].setChecked(False)
        photo = self.session.selected
        if photo:
            self.workflow.correct(photo.key, correct_by_box(box, photo.faces))

    def _on_not_corrected(self, failure: Failure) -> None:
        self.window.status.tell(failure.text, "warning")
        photo = self.session.selected
        if photo:
            self.window.photo.show_faces(photo, self.workflow.picture(photo.key))

    def _on_landmarks_moved(self, landmarks: FloatArray) -> None:
        photo = self.session.selected
        if photo and photo.face:
            self.workflow.correct(photo.key, Correction(landmarks, photo.selected_face))

    def _on_previewed(self, surface: Surface) -> None:
        self.window.mesh.preview(surface.mesh_canonical, surface.vertex_confidence)

    def _on_not_adjusted(self, failure: Failure) -> None:
        self.window.status.tell(failure.text, "warning")
        self._show_mesh(self.session.selected)

    def _update_actions(self) -> None:
        photo = self.session.selected
        busy = photo is not None and photo.state in (PhotoState.WAITING, PhotoState.WORKING)
        # What was fused cannot be made again from the one photo that it is shown on.
        single = photo is not None and not busy and not photo.is_fused
        enabled = {
            "remove": photo is not None,
            "save": bool(len(self.session)) or bool(self.projects.home.name),
            "save_as": bool(len(self.session)) or bool(self.projects.home.name),
            "find_photos": any(item.missing for item in self.session.photos()),
            # Without its photo a face cannot be made again, so it must not be lost.
            "retry": single and photo is not None and not (photo.missing and photo.faces),
            "add_face": single,
            "correct": photo is not None and photo.face is not None and not photo.is_fused,
            "fuse": len(self.session) > 1,
            **dict.fromkeys(
                ("export", "export_as", "export_again"),
                photo is not None and photo.face is not None,
            ),
            "export_all": any(item.faces for item in self.session.photos()),
            "next_photo": len(self.session) > 1,
            "previous_photo": len(self.session) > 1,
        }
        for name in ("zoom_in", "zoom_out", "fit", "actual"):
            enabled[name] = photo is not None
        for name, value in enabled.items():
            self.actions[name].setEnabled(value)

    def _on_cancel(self) -> None:
        self.saving.stop_recording()
        self.fusing.cancel()
        self.exporting.cancel()
        self.workflow.cancel_all()

    def _show_report(self, failure: Failure) -> None:
        # One at a time: an error in a loop must not bury the window in dialogs.
        if self._ended or self.window.findChild(ErrorReportDialog):
            return
        dialog = ErrorReportDialog(failure, self.window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def engine_options(settings: Settings) -> EngineOptions:
    """Return what the settings say about reconstructions."""
    return EngineOptions(settings.model, settings.device, settings.iod_mm, settings.threads)
