from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from app.jobs.pictures import PREVIEW_SIDE, image_of, picture_of, pixels_of, read_picture
from tests.app.conftest import write_photo
from vrn_core.errors import PhotoError

pytestmark = pytest.mark.usefixtures("qapp")


def test_pixels_survive_the_way_to_qt_and_back() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (7, 11, 3), np.uint8)
    assert np.array_equal(pixels_of(image_of(pixels)), pixels)


def test_what_is_transparent_becomes_white() -> None:
    image = QImage(2, 1, QImage.Format.Format_RGBA8888)
    image.fill(0)
    assert (pixels_of(image) == 255).all()


def test_a_photo_turned_by_its_exif_tag_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40), "red").save(tmp_path / "turned.jpg", exif=exif)
    picture = read_picture(tmp_path / "turned.jpg")
    assert picture.size == (40, 60)
    assert (picture.image.width(), picture.image.height()) == (40, 60)


def test_a_large_photo_is_shown_smaller_but_keeps_its_size(tmp_path: Path) -> None:
    path = write_photo(tmp_path / "large.jpg", (4000, 1000))
    picture = read_picture(path)
    assert picture.size == (4000, 1000)
    assert (picture.image.width(), picture.image.height()) == (PREVIEW_SIDE, PREVIEW_SIDE // 4)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "I;16"])
def test_photos_of_every_kind_are_shown(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (30, 20)).save(tmp_path / "kind.png")
    assert read_picture(tmp_path / "kind.png").size == (30, 20)


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_image_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    with pytest.raises(PhotoError, match=r"bad\.png cannot be read"):
        read_picture(path)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 5000, 3), (300, 2, 3)])
def test_odd_shapes_have_a_square_thumbnail(shape: tuple[int, int, int]) -> None:
    thumbnail = picture_of(np.zeros(shape, np.uint8)).thumbnail
    assert thumbnail.width() == thumbnail.height() > 0
