"""Every command of the window: name, shortcut, icon and tooltip in one table."""

from __future__ import annotations

from dataclasses import dataclass

from app.marks import QT_TRANSLATE_NOOP

KEYS = (
    QT_TRANSLATE_NOOP("QShortcut", "Ctrl"),
    QT_TRANSLATE_NOOP("QShortcut", "Shift"),
    QT_TRANSLATE_NOOP("QShortcut", "Del"),
    QT_TRANSLATE_NOOP("QShortcut", "Esc"),
)
"""Known to Qt itself, but in Spanish by names that no keyboard bears and that make menus wide."""


@dataclass(frozen=True)
class Command:
    """A row of the table; `icon` names a drawing in resources/icons.

    `text` and `tip` are the English words, marked for translation.
    """

    name: str
    text: str
    tip: str
    keys: str = ""
    icon: str = ""
    checkable: bool = False
    group: str = ""


COMMANDS: tuple[Command, ...] = (
    Command(
        "open",
        QT_TRANSLATE_NOOP("Actions", "Open Photos…"),
        QT_TRANSLATE_NOOP("Actions", "Choose photos to reconstruct"),
        "Ctrl+O",
        "open",
    ),
    Command(
        "open_folder",
        QT_TRANSLATE_NOOP("Actions", "Open Folder…"),
        QT_TRANSLATE_NOOP("Actions", "Add a folder of photos"),
        "Ctrl+Shift+O",
        "folder",
    ),
    Command(
        "new",
        QT_TRANSLATE_NOOP("Actions", "New Project"),
        QT_TRANSLATE_NOOP("Actions", "Begin with an empty list of photos"),
        "Ctrl+N",
    ),
    Command(
        "open_project",
        QT_TRANSLATE_NOOP("Actions", "Open Project…"),
        QT_TRANSLATE_NOOP("Actions", "Open photos and meshes you saved"),
        "Ctrl+Alt+O",
    ),
    Command(
        "save",
        QT_TRANSLATE_NOOP("Actions", "Save Project"),
        QT_TRANSLATE_NOOP("Actions", "Save photos, faces and meshes as a project"),
        "Ctrl+S",
    ),
    Command(
        "save_as",
        QT_TRANSLATE_NOOP("Actions", "Save Project As…"),
        QT_TRANSLATE_NOOP("Actions", "Save the project to another file"),
        "Ctrl+Shift+S",
    ),
    Command(
        "pack_photos",
        QT_TRANSLATE_NOOP("Actions", "Pack Photos into the Project"),
        QT_TRANSLATE_NOOP(
            "Actions", "Put the photos themselves into the file when you save, to take it elsewhere"
        ),
        "",
        "",
        True,
    ),
    Command(
        "find_photos",
        QT_TRANSLATE_NOOP("Actions", "Find Missing Photos…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Look in another folder for photos that are not where the project says"
        ),
    ),
    Command(
        "paste",
        QT_TRANSLATE_NOOP("Actions", "Paste Photo"),
        QT_TRANSLATE_NOOP("Actions", "Add the image or files you copied"),
        "Ctrl+V",
        "paste",
    ),
    Command(
        "sample",
        QT_TRANSLATE_NOOP("Actions", "Open the Sample Photo"),
        QT_TRANSLATE_NOOP("Actions", "See what the program does with a photo of ours"),
    ),
    Command(
        "remove",
        QT_TRANSLATE_NOOP("Actions", "Remove from List"),
        QT_TRANSLATE_NOOP("Actions", "Take this photo off the list"),
        "Del",
        "remove",
    ),
    Command(
        "retry",
        QT_TRANSLATE_NOOP("Actions", "Try Again"),
        QT_TRANSLATE_NOOP("Actions", "Reconstruct this photo again"),
        "F5",
        "retry",
    ),
    Command(
        "fuse",
        QT_TRANSLATE_NOOP("Actions", "Fuse Photos"),
        QT_TRANSLATE_NOOP(
            "Actions",
            "Make one better mesh of the photos of one person that are marked in the list",
        ),
        "U",
    ),
    Command(
        "cancel",
        QT_TRANSLATE_NOOP("Actions", "Stop"),
        QT_TRANSLATE_NOOP("Actions", "Stop the work on all photos"),
        "Esc",
        "cancel",
    ),
    Command(
        "pause",
        QT_TRANSLATE_NOOP("Actions", "Pause"),
        QT_TRANSLATE_NOOP("Actions", "Let the photo in work end, and hold those that wait"),
        "H",
        "freeze",
        True,
    ),
    Command(
        "export_as",
        QT_TRANSLATE_NOOP("Actions", "Export…"),
        QT_TRANSLATE_NOOP(
            "Actions",
            "Export this face for Blender, Unreal, a printer or the web: with texture, clean "
            "quads, formats and a preview",
        ),
        "Ctrl+E",
        "export",
    ),
    Command(
        "export_again",
        QT_TRANSLATE_NOOP("Actions", "Export Again"),
        QT_TRANSLATE_NOOP(
            "Actions",
            "Export this face at once, as chosen the last time and to the same folder; nothing "
            "is replaced",
        ),
        "X",
    ),
    Command(
        "export",
        QT_TRANSLATE_NOOP("Actions", "Export as Shown…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Save this face's mesh as it is shown to a file, with colors but no texture"
        ),
        "Ctrl+M",
    ),
    Command(
        "export_all",
        QT_TRANSLATE_NOOP("Actions", "Export All Meshes…"),
        QT_TRANSLATE_NOOP("Actions", "Save the meshes of all faces of all photos to a folder"),
        "Ctrl+Shift+E",
    ),
    Command(
        "save_picture",
        QT_TRANSLATE_NOOP("Actions", "Save Picture…"),
        QT_TRANSLATE_NOOP("Actions", "Save what the 3-D view shows as an image"),
        "Ctrl+P",
    ),
    Command(
        "copy_picture",
        QT_TRANSLATE_NOOP("Actions", "Copy Picture"),
        QT_TRANSLATE_NOOP("Actions", "Copy what the 3-D view shows"),
        "Ctrl+C",
    ),
    Command(
        "save_video",
        QT_TRANSLATE_NOOP("Actions", "Save Turntable Video…"),
        QT_TRANSLATE_NOOP("Actions", "Save a video of the mesh going round once"),
        "Ctrl+Shift+P",
    ),
    Command(
        "quit",
        QT_TRANSLATE_NOOP("Actions", "Quit"),
        QT_TRANSLATE_NOOP("Actions", "Close VRN Studio"),
        "Ctrl+Q",
    ),
    Command(
        "undo",
        QT_TRANSLATE_NOOP("Actions", "Undo"),
        QT_TRANSLATE_NOOP("Actions", "Take the last change back"),
        "Ctrl+Z",
    ),
    Command(
        "redo",
        QT_TRANSLATE_NOOP("Actions", "Redo"),
        QT_TRANSLATE_NOOP("Actions", "Do again what was taken back"),
        "Ctrl+Shift+Z",
    ),
    Command(
        "preferences",
        QT_TRANSLATE_NOOP("Actions", "Preferences…"),
        QT_TRANSLATE_NOOP("Actions", "Choose language, network, device, sizes and formats"),
        "Ctrl+,",
    ),
    Command(
        "camera",
        QT_TRANSLATE_NOOP("Actions", "Live Camera"),
        QT_TRANSLATE_NOOP("Actions", "Look through a camera or play a video"),
        "V",
        "camera",
        True,
    ),
    Command(
        "video",
        QT_TRANSLATE_NOOP("Actions", "Play Video…"),
        QT_TRANSLATE_NOOP("Actions", "Let the mesh follow the face in a video"),
        "Ctrl+Shift+V",
    ),
    Command(
        "freeze",
        QT_TRANSLATE_NOOP("Actions", "Freeze"),
        QT_TRANSLATE_NOOP("Actions", "Keep the live picture as it is"),
        "Space",
        "freeze",
        True,
    ),
    Command(
        "capture",
        QT_TRANSLATE_NOOP("Actions", "Capture"),
        QT_TRANSLATE_NOOP("Actions", "Add the live picture to the list of photos"),
        "G",
    ),
    Command(
        "next_photo",
        QT_TRANSLATE_NOOP("Actions", "Next Photo"),
        QT_TRANSLATE_NOOP("Actions", "Go down the list"),
        "Ctrl+Down",
    ),
    Command(
        "previous_photo",
        QT_TRANSLATE_NOOP("Actions", "Previous Photo"),
        QT_TRANSLATE_NOOP("Actions", "Go up the list"),
        "Ctrl+Up",
    ),
    Command(
        "next_face",
        QT_TRANSLATE_NOOP("Actions", "Next Face"),
        QT_TRANSLATE_NOOP("Actions", "Go to the next face in this photo"),
        "]",
        "next",
    ),
    Command(
        "previous_face",
        QT_TRANSLATE_NOOP("Actions", "Previous Face"),
        QT_TRANSLATE_NOOP("Actions", "Go to the face before"),
        "[",
        "previous",
    ),
    Command(
        "zoom_in",
        QT_TRANSLATE_NOOP("Actions", "Zoom In"),
        QT_TRANSLATE_NOOP("Actions", "Show the photo larger"),
        "Ctrl++",
        "zoom-in",
    ),
    Command(
        "zoom_out",
        QT_TRANSLATE_NOOP("Actions", "Zoom Out"),
        QT_TRANSLATE_NOOP("Actions", "Show the photo smaller"),
        "Ctrl+-",
        "zoom-out",
    ),
    Command(
        "fit",
        QT_TRANSLATE_NOOP("Actions", "Fit Photo"),
        QT_TRANSLATE_NOOP("Actions", "Show the whole photo"),
        "Ctrl+0",
        "fit",
    ),
    Command(
        "actual",
        QT_TRANSLATE_NOOP("Actions", "Actual Pixels"),
        QT_TRANSLATE_NOOP("Actions", "Show the photo pixel by pixel"),
        "Ctrl+1",
        "actual",
    ),
    Command(
        "boxes",
        QT_TRANSLATE_NOOP("Actions", "Face Boxes"),
        QT_TRANSLATE_NOOP("Actions", "Show the boxes of the faces"),
        "B",
        "boxes",
        True,
    ),
    Command(
        "landmarks",
        QT_TRANSLATE_NOOP("Actions", "Landmarks"),
        QT_TRANSLATE_NOOP("Actions", "Show the 68 landmarks"),
        "L",
        "landmarks",
        True,
    ),
    Command(
        "add_face",
        QT_TRANSLATE_NOOP("Actions", "Draw a Face Box"),
        QT_TRANSLATE_NOOP(
            "Actions",
            "Draw a box round a face that was missed or misread, by the mouse or by arrows "
            "and Enter",
        ),
        "F",
        "add-face",
        True,
    ),
    Command(
        "correct",
        QT_TRANSLATE_NOOP("Actions", "Correct Landmarks"),
        QT_TRANSLATE_NOOP(
            "Actions",
            "Drag landmarks to where they belong; with Shift a whole brow, eye, nose, mouth or "
            "jaw; or choose them by comma and period and move them by the arrows",
        ),
        "E",
        "correct",
        True,
    ),
    Command(
        "shaded",
        QT_TRANSLATE_NOOP("Actions", "Shaded"),
        QT_TRANSLATE_NOOP("Actions", "Show the bare shape of the mesh"),
        "S",
        "shaded",
        True,
        "coloring",
    ),
    Command(
        "photo_colors",
        QT_TRANSLATE_NOOP("Actions", "Photo"),
        QT_TRANSLATE_NOOP("Actions", "Paint the mesh with the colors of the photo"),
        "C",
        "colored",
        True,
        "coloring",
    ),
    Command(
        "wireframe",
        QT_TRANSLATE_NOOP("Actions", "Wireframe"),
        QT_TRANSLATE_NOOP("Actions", "Show the edges of the triangles on the shape"),
        "W",
        "wireframe",
        True,
        "coloring",
    ),
    Command(
        "normals",
        QT_TRANSLATE_NOOP("Actions", "Normals"),
        QT_TRANSLATE_NOOP("Actions", "Paint the mesh by the direction its surface faces"),
        "N",
        "normals",
        True,
        "coloring",
    ),
    Command(
        "confidence",
        QT_TRANSLATE_NOOP("Actions", "Confidence"),
        QT_TRANSLATE_NOOP("Actions", "Show what the photo showed and what was guessed"),
        "K",
        "confidence",
        True,
        "coloring",
    ),
    Command(
        "adjust",
        QT_TRANSLATE_NOOP("Actions", "Adjust Surface"),
        QT_TRANSLATE_NOOP("Actions", "Show sliders for iso level, smoothing and triangles"),
        "T",
        "adjust",
        True,
    ),
    Command(
        "reset_surface",
        QT_TRANSLATE_NOOP("Actions", "Reset Surface"),
        QT_TRANSLATE_NOOP("Actions", "Set iso level, smoothing and triangles back"),
        "Shift+T",
    ),
    Command(
        "light_studio",
        QT_TRANSLATE_NOOP("Actions", "Studio Light"),
        QT_TRANSLATE_NOOP("Actions", "Light the mesh by a key, a fill and a rim"),
        "Alt+1",
        "",
        True,
        "light",
    ),
    Command(
        "light_soft",
        QT_TRANSLATE_NOOP("Actions", "Soft Light"),
        QT_TRANSLATE_NOOP("Actions", "Light the mesh evenly"),
        "Alt+2",
        "",
        True,
        "light",
    ),
    Command(
        "light_side",
        QT_TRANSLATE_NOOP("Actions", "Light from the Side"),
        QT_TRANSLATE_NOOP("Actions", "Let every bump throw a shadow"),
        "Alt+3",
        "",
        True,
        "light",
    ),
    Command(
        "light_above",
        QT_TRANSLATE_NOOP("Actions", "Light from Above"),
        QT_TRANSLATE_NOOP("Actions", "Light the mesh as from a ceiling"),
        "Alt+4",
        "",
        True,
        "light",
    ),
    Command(
        "measure",
        QT_TRANSLATE_NOOP("Actions", "Measure"),
        QT_TRANSLATE_NOOP("Actions", "Click two points on the mesh for the distance between them"),
        "M",
        "measure",
        True,
    ),
    Command(
        "compare",
        QT_TRANSLATE_NOOP("Actions", "Compare"),
        QT_TRANSLATE_NOOP(
            "Actions", "Show another photo's mesh, or another network's, beside this one"
        ),
        "D",
        "compare",
        True,
    ),
    Command(
        "difference",
        QT_TRANSLATE_NOOP("Actions", "Differences"),
        QT_TRANSLATE_NOOP(
            "Actions", "Paint the mesh on the right by its distance from the one on the left"
        ),
        "Shift+D",
        "difference",
        True,
    ),
    Command(
        "from_photo",
        QT_TRANSLATE_NOOP("Actions", "On the Photo"),
        QT_TRANSLATE_NOOP(
            "Actions", "Look at the mesh as the camera did, with the photo behind it"
        ),
        "P",
        "on-photo",
        True,
    ),
    Command(
        "view_front",
        QT_TRANSLATE_NOOP("Actions", "From the Front"),
        QT_TRANSLATE_NOOP("Actions", "Look at the face from the front"),
        "1",
        "view-front",
    ),
    Command(
        "view_three_quarter",
        QT_TRANSLATE_NOOP("Actions", "Three-Quarter"),
        QT_TRANSLATE_NOOP("Actions", "Look at the face half from the side"),
        "2",
        "view-three-quarter",
    ),
    Command(
        "view_left",
        QT_TRANSLATE_NOOP("Actions", "From the Left"),
        QT_TRANSLATE_NOOP("Actions", "Look at the face from the left"),
        "3",
        "view-left",
    ),
    Command(
        "view_right",
        QT_TRANSLATE_NOOP("Actions", "From the Right"),
        QT_TRANSLATE_NOOP("Actions", "Look at the face from the right"),
        "4",
        "view-right",
    ),
    Command(
        "view_top",
        QT_TRANSLATE_NOOP("Actions", "From Above"),
        QT_TRANSLATE_NOOP("Actions", "Look at the face from above"),
        "5",
        "view-top",
    ),
    Command(
        "reset_view",
        QT_TRANSLATE_NOOP("Actions", "Reset View"),
        QT_TRANSLATE_NOOP("Actions", "Show the whole face from the front"),
        "R",
        "reset-view",
    ),
    Command(
        "show_list",
        QT_TRANSLATE_NOOP("Actions", "Photo List"),
        QT_TRANSLATE_NOOP("Actions", "Show or hide the list of photos"),
        "F8",
        "close",
        True,
    ),
    Command(
        "show_photo",
        QT_TRANSLATE_NOOP("Actions", "Photo"),
        QT_TRANSLATE_NOOP("Actions", "Show or hide the photo"),
        "F9",
        "close",
        True,
    ),
    Command(
        "float_list",
        QT_TRANSLATE_NOOP("Actions", "Float Photo List"),
        QT_TRANSLATE_NOOP("Actions", "Put the list of photos into a window of its own"),
        "Shift+F8",
        "float",
        True,
    ),
    Command(
        "float_photo",
        QT_TRANSLATE_NOOP("Actions", "Float Photo"),
        QT_TRANSLATE_NOOP("Actions", "Put the photo into a window of its own"),
        "Shift+F9",
        "float",
        True,
    ),
    Command(
        "reset_layout",
        QT_TRANSLATE_NOOP("Actions", "Reset Layout"),
        QT_TRANSLATE_NOOP("Actions", "Put every panel back to its place"),
        "Ctrl+F9",
    ),
    Command(
        "theme_system",
        QT_TRANSLATE_NOOP("Actions", "Like the System"),
        QT_TRANSLATE_NOOP("Actions", "Light or dark like the system"),
        "",
        "",
        True,
        "t",
    ),
    Command(
        "theme_light",
        QT_TRANSLATE_NOOP("Actions", "Light"),
        QT_TRANSLATE_NOOP("Actions", "A light window"),
        "",
        "",
        True,
        "t",
    ),
    Command(
        "theme_dark",
        QT_TRANSLATE_NOOP("Actions", "Dark"),
        QT_TRANSLATE_NOOP("Actions", "A dark window"),
        "",
        "",
        True,
        "t",
    ),
    Command(
        "training",
        QT_TRANSLATE_NOOP("Actions", "Trainings"),
        QT_TRANSLATE_NOOP("Actions", "See how the trainings of networks go; pause and resume them"),
        "Ctrl+T",
        "training",
    ),
    Command(
        "finetune",
        QT_TRANSLATE_NOOP("Actions", "Fine-tune a Network…"),
        QT_TRANSLATE_NOOP("Actions", "Better a network on your own photos and scans of faces"),
        "Ctrl+Shift+T",
    ),
    Command(
        "models",
        QT_TRANSLATE_NOOP("Actions", "Models…"),
        QT_TRANSLATE_NOOP(
            "Actions", "Your own models beside those that ship: add, name, choose and delete them"
        ),
        "Ctrl+Shift+M",
    ),
    Command(
        "guide",
        QT_TRANSLATE_NOOP("Actions", "User's Guide"),
        QT_TRANSLATE_NOOP("Actions", "What can be done, page by page, in pictures"),
        "Shift+F1",
    ),
    Command(
        "shortcuts",
        QT_TRANSLATE_NOOP("Actions", "Keyboard Shortcuts"),
        QT_TRANSLATE_NOOP("Actions", "All keys on one sheet"),
        "F1",
    ),
    Command(
        "about",
        QT_TRANSLATE_NOOP("Actions", "About VRN Studio"),
        QT_TRANSLATE_NOOP("Actions", "Version and licenses"),
        "",
        "info",
    ),
)
