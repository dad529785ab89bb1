"""What a drop or the clipboard brings: files, folders or an image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from app.state.sources import is_project
from app.translation import Counts, translate


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
        text = translate("Drop", "All photos in {folder} come to the list")
        return translate("Drop", "Drop to add this folder"), text.format(folder=paths[0].name)
    if len(paths) == 1 and is_project(paths[0]):
        text = translate("Drop", "{project} comes in place of the list")
        return translate("Drop", "Drop to open this project"), text.format(project=paths[0].name)
    if len(paths) == 1:
        return translate("Drop", "Drop to make a mesh"), paths[0].name
    if paths:
        text = translate("Drop", "Each photo gets its own meshes")
        return Counts.tr("Drop to add %n file(s)", "", len(paths)), text
    return translate("Drop", "Drop to make a mesh"), translate(
        "Drop", "The image comes to the list"
    )
