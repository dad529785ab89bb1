"""The truth about each item: what its face's shape is, and where it lies in its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vrn_core.errors import DataError
from vrn_core.evaluation.matching import nearest_face
from vrn_core.evaluation.metrics import interocular_distance
from vrn_core.evaluation.photos300w import read_photo
from vrn_core.evaluation.scan_files import ScanLimits, read_scan
from vrn_core.evaluation.scan_heads import ScanFacts, ScanHead, place_head, read_facts
from vrn_core.finetune.items import Item, Kind
from vrn_core.finetune.relief import STILL, ScannedFace, scanned_face
from vrn_core.inference.landmarks import DOUBTFUL, LandmarkResult
from vrn_core.inference.photo import load_photo
from vrn_core.morphable.face_model import FaceModel
from vrn_core.morphable.fitting import FaceFit, fit_landmarks
from vrn_core.pose import FLIP, Similarity, fit_similarity
from vrn_core.types import ByteArray, FloatArray

FindLandmarks = Callable[[ByteArray], Sequence[LandmarkResult]]

LIMITS = ScanLimits(megabytes=500, triangles=3_000_000)
SMALLEST_FACE = 40.0
"""Distance of the outer corners of the eyes, in pixels, below which a photo teaches little."""
FARTHEST_FIT = 0.12
"""Mean distance between a photo's landmarks and those of its scan or its fit, in interocular
distances, beyond which the two do not belong together."""
FINEST_GAP = 0.05
"""Share of a face that a scan may lack without a word."""


@dataclass(frozen=True)
class Label:
    """What was found out about one item."""

    item: Item
    landmarks: FloatArray
    """(68, 3): in the photo frame; of a scan alone, in its own axes and unit."""
    scan: ScanFacts | None = None
    """With these the scan is placed."""
    camera: Similarity | None = None
    """Of a photo with a scan: from the placed scan to the viewer's axes in photo pixels."""
    fit: FaceFit | None = None
    """The face model laid over the photo."""
    notes: tuple[str, ...] = ()
    """What is not as good as it could be."""


class Labeller:
    """Finds labels.

    Parameters
    ----------
    folder : Path
        In which the items lie.
    find_landmarks : callable
        Returns the landmarks of a photo's faces.
    model : FaceModel
        It is fitted to photos that have no scan.
    """

    def __init__(self, folder: Path, find_landmarks: FindLandmarks, model: FaceModel) -> None:
        self._folder, self._find, self._model = folder, find_landmarks, model

    def label(self, item: Item) -> Label:
        """Return the label of an item.

        Raises
        ------
        VrnError
            Saying what is wrong with which file.
        """
        if item.kind is Kind.SCAN:
            return self._scan(item)
        if item.kind is Kind.PAIR:
            return self._pair(item)
        return self._photo(item)

    def _scan(self, item: Item) -> Label:
        head, face = read_scanned(self._folder, item, None, self._find)
        assert head.facts.landmarks is not None
        return Label(
            item, head.facts.landmarks, scan=head.facts, notes=(*_gaps(face), *_gray(head))
        )

    def _pair(self, item: Item) -> Label:
        head, face = read_scanned(self._folder, item, None, self._find)
        photo = _read_photo(self._folder, item)
        seen = _only_face(item, self._find(photo))
        viewer = seen.points.astype(np.float64) @ FLIP
        camera = fit_similarity(head.landmarks[STILL], viewer[STILL])
        off = (camera.apply(head.landmarks) - viewer)[STILL, :2]
        eyes = interocular_distance(seen.points)
        distance = float(np.linalg.norm(off, axis=1).mean()) / eyes
        if distance > FARTHEST_FIT:
            raise DataError(
                f"{item.photo} and {item.scan} do not show the same face at the same time: their "
                f"landmarks lie {distance:.0%} of the eyes' distance apart; expected at most "
                f"{FARTHEST_FIT:.0%}"
            )
        landmarks = (camera.apply(head.landmarks) @ FLIP).astype(np.float32)
        notes = (*_gaps(face), *_small(eyes))
        return Label(item, landmarks, scan=head.facts, camera=camera, notes=notes)

    def _photo(self, item: Item) -> Label:
        photo = _read_photo(self._folder, item)
        if item.kind is Kind.ANNOTATED:
            landmarks = self._annotated(item, photo)
        else:
            landmarks = _only_face(item, self._find(photo)).points
        fit = fit_landmarks(self._model, landmarks)
        eyes = interocular_distance(landmarks)
        distance = fit.residual_mm * fit.camera.scale / eyes
        if distance > FARTHEST_FIT:
            raise DataError(
                f"the face model cannot follow the landmarks of {item.name}: they lie "
                f"{distance:.0%} of the eyes' distance apart; expected at most {FARTHEST_FIT:.0%}"
            )
        return Label(item, landmarks, fit=fit, notes=_small(eyes))

    def _annotated(self, item: Item, photo: ByteArray) -> FloatArray:
        """Return the landmarks of the photo's own file, with depths found where it has none."""
        assert item.photo is not None
        reasons = []
        for data_set in ("aflw2000-3d", "300w-lp"):
            try:
                landmarks = read_photo(data_set, self._folder, item.photo).landmarks
                break
            except DataError as error:
                reasons.append(str(error))
        else:
            raise DataError(f"{item.name} is neither of AFLW2000-3D nor of 300W-LP: {reasons[0]}")
        if landmarks.shape[1] == 3:
            return landmarks
        seen = nearest_face([_Seen(r.points) for r in self._find(photo)], landmarks)
        if seen is None:
            raise DataError(
                f"{item.name} has landmarks without depth, and no face was found there from which "
                "to take it"
            )
        return np.column_stack([landmarks, seen.landmarks[:, 2]]).astype(np.float32)


@dataclass(frozen=True)
class _Seen:
    landmarks: FloatArray


def read_scanned(
    folder: Path, item: Item, facts: ScanFacts | None, find: FindLandmarks
) -> tuple[ScanHead, ScannedFace]:
    """Return an item's scan and the closed face on it.

    `facts` place it without a search; with ``None`` the JSON file beside it is asked, and then
    the landmarks are searched with `find`.
    """
    assert item.scan is not None
    path = folder / item.scan
    head = place_head(read_scan(path, LIMITS), read_facts(path) if facts is None else facts, find)
    return head, scanned_face(head.surface, head.landmarks)


def _read_photo(folder: Path, item: Item) -> ByteArray:
    assert item.photo is not None
    return load_photo(folder / item.photo)


def _only_face(item: Item, found: Sequence[LandmarkResult]) -> LandmarkResult:
    """Return the largest face of a photo; raise if there is none, or none that is sure."""
    if not found:
        raise DataError(f"no face was found in {item.photo}; leave it out, or crop it to the face")
    largest = max(found, key=lambda face: interocular_distance(face.points))
    if largest.sharpness < DOUBTFUL:
        raise DataError(
            f"the landmarks in {item.photo} are not sure; leave it out, or choose a sharper photo"
        )
    return largest


def _gaps(face: ScannedFace) -> tuple[str, ...]:
    if face.missing <= FINEST_GAP:
        return ()
    return (f"{face.missing:.0%} of the face is missing on the scan and was filled",)


def _gray(head: ScanHead) -> tuple[str, ...]:
    return () if head.colored else ("the scan has no colors: the network will see gray faces",)


def _small(eyes: float) -> tuple[str, ...]:
    if eyes >= SMALLEST_FACE:
        return ()
    return (f"the face is small: the eyes lie {eyes:.0f} pixels apart",)
