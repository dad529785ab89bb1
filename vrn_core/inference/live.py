"""One face followed through the frames of a camera, fast and without trembling.

The detector looks only for a face that is not followed yet; from then on one look of the
landmark network where the face was last is enough. Landmarks and occupancy are smoothed in
time, strongly while the face is still and hardly while it moves, so that a still face gives a
still mesh and a moving one does not lag.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vrn_core.config import DEFAULT_ISO_LEVEL
from vrn_core.errors import EmptyVolumeError
from vrn_core.inference.detection import FaceDetector
from vrn_core.inference.frames import canonical_frame, head_pose
from vrn_core.inference.landmarks import LandmarkFinder
from vrn_core.inference.volumes import VolumePredictor
from vrn_core.meshing.cleanup import largest_component
from vrn_core.meshing.color import sample_photo
from vrn_core.meshing.frames import crop_to_photo, transform_mesh
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.smoothing import smooth
from vrn_core.meshing.symmetry import SymmetryPlane, complete_behind, is_cut_off, plane_change
from vrn_core.pose import FLIP, Similarity
from vrn_core.types import CROP_FACE_SIZE, ByteArray, FaceCrop, FloatArray, Pose, TriangleMesh

LOST = 0.45
"""Sharpness of the heatmaps below which the face is lost and looked for again."""
VOXEL_PX = 4
"""Side of a voxel of the live surface in pixels of the crop."""
SMOOTHING = 5
"""Iterations; fewer than for a mesh to keep, for the sake of speed."""
CUTOFF_HZ, CUTOFF_PER_SPEED, SPEED_CUTOFF_HZ = 0.8, 6.0, 1.0
"""Of the landmarks' filter; speeds are in faces a second."""
STILL_PX, MOVING_PX = 0.3, 2.5
"""Mean steps of the landmarks in pixels of the crop, between which the smoothing of the volume
goes from strongest to none."""
STRONGEST = 0.25
"""Least weight of a new volume against those before."""
FIT_EVERY, FIT_WEIGHT = 6, 0.5
"""Frames from one fit of the plane of symmetry to the next, and the weight of a new fit."""


@dataclass(frozen=True)
class LiveFace:
    """The followed face in one frame."""

    landmarks: FloatArray
    """(68, 3) photo frame, z from the face's mean depth; smoothed."""
    pose: Pose
    mesh: TriangleMesh
    """Photo frame, with the colors of the frame."""
    mesh_canonical: TriangleMesh
    mesh_upright: TriangleMesh
    """Turned and tilted as in the frame, else like the canonical one: y up, toward +z, mm."""
    sharpness: float
    """Of the landmarks' heatmaps, in [0, 1]."""


class OneEuroFilter:
    """A low-pass filter whose cutoff rises with the speed of the signal.

    References
    ----------
    .. [1] Casiez, Roussel and Vogel, "1 Euro Filter: A Simple Speed-based Low-pass Filter for
       Noisy Input in Interactive Systems", CHI 2012.
    """

    def __init__(self, cutoff_hz: float, per_speed: float, speed_cutoff_hz: float) -> None:
        self._cutoff, self._per_speed, self._speed_cutoff = cutoff_hz, per_speed, speed_cutoff_hz
        self._value: FloatArray | None = None
        self._speed: FloatArray | None = None

    def __call__(self, value: FloatArray, step_s: float, unit: float = 1.0) -> FloatArray:
        """Return the filtered value (N, D), `step_s` seconds after the one before.

        `unit` is the length, in those of the value, that speeds are counted in.
        """
        if self._value is None or self._speed is None or step_s <= 0:
            self._value, self._speed = value, np.zeros_like(value)
            return value
        speed = (value - self._value) / step_s
        self._speed = self._speed + _weight(self._speed_cutoff, step_s) * (speed - self._speed)
        speeds = np.linalg.norm(self._speed, axis=1, keepdims=True) / unit
        weight = _weight(self._cutoff + self._per_speed * speeds, step_s)
        self._value = (self._value + weight * (value - self._value)).astype(np.float32)
        return self._value


