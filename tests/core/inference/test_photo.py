"""Photos of every kind become upright RGB pixels; what is no photo gets one clear sentence."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrn_core.errors import PhotoError
from vrn_core.inference import photo as photo_module
from vrn_core.inference.photo import find_photos, load_photo
from vrn_core.resources import resource

SIZE = (48, 32)
EXIF_ORIENTATION = 0x0112


@pytest.fixture
def picture() -> Image.Image:
    """Return a smooth picture of 48 x 32 pixels that looks different in every corner."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]] / 48.0
    return Image.fromarray((np.stack([x, y, 1 - x], axis=2) * 255).astype(np.uint8))


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds almost nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def encoded(image: Image.Image, format: str, **settings: object) -> bytes:
    content = io.BytesIO()
    image.save(content, format, **settings)
    return content.getvalue()


def error_of(path: Path) -> str:
    """Return what reading a file that cannot be read says."""
    with pytest.raises(PhotoError) as caught:
        load_photo(path)
    text = str(caught.value)
    assert "\n" not in text
    assert path.name in text
    return text


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_files_give_their_very_pixels(
    format: str, picture: Image.Image, tmp_path: Path
) -> None:
    path = tmp_path / f"photo.{format.lower()}"
    picture.save(path, format)

    pixels = load_photo(path)

    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, np.asarray(picture))


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_lossy_files_give_nearly_their_pixels(
    format: str, picture: Image.Image, tmp_path: Path
) -> None:
    path = tmp_path / "photo"
    picture.save(path, format, quality=95)

    assert np.abs(load_photo(path).astype(int) - np.asarray(picture)).mean() < 3


