"""Whether photos show the same person, by dlib's face recognition network [1]_.

The network turns a face that is cut out upright into 128 numbers; faces of one person lie near
one another. It runs by torch, see :mod:`vrn_core.models.descriptor`: dlib's own runtime keeps
Python's lock while it computes, so that a window beside it would stand still.

It was made for other landmarks than ours, but needs only where eyes, nose and mouth are; it was
measured on our own, see ``docs/fusion.md``.

References
----------
.. [1] King, "High Quality Face Recognition with Deep Metric Learning", dlib blog, 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csgraph

from vrn_core.errors import ConfigError, ModelFileError, ShapeError
from vrn_core.imaging import warp_image
from vrn_core.models.descriptor import CHIP_SIDE, FaceDescriptor
from vrn_core.models.weights import load_weights
from vrn_core.morphable import mean_landmarks
from vrn_core.progress import CancelToken, Progress
from vrn_core.resources import resource
from vrn_core.types import ByteArray, FloatArray

FILE = ("identity", "face-descriptor.safetensors")
SAME_DISTANCE = 0.6
"""Greatest distance between two faces of one person: the network was trained with it.

The author's own threshold, at which it tells 99.4 % of the pairs of Labeled Faces in the Wild.
"""
ALIGNED = np.r_[27:55, 60:65]
"""Landmarks by which a face is turned upright: nose, eyes and upper lip."""
CHIP_PX_PER_MM = 0.8135
CHIP_MIDDLE = (74.6, 47.9)
"""Size and place of the average face in the network's picture, measured on dlib's: its origin,
midway between the eyes, in pixels."""


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
    if landmarks.ndim != 2 or landmarks.shape[0] != 68 or landmarks.shape[1] not in (2, 3):
        raise ShapeError("landmarks", landmarks.shape, "(68, 2) or (68, 3), axes (point, xy[z])")
    chip = warp_image(photo, upright(landmarks), CHIP_SIDE)
    image = torch.from_numpy(chip).permute(2, 0, 1)[None].float()
    with torch.inference_mode():
        values: NDArray[np.float64] = _network(resource(*FILE))(image)[0].double().numpy()
    return values


def upright(landmarks: FloatArray) -> NDArray[np.float64]:
    """Return the (2, 3) similarity from the photo to the network's picture of a face.

    It lays the landmarks (68, 2 or 3) over the average ones, by least squares; in the plane a
    similarity is ``q = a * p + b`` in complex numbers.
    """
    template = CHIP_PX_PER_MM * mean_landmarks()[ALIGNED, :2].astype(np.float64) * [1, -1]
    q = (template + CHIP_MIDDLE) @ [1, 1j]
    p = landmarks[ALIGNED, :2].astype(np.float64) @ [1, 1j]
    off = p - p.mean()
    a = (off.conj() @ (q - q.mean())) / max(float((abs(off) ** 2).sum()), 1e-9)
    b = q.mean() - a * p.mean()
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


@lru_cache(maxsize=1)
def _network(path: Path) -> FaceDescriptor:
    """Return the network, which is the same for all."""
    if not path.is_file():
        raise ModelFileError(f"there is no network to compare faces, {path}; install again")
    network = FaceDescriptor()
    load_weights(network, path)
    return network.eval()
