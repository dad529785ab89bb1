"""From a photo to the mesh of every face in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from vrn_core.config import DEFAULT_ISO_LEVEL, Runtime
from vrn_core.errors import (
    ConfigError,
    EmptyVolumeError,
    NoFaceFoundError,
    PhotoError,
    ShapeError,
)
from vrn_core.inference.detection import DetectedFace, FaceDetector
from vrn_core.inference.device import choose_device
from vrn_core.inference.frames import canonical_frame, head_pose
from vrn_core.inference.landmarks import LandmarkFinder, LandmarkResult
from vrn_core.inference.live import FaceFollower
from vrn_core.inference.photo import load_photo
from vrn_core.inference.runtime import Network
from vrn_core.inference.volumes import VolumePredictor, decisiveness, to_bytes, to_full_bytes
from vrn_core.meshing.cleanup import clean_mesh
from vrn_core.meshing.color import color_from_photo
from vrn_core.meshing.frames import crop_to_photo, transform_mesh
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.symmetry import SymmetryPlane, complete_behind
from vrn_core.models import HALF_SHAPE, model_path, read_header
from vrn_core.models.naming import STANDARD_LANDMARKS
from vrn_core.models.naming import STANDARD_MODEL as DEFAULT_MODEL
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import (
    ByteArray,
    FaceBox,
    FaceCrop,
    FloatArray,
    Reconstruction,
)

LANDMARK_MODEL = STANDARD_LANDMARKS
DEFAULT_IOD_MM = 63.0
"""Distance between the centers of an adult's eyes, mm."""
DEFAULT_TRIANGLES = 20_000

__all__ = ["DEFAULT_MODEL", "Reconstructor", "load_photo", "model_path"]


