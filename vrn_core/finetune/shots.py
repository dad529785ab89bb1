"""Labelled pictures, and training samples that are cut out of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.evaluation.scan_heads import ScanHead
from vrn_core.evaluation.scan_render import Camera, draw_cut_out
from vrn_core.finetune.relief import ScannedFace
from vrn_core.imaging import warp_image
from vrn_core.pose import FLIP, Similarity, rotation_from_pose
from vrn_core.types import CROP_FACE_SIZE, CROP_SIZE, ByteArray, FloatArray, Pose, TriangleMesh

PICTURE = 320
"""Side of the pictures drawn of scans: room for every framing of the crop."""
FACE_SIZE = 120.0
"""Side of the landmarks' box in them, finer than in the crop."""


@dataclass(frozen=True)
class Shot:
    """A picture of a face and its truth, in the photo frame."""

    picture: ByteArray
    """(H, W, 3) RGB."""
    alpha: ByteArray | None
    """(H, W), where the picture is drawn; ``None`` if it is a photo, which fills it."""
    landmarks: FloatArray
    """(68, 3)."""
    solid: TriangleMesh
    surest: TriangleMesh
    """The part of it that is certain ..."""
    widest: TriangleMesh
    """... and all that may be inside."""
    front: FloatArray
    """(N, 3) the face without walls and back."""
    middle_z: float
    """The depth that becomes the volume's middle."""


def shot_of_scan(
    head: ScanHead,
    face: ScannedFace,
    yaw_deg: float,
    pitch_deg: float,
    light: FloatArray | None = None,
    size: int = PICTURE,
    face_size: float = FACE_SIZE,
) -> Shot:
    """Draw a scan in one pose.

    Its landmarks' box has sqrt(w * h) of `face_size` pixels; the picture's middle is where the
    landmarks of brows, nose, eyes and mouth have their mean.
    """
    rotation = rotation_from_pose(Pose(yaw_deg, pitch_deg, 0.0))
    width, height = np.ptp((head.landmarks @ rotation.T)[:, :2], axis=0)
    camera = Camera(rotation, face_size / math.sqrt(float(width * height)), size)
    picture, cover = draw_cut_out(head.surface, camera, light)
    solid, surest, widest = (
        TriangleMesh(camera.to_photo(mesh.vertices), mesh.faces)
        for mesh in (face.solid, face.surest, face.widest)
    )
    return Shot(
        picture=picture,
        alpha=cover,
        landmarks=camera.to_photo(head.landmarks),
        solid=solid,
        surest=surest,
        widest=widest,
        front=camera.to_photo(face.front),
        middle_z=float(camera.to_photo(face.center[None])[0, 2]),
    )


def shot_of_photo(
    photo: ByteArray, landmarks: FloatArray, camera: Similarity, face: ScannedFace
) -> Shot:
    """Return a photo with its scan laid over it.

    `camera` takes the scan to the viewer's axes in photo pixels.
    """

    def place(points: FloatArray) -> FloatArray:
        placed: FloatArray = (camera.apply(points) @ FLIP).astype(np.float32)
        return placed

    solid, surest, widest = (
        TriangleMesh(place(mesh.vertices), mesh.faces)
        for mesh in (face.solid, face.surest, face.widest)
    )
    return Shot(
        picture=photo,
        alpha=None,
        landmarks=landmarks,
        solid=solid,
        surest=surest,
        widest=widest,
        front=place(face.front),
        middle_z=float(place(face.center[None])[0, 2]),
    )


@dataclass(frozen=True)
class Framing:
    """How a picture becomes a crop: ``crop = linear @ (x, y) + offset``, z scaled alike."""

    linear: NDArray[np.float64]
    """(2, 2), a rotation times a scale."""
    offset: NDArray[np.float64]
    """(2,)."""
    middle_z: float

    def apply(self, points: FloatArray) -> FloatArray:
        """Map points (N, 3) of the picture's photo frame to crop pixels."""
        scale = math.sqrt(abs(float(np.linalg.det(self.linear))))
        xy = points[:, :2] @ self.linear.T + self.offset
        z = scale * (points[:, 2] - self.middle_z)
        return np.column_stack([xy, z]).astype(np.float32)


def frame_shot(shot: Shot, roll_deg: float, zoom: float, shift: tuple[float, float]) -> Framing:
    """Return the paper's crop of a shot turned in its plane, then zoomed and shifted."""
    # Counter-clockwise as the viewer sees it, as the roll of a pose; y runs down.
    cosine, sine = math.cos(math.radians(roll_deg)), math.sin(math.radians(roll_deg))
    turn = np.array([[cosine, sine], [-sine, cosine]])
    turned = shot.landmarks[:, :2] @ turn.T
    width, height = np.ptp(turned, axis=0)
    linear = zoom * CROP_FACE_SIZE / math.sqrt(float(width * height)) * turn
    middle = (CROP_SIZE - 1) / 2 + np.array(shift)
    return Framing(linear, middle - linear @ shot.landmarks[:, :2].mean(axis=0), shot.middle_z)


def cut(shot: Shot, framing: Framing, behind: FloatArray) -> FloatArray:
    """Return a shot's crop (192, 192, 3) float32 over `behind`, of the same shape."""
    matrix = np.column_stack([framing.linear, framing.offset])
    crop = warp_image(shot.picture, matrix, CROP_SIZE, cv2.BORDER_CONSTANT).astype(np.float32)
    if shot.alpha is None:
        return crop
    size = (CROP_SIZE, CROP_SIZE)
    alpha = cv2.warpAffine(shot.alpha, matrix, size, flags=cv2.INTER_LINEAR)
    share = alpha[..., None].astype(np.float32) / 255
    mixed: FloatArray = (behind + share * (crop - behind)).astype(np.float32)
    return mixed
