"""The right panel: the mesh, how it is painted and seen, and figures about the face."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QVBoxLayout

from app.marks import QT_TRANSLATE_NOOP
from app.settings import Coloring, Light
from app.state.photo import PhotoItem, PhotoState
from app.translation import number, percent, translate
from app.views.actions import Actions
from app.views.cameras import StandardView
from app.views.choice_button import ChoiceButton
from app.views.compare_view import CompareView
from app.views.mesh_keys import MeshKeys
from app.views.mesh_view import MeshView
from app.views.parts import (
    FOOTER_HEIGHT,
    HEADER_HEIGHT,
    ElidedLabel,
    EmptyPage,
    label,
    strip,
    tool_button,
)
from app.views.photo_card import PhotoCard
from app.views.photo_controls import PhotoControls
from app.views.surface_controls import SurfaceControls
from app.views.theme import Colors
from vrn_core.project.contents import FaceResult
from vrn_core.types import FloatArray, TriangleMesh

VIEWS = {
    "view_front": StandardView.FRONT,
    "view_three_quarter": StandardView.THREE_QUARTER,
    "view_left": StandardView.LEFT,
    "view_right": StandardView.RIGHT,
    "view_top": StandardView.TOP,
}
COLORINGS = {
    "shaded": Coloring.SHADED,
    "photo_colors": Coloring.PHOTO,
    "wireframe": Coloring.WIREFRAME,
    "normals": Coloring.NORMALS,
    "confidence": Coloring.CONFIDENCE,
}
NEED_MESH = (
    "copy_picture",
    "export",
    "export_again",
    "export_as",
    "from_photo",
    "measure",
    "reset_surface",
    "reset_view",
    "save_picture",
    "save_video",
)
LIGHTS = {f"light_{light.value}": light for light in Light}
ABSENCES = {
    PhotoState.WAITING: (
        QT_TRANSLATE_NOOP("Mesh", "Waiting"),
        QT_TRANSLATE_NOOP("Mesh", "The photos before this one come first."),
    ),
    PhotoState.WORKING: (
        QT_TRANSLATE_NOOP("Mesh", "Making the mesh"),
        QT_TRANSLATE_NOOP("Mesh", "It takes about a second a face."),
    ),
    PhotoState.FAILED: (
        QT_TRANSLATE_NOOP("Mesh", "No mesh"),
        QT_TRANSLATE_NOOP("Mesh", "The note under the photo says what to do."),
    ),
    PhotoState.CANCELLED: (
        QT_TRANSLATE_NOOP("Mesh", "Stopped"),
        QT_TRANSLATE_NOOP("Mesh", "Choose Try Again (F5) to make the mesh."),
    ),
    PhotoState.DONE: (
        QT_TRANSLATE_NOOP("Mesh", "No mesh"),
        QT_TRANSLATE_NOOP("Mesh", "No face was found in this photo."),
    ),
}
"""Why there is no mesh of a photo: title and text."""


class MeshPanel(QFrame):
    """Shows the mesh of the selected face."""

    coloring_chosen = Signal(object)
    light_chosen = Signal(object)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._actions = actions
        self.view = MeshView()
        self.keys = MeshKeys(self.view)
        self.empty = EmptyPage("empty-mesh", QSize(100, 130))
        self._title = label(translate("Mesh", "Mesh"), "panelTitle")
        self._facts = ElidedLabel("muted")
        self.controls = SurfaceControls()
        self.controls.hide()
        self.photo_controls = PhotoControls()
        self.photo_controls.hide()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        self.pair = CompareView(self.stack, self.view, actions["difference"])
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._make_header())
        column.addWidget(self.pair, 1)
        column.addWidget(self.photo_controls)
        column.addWidget(self.controls)
        column.addWidget(self._make_footer())
        self.view.ready.connect(self._update_page)
        for name, view in VIEWS.items():
            actions[name].triggered.connect(lambda _=False, view=view: self._show_from(view))
        actions["from_photo"].toggled.connect(self._update_card)
        self.photo_controls.opacity.chosen.connect(self.view.set_opacity)
        self.view.set_opacity(self.photo_controls.opacity.choice())
        actions["adjust"].toggled.connect(self._update_page)
        actions["measure"].toggled.connect(self.view.set_measuring)
        actions["measure"].toggled.connect(self._update_facts)
        self.view.measured.connect(self._on_measured)
        actions["reset_surface"].triggered.connect(self.controls.reset)
        actions["reset_view"].triggered.connect(lambda: self._show_from(StandardView.FRONT))
        for name, coloring in COLORINGS.items():
            actions[name].triggered.connect(
                lambda _=False, coloring=coloring: self.coloring_chosen.emit(coloring)
            )
        for name, light in LIGHTS.items():
            actions[name].triggered.connect(
                lambda _=False, light=light: self.light_chosen.emit(light)
            )
        self._has_mesh = False
        self._photo: PhotoItem | None = None
        self._picture: QImage | None = None
        self._distance_mm: float | None = None
        self.show_photo(None)

    def show_photo(self, photo: PhotoItem | None, picture: QImage | None = None) -> None:
        """Show the selected face of a photo, or why there is none; the picture may follow."""
        face = photo.face if photo else None
        self._photo, self._picture = photo, picture
        self._has_mesh = face is not None
        if face:
            self.controls.show_settings(face.settings)
            self.view.set_mesh(face.mesh_canonical, face.vertex_confidence)
        else:
            self.controls.settle()
            self.view.set_mesh(None)
        if photo and face:
            place = translate("Mesh", "Mesh")
            if len(photo.faces) > 1:
                place = translate("Mesh", "Face {number} of {count}").format(
                    number=photo.selected_face + 1, count=len(photo.faces)
                )
            self._title.setText(place)
        else:
            self._title.setText(translate("Mesh", "Mesh"))
            self.empty.set_words(*_absence(photo))
        choice = photo is not None and len(photo.faces) > 1
        for name in ("previous_face", "next_face"):
            self._actions[name].setEnabled(choice)
        for button in self._face_buttons:
            button.setVisible(choice)
        for name in (*VIEWS, *NEED_MESH):
            self._actions[name].setEnabled(self._has_mesh)
        self._update_card()
        self._update_facts()
        self._update_page()

    def show_picture(self, picture: QImage | None) -> None:
        """Take the picture of the photo whose face is shown."""
        self._picture = picture
        self._update_card()

    def preview(self, mesh: TriangleMesh, confidence: FloatArray) -> None:
        """Show a mesh for the eye in the place of the selected face's."""
        self.view.set_mesh(mesh, confidence)
        self._facts.setText(_over(translate("Mesh", "Preview"), mesh))

    def show_live(self, mesh: TriangleMesh | None, sharpness: float) -> None:
        """Show the mesh of a live face, which stands as it does before the camera."""
        self._has_mesh = mesh is not None
        if mesh is not None:
            self.view.set_mesh(mesh, np.full(len(mesh.vertices), sharpness, np.float32))
            # The window is put together anew for each painting, which costs as much as drawing.
            self.view.draw_at_once()
            self._facts.setText(translate("Mesh", "Live"))
        else:
            self.empty.set_words(
                translate("Mesh", "No face in sight"),
                translate("Mesh", "Come nearer, or turn on a light."),
            )
        self._update_page()

    def set_coloring(self, coloring: Coloring) -> None:
        """Paint the mesh."""
        name = next(name for name, chosen in COLORINGS.items() if chosen is coloring)
        self._actions[name].setChecked(True)
        self.pair.set_coloring(coloring)

    def set_light(self, light: Light) -> None:
        """Light the mesh."""
        name = next(name for name, chosen in LIGHTS.items() if chosen is light)
        self._actions[name].setChecked(True)
        self.pair.set_light(light)

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self.empty.tint(colors)
        self.pair.tint(colors)

    def tell_no_viewport(self) -> None:
        """Say that this display cannot show the mesh; everything else goes on working."""
        self.empty.set_words(
            translate("Mesh", "The 3-D view is not available"),
            translate("Mesh", "This display has no OpenGL. Meshes can still be made and exported."),
        )

    def _on_measured(self, distance_mm: float | None) -> None:
        self._distance_mm = distance_mm
        self._update_facts()

    def _update_facts(self) -> None:
        face = self._photo.face if self._photo else None
        if face is None:
            text = ""
        elif not self._actions["measure"].isChecked():
            text = describe_face(face)
        elif self._distance_mm is None:
            text = translate("Mesh", "Mark two points: click or Enter")
        else:
            text = translate("Mesh", "{distance} mm between the points")
            text = text.format(distance=number(self._distance_mm, 1))
        self._facts.setText(text)
        self._facts.setToolTip(explain_face(face) if face else "")

    def _show_from(self, view: StandardView) -> None:
        self._actions["from_photo"].setChecked(False)
        self.view.show_from(view)

    def _update_card(self) -> None:
        wanted = self._actions["from_photo"].isChecked()
        photo, card = self._photo, None
        if wanted and photo and photo.face and photo.size and self._picture is not None:
            card = PhotoCard.behind(photo.face, self._picture, photo.size)
        self.view.set_card(card)
        self.photo_controls.setVisible(wanted and self._has_mesh)

    def _update_page(self) -> None:
        shown = self._has_mesh and self.view.is_ready
        if self._has_mesh and not shown:
            self.empty.set_words(
                translate("Mesh", "Preparing the 3-D view"),
                translate("Mesh", "This takes a moment at the start."),
            )
        self.stack.setCurrentWidget(self.view if shown else self.empty)
        of_photo = self._photo is not None and self._photo.face is not None
        self.controls.setVisible(of_photo and self._actions["adjust"].isChecked())

    def _make_header(self) -> QFrame:
        header, row = strip("panelHeader", HEADER_HEIGHT)
        row.addWidget(self._title)
        self._face_buttons = [
            tool_button(self._actions[name], 18) for name in ("previous_face", "next_face")
        ]
        for button in self._face_buttons:
            row.addWidget(button)
        row.addStretch()
        row.addWidget(
            ChoiceButton(
                translate("Mesh", "Look"),
                [self._actions[name] for name in COLORINGS],
                [(translate("Mesh", "Light"), [self._actions[name] for name in LIGHTS])],
            )
        )
        row.addSpacing(6)
        export = QPushButton(translate("Mesh", "Export"))
        export.setObjectName("primary")
        action = self._actions["export_as"]
        export.setToolTip(action.toolTip())
        export.clicked.connect(action.trigger)
        action.changed.connect(lambda: export.setEnabled(action.isEnabled()))
        row.addWidget(export)
        return header

    def _make_footer(self) -> QFrame:
        footer, row = strip("panelFooter", FOOTER_HEIGHT)
        row.addWidget(self._facts)
        row.addStretch()
        for name in ("adjust", "measure", "compare", "from_photo", *VIEWS, "reset_view"):
            row.addWidget(tool_button(self._actions[name]))
        return footer


