"""What fusing several photos of one person gains, on the portraits turned to known yaws.

The true face is carried into the canonical frame by its true landmarks, the predictions by
their own; so the error holds that of pose and size as well, unless both are aligned first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import EmptyVolumeError, FusionError, NoFaceFoundError
from vrn_core.evaluation.alignment import align_to_surface
from vrn_core.evaluation.matching import FAILED_NME, nearest_face
from vrn_core.evaluation.metrics import distance_to_surface, interocular_distance
from vrn_core.evaluation.portraits import ICP_EVERY, PortraitBenchmark, PortraitItem
from vrn_core.evaluation.workers import gather
from vrn_core.inference.frames import canonical_frame
from vrn_core.inference.fusion import View, fuse
from vrn_core.inference.identity import SAME_DISTANCE, describe_face
from vrn_core.inference.reconstructor import (
    DEFAULT_IOD_MM,
    DEFAULT_MODEL,
    LANDMARK_MODEL,
    Reconstructor,
)
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import Reconstruction, TriangleMesh

YAW_SETS: tuple[tuple[int, ...], ...] = (
    (0, 45),
    (-30, 30),
    (-30, 0, 30),
    (-60, 0, 60),
    (-60, -30, 0, 30, 60),
)
"""Degrees at which the photos to be fused are taken."""
YAWS_DEG = tuple(sorted({yaw for yaws in YAW_SETS for yaw in yaws}))

Errors = tuple[float, float]
"""Mean distance over the interocular distance, as it is and after a rigid alignment."""
FAILED: Errors = (FAILED_NME, FAILED_NME)


@dataclass(frozen=True)
class FusionScore:
    """What one set of photos of one person reached."""

    name: str
    yaws_deg: str
    """Of the photos, separated by spaces."""
    fused: float
    fused_icp: float
    frontal: float
    """Of the most frontal of the photos alone."""
    frontal_icp: float
    singles: float
    """The mean of all the photos alone."""
    singles_icp: float
    agreement: float
    """The least overlap of a view with the fused volume; 0 where none was made."""


@dataclass(frozen=True, eq=False)
class PersonResult:
    """The scores of a person, and what the network that compares faces makes of each photo."""

    scores: tuple[FusionScore, ...]
    descriptors: Mapping[int, NDArray[np.float64]]
    """(128,) by yaw, of the photos in which the face was found."""


@dataclass(frozen=True)
class FusionWork:
    """What the benchmark is run with; see :class:`~vrn_core.inference.reconstructor.Reconstructor`.

    Can be sent to other processes.
    """

    split: str = "test"
    model: str = DEFAULT_MODEL
    landmark_model: str = LANDMARK_MODEL
    device: str = "cpu"
    flip: bool = True

    def reconstructor(self) -> Reconstructor:
        """Return what reconstructs the photos."""
        return Reconstructor(self.model, self.landmark_model, device=self.device, flip=self.flip)


def evaluate_fusion(
    work: FusionWork,
    *,
    people: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> list[PersonResult]:
    """Fuse every set of photos of every person of a split, and measure."""
    numbers = range(len(PortraitBenchmark(work.split)))[:people]
    results: list[PersonResult] = []
    gather(
        partial(_score_in_worker, work),
        numbers,
        results.append,
        workers=workers,
        name=lambda number: f"person {number + 1}",
        progress=progress,
        cancel=cancel,
    )
    return results


_made: dict[FusionWork, tuple[PortraitBenchmark, Reconstructor]] = {}


def _score_in_worker(work: FusionWork, number: int) -> PersonResult:
    if work not in _made:
        _made[work] = PortraitBenchmark(work.split), work.reconstructor()
    benchmark, reconstructor = _made[work]
    return score_person(list(benchmark.items(number, YAWS_DEG)), reconstructor)


def score_person(items: Sequence[PortraitItem], reconstructor: Reconstructor) -> PersonResult:
    """Return the scores of one person's photos, one at each of :data:`YAWS_DEG`."""
    errors: dict[int, Errors] = {}
    views: dict[int, View] = {}
    descriptors: dict[int, NDArray[np.float64]] = {}
    for item in items:
        yaw = round(item.yaw_deg)
        face = _face(reconstructor, item)
        errors[yaw] = FAILED
        if face is not None:
            errors[yaw] = _errors(face.mesh_canonical, item, reconstructor.iod_mm)
            views[yaw] = View.of(face, item.photo, f"{yaw:+d}")
            descriptors[yaw] = describe_face(item.photo, face.landmarks)
    scores = tuple(_score(items[0], yaws, errors, views) for yaws in YAW_SETS)
    return PersonResult(scores, descriptors)


