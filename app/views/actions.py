"""Every command of the window: name, shortcut, icon and tooltip in one table."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from app.views.icons import icon
from app.views.theme import Colors


@dataclass(frozen=True)
class Command:
    """A row of the table; `icon` names a drawing in resources/icons."""

    name: str
    text: str
    tip: str
    keys: str = ""
    icon: str = ""
    checkable: bool = False
    group: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("open", "Open Photos…", "Choose photos to reconstruct", "Ctrl+O", "open"),
    Command("open_folder", "Open Folder…", "Add a folder of photos", "Ctrl+Shift+O", "folder"),
    Command("new", "New Project", "Begin with an empty list of photos", "Ctrl+N"),
    Command("open_project", "Open Project…", "Open photos and meshes you saved", "Ctrl+Alt+O"),
    Command("save", "Save Project", "Save photos, faces and meshes as a project", "Ctrl+S"),
    Command("save_as", "Save Project As…", "Save the project to another file", "Ctrl+Shift+S"),
    Command(
        "pack_photos",
        "Pack Photos into the Project",
        "Put the photos themselves into the file when you save, to take it elsewhere",
        "",
        "",
        True,
    ),
    Command(
        "find_photos",
        "Find Missing Photos…",
        "Look in another folder for photos that are not where the project says",
    ),
    Command("paste", "Paste Photo", "Add the image or files you copied", "Ctrl+V", "paste"),
    Command("sample", "Open the Sample Photo", "See what the program does with a photo of ours"),
    Command("remove", "Remove from List", "Take this photo off the list", "Del", "remove"),
    Command("retry", "Try Again", "Reconstruct this photo again", "F5", "retry"),
    Command(
        "fuse",
        "Fuse Photos",
        "Make one better mesh of the photos of one person that are marked in the list",
        "U",
    ),
    Command("cancel", "Stop", "Stop the work on all photos", "Esc", "cancel"),
    Command(
        "pause", "Pause", "Let the photo in work end, and hold those that wait", "H", "freeze", True
    ),
    Command("export", "Export Mesh…", "Save this face's mesh to a file", "Ctrl+E", "export"),
    Command(
        "export_all",
        "Export All Meshes…",
        "Save the meshes of all faces of all photos to a folder",
        "Ctrl+Shift+E",
    ),
    Command(
        "save_picture",
        "Save Picture…",
        "Save what the 3-D view shows as an image",
        "Ctrl+P",
    ),
    Command(
        "copy_picture",
        "Copy Picture",
        "Copy what the 3-D view shows",
        "Ctrl+C",
    ),
    Command(
        "save_video",
        "Save Turntable Video…",
        "Save a video of the mesh going round once",
        "Ctrl+Shift+P",
    ),
    Command("quit", "Quit", "Close VRN Studio", "Ctrl+Q"),
    Command("undo", "Undo", "Take the last change back", "Ctrl+Z"),
    Command("redo", "Redo", "Do again what was taken back", "Ctrl+Shift+Z"),
    Command("preferences", "Preferences…", "Choose network, device, sizes and formats", "Ctrl+,"),
    Command("camera", "Live Camera", "Look through a camera or play a video", "V", "camera", True),
    Command("video", "Play Video…", "Let the mesh follow the face in a video", "Ctrl+Shift+V"),
    Command("freeze", "Freeze", "Keep the live picture as it is", "Space", "freeze", True),
    Command("capture", "Capture", "Add the live picture to the list of photos", "G"),
    Command("next_photo", "Next Photo", "Go down the list", "Ctrl+Down"),
    Command("previous_photo", "Previous Photo", "Go up the list", "Ctrl+Up"),
    Command("next_face", "Next Face", "Go to the next face in this photo", "]", "next"),
    Command("previous_face", "Previous Face", "Go to the face before", "[", "previous"),
    Command("zoom_in", "Zoom In", "Show the photo larger", "Ctrl++", "zoom-in"),
    Command("zoom_out", "Zoom Out", "Show the photo smaller", "Ctrl+-", "zoom-out"),
    Command("fit", "Fit Photo", "Show the whole photo", "Ctrl+0", "fit"),
    Command("actual", "Actual Pixels", "Show the photo pixel by pixel", "Ctrl+1", "actual"),
    Command("boxes", "Face Boxes", "Show the boxes of the faces", "B", "boxes", True),
    Command("landmarks", "Landmarks", "Show the 68 landmarks", "L", "landmarks", True),
    Command(
        "add_face",
        "Draw a Face Box",
        "Draw a box round a face that was missed or misread, by the mouse or by arrows and Enter",
        "F",
        "add-face",
        True,
    ),
    Command(
        "correct",
        "Correct Landmarks",
        "Drag landmarks to where they belong; with Shift a whole brow, eye, nose, mouth or jaw; or "
        "choose them by comma and period and move them by the arrows",
        "E",
        "correct",
        True,
    ),
    Command("shaded", "Shaded", "Show the bare shape of the mesh", "S", "shaded", True, "coloring"),
    Command(
        "photo_colors",
        "Photo",
        "Paint the mesh with the colors of the photo",
        "C",
        "colored",
        True,
        "coloring",
    ),
    Command(
        "wireframe",
        "Wireframe",
        "Show the edges of the triangles on the shape",
        "W",
        "wireframe",
        True,
        "coloring",
    ),
    Command(
        "normals",
        "Normals",
        "Paint the mesh by the direction its surface faces",
        "N",
        "normals",
        True,
        "coloring",
    ),
    Command(
        "confidence",
        "Confidence",
        "Show what the photo showed and what was guessed",
        "K",
        "confidence",
        True,
        "coloring",
    ),
    Command(
        "adjust",
        "Adjust Surface",
        "Show sliders for iso level, smoothing and triangles",
        "T",
        "adjust",
        True,
    ),
    Command(
        "reset_surface",
        "Reset Surface",
        "Set iso level, smoothing and triangles back",
        "Shift+T",
    ),
    Command(
        "light_studio",
        "Studio Light",
        "Light the mesh by a key, a fill and a rim",
        "Alt+1",
        "",
        True,
        "light",
    ),
    Command("light_soft", "Soft Light", "Light the mesh evenly", "Alt+2", "", True, "light"),
    Command(
        "light_side",
        "Light from the Side",
        "Let every bump throw a shadow",
        "Alt+3",
        "",
        True,
        "light",
    ),
    Command(
        "light_above",
        "Light from Above",
        "Light the mesh as from a ceiling",
        "Alt+4",
        "",
        True,
        "light",
    ),
    Command(
        "measure",
        "Measure",
        "Click two points on the mesh for the distance between them",
        "M",
        "measure",
        True,
    ),
    Command(
        "compare",
        "Compare",
        "Show another photo's mesh, or another network's, beside this one",
        "D",
        "compare",
        True,
    ),
    Command(
        "difference",
        "Differences",
        "Paint the mesh on the right by its distance from the one on the left",
        "Shift+D",
        "difference",
        True,
    ),
    Command(
        "from_photo",
        "On the Photo",
        "Look at the mesh as the camera did, with the photo behind it",
        "P",
        "on-photo",
        True,
    ),
    Command("view_front", "From the Front", "Look at the face from the front", "1", "view-front"),
    Command(
        "view_three_quarter",
        "Three-Quarter",
        "Look at the face half from the side",
        "2",
        "view-three-quarter",
    ),
    Command("view_left", "From the Left", "Look at the face from the left", "3", "view-left"),
    Command("view_right", "From the Right", "Look at the face from the right", "4", "view-right"),
    Command("view_top", "From Above", "Look at the face from above", "5", "view-top"),
    Command("reset_view", "Reset View", "Show the whole face from the front", "R", "reset-view"),
    Command("show_list", "Photo List", "Show or hide the list of photos", "F8", "close", True),
    Command("show_photo", "Photo", "Show or hide the photo", "F9", "close", True),
    Command(
        "float_list",
        "Float Photo List",
        "Put the list of photos into a window of its own",
        "Shift+F8",
        "float",
        True,
    ),
    Command(
        "float_photo",
        "Float Photo",
        "Put the photo into a window of its own",
        "Shift+F9",
        "float",
        True,
    ),
    Command("reset_layout", "Reset Layout", "Put every panel back to its place", "Ctrl+F9"),
    Command("theme_system", "Like the System", "Light or dark like the system", "", "", True, "t"),
    Command("theme_light", "Light", "A light window", "", "", True, "t"),
    Command("theme_dark", "Dark", "A dark window", "", "", True, "t"),
    Command("shortcuts", "Keyboard Shortcuts", "All keys on one sheet", "F1"),
    Command("about", "About VRN Studio", "Version and licenses", "", "info"),
)


class Actions(QObject):
    """The commands as QActions, by name."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        groups: dict[str, QActionGroup] = {}
        for command in COMMANDS:
            action = QAction(command.text, self)
            action.setObjectName(command.name)
            action.setCheckable(command.checkable)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            tip = command.tip
            if command.keys:
                action.setShortcut(QKeySequence(command.keys))
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                tip = f"{tip}  ({keys})"
            action.setToolTip(tip)
            # In a menu the check mark stands where the icon would.
            action.setIconVisibleInMenu(False)
            if command.group:
                if command.group not in groups:
                    groups[command.group] = QActionGroup(self)
                groups[command.group].addAction(action)
            self._actions[command.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def reword(self, name: str, text: str, tip: str) -> None:
        """Give a command another name and tooltip; its key stays."""
        action = self._actions[name]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(text)
        action.setToolTip(f"{tip}  ({keys})" if keys else tip)

    def all(self) -> list[QAction]:
        """Return all actions in the order of the table."""
        return list(self._actions.values())

    def tint(self, colors: Colors) -> None:
        """Draw the icons in the colors of the theme."""
        for command in COMMANDS:
            if command.icon:
                self._actions[command.name].setIcon(icon(command.icon, colors.text, colors.faint))
