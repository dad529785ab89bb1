"""The benchmarks of scans: how near reconstructions of their pictures come to their surface."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from vrn_core.errors import CancelledError, DataError, VrnError, describe_error
from vrn_core.evaluation.alignment import align_to_surface
from vrn_core.evaluation.landmark_search import LandmarkSearch
from vrn_core.evaluation.matching import FAILED_NME, nearest_face
from vrn_core.evaluation.methods import FaceShape, Method, MethodSettings, create_method
from vrn_core.evaluation.metrics import distance_to_surface, interocular_distance
from vrn_core.evaluation.scan_files import ScanLimits, read_scan
from vrn_core.evaluation.scan_heads import ScanHead, place_head, read_facts
from vrn_core.evaluation.scan_render import draw
from vrn_core.evaluation.scan_sets import Views
from vrn_core.evaluation.workers import gather
from vrn_core.ibug import INNER
from vrn_core.pose import fit_similarity
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import FloatArray, TriangleMesh

SAVE_EVERY = 5
"""Scans between two times that the scores are handed over to be saved."""
MOST_ALIGNED = 1000
"""Vertices that find the rigid alignment; it holds for all, and six numbers need no more."""


@dataclass(frozen=True)
class ViewScore:
    """What a method reached on one picture of a scan.

    Where the face was not found, every true vertex counts as an interocular distance away.
    """

    name: str
    """Of the scan."""
    yaw_deg: float
    pitch_deg: float
    colored: bool
    """Whether the scan has colors; else it was drawn in gray."""
    found: bool
    error_mm: float
    """Mean distance of the true face's vertices to the surface, after a shift along z alone."""
    error_icp_mm: float
    """The same after a rigid alignment."""
    nme: float
    nme_icp: float
    """Both in outer interocular distances of the true face, in 3-D."""


@dataclass(frozen=True)
class ScanFailure:
    """A scan without scores, and why."""

    name: str
    reason: str


@dataclass
class ScanResults:
    """What is known so far of a benchmark's scans."""

    scores: list[ViewScore] = field(default_factory=list)
    failures: list[ScanFailure] = field(default_factory=list)

    def add(self, outcome: list[ViewScore] | ScanFailure) -> None:
        """Take in what came of one more scan."""
        if isinstance(outcome, ScanFailure):
            self.failures.append(outcome)
        else:
            self.scores += outcome

    def colorless(self) -> list[str]:
        """Return the names of the scans that were drawn in gray."""
        return list(dict.fromkeys(score.name for score in self.scores if not score.colored))


@dataclass(frozen=True)
class ScanWork:
    """What is to be done with every scan."""

    root: Path
    views: Views
    method: str
    settings: MethodSettings
    limits: ScanLimits


def score_view(
    name: str, head: ScanHead, yaw_deg: float, pitch_deg: float, light: str, method: Method
) -> ViewScore:
    """Draw a head in one pose, have it reconstructed, and compare.

    An orthographic picture says nothing about how far away a face is. So before the first error
    is measured the truth moves along z alone, until its landmarks of brows, nose, eyes and mouth
    have the same mean depth as those of the reconstruction; those of the jaw have no certain
    place on a scan. For the second one it is then turned and moved as a whole to lie closest to
    the reconstruction's surface, by ICP.

    References
    ----------
    .. [1] Jackson et al., "Large Pose 3D Face Reconstruction from a Single Image via Direct
       Volumetric CNN Regression", ICCV 2017, section 4.
    """
    camera = head.camera(yaw_deg, pitch_deg)
    seed = zlib.crc32(f"{name} {yaw_deg} {pitch_deg}".encode())
    picture = draw(head.surface, camera, head.light(light, seed))
    landmarks = camera.to_photo(head.landmarks)
    face = nearest_face(method.faces(picture), landmarks)
    eyes_mm = interocular_distance(head.landmarks)
    nme, nme_icp = FAILED_NME, FAILED_NME
    if face is not None:
        plain, aligned = _distances(camera.to_photo(head.face), landmarks, face)
        eyes = interocular_distance(landmarks)
        nme, nme_icp = plain / eyes, aligned / eyes
    return ViewScore(
        name=name,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        colored=head.colored,
        found=face is not None,
        error_mm=nme * eyes_mm,
        error_icp_mm=nme_icp * eyes_mm,
        nme=nme,
        nme_icp=nme_icp,
    )


def _distances(vertices: FloatArray, landmarks: FloatArray, face: FaceShape) -> tuple[float, float]:
    """Return the mean distances in pixels of true vertices (N, 3) before and after ICP."""
    shift = face.landmarks[INNER, 2].mean() - landmarks[INNER, 2].mean()
    truth = (vertices + [0, 0, shift]).astype(np.float32)
    aligned = _align(truth, face.mesh)
    return (
        float(distance_to_surface(truth, face.mesh).mean()),
        float(distance_to_surface(aligned, face.mesh).mean()),
    )


def _align(points: FloatArray, mesh: TriangleMesh) -> FloatArray:
    """Return points (N, 3) turned and moved as a whole onto a mesh, by some of them."""
    some = points[:: -(-len(points) // MOST_ALIGNED)]
    motion = fit_similarity(some, align_to_surface(some, mesh))
    moved: FloatArray = (points @ motion.rotation.T + motion.translation).astype(np.float32)
    return moved


def evaluate_scans(
    names: Sequence[str],
    work: ScanWork,
    *,
    workers: int = 1,
    results: ScanResults | None = None,
    save: Callable[[ScanResults], None] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> ScanResults:
    """Score a method on scans; one that cannot be used is listed and stops nothing.

    Parameters
    ----------
    names : sequence of str
        Of :func:`~vrn_core.evaluation.scan_sets.list_scans`.
    work : ScanWork
    workers : int
        Processes that share the scans; 1 works in this one.
    results : ScanResults, optional
        Of other scans, to which those of `names` are added.
    save : callable, optional
        Called with all results every :data:`SAVE_EVERY` scans and at the end, also when the
        work is stopped.
    """
    results = ScanResults() if results is None else results
    gather(
        partial(_score_in_worker, work),
        names,
        results.add,
        workers=workers,
        save=None if save is None else lambda: save(results),
        save_every=SAVE_EVERY,
        progress=progress,
        cancel=cancel,
    )
    return results


# One method is evaluated after the other; only the last is kept in memory.
_method = lru_cache(maxsize=1)(create_method)


_landmark_search = lru_cache(maxsize=1)(LandmarkSearch)


def _score_in_worker(work: ScanWork, name: str) -> list[ViewScore] | ScanFailure:
    # Outside of the boundary below: without networks no scan can be scored.
    method = _method(work.method, work.settings)
    search = _landmark_search()
    try:
        path = work.root / name
        head = place_head(read_scan(path, work.limits), read_facts(path), search)
        scores = [
            score_view(name, head, yaw, pitch, work.views.light, method)
            for pitch in work.views.pitches_deg
            for yaw in work.views.yaws_deg
        ]
        if not np.isfinite([(s.nme, s.nme_icp) for s in scores]).all():
            raise DataError("its errors are not finite numbers; look at its vertices")
    except CancelledError:
        raise
    except VrnError as error:
        return ScanFailure(name, str(error))
    # One bad scan, whatever it sets off, never stops the rest.
    except Exception as error:  # noqa: BLE001
        return ScanFailure(name, describe_error(error))
    return scores
