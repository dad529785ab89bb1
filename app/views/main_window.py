"""The window: the mesh in its middle, the list of photos and the photo in docks beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from PySide6.QtWidgets import QMainWindow, QMenu, QStatusBar

from app.marks import QT_TRANSLATE_NOOP
from app.settings import Settings, Theme
from app.state.incoming import announce, brings_something, read_incoming
from app.translation import translate
from app.views.actions import Actions
from app.views.banner import Banner
from app.views.docks import Docks, Panel
from app.views.drop_overlay import DropOverlay
from app.views.mesh_panel import COLORINGS, LIGHTS, MeshPanel
from app.views.photo_panel import PhotoPanel
from app.views.source_panel import SourcePanel
from app.views.status_strip import StatusStrip
from app.views.theme import Colors
from vrn_core.resources import resource

RECENT = QT_TRANSLATE_NOOP("Menus", "Recent Projects")
PANELS = QT_TRANSLATE_NOOP("Menus", "Panels")
APPEARANCE = QT_TRANSLATE_NOOP("Menus", "Appearance")
MENUS: tuple[tuple[str, Sequence[str]], ...] = (
    (
        QT_TRANSLATE_NOOP("Menus", "&File"),
        (
            "new",
            "open_project",
            RECENT,
            "save",
            "save_as",
            "pack_photos",
            "",
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
            "export_as",
            "export_again",
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
    (QT_TRANSLATE_NOOP("Menus", "&Edit"), ("undo", "redo", "", "preferences")),
    (
        QT_TRANSLATE_NOOP("Menus", "&Photo"),
        (
            "retry",
            "pause",
            "cancel",
            "remove",
            "find_photos",
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
        QT_TRANSLATE_NOOP("Menus", "&View"),
        (
            *COLORINGS,
            "",
            "adjust",
            "reset_surface",
            "",
            *LIGHTS,
            "",
            "measure",
            "compare",
            "difference",
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
            PANELS,
            APPEARANCE,
        ),
    ),
    (QT_TRANSLATE_NOOP("Menus", "&Training"), ("finetune", "training", "models")),
    (QT_TRANSLATE_NOOP("Menus", "&Help"), ("guide", "shortcuts", "about")),
)
SUBMENUS: dict[str, Sequence[str]] = {
    PANELS: (
        "show_list",
        "show_photo",
        "",
        "float_list",
        "float_photo",
        "",
        "reset_layout",
    ),
    APPEARANCE: ("theme_system", "theme_light", "theme_dark"),
}


class MainWindow(QMainWindow):
    """Arranges the panels; says what the user wants and does none of it itself."""

    incoming = Signal(object)
    """An :class:`~app.state.incoming.Incoming` was dropped."""
    closing = Signal()

    def __init__(self, sources: SourcePanel, actions: Actions, opengl: bool) -> None:
        super().__init__()
        self.setWindowTitle("VRN Studio[*]")
        self.setWindowIcon(QIcon(str(resource("icons", "vrn-studio.svg"))))
        self.setAcceptDrops(True)
        self.setMinimumSize(QSize(920, 560))
        self.resize(1440, 900)
        self.commands = actions
        self.sources = sources
        self.photo = PhotoPanel(actions)
        self.mesh = MeshPanel(actions)
        self.status = StatusStrip(actions["pause"], actions["cancel"])
        for part, least in ((sources, 200), (self.photo, 320), (self.mesh, 380)):
            part.setMinimumWidth(least)
        self.setContentsMargins(8, 4, 8, 0)
        self.banner = Banner()
        self.addToolBar(self.banner)
        self.recent = QMenu(translate("Menus", RECENT), self)
        self.recent.setToolTipsVisible(True)
        self.may_close: Callable[[], bool] = lambda: True
        """Asked when the window is to be closed."""
        # The viewport stays where it is, as VTK does not bear to be moved to another window.
        self.setCentralWidget(self.mesh)
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.status, 1)
        self.setStatusBar(bar)
        self.docks = Docks(
            self,
            (
                Panel("list", translate("Actions", "Photo List"), sources, sources.header),
                Panel("photo", translate("Actions", "Photo"), self.photo, self.photo.header),
            ),
            actions,
        )
        for name in ("camera", "add_face", "correct"):
            self.docks.reveal_by(actions[name], "photo")
        self.overlay = DropOverlay(self)
        self._fill_menus()
        self.addActions(actions.all())
        if opengl:
            # A window that gets its first OpenGL child while it is shown is made anew by
            # Qt, which flickers; with this one from the start it is not.
            keeper = QOpenGLWidget(self)
            keeper.setGeometry(0, 0, 1, 1)
            keeper.lower()
            self.mesh.view.ready.connect(keeper.hide)

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self.commands.tint(colors)
        parts = (self.banner, self.sources, self.photo, self.mesh, self.status, self.overlay)
        for part in parts:
            part.tint(colors)

    def restore(self, settings: Settings) -> None:
        """Come back where the window was."""
        self.restoreGeometry(settings.window_geometry)
        self.docks.restore(settings.layout_state)
        # What was there at the last end was news then.
        self.banner.refresh()

    def remember(self, settings: Settings) -> None:
        """Keep where the window is."""
        settings.window_geometry = self.saveGeometry()
        settings.layout_state = self.docks.save()

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
        """Free the viewports while their window is there; ask about unsaved work before."""
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        self.mesh.pair.close_viewports()
        super().closeEvent(event)

    def createPopupMenu(self) -> QMenu:
        """Offer the panels where the header of one is clicked by the right button."""
        menu = QMenu(self)
        self._fill(menu, SUBMENUS[PANELS])
        return menu

    def _fill_menus(self) -> None:
        for title, names in MENUS:
            self._fill(self.menuBar().addMenu(translate("Menus", title)), names)

    def _fill(self, menu: QMenu, names: Sequence[str]) -> None:
        for name in names:
            if not name:
                menu.addSeparator()
            elif name == RECENT:
                menu.addMenu(self.recent)
            elif name in SUBMENUS:
                self._fill(menu.addMenu(translate("Menus", name)), SUBMENUS[name])
            else:
                menu.addAction(self.commands[name])
