"""The built-in benchmark: the test split's people, each turned to thirteen yaws.

Every item is a picture of a head that was turned by face profiling, with the exact shape it
was drawn from. The people were seen neither in training nor in validation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import cv2
import numpy as np

from vrn_core.data.config import DataConfig
from vrn_core.data.dataset import PortraitDataset, prepare, render_turned
from vrn_core.data.profiling import place_face, solid_in_image
from vrn_core.data.voxelization import voxelize
from vrn_core.evaluation.alignment import align_to_surface
from vrn_core.evaluation.matching import FAILED_NME, nearest_face
from vrn_core.evaluation.methods import Method, MethodSettings, create_method
from vrn_core.evaluation.metrics import (
    distance_to_surface,
    interocular_distance,
    landmark_nme,
    nme_interocular,
    volume_iou,
)
from vrn_core.evaluation.workers import gather
from vrn_core.pose import rotation_from_pose
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import ByteArray, FloatArray, Pose, TriangleMesh

LANDMARK_SOURCES = ("detected", "true")
YAWS_DEG = tuple(range(-90, 91, 15))
CANVAS = 320
"""Side of the pictures; the face spans about 90 pixels, so a detector has to find it."""


@dataclass(frozen=True)
class PortraitItem:
    """One picture and its truth, in the picture's pixels."""

    name: str
    yaw_deg: float
    photo: ByteArray
    """(320, 320, 3) RGB."""
    landmarks: FloatArray
    """(68, 3)."""
    vertices: FloatArray
    """(6706, 3) the face."""
    solid: TriangleMesh


@dataclass(frozen=True)
class PortraitScore:
    """What one method reached on one picture."""

    name: str
    yaw_deg: float
    landmarks: str
    """"detected" or "true": which ones guided the network."""
    found: bool
    iou: float | None
    """``None`` of a method without volumes."""
    nme_interocular: float
    landmark_nme: float
    nme_icp: float | None = None
    """As `nme_interocular`, after a rigid alignment; ``None`` if it was not asked for."""


class PortraitBenchmark:
    """The pictures of a split's people."""

    def __init__(self, split: str = "test") -> None:
        self._dataset = PortraitDataset(DataConfig(resolution="none"), split)

    def __len__(self) -> int:
        return len(self._dataset.portraits)

    def name(self, number: int) -> str:
        """Return the name of a person."""
        return self._dataset.portraits[number].name

    def items(self, number: int, yaws_deg: Sequence[float] = YAWS_DEG) -> Iterator[PortraitItem]:
        """Yield the pictures of one person, one a yaw."""
        dataset = self._dataset
        person = prepare(dataset.head, dataset.portraits[number])
        neighbor = dataset.portraits[(number + 1) % len(self)].load()
        behind = cv2.blur(cv2.resize(neighbor, (CANVAS, CANVAS)), (31, 31)).astype(np.float32)
        vertices = person.texture.shape
        for yaw in yaws_deg:
            pose = Pose(float(yaw), 0.0, 0.0)
            placement = place_face(dataset.model, vertices, rotation_from_pose(pose), size=CANVAS)
            image = render_turned(dataset.head, person, vertices, pose, placement, behind.copy())
            yield PortraitItem(
                name=person.portrait.name,
                yaw_deg=float(yaw),
                photo=np.clip(image, 0, 255).astype(np.uint8),
                landmarks=placement.apply(vertices[dataset.model.landmark_vertices]),
                vertices=placement.apply(vertices[: dataset.model.parts.face_end]),
                solid=solid_in_image(dataset.model, vertices, placement),
            )


ICP_EVERY = 5
"""Of the true vertices, which lie a millimetre or two apart, every so many are aligned."""


def score_item(
    item: PortraitItem, method: Method, detected: bool = True, icp: bool = False
) -> PortraitScore:
    """Reconstruct one picture, from detected or from true landmarks, and compare."""
    label = "detected" if detected else "true"
    face = (
        nearest_face(method.faces(item.photo), item.landmarks)
        if detected
        else method.face_from_landmarks(item.photo, item.landmarks)
    )
    if face is None:
        return PortraitScore(
            name=item.name,
            yaw_deg=item.yaw_deg,
            landmarks=label,
            found=False,
            iou=0.0,
            nme_interocular=FAILED_NME,
            landmark_nme=FAILED_NME,
            nme_icp=FAILED_NME if icp else None,
        )
    iou = nme_icp = None
    if face.volume is not None:
        solid = TriangleMesh(face.crop.to_crop(item.solid.vertices), item.solid.faces)
        iou = volume_iou(face.volume, voxelize(solid))
    if icp:
        aligned = align_to_surface(item.vertices[::ICP_EVERY], face.mesh)
        away = distance_to_surface(aligned, face.mesh).mean()
        nme_icp = float(away / interocular_distance(item.landmarks))
    return PortraitScore(
        name=item.name,
        yaw_deg=item.yaw_deg,
        landmarks=label,
        found=True,
        iou=iou,
        nme_interocular=nme_interocular(item.vertices, face.mesh, item.landmarks),
        landmark_nme=landmark_nme(face.landmarks, item.landmarks),
        nme_icp=nme_icp,
    )


