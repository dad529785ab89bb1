from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from app.state.incoming import announce, brings_something, read_incoming

pytestmark = pytest.mark.usefixtures("qapp")


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_files_with_spaces_and_accents_arrive_unharmed(tmp_path: Path) -> None:
    path = tmp_path / "Zoë at home.jpg"
    assert read_incoming(files(path)).paths == (path,)


def test_an_image_without_a_file_is_taken_as_pixels() -> None:
    mime = QMimeData()
    mime.setImageData(QImage(8, 6, QImage.Format.Format_RGB32))
    brought = read_incoming(mime)
    assert brought.image is not None
    assert (brought.image.width(), brought.image.height()) == (8, 6)


def test_the_file_comes_before_the_image_that_comes_with_it(tmp_path: Path) -> None:
    mime = files(tmp_path / "a.png")
    mime.setImageData(QImage(8, 6, QImage.Format.Format_RGB32))
    assert read_incoming(mime).image is None


@pytest.mark.parametrize("text", ["hello", "https://example.com/face.jpg"])
def test_text_and_addresses_bring_nothing(text: str) -> None:
    mime = QMimeData()
    mime.setText(text)
    mime.setUrls([QUrl(text)] if text.startswith("http") else [])
    assert not brings_something(mime)
    assert not read_incoming(mime)


def test_a_drag_says_what_a_drop_would_do(tmp_path: Path) -> None:
    assert announce(files(tmp_path))[0] == "Drop to add this folder"
    assert announce(files(tmp_path / "a.jpg"))[0] == "Drop to make a mesh"
    assert announce(files(tmp_path / "a.jpg", tmp_path / "b.jpg"))[0] == "Drop to add 2 files"
    assert announce(files(tmp_path / "a.vrn"))[0] == "Drop to open this project"