class Reconstructor:
    """Reconstructs the faces of photos; holds detector and networks. Use one a thread.

    Parameters
    ----------
    volume_model, landmark_model : str or Path
        Name of a shipped or an own model, or a model file.
    device : str
        "cpu", "cuda", "mps" or "auto".
    iod_mm : float
        Distance between the centers of the eyes in the canonical frame.
    iso_level : float
        Probability at which the surface is taken, inside (0, 1).
    triangles : int, optional
        How many a mesh has at most; ``None`` keeps all.
    smoothing : int
        Iterations of Taubin smoothing.
    flip : bool
        Whether networks also look at the mirrored face: slower and closer to the truth.
    """

    def __init__(
        self,
        volume_model: str | Path = DEFAULT_MODEL,
        landmark_model: str | Path = LANDMARK_MODEL,
        *,
        device: str = "cpu",
        iod_mm: float = DEFAULT_IOD_MM,
        iso_level: float = DEFAULT_ISO_LEVEL,
        triangles: int | None = DEFAULT_TRIANGLES,
        smoothing: int = 15,
        flip: bool = True,
    ) -> None:
        if not iod_mm > 0:
            raise ConfigError(f"the interocular distance is {iod_mm} mm; expected more than 0")
        self.iod_mm, self.iso_level = iod_mm, iso_level
        self.triangles, self.smoothing = triangles, smoothing
        self._device = choose_device(device)
        volume_path, landmark_path = model_path(volume_model), model_path(landmark_model)
        kind = read_header(volume_path)["name"]
        if kind in ("landmarks", "parametric"):
            named = kind.removesuffix("s")
            raise ConfigError(f"{volume_path} is a {named} network; expected a volume network")
        if read_header(landmark_path)["name"] != "landmarks":
            raise ConfigError(f"{landmark_path} is a volume network; expected a landmark network")
        self._detector = FaceDetector()
        networks = [Network(path, self._device) for path in (landmark_path, volume_path)]
        self._networks = networks
        self._landmarks = LandmarkFinder(networks[0], self._device, flip=flip)
        self._volumes = VolumePredictor(networks[1], self._device, flip=flip)

    def accelerate(self, runtime: Runtime = "auto") -> None:
        """Let the fastest runtime that is here, or a chosen one, compute the networks.

        It takes about half a second to start, the first time some seconds, and so is worth
        while where many faces come. It may be called while another thread reconstructs.
        Raises :class:`ConfigError` if a chosen one is not here.
        """
        for network in self._networks:
            network.accelerate(runtime)
        if self.runtime == "openvino":
            self._detector.accelerate()

    @property
    def runtime(self) -> Runtime:
        """What computes the networks."""
        return self._networks[-1].runtime

    def reconstruct(
        self,
        photo: ByteArray,
        cancel: CancelToken | None = None,
        progress: Progress | None = None,
    ) -> list[Reconstruction]:
        """Return all faces of a photo (H, W, 3) uint8 RGB, the largest first.

        Raises :class:`NoFaceFoundError` if there is none, and :class:`CancelledError` if
        `cancel` was set.
        """
        _check_photo(photo)
        tell = _teller(cancel, progress)
        timings: dict[str, float] = {}
        tell(0.0, "looking for faces")
        with _timed(timings, "detect"):
            faces = self._detector.detect(photo)
        if not faces:
            raise NoFaceFoundError(
                "no face was found in the photo; "
                "try one in which a face is larger, brighter or less covered"
            )
        tell(0.2, "finding landmarks")
        with _timed(timings, "landmarks"):
            found = self._landmarks.find(photo, faces)
        # What all faces share is divided among them.
        shared = {name: spent / len(faces) for name, spent in timings.items()}
        results = []
        for number, (face, landmarks) in enumerate(zip(faces, found, strict=True)):
            tell(0.3 + 0.7 * number / len(faces), f"face {number + 1} of {len(faces)}")
            try:
                results.append(self._mesh(photo, face, landmarks, dict(shared), cancel))
            except EmptyVolumeError:
                # Something the detector took for a face; the others are still good.
                if number == len(faces) - 1 and not results:
                    raise
        tell(1.0, "done")
        return results

    def detect(self, photo: ByteArray) -> list[DetectedFace]:
        """Return where the faces of a photo (H, W, 3) uint8 RGB are, the largest first."""
        _check_photo(photo)
        return self._detector.detect(photo)

    def reconstruct_box(
        self, photo: ByteArray, box: FaceBox, cancel: CancelToken | None = None
    ) -> Reconstruction:
        """Return the face in a given box, which need only roughly fit it.

        Raises :class:`PhotoError` if the box is empty or lies outside the photo.
        """
        _check_photo(photo)
        height, width = photo.shape[:2]
        inside = 0 < box.center[0] < width and 0 < box.center[1] < height
        if not inside or not min(box.width, box.height) >= 1:
            raise PhotoError(
                f"the box at ({box.x:.0f}, {box.y:.0f}) of {box.width:.0f} x {box.height:.0f} "
                f"pixels is not in the photo of {width} x {height}; draw it round a face"
            )
        timings: dict[str, float] = {}
        face = DetectedFace(box, np.zeros((5, 2), np.float32))
        with _timed(timings, "landmarks"):
            (landmarks,) = self._landmarks.find(photo, [face])
        return self._mesh(photo, face, landmarks, timings, cancel)

    def reconstruct_from_landmarks(
        self, photo: ByteArray, landmarks: FloatArray, cancel: CancelToken | None = None
    ) -> Reconstruction:
        """Return one face from given landmarks, (68, 3) in the photo frame.

        Their depth is needed for the pose; z = 0 is the face's mean depth.
        """
        _check_photo(photo)
        if landmarks.shape != (68, 3):
            raise ShapeError("landmarks", landmarks.shape, "(68, 3), axes (point, xyz)")
        points = np.asarray(landmarks, np.float32)
        low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        box = FaceBox(*(float(v) for v in (*low, *(high - low))))
        face = DetectedFace(box, np.zeros((5, 2), np.float32))
        return self._mesh(photo, face, LandmarkResult(points, 1.0), {}, cancel)

    def follow(self, *, steady: bool = True) -> FaceFollower:
        """Return what follows a face through a camera's frames, by the same networks.

        `steady` smooths in time. It must not be fed while this reconstructor works in
        another thread.
        """
        landmark_network, volume_network = self._networks
        return FaceFollower(
            self._detector,
            LandmarkFinder(landmark_network, self._device, flip=False),
            VolumePredictor(volume_network, self._device, flip=False),
            self.iod_mm,
            steady=steady,
        )

    def _mesh(
        self,
        photo: ByteArray,
        face: DetectedFace,
        landmarks: LandmarkResult,
        timings: dict[str, float],
        cancel: CancelToken | None,
    ) -> Reconstruction:
        points = landmarks.points
        crop = FaceCrop.around_landmarks(points)
        with _timed(timings, "network"):
            logits = self._volumes.predict(photo, crop, points)
            coarse = to_bytes(logits)
        make_volume = lru_cache(maxsize=1)(partial(to_full_bytes, logits, coarse))
        if cancel is not None:
            cancel.check()
        to_canonical = canonical_frame(points, self.iod_mm)
        plane = SymmetryPlane.of_canonical_frame(to_canonical)
        with _timed(timings, "isosurface"):
            # The full volume is interpolated from the half one where that is what the network
            # predicts, so its surface has nothing to add; the half one's is found in a
            # fraction of the time.
            own = coarse if coarse.shape == HALF_SHAPE else make_volume()
            solid = complete_behind(own, plane.in_crop(crop))
            grid = VoxelGrid.of_crop(crop.size // solid.shape[2])
            surface = extract_isosurface(solid, self.iso_level, grid=grid)
        with _timed(timings, "cleanup"):
            surface = clean_mesh(surface, self.triangles, self.smoothing)
        if cancel is not None:
            cancel.check()
        with _timed(timings, "color"):
            mesh = color_from_photo(crop_to_photo(surface, crop), photo, plane)
        sure = face.box.score * landmarks.sharpness * decisiveness(coarse)
        return Reconstruction(
            box=face.box,
            crop=crop,
            landmarks=points,
            pose=head_pose(points),
            make_volume=make_volume,
            mesh=mesh,
            mesh_canonical=transform_mesh(mesh, to_canonical),
            # The geometric mean of three independent reasons to doubt.
            confidence=float(np.clip(sure, 0, 1) ** (1 / 3)),
            timings_ms={name: round(spent, 2) for name, spent in timings.items()},
            solid=solid,
        )


def _check_photo(photo: ByteArray) -> None:
    if photo.ndim != 3 or photo.shape[2] != 3 or photo.dtype != np.uint8:
        raise ShapeError("photo", photo.shape, "(H, W, 3) uint8, axes (y, x, RGB)")


def _teller(cancel: CancelToken | None, progress: Progress | None) -> Progress:
    def tell(fraction: float, stage: str) -> None:
        if cancel is not None:
            cancel.check()
        if progress is not None:
            progress(fraction, stage)

    return tell


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    timings[stage] = timings.get(stage, 0.0) + 1000 * (time.perf_counter() - began)