def describe_face(face: FaceResult) -> str:
    """Return the figures of a face that fit into one line."""
    text = translate("Mesh", "{triangles} triangles  ·  {confidence} sure")
    return text.format(triangles=number(len(face.mesh.faces)), confidence=percent(face.confidence))


def explain_face(face: FaceResult) -> str:
    """Return all figures of a face, a line each."""
    size = face.mesh_canonical.vertices.max(axis=0) - face.mesh_canonical.vertices.min(axis=0)
    pose = face.pose
    return "\n".join(
        (
            translate("Mesh", "Head turned {yaw}°, raised {pitch}°, tilted {roll}°").format(
                yaw=number(pose.yaw_deg), pitch=number(pose.pitch_deg), roll=number(pose.roll_deg)
            ),
            translate("Mesh", "Size about {width} × {height} × {depth} mm").format(
                width=number(size[0]), height=number(size[1]), depth=number(size[2])
            ),
            translate("Mesh", "{vertices} vertices, {triangles} triangles").format(
                vertices=number(len(face.mesh.vertices)), triangles=number(len(face.mesh.faces))
            ),
            translate("Mesh", "Confidence {confidence}").format(
                confidence=percent(face.confidence)
            ),
            translate("Mesh", "Made in {time} ms").format(time=number(face.milliseconds)),
        )
    )


def _over(words: str, mesh: TriangleMesh) -> str:
    """Return words and the size of a mesh in one line."""
    triangles = translate("Mesh", "{triangles} triangles")
    return f"{words}  ·  {triangles.format(triangles=number(len(mesh.faces)))}"


def _absence(photo: PhotoItem | None) -> tuple[str, str]:
    """Return why there is no mesh: title and text."""
    if photo is None:
        return (
            translate("Mesh", "No mesh yet"),
            translate("Mesh", "The face from your photo will stand here, to turn and export."),
        )
    title, text = ABSENCES[photo.state]
    return translate("Mesh", title), translate("Mesh", text)
