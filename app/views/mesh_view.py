"""The 3-D viewport: the only module that touches pyvistaqt.

A plotter may be touched on the GUI thread only, renders only when something changed, and is
closed before its window goes. Importing it takes over a
second, so it is imported in the background and the viewport made when that is done.
"""

from __future__ import annotations

import logging
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.settings import Coloring, Light
from app.translation import translate
from app.views.cameras import (
    VIEW_ANGLE_DEG,
    Camera,
    StandardView,
    between,
    frame_mesh,
    match_photo,
    turntable,
)
from app.views.cross import Cross
from app.views.lamps import PRESETS
from app.views.legend import Legend
from app.views.looks import Look, paint
from app.views.photo_card import PhotoCard
from app.views.ruler import Ruler, pick
from app.views.theme import DARK, Colors
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.types import FloatArray, TriangleMesh

log = logging.getLogger(__name__)

TURN_MS = 260
STILL = 4
"""Pixels that the mouse may move between press and release of a click."""
SHEET_MARGIN = 12
"""Between a sheet over the viewport and the viewport's border, in pixels."""


TURNING = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.Wheel,
    QEvent.Type.Gesture,
)
"""What may turn the camera, beside this widget itself."""


def import_viewport() -> None:
    """Import what the viewport needs; safe on any thread."""
    import pyvistaqt  # noqa: F401


def viewport_works(platform: str) -> bool:
    """Return whether Qt's platform can show OpenGL; the offscreen ones cannot."""
    return platform not in ("offscreen", "minimal", "vnc", "linuxfb")


