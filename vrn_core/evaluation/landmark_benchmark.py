"""The benchmarks of photos: how near reconstructions come to 68 known landmarks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from vrn_core.errors import CancelledError, VrnError, describe_error
from vrn_core.evaluation.alignment import align_to_surface
from vrn_core.evaluation.matching import FAILED_NME, nearest_face
from vrn_core.evaluation.methods import Method, MethodSettings, create_method
from vrn_core.evaluation.metrics import (
    distance_to_surface,
    interocular_distance,
    landmark_nme,
    landmark_nme_bbox,
    nme_interocular,
)
from vrn_core.evaluation.photos300w import AnnotatedPhoto, read_photo
from vrn_core.evaluation.workers import gather
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import FloatArray

SAVE_EVERY = 25
"""Photos between two times that the scores are handed over to be saved."""


@dataclass(frozen=True)
class PhotoScore:
    """What was reached on one photo; ``None`` where it cannot be told or was not asked for.

    Where the face was not found, every error counts as :data:`FAILED_NME`.
    """

    name: str
    yaw_deg: float
    found: bool
    surface_error: float | None
    """From the true landmarks to the surface, in 3-D outer interocular distances."""
    surface_error_icp: float | None
    """The same after a rigid alignment."""
    landmark_nme: float | None
    """Of the landmarks in the image, in 3-D outer interocular distances."""
    landmark_nme_bbox: float
    """Of the landmarks in the image, by the box round the true ones."""


@dataclass(frozen=True)
class PhotoFailure:
    """A photo without a score, and why."""

    name: str
    reason: str


@dataclass
class Results:
    """What is known so far of a benchmark's photos."""

    scores: list[PhotoScore] = field(default_factory=list)
    failures: list[PhotoFailure] = field(default_factory=list)

    def add(self, outcome: PhotoScore | PhotoFailure) -> None:
        """Take in what came of one more photo."""
        if isinstance(outcome, PhotoScore):
            self.scores.append(outcome)
        else:
            self.failures.append(outcome)


def score_photo(item: AnnotatedPhoto, method: Method, icp: bool = False) -> PhotoScore:
    """Reconstruct a photo, take the face whose truth is known, and compare.

    An orthographic photo says nothing about how far away a face is, so before the surface
    error is measured the truth moves along z alone, until its landmarks and the reconstruction's
    have the same mean depth. Nothing else is aligned, but with `icp` a second surface error is
    measured after the true landmarks were turned and moved onto the surface.

    Without the depth of the true landmarks only their places in the image are compared, by the
    box round them.
    """
    deep = item.landmarks.shape[1] == 3
    face = nearest_face(method.faces(item.photo), item.landmarks)
    if face is None:
        failed = FAILED_NME if deep else None
        return PhotoScore(
            name=item.name,
            yaw_deg=item.yaw_deg,
            found=False,
            surface_error=failed,
            surface_error_icp=failed if icp else None,
            landmark_nme=failed,
            landmark_nme_bbox=FAILED_NME,
        )
    surface_error = surface_error_icp = nme = None
    if deep:
        truth = at_depth_of(item.landmarks, face.landmarks)
        surface_error = nme_interocular(truth, face.mesh, truth)
        nme = landmark_nme(face.landmarks, truth)
        if icp:
            aligned = distance_to_surface(align_to_surface(truth, face.mesh), face.mesh)
            surface_error_icp = float(aligned.mean() / interocular_distance(truth))
    return PhotoScore(
        name=item.name,
        yaw_deg=item.yaw_deg,
        found=True,
        surface_error=surface_error,
        surface_error_icp=surface_error_icp,
        landmark_nme=nme,
        landmark_nme_bbox=landmark_nme_bbox(face.landmarks, item.landmarks),
    )


def at_depth_of(target: FloatArray, pred: FloatArray) -> FloatArray:
    """Return landmarks (68, 3), moved along z to the mean depth of others (68, 3)."""
    moved = target.copy()
    moved[:, 2] += pred[:, 2].mean() - target[:, 2].mean()
    return moved


def evaluate_photos(
    data_set: str,
    root: Path,
    names: Sequence[str],
    method: str,
    settings: MethodSettings,
    *,
    icp: bool = False,
    workers: int = 1,
    results: Results | None = None,
    save: Callable[[Results], None] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Results:
    """Score photos of a data set; one that cannot be read is listed and stops nothing.

    Parameters
    ----------
    data_set : str
        "aflw2000-3d" or "300w-lp".
    root : Path
        Its folder.
    names : sequence of str
        Photos of :func:`~vrn_core.evaluation.photos300w.list_photos`.
    method : str
        One of :data:`~vrn_core.evaluation.methods.METHOD_NAMES`.
    settings : MethodSettings
        What it is made with, once in every worker.
    icp : bool
        Whether to measure after a rigid alignment as well.
    workers : int
        Processes that share the photos; 1 works in this one.
    results : Results, optional
        Of other photos, to which those of `names` are added.
    save : callable, optional
        Called with all results every :data:`SAVE_EVERY` photos and at the end, also when the
        work is stopped.
    """
    results = Results() if results is None else results
    work = partial(_score_in_worker, method, settings, data_set, root, icp)
    gather(
        work,
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


def _score_in_worker(
    method: str, settings: MethodSettings, data_set: str, root: Path, icp: bool, name: str
) -> PhotoScore | PhotoFailure:
    # Outside of the boundary below: without networks no photo can be scored.
    made = _method(method, settings)
    try:
        score = score_photo(read_photo(data_set, root, name), made, icp)
    except CancelledError:
        raise
    except VrnError as error:
        return PhotoFailure(name, str(error))
    # One bad photo, whatever it sets off, never stops the rest.
    except Exception as error:  # noqa: BLE001
        return PhotoFailure(name, describe_error(error))
    if not np.isfinite([v for v in vars(score).values() if isinstance(v, float)]).all():
        return PhotoFailure(name, "its errors are not finite numbers; look at its landmarks")
    return score