def test_cmyk_becomes_rgb(picture: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "print.jpg"
    picture.convert("CMYK").save(path, quality=95)

    assert np.abs(load_photo(path).astype(int) - np.asarray(picture)).mean() < 6


@pytest.mark.parametrize("mode", ["L", "1", "LA"])
def test_gray_becomes_three_equal_channels(mode: str, picture: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "gray.png"
    picture.convert("L").convert(mode).save(path)

    pixels = load_photo(path)

    assert pixels.shape == (SIZE[1], SIZE[0], 3)
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert (pixels[..., 1] == pixels[..., 2]).all()
    assert pixels.std() > 20


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_become_eight(suffix: str, picture: Image.Image, tmp_path: Path) -> None:
    gray = np.asarray(picture.convert("L"))
    path = tmp_path / f"deep.{suffix}"
    Image.fromarray(gray.astype(np.uint16) * 257).save(path)

    np.testing.assert_array_equal(load_photo(path)[..., 1], gray)


def test_floating_point_gray_from_zero_to_one_becomes_bytes(tmp_path: Path) -> None:
    values = np.linspace(0, 1, 32 * 32, dtype=np.float32).reshape(32, 32)
    path = tmp_path / "float.tif"
    Image.fromarray(values).save(path)

    np.testing.assert_array_equal(load_photo(path)[..., 0], np.rint(values * 255))


def test_what_is_transparent_becomes_white(picture: Image.Image, tmp_path: Path) -> None:
    alpha = Image.new("L", SIZE, 255)
    alpha.paste(0, (0, 0, 24, 32))
    clear = picture.copy()
    clear.putalpha(alpha)
    path = tmp_path / "clear.png"
    clear.save(path)

    pixels = load_photo(path)

    assert (pixels[:, :24] == 255).all()
    np.testing.assert_array_equal(pixels[:, 24:], np.asarray(picture)[:, 24:])


def test_a_transparent_color_of_a_palette_becomes_white(tmp_path: Path) -> None:
    image = Image.new("P", (32, 32), 0)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.paste(1, (16, 0, 32, 32))
    path = tmp_path / "palette.png"
    image.save(path, transparency=0)

    pixels = load_photo(path)

    assert (pixels[:, :16] == 255).all()
    assert (pixels[:, 16:] == [200, 100, 50]).all()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_the_photo_upright(
    orientation: int, format: str, picture: Image.Image, tmp_path: Path
) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = picture.transpose(undo[orientation]) if orientation > 1 else picture
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    path = tmp_path / "turned"
    stored.save(path, format, exif=exif, quality=95)

    pixels = load_photo(path)

    assert pixels.shape == (SIZE[1], SIZE[0], 3)
    assert np.abs(pixels.astype(int) - np.asarray(picture)).mean() < 4


def test_damaged_exif_does_not_spoil_the_photo(picture: Image.Image, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    content = encoded(picture, "JPEG", exif=exif)
    start = content.index(b"Exif\0\0") + 6
    path = tmp_path / "odd.jpg"
    path.write_bytes(content[: start + 4] + b"\xff\xff\xff\x7f" + content[start + 8 :])

    assert load_photo(path).shape == (SIZE[1], SIZE[0], 3)


def test_of_an_animation_the_first_frame_counts(picture: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    frames = [Image.new("RGB", SIZE, color) for color in ("red", "green", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=50)

    assert (load_photo(path) == [255, 0, 0]).all()


def test_a_name_with_spaces_and_accents_is_no_obstacle(
    picture: Image.Image, tmp_path: Path
) -> None:
    path = tmp_path / "Zoë & Ürsula – été 写真.png"
    picture.save(path)

    np.testing.assert_array_equal(load_photo(path), np.asarray(picture))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "there is no photo" in error_of(tmp_path / "gone.jpg")


def test_a_folder_is_no_photo(tmp_path: Path) -> None:
    assert "is a folder" in error_of(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)

    assert "is not a file" in error_of(path)


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "zero.jpg"
    path.touch()

    assert "is empty" in error_of(path)


@pytest.mark.parametrize(
    "content", [b"This is a letter, not a photo.\n" * 20, b"\0" * 500, b"\xff\xd8", b"GIF89a"]
)
def test_what_is_not_an_image_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.jpg"
    path.write_bytes(content)

    assert "is not a photo that can be read" in error_of(path)


def test_formats_that_run_other_programs_are_not_read(picture: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "page.jpg"
    picture.save(path, "EPS")

    assert "is not a photo that can be read" in error_of(path)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "BMP", "TIFF", "PPM", "WEBP"])
def test_a_truncated_photo_is_damaged(format: str, picture: Image.Image, tmp_path: Path) -> None:
    content = encoded(picture.resize((200, 200)), format)
    path = tmp_path / "half"
    path.write_bytes(content[: len(content) // 2])

    text = error_of(path)

    assert "is damaged and cannot be read" in text or "is not a photo that can be read" in text


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP", "PPM"])
def test_no_damage_raises_anything_but_a_photo_error(
    format: str, picture: Image.Image, tmp_path: Path
) -> None:
    rng = np.random.default_rng(5)
    whole = np.frombuffer(encoded(picture, format), np.uint8)
    path = tmp_path / "bitten"
    refused = 0
    for _ in range(40):
        bitten = whole.copy()
        where = rng.integers(0, min(len(whole), 300), 4)
        bitten[where] = rng.integers(0, 256, 4)
        path.write_bytes(bitten.tobytes())
        try:
            pixels = load_photo(path)
        except PhotoError:
            refused += 1
        else:
            assert pixels.ndim == 3
    assert refused > 0


def test_one_pixel_is_too_few(tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    Image.new("RGB", (1, 1)).save(path)

    assert "is only 1 × 1 pixels; expected at least" in error_of(path)


@pytest.mark.parametrize("side", [11_500, 30_000, 2**31 - 1])
def test_a_huge_photo_is_refused_by_its_header(side: int, tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(png_header(side, side))

    text = error_of(path)

    assert "expected at most 120 megapixels" in text or "cannot be read" in text
    assert side > 30_000 or "megapixels" in text


def test_a_huge_bitmap_is_refused_by_its_header(picture: Image.Image, tmp_path: Path) -> None:
    content = bytearray(encoded(picture, "BMP"))
    content[18:26] = struct.pack("<ii", 30_000, 30_000)
    path = tmp_path / "huge.bmp"
    path.write_bytes(content)

    assert "expected at most 120 megapixels" in error_of(path)


def test_want_of_memory_is_told_as_size(
    picture: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "photo.png"
    picture.save(path)

    def no_memory(image: Image.Image) -> None:
        raise MemoryError

    monkeypatch.setattr(photo_module, "_to_rgb", no_memory)

    assert "more pixels than memory" in error_of(path)


def test_the_sample_photo_is_read() -> None:
    assert load_photo(resource("sample.jpg")).shape == (512, 512, 3)


def test_photos_are_found_in_folders_below_and_files_are_kept(tmp_path: Path) -> None:
    wanted = ["b.JPG", "a/c d.png", "a/deep/é.webp"]
    others = ["notes.txt", ".hidden.jpg", ".thumbnails/b.jpg", "a/mesh.glb"]
    for name in wanted + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    named = tmp_path / "notes.txt"

    found = find_photos([named, tmp_path])

    assert found[0] == named
    assert sorted(found[1:]) == sorted(tmp_path / name for name in wanted)


def test_a_hidden_folder_that_was_named_is_searched(tmp_path: Path) -> None:
    folder = tmp_path / ".private"
    folder.mkdir()
    (folder / "a.jpg").touch()

    assert find_photos([folder]) == [folder / "a.jpg"]
