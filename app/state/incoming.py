"""What a drop or the clipboard brings: files, folders or an image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from app.state.sources import is_project


@dataclass(frozen=True)
class Incoming:
    """Paths of files and folders, or an image without a file."""

    paths: tuple[Path, ...] = ()
    image: QImage | None = None

    def __bool__(self) -> bool:
        return bool(self.paths) or self.image is not None


def brings_something(mime: QMimeData) -> bool:
    """Return whether there is anything of use, without decoding it."""
    return mime.hasImage() or any(url.isLocalFile() for url in mime.urls())


def read_incoming(mime: QMimeData) -> Incoming:
    """Return what is brought; local files come before the image that may come with them."""
    paths = tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    if paths:
        return Incoming(paths=paths)
    image = mime.imageData() if mime.hasImage() else None
    if isinstance(image, QImage) and not image.isNull():
        return Incoming(image=image)
    return Incoming()


def announce(mime: QMimeData) -> tuple[str, str]:
    """Return what a drop would do: title and text."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if len(paths) == 1 and paths[0].is_dir():
        return "Drop to add this folder", f"All photos in {paths[0].name} come to the list"
    if len(paths) == 1 and is_project(paths[0]):
        return "Drop to open this project", f"{paths[0].name} comes in place of the list"
    if len(paths) == 1:
        return "Drop to make a mesh", paths[0].name
    if paths:
        return f"Drop to add {len(paths)} files", "Each photo gets its own meshes"
    return "Drop to make a mesh", "The image comes to the list"
