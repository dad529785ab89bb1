"""Whether photos show the same person, by dlib's face recognition network [1]_.

The network turns an upright face of 150 x 150 pixels into 128 numbers; faces of one person lie
near one another. It was made for other landmarks than ours, but needs only where eyes, nose and
mouth are, so it was measured on our own: 60 validation people turned by face profiling, see
``docs/fusion.md``.

References
----------
.. [1] King, "High Quality Face Recognition with Deep Metric Learning", dlib blog, 2017.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph

from vrn_core.errors import ConfigError, ModelFileError, ShapeError
from vrn_core.progress import CancelToken, Progress
from vrn_core.resources import resource
from vrn_core.types import ByteArray, FloatArray

FILE = "dlib_face_recognition_resnet_model_v1.dat"
DIGEST = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
"""SHA-256 of the file: its format is dlib's own, and no other file is read as such."""
SAME_DISTANCE = 0.6
"""Greatest distance between two faces of one person: the network was trained with it.

The author's own threshold, at which it tells 99.4 % of the pairs of Labeled Faces in the Wild.
"""
CHIP_SIDE = 150
CHIP_PADDING = 0.25


@dataclass(frozen=True, eq=False)
class SamePerson:
    """How alike faces are, and whether they pass for one person's."""

    distances: NDArray[np.float64]
    """(K, K) between the descriptors of the faces."""
    same: bool
    """Whether every face is linked to every other by pairs that are near enough.

    Left and right profiles of one person are far from one another; a frontal photo between
    them links them.
    """
    least_alike: tuple[int, int]
    """The two that are farthest apart of those that are not linked, or of all."""

    @property
    def score(self) -> float:
        """The distance of the least alike two; at most :data:`SAME_DISTANCE` in one person."""
        return float(self.distances[self.least_alike])


def same_person(
    faces: Sequence[tuple[ByteArray, FloatArray]],
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> SamePerson:
    """Return whether photos show the same person.

    Parameters
    ----------
    faces : sequence of (photo, landmarks)
        At least two: photos (H, W, 3) uint8 RGB and 68 landmarks in each, (68, 2 or 3).

    Raises
    ------
    ModelFileError
        If the network is missing or damaged.
    """
    if len(faces) < 2:
        raise ConfigError(f"{len(faces)} face was given; expected two or more to compare")
    descriptors = []
    for number, (photo, landmarks) in enumerate(faces):
        if cancel is not None:
            cancel.check()
        if progress is not None:
            progress(number / len(faces), "comparing the faces")
        descriptors.append(describe_face(photo, landmarks))
    points = np.stack(descriptors)
    return judge(np.linalg.norm(points[:, None] - points[None], axis=2))


def judge(distances: NDArray[np.float64]) -> SamePerson:
    """Return the verdict on faces whose distances (K, K) are known."""
    _, group = csgraph.connected_components(distances <= SAME_DISTANCE, directed=False)
    apart = group[:, None] != group[None]
    same = not bool(apart.any())
    considered = distances if same else np.where(apart, distances, -1.0)
    one, other = np.unravel_index(int(considered.argmax()), distances.shape)
    return SamePerson(distances, same, (int(min(one, other)), int(max(one, other))))


def describe_face(photo: ByteArray, landmarks: FloatArray) -> NDArray[np.float64]:
    """Return the (128,) descriptor of a face.

    `photo` (H, W, 3) uint8 RGB; `landmarks` (68, 2 or 3) in its pixels.
    """
    import dlib

    if landmarks.ndim != 2 or landmarks.shape[0] != 68 or landmarks.shape[1] not in (2, 3):
        raise ShapeError("landmarks", landmarks.shape, "(68, 2) or (68, 3), axes (point, xy[z])")
    points = [dlib.point(round(float(x)), round(float(y))) for x, y in landmarks[:, :2]]
    (left, top), (right, bottom) = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    box = dlib.rectangle(int(left), int(top), int(right), int(bottom))
    face = dlib.full_object_detection(box, dlib.points(points))
    chip = dlib.get_face_chip(np.ascontiguousarray(photo), face, CHIP_SIDE, CHIP_PADDING)
    network = _network(resource("models", FILE))
    return np.array(network.compute_face_descriptor(chip), np.float64)


@lru_cache(maxsize=1)
def _network(path: Path) -> Any:
    """Return the network, which is the same for all."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelFileError(
            f"there is no face recognition network {path}; install the program again"
        ) from error
    if digest != DIGEST:
        raise ModelFileError(
            f"the face recognition network {path} is damaged; install the program again"
        )
    import dlib

    return dlib.face_recognition_model_v1(str(path))
