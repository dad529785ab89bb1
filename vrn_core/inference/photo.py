"""Reading photos of any kind into upright RGB pixels."""

from __future__ import annotations

import logging
import os
import stat
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from vrn_core.errors import PhotoError
from vrn_core.types import ByteArray, FloatArray

logger = logging.getLogger(__name__)
# Pillow logs damage on top of raising; without a handler that would reach the terminal.
logging.getLogger("PIL").addHandler(logging.NullHandler())

FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "BMP", "DIB", "TIFF", "GIF", "PPM", "AVIF", "JPEG2000")
"""What Pillow may read: photos. It knows more, some of which starts other programs."""
MAX_MEGAPIXELS = 120
"""Photos with more pixels are refused by their header, before any memory is taken."""
MIN_SIDE = 16
PHOTO_SUFFIXES = (
    ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ppm", ".pgm", ".avif",
)  # fmt: skip
"""Extensions by which photos are found in a folder."""


def load_photo(path: str | os.PathLike[str]) -> ByteArray:
    """Return a photo's pixels (H, W, 3) uint8 RGB, turned upright by its EXIF tag.

    Transparent parts become white, 16 bits become 8, of an animation the first frame counts.
    Raises :class:`PhotoError` if it is missing, damaged, far too large or not a photo.
    """
    path = Path(path)
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise PhotoError(f"{path} is a folder; expected a photo")
        # Opening a pipe or a device could wait forever.
        if not stat.S_ISREG(facts.st_mode):
            raise PhotoError(f"{path} is not a file; expected a photo")
        if facts.st_size == 0:
            raise PhotoError(f"{path.name} is empty; expected a photo")
        with path.open("rb") as file:
            return _read(path, file)
    except FileNotFoundError as error:
        raise PhotoError(f"there is no photo {path}; check its name") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PhotoError(f"{path} cannot be opened: {reason}") from error


def _read(path: Path, file: BinaryIO) -> ByteArray:
    try:
        with warnings.catch_warnings():
            # Of damage to metadata, which does not matter, and of the size, judged below.
            warnings.simplefilter("ignore")
            with _open(file) as image:
                _check_size(path, image.size)
                image.seek(0)
                image.load()
                _turn_upright(image)
                return _to_rgb(image)
    except PhotoError:
        raise
    except UnidentifiedImageError as error:
        raise PhotoError(f"{path.name} is not a photo that can be read; try JPEG or PNG") from error
    except Image.DecompressionBombError as error:
        raise PhotoError(_too_large(path.name, "too many pixels")) from error
    except MemoryError as error:
        raise PhotoError(_too_large(path.name, "more pixels than memory")) from error
    # What Pillow's readers raise on damaged files is not limited to a few types.
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise PhotoError(f"{path.name} is damaged and cannot be read: {reason}") from error


def _open(file: BinaryIO) -> Image.Image:
    # The common readers are there at once; the rest takes a tenth of a second to load.
    Image.preinit()
    try:
        return Image.open(file, formats=_known_formats())
    except UnidentifiedImageError:
        Image.init()
        return Image.open(file, formats=_known_formats())


def _known_formats() -> list[str]:
    """Return those of FORMATS that Pillow has a reader of."""
    return [name for name in FORMATS if name in Image.OPEN]


def _turn_upright(image: Image.Image) -> None:
    """Turn an image by its EXIF tag, if that can be read."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except MemoryError:
        raise
    # The tags hold whatever was damaged, while the pixels have been read.
    except Exception:
        logger.info("the EXIF tags of a photo cannot be read", exc_info=True)


def _check_size(path: Path, size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise PhotoError(_too_large(path.name, f"{width} × {height} pixels"))
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"{path.name} is only {width} × {height} pixels; "
            f"expected at least {MIN_SIDE} × {MIN_SIDE}"
        )


def _too_large(name: str, found: str) -> str:
    return f"{name} has {found}; expected at most {MAX_MEGAPIXELS} megapixels: make it smaller"


def _to_rgb(image: Image.Image) -> ByteArray:
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, np.float32)
        return np.repeat(_to_bytes(values)[..., None], 3, axis=2)
    if image.mode in ("P", "PA", "LA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"), np.uint8)


def _to_bytes(values: FloatArray) -> ByteArray:
    """Bring gray values of 16 or 32 bits or floating point to 0 to 255."""
    finite = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    high = float(finite.max(initial=0.0))
    # Floating values are 0 to 1 by custom, integers 0 to 65535, unless they say otherwise.
    full = 1.0 if high <= 1.0 else 255.0 if high <= 255.0 else max(65535.0, high)
    scaled: FloatArray = np.clip(finite / full, 0, 1) * 255 + 0.5
    return scaled.astype(np.uint8)


def find_photos(paths: list[Path]) -> list[Path]:
    """Return the given files, and the photos in the given folders and below, sorted."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path / name for name in walk_photos(path))
        else:
            found.append(path)
    return found


def walk_photos(
    folder: Path,
    leave_out: Path | None = None,
    unreadable: Callable[[OSError], None] | None = None,
) -> Iterator[str]:
    """Yield the photos of a folder and below, in no order, while the folder is being read.

    Nothing of what was yielded is kept, so the folder may hold millions. What is hidden, such as
    the folders of thumbnails, is left out, and links to folders are not followed.

    Parameters
    ----------
    folder : Path
    leave_out : Path, optional
        A folder that is not looked into.
    unreadable : callable, optional
        Told of every folder that cannot be read; the walk goes on without it.

    Yields
    ------
    str
        Path below `folder`, as ``2024/anna.jpg``.
    """
    waiting = [""]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(folder / place) as entries:
                for entry in entries:
                    name = f"{place}/{entry.name}" if place else entry.name
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if leave_out is None or folder / name != leave_out:
                            waiting.append(name)
                    elif Path(name).suffix.lower() in PHOTO_SUFFIXES and entry.is_file():
                        yield name
        except OSError as error:
            if unreadable is not None:
                unreadable(error)
