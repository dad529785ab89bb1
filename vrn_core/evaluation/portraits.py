"""The built-in benchmark: the test split's people, each turned to thirteen yaws.

Every item is a picture of a head that was turned by face profiling, with the exact shape it
was drawn from. The people were seen neither in training nor in validation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from vrn_core.data.config import DataConfig
from vrn_core.data.dataset import PortraitDataset, prepare, render_turned
from vrn_core.data.profiling import place_face, solid_in_image
from vrn_core.data.voxelization import voxelize
from vrn_core.errors import EmptyVolumeError
from vrn_core.evaluation.matching import FAILED_NME, find_face
from vrn_core.evaluation.metrics import landmark_nme, nme_interocular, volume_iou
from vrn_core.evaluation.workers import shared_work
from vrn_core.morphable.face_model import NARROW_FACE_END
from vrn_core.pose import rotation_from_pose
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import ByteArray, FloatArray, Pose, Reconstruction, TriangleMesh

if TYPE_CHECKING:
    from vrn_core.inference.reconstructor import Reconstructor

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
    iou: float
    nme_interocular: float
    landmark_nme: float


class PortraitBenchmark:
    """The pictures of a split's people."""

    def __init__(self, split: str = "test") -> None:
        self._dataset = PortraitDataset(DataConfig(resolution="none"), split)

    def __len__(self) -> int:
        return len(self._dataset.portraits)

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
                vertices=placement.apply(vertices[:NARROW_FACE_END]),
                solid=solid_in_image(dataset.model, vertices, placement),
            )


def score_item(item: PortraitItem, reconstructor: Reconstructor, detected: bool) -> PortraitScore:
    """Reconstruct one picture, from detected or from true landmarks, and compare."""
    label = "detected" if detected else "true"
    result = _reconstruct(item, reconstructor, detected)
    if result is None:
        return PortraitScore(item.name, item.yaw_deg, label, False, 0.0, FAILED_NME, FAILED_NME)
    crop = result.crop
    truth = voxelize(TriangleMesh(crop.to_crop(item.solid.vertices), item.solid.faces))
    return PortraitScore(
        name=item.name,
        yaw_deg=item.yaw_deg,
        landmarks=label,
        found=True,
        iou=volume_iou(result.volume, truth),
        nme_interocular=nme_interocular(item.vertices, result.mesh, item.landmarks),
        landmark_nme=landmark_nme(result.landmarks, item.landmarks),
    )


def _reconstruct(
    item: PortraitItem, reconstructor: Reconstructor, detected: bool
) -> Reconstruction | None:
    """Return the reconstruction of the picture's face, or None if it was not found."""
    if detected:
        return find_face(reconstructor, item.photo, item.landmarks)
    try:
        return reconstructor.reconstruct_from_landmarks(item.photo, item.landmarks)
    except EmptyVolumeError:
        return None


def evaluate_person(
    benchmark: PortraitBenchmark,
    number: int,
    reconstructor: Reconstructor,
    landmark_sources: Sequence[str] = LANDMARK_SOURCES,
) -> list[PortraitScore]:
    """Score all pictures of one person, from detected and from true landmarks."""
    return [
        score_item(item, reconstructor, source == "detected")
        for item in benchmark.items(number)
        for source in landmark_sources
    ]


def evaluate_portraits(
    settings: Mapping[str, Any],
    *,
    split: str = "test",
    people: int | None = None,
    landmark_sources: Sequence[str] = LANDMARK_SOURCES,
    workers: int = 1,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> list[PortraitScore]:
    """Score all pictures of a split's people.

    Parameters
    ----------
    settings : mapping
        What the :class:`Reconstructor` is made with, once in every worker.
    split : str
    people : int, optional
        Only the first so many.
    landmark_sources : "detected" and/or "true"
    workers : int
        Processes that share the people; 1 works in this one.
    """
    work = partial(_evaluate_in_worker, dict(settings), split, tuple(landmark_sources))
    numbers = range(len(PortraitBenchmark(split)))[:people]
    scores: list[PortraitScore] = []
    with shared_work(work, numbers, workers) as results:
        for number, found in enumerate(results):
            scores += found
            if cancel is not None:
                cancel.check()
            if progress is not None:
                progress((number + 1) / len(numbers), found[0].name)
    return scores


@lru_cache(maxsize=1)
def _tools(settings: str, split: str) -> tuple[PortraitBenchmark, Reconstructor]:
    from vrn_core.inference.reconstructor import Reconstructor

    return PortraitBenchmark(split), Reconstructor(**json.loads(settings))


def _evaluate_in_worker(
    settings: dict[str, Any], split: str, landmark_sources: Sequence[str], number: int
) -> list[PortraitScore]:
    benchmark, reconstructor = _tools(json.dumps(settings, sort_keys=True), split)
    return evaluate_person(benchmark, number, reconstructor, landmark_sources)


def table_rows(scores: Sequence[PortraitScore]) -> list[dict[str, float | str | int]]:
    """Return one row a yaw and landmark source, then rows of the ranges of absolute yaw."""
    rows: list[dict[str, float | str | int]] = []
    for source in dict.fromkeys(s.landmarks for s in scores):
        own = [s for s in scores if s.landmarks == source]
        groups: list[tuple[str, list[PortraitScore]]] = [
            (f"{yaw:+.0f}", [s for s in own if s.yaw_deg == yaw])
            for yaw in sorted({s.yaw_deg for s in own})
        ]
        for label, low, high in (("0-30", 0, 30), ("45", 31, 59), ("60-90", 60, 90)):
            groups.append((label, [s for s in own if low <= abs(s.yaw_deg) <= high]))
        groups.append(("all", own))
        for label, group in groups:
            if group:
                rows.append(
                    {
                        "landmarks": source,
                        "yaw_deg": label,
                        "pictures": len(group),
                        "found": sum(s.found for s in group) / len(group),
                        "iou": float(np.mean([s.iou for s in group])),
                        "nme_interocular": float(np.mean([s.nme_interocular for s in group])),
                        "landmark_nme": float(np.mean([s.landmark_nme for s in group])),
                    }
                )
    return rows


def format_table(rows: Sequence[dict[str, float | str | int]]) -> str:
    """Return the rows as a table of text."""
    lines = [
        f"{'landmarks':10}{'yaw':>7}{'pictures':>10}{'found':>8}{'IoU':>8}"
        f"{'NME':>9}{'landmark NME':>14}"
    ]
    for row in rows:
        lines.append(
            f"{row['landmarks']:10}{row['yaw_deg']:>7}{row['pictures']:>10}{row['found']:>8.1%}"
            f"{row['iou']:>8.4f}{row['nme_interocular']:>9.4f}{row['landmark_nme']:>14.4f}"
        )
    return "\n".join(lines)


def as_json(scores: Sequence[PortraitScore]) -> dict[str, object]:
    """Return rows and every picture's scores as JSON values."""
    return {
        "benchmark": "portraits",
        "rows": table_rows(scores),
        "pictures": [asdict(s) for s in scores],
    }