class MeshView(QWidget):
    """Shows one mesh of the canonical frame; keeps the camera from mesh to mesh."""

    ready = Signal()
    measured = Signal(object)
    """The distance in millimeters, or None while there are not two points."""
    camera_moved = Signal(object)
    """The :class:`Camera`, when a picture from a new place was drawn; only while watched."""

    def __init__(self) -> None:
        super().__init__()
        # A pyvistaqt.QtInteractor; its annotations are not fit for a type checker.
        self._plotter: Any = None
        self._actor: Any = None
        self._look: Look | None = None
        self._mesh: TriangleMesh | None = None
        self._confidence: FloatArray | None = None
        self._coloring = Coloring.SHADED
        self._light = Light.STUDIO
        self._card: PhotoCard | None = None
        self._veil: Any = None
        self._ruler: Ruler | None = None
        self._pressed: QPointF | None = None
        self._opacity = 1.0
        self._colors: Colors = DARK
        self._framed = False
        self._standard: StandardView | None = None
        self._matched = False
        self._watch: int | None = None
        self._told: Camera | None = None
        self._closed = False
        self.animated = True
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.legend = Legend(self)
        self.legend.hide()
        self._cross = Cross(self)
        self._turning = QVariantAnimation(self)
        self._turning.setDuration(TURN_MS)
        self._turning.setStartValue(0.0)
        self._turning.setEndValue(1.0)
        self._turning.valueChanged.connect(self._on_turned)
        self._route: tuple[Camera, Camera] | None = None
        # Several changes of one moment make one picture.
        self._render_soon = QTimer(self)
        self._render_soon.setSingleShot(True)
        self._render_soon.setInterval(0)
        self._render_soon.timeout.connect(self._render)

    @property
    def is_ready(self) -> bool:
        """Whether the viewport is there."""
        return self._plotter is not None

    def build(self) -> bool:
        """Make the viewport, once it was imported; return whether it could be made."""
        if self._plotter is not None or self._closed:
            return self._plotter is not None
        if not viewport_works(QGuiApplication.platformName()):
            return False
        from pyvistaqt import QtInteractor

        make_plotter: Any = QtInteractor
        plotter = make_plotter(self, auto_update=False, multi_samples=0, lighting="none")
        # Files dropped here are photos for the window, not meshes for the plotter.
        plotter.setAcceptDrops(False)
        # The window's shortcuts come before the plotter's own keys.
        plotter.installEventFilter(self)
        plotter.reset_key_events()
        plotter.enable_terrain_style(mouse_wheel_zooms=True, shift_pans=True)
        plotter.setAccessibleName(translate("Mesh", "Mesh"))
        self._column.addWidget(plotter)
        self.legend.raise_()
        self._plotter = plotter
        self._render_when_painted(False)
        self.set_light(self._light)
        plotter.camera.view_angle = VIEW_ANGLE_DEG
        self.tint(self._colors)
        card, self._card = self._card, None
        self.set_card(card)
        self.ready.emit()
        return True

    def set_mesh(self, mesh: TriangleMesh | None, confidence: FloatArray | None = None) -> None:
        """Show a mesh of the canonical frame, or nothing.

        `confidence` (V,) in [0, 1] tells how far each vertex can be trusted.
        """
        if mesh is not self._mesh:
            self._mesh, self._confidence = mesh, confidence
            if self._ruler:
                self.set_measuring(True)
            self._show()

    def draw_at_once(self) -> None:
        """Draw what waits to be drawn now, so that it is painted together with other views."""
        if self._render_soon.isActive():
            self._render_soon.stop()
            self._render()

    def set_coloring(self, coloring: Coloring) -> None:
        """Paint the surface in another way."""
        if coloring is not self._coloring:
            self._coloring = coloring
            self.legend.setVisible(coloring is Coloring.CONFIDENCE)
            self._place_legend()
            self._show()

    def set_light(self, light: Light) -> None:
        """Light the mesh in another way."""
        self._light = light
        if self._plotter is None:
            return
        import pyvista

        self._plotter.remove_all_lights()
        for lamp in PRESETS[light]:
            shining = pyvista.Light(
                position=lamp.place,
                color=lamp.color,
                intensity=lamp.strength,
                light_type="camera light",
            )
            self._plotter.add_light(shining)
        self._render_soon.start()

    def set_card(self, card: PhotoCard | None) -> None:
        """Stand a photo behind the mesh and look as its camera did; None takes it away."""
        before, self._card = self._card, card
        if self._plotter is None or card is before:
            return
        if card is not None:
            _, self._veil = card.add_to(self._plotter)
            if not card.stands_like(before):
                self._match()
        else:
            PhotoCard.remove_from(self._plotter)
            self._veil = None
            self._framed = self._mesh is not None
            self.reset_view()
        self._update_veil()

    def set_opacity(self, opacity: float) -> None:
        """Let the photo behind the mesh shine through: 0 shows the photo alone, 1 the mesh."""
        self._opacity = opacity
        self._update_veil()

    def set_measuring(self, on: bool) -> None:
        """Let clicks on the mesh set the points of a ruler; begin without any."""
        self.aim(False)
        gone, self._ruler = self._ruler, Ruler() if on else None
        if gone:
            gone.clear()
            self._draw_ruler(gone)
        self.measured.emit(None)

    @property
    def measuring(self) -> bool:
        """Whether points of a ruler can be set."""
        return self._ruler is not None

    def aim(self, on: bool) -> None:
        """Show or hide the cross in the middle, where the keyboard sets points."""
        self._cross.setVisible(on)
        self._place_cross()

    def measure_at_cross(self) -> None:
        """Set the next point of the ruler in the middle of the viewport."""
        if self._plotter is not None and self._ruler:
            self._measure(self._ruler, QRectF(self._plotter.rect()).center())

    def show_from(self, view: StandardView) -> None:
        """Turn the camera to a standard view of the whole mesh."""
        if self._plotter is None or self._mesh is None:
            return
        camera = self._framing(self._mesh, view)
        self._turning.stop()
        flat = self.camera().height is not None
        if self.animated and self._framed and not flat and self.isVisible():
            self._route = (self.camera(), camera)
            self._turning.start()
        else:
            self._place(camera)
        self._framed, self._standard, self._matched = True, view, False

    def reset_view(self) -> None:
        """Show the whole mesh from the front."""
        self.show_from(StandardView.FRONT)

    def camera(self) -> Camera:
        """Return where the camera is now."""
        if self._plotter is None:
            raise RuntimeError("the viewport is not there yet")
        place = self._plotter.camera
        height = 2 * place.parallel_scale if place.parallel_projection else None
        return Camera(tuple(place.position), tuple(place.focal_point), tuple(place.up), height)

    def place_camera(self, camera: Camera) -> None:
        """Put the camera where another view's is; ``camera_moved`` does not tell of it."""
        if self._plotter is not None:
            self._turning.stop()
            self._framed, self._standard, self._matched = True, None, False
            self._place(camera)
            self._told = self.camera()

    def watch_camera(self, on: bool) -> None:
        """Tell of every move of the camera, or stop to."""
        if self._plotter is None or on == (self._watch is not None):
            return
        if self._watch is None:
            self._told = self.camera()
            self._watch = self._plotter.renderer.AddObserver("EndEvent", self._on_drawn)
        else:
            self._plotter.renderer.RemoveObserver(self._watch)
            self._watch = None

    def move_camera(self, camera: Camera) -> None:
        """Put the camera somewhere; from here on it is the user's."""
        self._turning.stop()
        self._standard, self._matched = None, False
        self._place(camera)

    def picture(self) -> Any:
        """Return the picture shown (H, W, 3) uint8, or None without a viewport."""
        if self._plotter is None:
            return None
        self._plotter.render()
        return self._plotter.screenshot(return_img=True)

    def turned_picture(self, angle_deg: float) -> Any:
        """Return a picture (H, W, 3) uint8 of the mesh on a turntable, or None without one."""
        if self._plotter is None or self._mesh is None:
            return None
        self._turning.stop()
        self._standard, self._matched = None, False
        self._place(turntable(self._mesh.vertices, angle_deg, self._aspect))
        return self.picture()

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._colors = colors
        if self._plotter is not None:
            self._plotter.set_background(colors.viewport_bottom, top=colors.viewport_top)
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole mesh in a standard view of another size."""
        super().resizeEvent(event)
        self._place_legend()
        self._place_cross()
        self._renew()
        if self._plotter is None or self._mesh is None:
            return
        if self._matched:
            self._match()
        elif self._standard is not None:
            self._turning.stop()
            self._place(self._framing(self._mesh, self._standard))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw anew: the picture of before may be gone."""
        super().showEvent(event)
        self._renew()

    def close_viewport(self) -> None:
        """Free the viewport; must come before its window goes."""
        self._closed = True
        self._turning.stop()
        self._render_soon.stop()
        self.watch_camera(False)
        if self._plotter is not None:
            plotter, self._plotter, self._actor, self._veil = self._plotter, None, None, None
            plotter.removeEventFilter(self)
            plotter.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep keys from the plotter: "q" would close it, "w" change its look."""
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event.ignore()
            return True
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            # From here on the camera is the user's: it is not moved again unasked.
            self._turning.stop()
            self._standard, self._matched = None, False
            self.aim(False)
        if event.type() in TURNING and not _hovers(event):
            self._render_soon.start()
        if isinstance(event, QMouseEvent):
            self._on_mouse(event)
        if event.type() == QEvent.Type.MouseMove:
            self._update_veil()
        return super().eventFilter(watched, event)

    def _on_mouse(self, event: QMouseEvent) -> None:
        """Take a click, which is no drag, as a point of the ruler."""
        place = event.position()
        if event.type() == QEvent.Type.MouseButtonPress:
            left = event.button() == Qt.MouseButton.LeftButton
            self._pressed = place if left else None
        elif event.type() == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            if (place - self._pressed).manhattanLength() <= STILL and self._ruler:
                self._measure(self._ruler, place)
            self._pressed = None

    def _measure(self, ruler: Ruler, place: QPointF) -> None:
        if self._actor is None:
            return
        ratio = self._plotter.devicePixelRatioF()
        height = self._plotter.height()
        point = pick(self._plotter, self._actor, place.x() * ratio, (height - place.y()) * ratio)
        if point is not None:
            ruler.add(point)
            self._draw_ruler(ruler)
            self.measured.emit(ruler.distance_mm)

    def _draw_ruler(self, ruler: Ruler) -> None:
        if self._plotter is not None:
            ruler.draw(self._plotter, self._colors)
            self._render_soon.start()

    @property
    def _aspect(self) -> float:
        return self.width() / max(self.height(), 1)

    def _framing(self, mesh: TriangleMesh, view: StandardView) -> Camera:
        return frame_mesh(mesh.vertices, view, self._aspect)

    def _match(self) -> None:
        """Stand where the camera of the photo stood."""
        if self._card is not None and self._mesh is not None:
            self._turning.stop()
            self._place(match_photo(self._card.placement, self._mesh.vertices, self._aspect))
            self._framed, self._standard, self._matched = True, None, True

    def _update_veil(self) -> None:
        """Let the mesh fade into the photo, but only while the two lie on each other."""
        if self._veil is not None and self._card is not None:
            camera = self.camera()
            self._veil.prop.opacity = 1 - self._opacity
            self._veil.visibility = self._card.faces_camera(camera.position, camera.target)
            self._render_soon.start()

    def _show(self) -> None:
        plotter, mesh = self._plotter, self._mesh
        if plotter is None:
            return
        if mesh is None:
            if self._actor is not None:
                plotter.remove_actor(self._actor, render=False)
                self._actor = None
        else:
            look = paint(mesh, self._confidence, self._coloring, self._colors)
            if self._actor is None or not look.is_like(self._look):
                self._actor = _add_surface(plotter, _surface(mesh, look), look)
            else:
                # Many times faster than to add it anew, as a live mesh is, frame by frame.
                self._actor.mapper.dataset = _surface(mesh, look)
            self._look = look
            if not self._framed:
                self.reset_view()
        self._render_soon.start()

    def _place_legend(self) -> None:
        self.legend.adjustSize()
        self.legend.move(SHEET_MARGIN, self.height() - self.legend.height() - SHEET_MARGIN)

    def _place_cross(self) -> None:
        if self._plotter is not None:
            self._cross.stand_at(self._plotter.geometry().center())
            self._cross.raise_()

    def _on_turned(self, fraction: float) -> None:
        if self._route:
            self._place(between(*self._route, float(fraction)))

    def _place(self, camera: Camera) -> None:
        if self._plotter is None:
            return
        place = self._plotter.camera
        place.position, place.focal_point, place.up = camera.position, camera.target, camera.up
        place.parallel_projection = camera.height is not None
        if camera.height is not None:
            place.parallel_scale = camera.height / 2
        self._plotter.reset_camera_clipping_range()
        self._update_veil()
        self._render_soon.start()

    def _renew(self) -> None:
        """Draw anew in the next painting already, which has no picture that fits."""
        if self._plotter is not None:
            self._render_when_painted(True)
            self._render_soon.start()

    def _on_drawn(self, *_: object) -> None:
        """Compare rather than be told by VTK: one picture may come of many small moves."""
        camera = self.camera()
        if camera != self._told:
            self._told = camera
            self.camera_moved.emit(camera)

    def _render(self) -> None:
        if self._plotter is not None:
            self._render_when_painted(False)
            self._plotter.render()

    def _render_when_painted(self, on: bool) -> None:
        """Choose whether the plotter draws the mesh again each time it is painted.

        Painting is also for what lies beside and over the mesh, and comes after each drawing;
        the picture of before serves it as well, and drawing it takes a software renderer long.
        """
        interactor = self._plotter.iren.interactor
        (interactor.EnableRenderOn if on else interactor.EnableRenderOff)()


def _hovers(event: QEvent) -> bool:
    """Return whether the mouse moves with no button held."""
    if not isinstance(event, QMouseEvent) or event.type() != QEvent.Type.MouseMove:
        return False
    return event.buttons() == Qt.MouseButton.NoButton


def _surface(mesh: TriangleMesh, look: Look) -> Any:
    """Return the pyvista mesh that is drawn, with smooth normals and the colors of its look."""
    import pyvista

    make_surface: Any = pyvista.PolyData.from_regular_faces
    surface = make_surface(mesh.vertices, mesh.faces)
    surface.point_data.active_normals = vertex_normals(mesh)
    if look.colors is not None:
        surface.point_data.set_scalars(look.colors, "colors")
    return surface


def _add_surface(plotter: Any, surface: Any, look: Look) -> Any:
    """Put a surface in the place of the one before; return its actor."""
    painted = {} if look.colors is None else {"scalars": "colors", "rgb": True}
    actor = plotter.add_mesh(
        surface,
        name="face",
        show_scalar_bar=False,
        reset_camera=False,
        render=False,
        **painted,
        **look.material,
    )
    # The normals are there already; pyvista would compute its own, and split the surface.
    actor.prop.interpolation = "Phong"
    return actor
