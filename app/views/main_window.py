"""The window: photos on the left, the photo in the middle, its mesh on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QIcon,
    QResizeEvent,
)
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QVBoxLayout, QWidget

from app.settings import Settings, Theme
from app.state.incoming import announce, brings_something, read_incoming
from app.views.actions import Actions
from app.views.drop_overlay import DropOverlay
from app.views.mesh_panel import COLORINGS, LIGHTS, MeshPanel
from app.views.photo_panel import PhotoPanel
from app.views.source_panel import SourcePanel
from app.views.status_strip import StatusStrip
from app.views.theme import Colors
from vrn_core.resources import resource

MENUS: tuple[tuple[str, Sequence[str]], ...] = (
    (
        "&File",
        (
            "open",
            "open_folder",
            "paste",
            "sample",
            "",
            "camera",
            "video",
            "freeze",
            "capture",
            "",
            "export",
            "export_all",
            "",
            "save_picture",
            "copy_picture",
            "save_video",
            "",
            "quit",
        ),
    ),
    ("&Edit", ("undo", "redo", "", "preferences")),
    (
        "&Photo",
        (
            "retry",
            "cancel",
            "remove",
            "",
            "fuse",
            "",
            "previous_photo",
            "next_photo",
            "",
            "previous_face",
            "next_face",
            "",
            "add_face",
            "correct",
        ),
    ),
    (
        "&View",
        (
            *COLORINGS,
            "",
            "adjust",
            "reset_surface",
            "",
            *LIGHTS,
            "",
            "measure",
            "from_photo",
            "view_front",
            "view_three_quarter",
            "view_left",
            "view_right",
            "view_top",
            "reset_view",
            "",
            "zoom_in",
            "zoom_out",
            "fit",
            "actual",
            "",
            "boxes",
            "landmarks",
            "",
            "Appearance",
        ),
    ),
    ("&Help", ("shortcuts", "about")),
)
APPEARANCE = ("theme_system", "theme_light", "theme_dark")


class MainWindow(QMainWindow):
    """Arranges the panels; says what the user wants and does none of it itself."""

    incoming = Signal(object)
    """An :class:`~app.state.incoming.Incoming` was dropped."""
    closing = Signal()

    def __init__(self, sources: SourcePanel, actions: Actions, opengl: bool) -> None:
        super().__init__()
        self.setWindowTitle("VRN Studio")
        self.setWindowIcon(QIcon(str(resource("icons", "vrn-studio.svg"))))
        self.setAcceptDrops(True)
        self.setMinimumSize(QSize(920, 560))
        self.resize(1440, 900)
        self.commands = actions
        self.sources = sources
        self.photo = PhotoPanel(actions)
        self.mesh = MeshPanel(actions)
        self.status = StatusStrip(actions["cancel"])
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(8)
        self.splitter.setChildrenCollapsible(False)
        for part, least, stretch in (
            (sources, 200, 0),
            (self.photo, 320, 1),
            (self.mesh, 380, 1),
        ):
            part.setMinimumWidth(least)
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.indexOf(part), stretch)
        self.splitter.setSizes([252, 580, 580])
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(8, 4, 8, 0)
        column.setSpacing(0)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.status)
        self.setCentralWidget(body)
        self.overlay = DropOverlay(body)
        self._fill_menus()
        self.addActions(actions.all())
        if opengl:
            # A window that gets its first OpenGL child while it is shown is made anew by
            # Qt, which flickers; with this one from the start it is not.
            keeper = QOpenGLWidget(body)
            keeper.setGeometry(0, 0, 1, 1)
            keeper.lower()
            self.mesh.view.ready.connect(keeper.hide)

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self.commands.tint(colors)
        for part in (self.sources, self.photo, self.mesh, self.status, self.overlay):
            part.tint(colors)

    def restore(self, settings: Settings) -> None:
        """Come back where the window was."""
        self.restoreGeometry(settings.window_geometry)
        if not settings.splitter_state.isEmpty():
            self.splitter.restoreState(settings.splitter_state)

    def remember(self, settings: Settings) -> None:
        """Keep where the window is."""
        settings.window_geometry = self.saveGeometry()
        settings.splitter_state = self.splitter.saveState()

    def show_theme_choice(self, theme: Theme) -> None:
        """Mark the theme that is chosen."""
        self.commands[f"theme_{theme.value}"].setChecked(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say what a drop will do."""
        if brings_something(event.mimeData()):
            self.overlay.announce(*announce(event.mimeData()))
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Come back to normal."""
        self.overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped; a drop never moves the user's files."""
        self.overlay.hide()
        brought = read_incoming(event.mimeData())
        if brought:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.incoming.emit(brought)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sheet over the whole window."""
        super().resizeEvent(event)
        self.overlay.cover()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Free the viewport while its window is still there."""
        self.closing.emit()
        self.mesh.view.close_viewport()
        super().closeEvent(event)

    def _fill_menus(self) -> None:
        for title, names in MENUS:
            menu = self.menuBar().addMenu(title)
            for name in names:
                if not name:
                    menu.addSeparator()
                elif name == "Appearance":
                    self._fill(menu.addMenu(name), APPEARANCE)
                else:
                    menu.addAction(self.commands[name])

    def _fill(self, menu: QMenu, names: Sequence[str]) -> None:
        for name in names:
            menu.addAction(self.commands[name])
