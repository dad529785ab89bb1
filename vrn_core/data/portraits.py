"""The portraits: files, people, splits, and the face model fitted to each, kept in a cache."""

from __future__ import annotations

import csv
import hashlib
import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from vrn_core.errors import DataError
from vrn_core.files import write_atomically
from vrn_core.morphable import fitting
from vrn_core.morphable.face_model import FaceModel, load_face_model
from vrn_core.morphable.fitting import FaceFit, fit_face
from vrn_core.pose import Similarity
from vrn_core.resources import cache_folder, data_folder
from vrn_core.types import ByteArray, FloatArray

logger = logging.getLogger(__name__)

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Portrait:
    """One photo of one person, and the face model laid over it."""

    name: str
    path: Path
    split: str
    group: str
    """Ethnicity as the source names it, or the empty text where it says nothing."""
    gender: str
    fit: FaceFit

    def load(self) -> ByteArray:
        """Return the photo, (H, W, 3) uint8 RGB."""
        image = cv2.imread(str(self.path), cv2.IMREAD_COLOR)
        if image is None:
            raise DataError(f"cannot read the portrait {self.path}; is it damaged?")
        return np.ascontiguousarray(image[:, :, ::-1]).astype(np.uint8)


def load_portraits(
    folder: Path | None = None,
    validation_people: int = 60,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Portrait]:
    """Return all portraits with their fits, in the order of the list.

    The first call fits the face model to every photo (half a minute) and keeps the result in
    the cache folder. Validation people are drawn from the train split, always the same ones.
    Raises :class:`DataError` if the data are missing.
    """
    folder = folder or data_folder()
    model = load_face_model(folder / "ict_facekit")
    rows, measured = _read(folder / "portraits")
    fits = _cached_fits(model, rows, measured, on_progress)
    train = sorted(
        (r["file"] for r in rows if r["split"] == "train"),
        key=lambda name: hashlib.sha256(name.encode()).hexdigest(),
    )
    validation = set(train[:validation_people])
    return [
        Portrait(
            name=Path(row["file"]).stem,
            path=folder / "portraits" / "images" / row["file"],
            split="validation" if row["file"] in validation else row["split"],
            group=row["ethnicity"],
            gender=row["gender"],
            fit=fit,
        )
        for row, fit in zip(rows, fits, strict=True)
    ]


@lru_cache(maxsize=2)
def _read(folder: Path) -> tuple[tuple[dict[str, str], ...], FloatArray]:
    try:
        with (folder / "portraits.csv").open(newline="", encoding="utf-8") as file:
            rows = tuple(csv.DictReader(file))
        with np.load(folder / "landmarks478.npz", allow_pickle=False) as arrays:
            measured = np.stack([arrays[Path(row["file"]).stem] for row in rows])
    except (OSError, KeyError, ValueError) as error:
        raise DataError(
            f"cannot read the portraits in {folder}: {error}; "
            "set VRN_DATA to the folder that holds them"
        ) from error
    return rows, measured.astype(np.float32)


def _cached_fits(
    model: FaceModel,
    rows: tuple[dict[str, str], ...],
    measured: FloatArray,
    on_progress: Callable[[int, int], None] | None,
) -> list[FaceFit]:
    digest = hashlib.sha256(measured.tobytes())
    # In the built program the module is compiled, and its source lies beside.
    digest.update(Path(fitting.__file__).with_suffix(".py").read_bytes())
    path = cache_folder() / f"fits-{digest.hexdigest()[:16]}.npz"
    table = _read_table(path, len(rows))
    if table is None:
        logger.info("fitting the face model to %d portraits", len(rows))
        fits = []
        for i, points in enumerate(measured):
            fits.append(fit_face(model, points))
            if on_progress is not None:
                on_progress(i + 1, len(rows))
        table = np.stack([_pack(fit) for fit in fits])
        buffer = io.BytesIO()
        np.savez(buffer, table=table)
        write_atomically(path, buffer.getvalue(), make_folder=True)
    return [_unpack(row, len(model.identity), len(model.expression)) for row in table]


def _read_table(path: Path, count: int) -> FloatArray | None:
    """Return a cached table, or None where it is missing or damaged: it can be made again."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            table = arrays["table"]
    except (OSError, KeyError, ValueError, EOFError):
        return None
    return table if len(table) == count else None


def _pack(fit: FaceFit) -> FloatArray:
    camera = fit.camera
    parts = [
        fit.identity,
        fit.expression,
        [camera.scale],
        camera.rotation.ravel(),
        camera.translation,
        [fit.residual_mm],
    ]
    return np.concatenate([np.asarray(p, np.float64) for p in parts])


def _unpack(row: FloatArray, count_id: int, count_expression: int) -> FaceFit:
    identity, expression, scale, rotation, translation, residual = np.split(
        row.astype(np.float64), np.cumsum([count_id, count_expression, 1, 9, 3])
    )
    return FaceFit(
        identity=identity.astype(np.float32),
        expression=expression.astype(np.float32),
        camera=Similarity(float(scale[0]), rotation.reshape(3, 3), translation),
        residual_mm=float(residual[0]),
    )
