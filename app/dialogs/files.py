"""The questions for photos to open and for where to write meshes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.jobs.exporting import FORMATS
from app.settings import Settings
from app.state.sources import PHOTO_SUFFIXES
from app.translation import translate
from vrn_core.project.records import SUFFIX


def ask_photos(parent: QWidget, settings: Settings) -> list[Path]:
    """Return the photos that the user chooses; a project may be among them."""
    kinds = translate("Files", "Photos and projects")
    patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in PHOTO_SUFFIXES)
    names, _ = QFileDialog.getOpenFileNames(
        parent,
        translate("Files", "Open Photos"),
        settings.open_folder,
        f"{kinds} ({patterns} *{SUFFIX});;{_all_files()}",
    )
    if names:
        settings.open_folder = str(Path(names[0]).parent)
    return [Path(name) for name in names]


def ask_video(parent: QWidget, settings: Settings) -> Path | None:
    """Return the video file that the user chooses."""
    kinds = translate("Files", "Videos")
    name, _ = QFileDialog.getOpenFileName(
        parent,
        translate("Files", "Open Video"),
        settings.open_folder,
        f"{kinds} (*.mp4 *.mov *.avi *.mkv *.webm *.m4v);;{_all_files()}",
    )
    if not name:
        return None
    settings.open_folder = str(Path(name).parent)
    return Path(name)


def ask_folder(parent: QWidget, settings: Settings) -> Path | None:
    """Return the folder of photos that the user chooses."""
    name = QFileDialog.getExistingDirectory(
        parent, translate("Files", "Open Folder"), settings.open_folder
    )
    if not name:
        return None
    settings.open_folder = name
    return Path(name)


def ask_mesh_file(parent: QWidget, settings: Settings, stem: str) -> Path | None:
    """Return the file that a mesh shall be written to, with the suffix of its format."""
    filters = {suffix: translate("Formats", name) + f" (*.{suffix})" for suffix, name in FORMATS}
    wanted = settings.export_format if settings.export_format in filters else FORMATS[0][0]
    start = Path(settings.export_folder) / f"{stem}.{wanted}"
    name, chosen = QFileDialog.getSaveFileName(
        parent,
        translate("Files", "Export Mesh"),
        str(start),
        ";;".join(filters.values()),
        filters[wanted],
    )
    if not name:
        return None
    by_filter = next((suffix for suffix, text in filters.items() if text == chosen), wanted)
    path = with_format(Path(name), by_filter)
    settings.export_folder = str(path.parent)
    settings.export_format = path.suffix[1:].lower()
    return path


def ask_picture_file(parent: QWidget, settings: Settings, stem: str) -> Path | None:
    """Return the PNG file that a picture shall be written to."""
    return _ask_file(
        parent, settings, stem, translate("Files", "Save Picture"), "png", "PNG (*.png)"
    )


def ask_video_file(parent: QWidget, settings: Settings, stem: str) -> Path | None:
    """Return the MP4 file that a video shall be written to."""
    title, kind = translate("Files", "Save Turntable Video"), translate("Files", "MP4 video")
    return _ask_file(parent, settings, stem, title, "mp4", f"{kind} (*.mp4)")


def ask_curves_file(parent: QWidget, settings: Settings, stem: str, suffix: str) -> Path | None:
    """Return the PNG or CSV file that the curves of a training shall be written to."""
    title = translate("Files", "Save Curves")
    pattern = f"{suffix.upper()} (*.{suffix})"
    return _ask_file(parent, settings, stem, title, suffix, pattern)


def _ask_file(
    parent: QWidget, settings: Settings, stem: str, title: str, suffix: str, pattern: str
) -> Path | None:
    start = Path(settings.export_folder) / f"{stem}.{suffix}"
    name, _ = QFileDialog.getSaveFileName(parent, title, str(start), pattern)
    if not name:
        return None
    path = Path(name) if name.lower().endswith(f".{suffix}") else Path(f"{name}.{suffix}")
    settings.export_folder = str(path.parent)
    return path


def ask_mesh_folder(parent: QWidget, settings: Settings) -> Path | None:
    """Return the folder that meshes shall be written to."""
    name = QFileDialog.getExistingDirectory(
        parent, translate("Files", "Export All Meshes"), settings.export_folder
    )
    if not name:
        return None
    settings.export_folder = name
    return Path(name)


def _all_files() -> str:
    kinds = translate("Files", "All files")
    return f"{kinds} (*)"


def with_format(path: Path, chosen: str) -> Path:
    """Return a path whose suffix is a mesh format: the typed one, else the chosen one."""
    if path.suffix[1:].lower() in dict(FORMATS):
        return path
    return path.with_name(f"{path.name}.{chosen}")
