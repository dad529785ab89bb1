"""The 3-D viewport: the only module that touches pyvistaqt.

A plotter may be touched on the GUI thread only, renders only when something changed
(``auto_update=False``), and is closed before its window goes. Importing it takes over a
second, so it is imported in the background and the viewport made when that is done.
"""

from __future__ import annotations

import logging
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.settings import Coloring
from app.views.cameras import VIEW_ANGLE_DEG, Camera, StandardView, between, frame_mesh
from app.views.legend import Legend
from app.views.looks import paint
from app.views.theme import DARK, Colors
from vrn_core.types import FloatArray, TriangleMesh

log = logging.getLogger(__name__)

TURN_MS = 260
SHEET_MARGIN = 12
"""Between a sheet over the viewport and the viewport's border, in pixels."""
# Lamps move with the camera; their places are in its coordinates: x right, y up, z near.
LAMPS: tuple[tuple[tuple[float, float, float], str, float], ...] = (
    ((-0.75, 0.85, 0.9), "#fff3e6", 0.78),
    ((0.95, 0.05, 0.85), "#dfe8ff", 0.42),
    ((0.55, 0.6, -1.0), "#eef2ff", 0.42),
    ((0.0, -0.9, 0.45), "#ffffff", 0.12),
)


def import_viewport() -> None:
    """Import what the viewport needs; safe on any thread."""
    import pyvistaqt  # noqa: F401


def viewport_works(platform: str) -> bool:
    """Return whether Qt's platform can show OpenGL; the offscreen ones cannot."""
    return platform not in ("offscreen", "minimal", "vnc", "linuxfb")


class MeshView(QWidget):
    """Shows one mesh of the canonical frame; keeps the camera from mesh to mesh."""

    ready = Signal()
    rendered = Signal()

    def __init__(self) -> None:
        super().__init__()
        # A pyvistaqt.QtInteractor; its annotations are not fit for a type checker.
        self._plotter: Any = None
        self._actor: Any = None
        self._mesh: TriangleMesh | None = None
        self._confidence: FloatArray | None = None
        self._coloring = Coloring.SHADED
        self._colors: Colors = DARK
        self._framed = False
        self._standard: StandardView | None = None
        self._closed = False
        self.animated = True
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.legend = Legend(self)
        self.legend.hide()
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
        plotter.setAccessibleName("Mesh")
        self._column.addWidget(plotter)
        self.legend.raise_()
        self._plotter = plotter
        self._add_lamps()
        plotter.camera.view_angle = VIEW_ANGLE_DEG
        self.tint(self._colors)
        self._show()
        self.ready.emit()
        return True

    def set_mesh(self, mesh: TriangleMesh | None, confidence: FloatArray | None = None) -> None:
        """Show a mesh of the canonical frame, or nothing.

        `confidence` (V,) in [0, 1] tells how far each vertex can be trusted.
        """
        if mesh is not self._mesh:
            self._mesh, self._confidence = mesh, confidence
            self._show()

    def set_coloring(self, coloring: Coloring) -> None:
        """Paint the surface in another way."""
        if coloring is not self._coloring:
            self._coloring = coloring
            self.legend.setVisible(coloring is Coloring.CONFIDENCE)
            self._place_legend()
            self._show()

    def show_from(self, view: StandardView) -> None:
        """Turn the camera to a standard view of the whole mesh."""
        if self._plotter is None or self._mesh is None:
            return
        camera = self._framing(self._mesh, view)
        self._turning.stop()
        if self.animated and self._framed and self.isVisible():
            self._route = (self.camera(), camera)
            self._turning.start()
        else:
            self._place(camera)
        self._framed, self._standard = True, view

    def reset_view(self) -> None:
        """Show the whole mesh from the front."""
        self.show_from(StandardView.FRONT)

    def camera(self) -> Camera:
        """Return where the camera is now."""
        if self._plotter is None:
            raise RuntimeError("the viewport is not there yet")
        place = self._plotter.camera
        return Camera(tuple(place.position), tuple(place.focal_point), tuple(place.up))

    def picture(self) -> Any:
        """Return the picture shown (H, W, 3) uint8, or None without a viewport."""
        if self._plotter is None:
            return None
        self._plotter.render()
        return self._plotter.screenshot(return_img=True)

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
        if self._mesh is not None and self._standard is not None and self._plotter is not None:
            self._turning.stop()
            self._place(self._framing(self._mesh, self._standard))

    def close_viewport(self) -> None:
        """Free the viewport; must come before its window goes."""
        self._closed = True
        self._turning.stop()
        self._render_soon.stop()
        if self._plotter is not None:
            plotter, self._plotter, self._actor = self._plotter, None, None
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
            self._standard = None
        return super().eventFilter(watched, event)

    def _framing(self, mesh: TriangleMesh, view: StandardView) -> Camera:
        return frame_mesh(mesh.vertices, view, self.width() / max(self.height(), 1))

    def _add_lamps(self) -> None:
        import pyvista

        if self._plotter is None:
            return
        for position, color, strength in LAMPS:
            lamp = pyvista.Light(
                position=position, color=color, intensity=strength, light_type="camera light"
            )
            self._plotter.add_light(lamp)

    def _show(self) -> None:
        plotter, mesh = self._plotter, self._mesh
        if plotter is None:
            return
        if mesh is None:
            if self._actor is not None:
                plotter.remove_actor(self._actor, render=False)
                self._actor = None
        else:
            import pyvista

            make_surface: Any = pyvista.PolyData.from_regular_faces
            surface = make_surface(mesh.vertices, mesh.faces)
            look = paint(mesh, self._confidence, self._coloring, self._colors)
            painted: dict[str, Any] = {}
            if look.colors is not None:
                surface["colors"] = look.colors
                painted = {"scalars": "colors", "rgb": True}
            self._actor = plotter.add_mesh(
                surface,
                name="face",
                smooth_shading=True,
                show_scalar_bar=False,
                reset_camera=False,
                render=False,
                **painted,
                **look.material,
            )
            if not self._framed:
                self.reset_view()
        self._render_soon.start()

    def _place_legend(self) -> None:
        self.legend.adjustSize()
        self.legend.move(SHEET_MARGIN, self.height() - self.legend.height() - SHEET_MARGIN)

    def _on_turned(self, fraction: float) -> None:
        if self._route:
            self._place(between(*self._route, float(fraction)))

    def _place(self, camera: Camera) -> None:
        if self._plotter is None:
            return
        place = self._plotter.camera
        place.position, place.focal_point, place.up = camera.position, camera.target, camera.up
        self._plotter.reset_camera_clipping_range()
        self._render_soon.start()

    def _render(self) -> None:
        if self._plotter is not None:
            self._plotter.render()
            self.rendered.emit()
