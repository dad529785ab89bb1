"""Reading photos of any kind into upright RGB pixels."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from vrn_core.errors import PhotoError
from vrn_core.types import ByteArray

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
    if path.is_dir():
        raise PhotoError(f"{path} is a folder; expected a photo")
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            # Its size is judged below, by our own limit.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            if os.fstat(file.fileno()).st_size == 0:
                raise PhotoError(f"{path.name} is empty; expected a photo")
            with Image.open(file) as image:
                _check_size(path, image.size)
                image.seek(0)
                image.load()
                return _to_rgb(ImageOps.exif_transpose(image))
    except FileNotFoundError as error:
        raise PhotoError(f"there is no photo {path}; check its name") from error
    except UnidentifiedImageError as error:
        raise PhotoError(f"{path.name} is not a photo that can be read; try JPEG or PNG") from error
    except Image.DecompressionBombError as error:
        raise PhotoError(_too_large(path.name, "too many pixels")) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise PhotoError(f"{path.name} is damaged and cannot be read: {reason}") from error
    except MemoryError as error:
        raise PhotoError(_too_large(path.name, "more pixels than memory")) from error


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
        values = np.asarray(image, np.float64)
        return np.repeat(_to_bytes(values)[..., None], 3, axis=2)
    if image.mode == "P" or "transparency" in image.info or image.mode in ("LA", "PA", "La"):
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "RGBa"):
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return np.asarray(image.convert("RGB"), np.uint8)


def _to_bytes(values: NDArray[np.float64]) -> ByteArray:
    """Bring gray values of 16 or 32 bits or floating point to 0 to 255."""
    finite = np.nan_to_num(values)
    high = float(finite.max(initial=0.0))
    # Floating values are 0 to 1 by custom, integers 0 to 65535, unless they say otherwise.
    full = 1.0 if high <= 1.0 else 255.0 if high <= 255.0 else max(65535.0, high)
    return (np.clip(finite / full, 0, 1) * 255 + 0.5).astype(np.uint8)


def find_photos(paths: list[Path]) -> list[Path]:
    """Return the given files, and the photos in the given folders and below, sorted."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix.lower() in PHOTO_SUFFIXES)
            found += sorted(p for p in inside if p.is_file() and not p.name.startswith("."))
        else:
            found.append(path)
    return found