SAVE_EVERY = 5
"""People between two times that the scores are handed over to be saved."""


def evaluate_portraits(
    method: str,
    settings: MethodSettings,
    *,
    split: str = "test",
    people: int | None = None,
    landmark_sources: Sequence[str] = LANDMARK_SOURCES,
    icp: bool = False,
    workers: int = 1,
    scores: Sequence[PortraitScore] = (),
    save: Callable[[list[PortraitScore]], None] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> list[PortraitScore]:
    """Score a method on all pictures of a split's people.

    Parameters
    ----------
    method : str
        One of :data:`~vrn_core.evaluation.methods.METHOD_NAMES`.
    settings : MethodSettings
        What it is made with, once in every worker.
    split : str
    people : int, optional
        Only the first so many.
    landmark_sources : "detected" and/or "true"
    icp : bool
        Whether to measure after a rigid alignment as well.
    workers : int
        Processes that share the people; 1 works in this one.
    scores : sequence of PortraitScore
        Of people scored before, who are not scored again; they head the result.
    save : callable, optional
        Called with all scores every :data:`SAVE_EVERY` people and at the end, also when the
        work is stopped.
    """
    benchmark = PortraitBenchmark(split)
    done = {score.name for score in scores}
    numbers = [n for n in range(len(benchmark))[:people] if benchmark.name(n) not in done]
    results = list(scores)
    work = partial(_score_in_worker, method, settings, split, tuple(landmark_sources), icp)
    gather(
        work,
        numbers,
        results.extend,
        workers=workers,
        save=None if save is None else lambda: save(results),
        save_every=SAVE_EVERY,
        name=lambda number: f"{method} {benchmark.name(number)}",
        progress=progress,
        cancel=cancel,
    )
    return results


@lru_cache(maxsize=1)
def _benchmark(split: str) -> PortraitBenchmark:
    return PortraitBenchmark(split)


# One method is evaluated after the other; only the last is kept in memory.
_method = lru_cache(maxsize=1)(create_method)


def _score_in_worker(
    method: str,
    settings: MethodSettings,
    split: str,
    landmark_sources: Sequence[str],
    icp: bool,
    number: int,
) -> list[PortraitScore]:
    """Score all pictures of one person."""
    made = _method(method, settings)
    return [
        score_item(item, made, source == "detected", icp)
        for item in _benchmark(split).items(number)
        for source in landmark_sources
    ]


YAW_RANGES = (("0-30", 0, 30), ("45", 31, 59), ("60-90", 60, 90))
"""Of the absolute yaw, degrees."""

Row = dict[str, float | str | int | None]


def table_rows(scores: Sequence[PortraitScore]) -> list[Row]:
    """Return one row a yaw and landmark source, then rows of the ranges of absolute yaw."""
    rows: list[Row] = []
    for source in dict.fromkeys(s.landmarks for s in scores):
        own = [s for s in scores if s.landmarks == source]
        groups: list[tuple[str, list[PortraitScore]]] = [
            (f"{yaw:+.0f}", [s for s in own if s.yaw_deg == yaw])
            for yaw in sorted({s.yaw_deg for s in own})
        ]
        for label, low, high in YAW_RANGES:
            groups.append((label, [s for s in own if low <= abs(s.yaw_deg) <= high]))
        groups.append(("all", own))
        rows += [_row(source, label, group) for label, group in groups if group]
    return rows


def _row(source: str, label: str, group: Sequence[PortraitScore]) -> Row:
    def mean(name: str) -> float | None:
        values = [value for score in group if (value := getattr(score, name)) is not None]
        # A method without volumes has a value, 0, only where it failed.
        return float(np.mean(values)) if len(values) == len(group) else None

    return {
        "landmarks": source,
        "yaw_deg": label,
        "pictures": len(group),
        "found": sum(s.found for s in group) / len(group),
        "iou": mean("iou"),
        "nme_interocular": mean("nme_interocular"),
        "nme_icp": mean("nme_icp"),
        "landmark_nme": mean("landmark_nme"),
    }


def format_table(rows: Sequence[Row]) -> str:
    """Return the rows as a table of text."""

    def cell(value: float | str | int | None, width: int) -> str:
        return f"{'-' if value is None else format(value, '.4f'):>{width}}"

    lines = [
        f"{'landmarks':10}{'yaw':>7}{'pictures':>10}{'found':>8}{'IoU':>8}"
        f"{'NME':>9}{'after ICP':>11}{'landmark NME':>14}"
    ]
    for row in rows:
        lines.append(
            f"{row['landmarks']:10}{row['yaw_deg']:>7}{row['pictures']:>10}{row['found']:>8.1%}"
            f"{cell(row['iou'], 8)}{cell(row['nme_interocular'], 9)}"
            f"{cell(row.get('nme_icp'), 11)}{cell(row['landmark_nme'], 14)}"
        )
    return "\n".join(lines)