class FaceFollower:
    """Follows the largest face; made by :meth:`Reconstructor.follow`.

    Parameters
    ----------
    detector, landmarks, volumes
        Those of the reconstructor; without the second look at the mirrored face.
    iod_mm : float
        Distance between the centers of the eyes in the canonical frame.
    steady : bool
        Whether to smooth in time.
    """

    def __init__(
        self,
        detector: FaceDetector,
        landmarks: LandmarkFinder,
        volumes: VolumePredictor,
        iod_mm: float,
        *,
        steady: bool = True,
    ) -> None:
        self._detector, self._landmarks, self._volumes = detector, landmarks, volumes
        self._iod_mm, self._steady = iod_mm, steady
        self.reset()

    def reset(self) -> None:
        """Forget the face, as after a cut."""
        self._filter = OneEuroFilter(CUTOFF_HZ, CUTOFF_PER_SPEED, SPEED_CUTOFF_HZ)
        self._points: FloatArray | None = None
        self._logits: Tensor | None = None
        self._change: FloatArray | None = None
        self._fit_in = 0
        self._time_s = 0.0

    def feed(self, frame: ByteArray, time_s: float) -> LiveFace | None:
        """Return the face in the next frame (H, W, 3) uint8 RGB, or None if there is none.

        `time_s` is when the frame was taken, by any clock that goes on from frame to frame.
        """
        found = None
        if self._points is not None:
            found = self._landmarks.follow(frame, self._points)
            if found.sharpness < LOST:
                self.reset()
                found = None
        if found is None:
            faces = self._detector.detect(frame)
            if not faces:
                return None
            (found,) = self._landmarks.find(frame, faces[:1])
        step_s, self._time_s = time_s - self._time_s, time_s
        points = self._smoothed(found.points, step_s)
        crop = FaceCrop.around_landmarks(points)
        logits = self._blended(self._volumes.predict(frame, crop, points), points, crop)
        self._points = points
        to_canonical = canonical_frame(points, self._iod_mm)
        try:
            plane = SymmetryPlane.of_canonical_frame(to_canonical)
            mesh = self._surface(logits, crop, frame, plane)
        except EmptyVolumeError:
            self.reset()
            return None
        # Turned about the origin of the canonical frame, which is midway between the eyes.
        middle = to_canonical.inverse().apply(np.zeros((1, 3)))[0]
        turned = to_canonical.scale * FLIP
        to_upright = Similarity(to_canonical.scale, FLIP, -turned @ middle)
        return LiveFace(
            points,
            head_pose(points),
            mesh,
            transform_mesh(mesh, to_canonical),
            transform_mesh(mesh, to_upright),
            found.sharpness,
        )

    def _smoothed(self, points: FloatArray, step_s: float) -> FloatArray:
        if not self._steady:
            return points
        # Speeds in faces, so that near and far faces are smoothed alike.
        size = CROP_FACE_SIZE / FaceCrop.around_landmarks(points).scale
        return self._filter(points, step_s, size)

    def _blended(self, logits: Tensor, points: FloatArray, crop: FaceCrop) -> Tensor:
        if self._steady and self._logits is not None and self._points is not None:
            moved = np.linalg.norm((points - self._points)[:, :2], axis=1).mean() * crop.scale
            weight = float(np.interp(moved, [STILL_PX, MOVING_PX], [STRONGEST, 1.0]))
            logits = torch.lerp(self._logits, logits, weight)
        self._logits = logits
        return logits

    def _surface(
        self, logits: Tensor, crop: FaceCrop, frame: ByteArray, plane: SymmetryPlane
    ) -> TriangleMesh:
        voxel_size = crop.size // logits.shape[2]
        probability = torch.sigmoid(logits)
        # A quarter of the triangles, which are made, colored and drawn sooner; the
        # probabilities still tell where between two voxels the surface lies.
        while voxel_size < VOXEL_PX:
            probability, voxel_size = _halved(probability), 2 * voxel_size
        volume = probability.mul(255).add_(0.5).to(torch.uint8).cpu().numpy()
        plane = plane.in_crop(crop)
        volume = complete_behind(volume, plane, self._plane_change(volume, plane))
        surface = extract_isosurface(volume, DEFAULT_ISO_LEVEL, grid=VoxelGrid.of_crop(voxel_size))
        surface = crop_to_photo(smooth(largest_component(surface), SMOOTHING), crop)
        colors, _ = sample_photo(frame, surface.vertices[:, :2])
        return TriangleMesh(surface.vertices, surface.faces, np.rint(colors).astype(np.uint8))

    def _plane_change(self, volume: ByteArray, plane: SymmetryPlane) -> FloatArray | None:
        """Return by what the plane is off: hardly more or less than a moment ago."""
        self._fit_in -= 1
        if is_cut_off(volume) and self._fit_in < 0:
            found = plane_change(volume, plane)
            if self._steady and self._change is not None:
                found = self._change + np.float32(FIT_WEIGHT) * (found - self._change)
            self._change, self._fit_in = found, FIT_EVERY - 1
        return self._change


def _halved(volume: Tensor) -> Tensor:
    """Return a volume (D, H, W) at half the resolution, the mean of each 8 voxels."""
    for axis in range(3):
        even, odd = volume.unflatten(axis, (-1, 2)).unbind(axis + 1)
        volume = (even + odd).mul_(0.5)
    return volume


def _weight(cutoff_hz: float | FloatArray, step_s: float) -> FloatArray:
    """Return the weight of a new value in an exponential mean of a cutoff frequency."""
    weight: FloatArray = np.asarray(1 / (1 + 1 / (2 * np.pi * cutoff_hz * step_s)), np.float32)
    return weight
