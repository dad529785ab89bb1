"""Before and after: two networks on pictures that the fine-tuning kept for validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vrn_core.errors import DataError
from vrn_core.evaluation.matching import FAILED_NME, nearest_face
from vrn_core.evaluation.methods import FaceShape, Method, MethodSettings, create_method
from vrn_core.evaluation.metrics import distance_to_surface, interocular_distance
from vrn_core.evaluation.scan_heads import ScanHead
from vrn_core.finetune.labels import Label, read_scanned
from vrn_core.finetune.relief import ScannedFace
from vrn_core.finetune.shots import Shot, shot_of_photo, shot_of_scan
from vrn_core.finetune.store import TRAIN, VALIDATION, LabelSet
from vrn_core.ibug import INNER
from vrn_core.inference.photo import load_photo
from vrn_core.models.header import read_header
from vrn_core.models.naming import model_path
from vrn_core.morphable.face_model import FaceModel, load_face_model
from vrn_core.morphable.solid import close_solid
from vrn_core.pose import FLIP
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import TriangleMesh

YAWS_DEG = (-75.0, -40.0, -10.0, 25.0, 60.0, 90.0)
"""Poses in which scans are compared; those of training are drawn at random."""
PICTURE = 512
FACE_SIZE = 150.0
MOST_POINTS = 4000
"""Of the true face, spread evenly."""


@dataclass(frozen=True)
class View:
    """A picture and the truth about it."""

    name: str
    yaw_deg: float | None
    """``None`` of a photo."""
    shot: Shot


@dataclass(frozen=True)
class Pair:
    """What two networks reached on one picture."""

    name: str
    yaw_deg: float | None
    before: float
    """Mean distance of the true face's points to the surface, after a shift along z alone, in
    outer interocular distances; 1 where no face was found."""
    after: float


@dataclass(frozen=True)
class Comparison:
    """What a fine-tuning brought."""

    pairs: tuple[Pair, ...]

    @property
    def before(self) -> float:
        """Mean error before."""
        return float(np.mean([p.before for p in self.pairs]))

    @property
    def after(self) -> float:
        """Mean error after."""
        return float(np.mean([p.after for p in self.pairs]))

    @property
    def change(self) -> float:
        """By what share the error grew; negative where it fell."""
        return self.after / self.before - 1


def compare(
    before: str,
    after: str,
    labels: LabelSet,
    *,
    yaws_deg: Sequence[float] = YAWS_DEG,
    on_pair: Callable[[Pair, View, tuple[FaceShape | None, FaceShape | None]], None] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Reconstruct every validation picture with two models.

    Faces and landmarks are found by the program itself, as in use.

    Parameters
    ----------
    before, after : str
        Models by name or file.
    on_pair : callable, optional
        Receives each picture's errors, the picture, and what both made of it.

    Raises
    ------
    DataError
        If there is nothing to compare on.
    CancelledError
    """
    methods = _method(before), _method(after)
    count = count_views(labels, yaws_deg)
    if not count:
        raise DataError("no item is for validation, and none for training; check the data")
    pairs = []
    for number, view in enumerate(validation_views(labels, yaws_deg)):
        if cancel is not None:
            cancel.check()
        if progress is not None:
            progress(number / count, view.name)
        first, second = (_face(method, view.shot) for method in methods)
        pair = Pair(view.name, view.yaw_deg, _error(first, view.shot), _error(second, view.shot))
        pairs.append(pair)
        if on_pair is not None:
            on_pair(pair, view, (first, second))
    return Comparison(tuple(pairs))


def count_views(labels: LabelSet, yaws_deg: Sequence[float] = YAWS_DEG) -> int:
    """Return how many pictures there are to compare on."""
    return sum(len(yaws_deg) if _is_scan(label) else 1 for label in _kept(labels))


def validation_views(labels: LabelSet, yaws_deg: Sequence[float] = YAWS_DEG) -> Iterator[View]:
    """Yield the pictures that a fine-tuning did not see.

    Where no item is kept for validation, the same poses of the training's scans serve.
    """
    model = None if labels.face_model is None else Path(labels.face_model)
    for label in _kept(labels):
        name = label.item.name
        if not _is_scan(label):
            yield View(name, None, shot_of_label(label, labels.folder, model))
            continue
        scan = read_scanned(labels.folder, label.item, label.scan, lambda photo: [])
        for yaw in yaws_deg:
            yield View(name, yaw, _drawn(scan, yaw))


def shot_of_label(
    label: Label, folder: Path, face_model: Path | None, yaw_deg: float = 0.0
) -> Shot:
    """Return an item's picture and truth: its photo, or its scan turned by `yaw_deg`."""
    item = label.item
    if label.fit is not None:
        return _fitted(folder, label, load_face_model(face_model))
    scan = read_scanned(folder, item, label.scan, lambda photo: [])
    if label.camera is not None and item.photo is not None:
        photo = load_photo(folder / item.photo)
        return shot_of_photo(photo, label.landmarks, label.camera, scan[1])
    return _drawn(scan, yaw_deg)


def _drawn(scan: tuple[ScanHead, ScannedFace], yaw_deg: float) -> Shot:
    head, face = scan
    return shot_of_scan(head, face, yaw_deg, 0.0, head.light("ambient", 0), PICTURE, FACE_SIZE)


def _kept(labels: LabelSet) -> list[Label]:
    return labels.of(VALIDATION) or labels.of(TRAIN)


def _is_scan(label: Label) -> bool:
    return label.fit is None and label.camera is None


def _fitted(folder: Path, label: Label, model: FaceModel) -> Shot:
    assert label.fit is not None
    assert label.item.photo is not None
    fit = label.fit
    face = model.shape(fit.identity, fit.expression, model.parts.face_end)
    solid = close_solid(model, face)
    placed = (fit.camera.apply(solid.vertices) @ FLIP).astype(np.float32)
    front = placed[: model.parts.face_end]
    whole = TriangleMesh(placed, solid.faces)
    return Shot(
        picture=load_photo(folder / label.item.photo),
        alpha=None,
        landmarks=label.landmarks,
        solid=whole,
        surest=whole,
        widest=whole,
        front=front,
        middle_z=float((fit.camera.apply(model.middle(face)[None]) @ FLIP)[0, 2]),
    )


def _method(model: str) -> Method:
    network = read_header(model_path(model))["name"]
    return create_method(network, MethodSettings(volume_model=model))


def _face(method: Method, shot: Shot) -> FaceShape | None:
    return nearest_face(method.faces(shot.picture), shot.landmarks)


def _error(face: FaceShape | None, shot: Shot) -> float:
    if face is None:
        return FAILED_NME
    points = shot.front[:: -(-len(shot.front) // MOST_POINTS)]
    shift = face.landmarks[INNER, 2].mean() - shot.landmarks[INNER, 2].mean()
    moved = (points + [0, 0, shift]).astype(np.float32)
    eyes = interocular_distance(shot.landmarks)
    return float(distance_to_surface(moved, face.mesh).mean()) / eyes
