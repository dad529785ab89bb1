"""The ways to turn a photo into a face's shape that benchmarks compare, by their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from vrn_core.config import choose
from vrn_core.errors import DataError, EmptyVolumeError, NoFaceFoundError
from vrn_core.types import ByteArray, FaceCrop, FloatArray, Reconstruction, TriangleMesh

METHOD_NAMES = ("vrn", "vrn-multitask", "vrn-guided", "parametric", "eos", "3ddfa")


@dataclass(frozen=True)
class FaceShape:
    """What a method says of one face, in the photo frame."""

    landmarks: FloatArray
    """(68, 3)."""
    mesh: TriangleMesh
    crop: FaceCrop
    volume: ByteArray | None = None
    """(200, 192, 192) occupancy probability times 255, axes (z, y, x), in the crop.

    ``None`` where the method has no closed surface to fill one from.
    """


class Method(Protocol):
    """One way to turn a photo into the shapes of its faces."""

    def faces(self, photo: ByteArray) -> list[FaceShape]:
        """Return the faces of a photo (H, W, 3) uint8 RGB, none if none was found."""

    def face_from_landmarks(self, photo: ByteArray, landmarks: FloatArray) -> FaceShape | None:
        """Return the face whose true landmarks (68, 3) in the photo frame are given.

        ``None`` if no surface came of it.
        """


@dataclass(frozen=True)
class MethodSettings:
    """What a method is made with, besides its name."""

    volume_model: str | None = None
    """Name of a shipped network or a file, instead of the method's own."""
    landmark_model: str = "landmarks-lite"
    device: str = "cpu"
    flip: bool = True
    """Whether networks also look at the mirrored face."""
    eos_folder: str | None = None
    """The Surrey Face Model's files, by default ``eos`` of the data folder."""
    three_ddfa_folder: str | None = None
    """3DDFA's files, by default ``3ddfa`` of the data folder."""

    def of(self, method: str) -> MethodSettings:
        """Return the settings that concern one method."""
        if method.startswith("vrn") or method == "parametric":
            own = self.volume_model or f"{method}-lite"
            return replace(self, volume_model=own, eos_folder=None, three_ddfa_folder=None)
        if method == "eos":
            return replace(self, volume_model=None, three_ddfa_folder=None)
        return replace(self, volume_model=None, eos_folder=None)


def create_method(name: str, settings: MethodSettings) -> Method:
    """Return a method by its name.

    Raises :class:`ConfigError` for an unknown name, and :class:`ModelFileError` or
    :class:`DataError` saying which of the method's files is missing or damaged.
    """
    choose("the method", name, METHOD_NAMES)
    # Each brings a library of its own, which the others can do without.
    if name == "eos":
        from vrn_core.evaluation.eos_method import EosMethod

        return EosMethod(settings)
    if name == "3ddfa":
        from vrn_core.evaluation.three_ddfa import ThreeDdfaMethod

        return ThreeDdfaMethod(settings)
    if name == "parametric":
        from vrn_core.evaluation.parametric_method import ParametricMethod

        return ParametricMethod(settings.of(name))
    return VolumeMethod(settings.of(name))


class VolumeMethod:
    """Our volume networks, by the :class:`~vrn_core.inference.reconstructor.Reconstructor`."""

    def __init__(self, settings: MethodSettings) -> None:
        from vrn_core.inference.reconstructor import DEFAULT_MODEL, Reconstructor

        self._reconstructor = Reconstructor(
            settings.volume_model or DEFAULT_MODEL,
            settings.landmark_model,
            device=settings.device,
            flip=settings.flip,
        )
        self._reconstructor.accelerate()

    def faces(self, photo: ByteArray) -> list[FaceShape]:
        """Return the faces of a photo."""
        try:
            return [_shape(face) for face in self._reconstructor.reconstruct(photo)]
        except (NoFaceFoundError, EmptyVolumeError):
            return []

    def face_from_landmarks(self, photo: ByteArray, landmarks: FloatArray) -> FaceShape | None:
        """Return the face that the given landmarks guide to."""
        try:
            return _shape(self._reconstructor.reconstruct_from_landmarks(photo, landmarks))
        except EmptyVolumeError:
            return None


def _shape(face: Reconstruction) -> FaceShape:
    return FaceShape(face.landmarks, face.mesh, face.crop, face.volume)


Fit = Callable[[ByteArray, FloatArray], FaceShape]


class LandmarkMethod:
    """A method that starts from our own detector and landmarks, as VRN-Guided does."""

    def __init__(self, settings: MethodSettings, fit: Fit) -> None:
        from vrn_core.inference.detection import FaceDetector
        from vrn_core.inference.device import choose_device
        from vrn_core.inference.landmarks import LandmarkFinder
        from vrn_core.inference.runtime import Network
        from vrn_core.models import model_path

        device = choose_device(settings.device)
        network = Network(model_path(settings.landmark_model), device)
        network.accelerate()
        self._detector = FaceDetector()
        self._landmarks = LandmarkFinder(network, device, flip=settings.flip)
        self._fit = fit

    def faces(self, photo: ByteArray) -> list[FaceShape]:
        """Return the faces of a photo."""
        found = self._landmarks.find(photo, self._detector.detect(photo))
        return [self._fit(photo, landmarks.points) for landmarks in found]

    def face_from_landmarks(self, photo: ByteArray, landmarks: FloatArray) -> FaceShape | None:
        """Return the face fitted to given landmarks (68, 3)."""
        return self._fit(photo, landmarks)


def peer_file(folder: str | None, default: Path, name: str, how: str) -> Path:
    """Return a peer's file; raise :class:`DataError` saying how to get it if it is missing."""
    path = (Path(folder) if folder else default) / name
    if not path.is_file():
        raise DataError(f"there is no {path}; {how}")
    return path