def _score(
    item: PortraitItem,
    yaws: Sequence[int],
    errors: Mapping[int, Errors],
    views: Mapping[int, View],
) -> FusionScore:
    fused, agreement = FAILED, 0.0
    try:
        made = fuse([views[yaw] for yaw in yaws if yaw in views])
        fused = _errors(made.surface.mesh_canonical, item)
        agreement = min(made.agreement)
    except (FusionError, EmptyVolumeError):
        pass
    frontal = errors[min(yaws, key=abs)]
    singles = np.mean([errors[yaw] for yaw in yaws], axis=0)
    return FusionScore(
        name=item.name,
        yaws_deg=" ".join(f"{yaw:+d}" if yaw else "0" for yaw in yaws),
        fused=fused[0],
        fused_icp=fused[1],
        frontal=frontal[0],
        frontal_icp=frontal[1],
        singles=float(singles[0]),
        singles_icp=float(singles[1]),
        agreement=agreement,
    )


def _face(reconstructor: Reconstructor, item: PortraitItem) -> Reconstruction | None:
    try:
        return nearest_face(reconstructor.reconstruct(item.photo), item.landmarks)
    except (NoFaceFoundError, EmptyVolumeError):
        return None


def _errors(mesh: TriangleMesh, item: PortraitItem, iod_mm: float = DEFAULT_IOD_MM) -> Errors:
    """Return the errors of a mesh in the canonical frame."""
    to_canonical = canonical_frame(item.landmarks, iod_mm)
    vertices = to_canonical.apply(item.vertices).astype(np.float32)
    unit = interocular_distance(to_canonical.apply(item.landmarks).astype(np.float32))
    aligned = align_to_surface(vertices[::ICP_EVERY], mesh)
    return (
        float(distance_to_surface(vertices, mesh).mean() / unit),
        float(distance_to_surface(aligned, mesh).mean() / unit),
    )


@dataclass(frozen=True)
class FusionRow:
    """The means over all people of one set of yaws."""

    yaws_deg: str
    people: int
    frontal: float
    singles: float
    fused: float
    frontal_icp: float
    singles_icp: float
    fused_icp: float
    better: float
    """Share of the people whose fused mesh is nearer to the truth than the frontal photo's."""
    agreement: float
    """The least of all."""


def fusion_rows(results: Sequence[PersonResult]) -> list[FusionRow]:
    """Return one row for each set of yaws."""
    scores = [score for result in results for score in result.scores]
    rows = []
    for yaws in dict.fromkeys(score.yaws_deg for score in scores):
        own = [score for score in scores if score.yaws_deg == yaws]
        means = {
            name: float(np.mean([getattr(score, name) for score in own]))
            for name in (
                "frontal",
                "singles",
                "fused",
                "frontal_icp",
                "singles_icp",
                "fused_icp",
            )
        }
        better = float(np.mean([score.fused < score.frontal for score in own]))
        agreement = min(score.agreement for score in own)
        rows.append(FusionRow(yaws, len(own), **means, better=better, agreement=agreement))
    return rows


@dataclass(frozen=True)
class IdentityRow:
    """How well the comparison of faces does on pairs of photos turned up to some yaw."""

    yaw_deg: int
    same_pairs: int
    same_refused: float
    """Share of the pairs of one person that are taken for two."""
    other_pairs: int
    other_passed: float
    """Share of the pairs of two people that are taken for one."""


def identity_rows(results: Sequence[PersonResult]) -> list[IdentityRow]:
    """Return one row for each greatest yaw; every photo is compared with every other."""
    rows = []
    for limit in sorted({abs(yaw) for yaw in YAWS_DEG} - {0}):
        faces = [
            (person, descriptor)
            for person, result in enumerate(results)
            for yaw, descriptor in result.descriptors.items()
            if abs(yaw) <= limit
        ]
        if len(faces) < 2:
            continue
        people = np.array([person for person, _ in faces])
        points = np.stack([descriptor for _, descriptor in faces])
        one, other = np.triu_indices(len(points), 1)
        near = np.linalg.norm(points[one] - points[other], axis=1) <= SAME_DISTANCE
        same = people[one] == people[other]
        rows.append(
            IdentityRow(
                limit,
                int(same.sum()),
                float(np.mean(~near[same])) if same.any() else 0.0,
                int((~same).sum()),
                float(np.mean(near[~same])) if (~same).any() else 0.0,
            )
        )
    return rows
