"""Face profiling: one frontal portrait turned to any pose, with its exact shape.

The head is laid over the photo, turned, and drawn with the photo as its texture [1]_; what
the photo does not show is taken from the mirrored side. Hair, clothes and surroundings stand
on a plane through the ears that turns with the head, over another background.

References
----------
.. [1] Zhu et al., "Face Alignment Across Large Poses: A 3D Solution", CVPR 2016.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.data.head import EAR_PLANE_MM, Head, Texture
from vrn_core.data.lighting import shading
from vrn_core.data.portraits import Portrait
from vrn_core.data.raster import paint, rasterize, vertex_normals
from vrn_core.imaging import warp_image
from vrn_core.morphable.face_model import FaceModel
from vrn_core.morphable.solid import close_solid
from vrn_core.pose import FLIP, Similarity, rotation_from_pose
from vrn_core.types import (
    CROP_FACE_SIZE,
    CROP_SIZE,
    ByteArray,
    FloatArray,
    Pose,
    TriangleMesh,
)

MAX_BACKDROP_YAW_DEG = 60.0
"""The plane behind the head turns no further, or it would be seen from its edge."""


@dataclass(frozen=True)
class Placement:
    """How model millimetres become pixels of a square image.

    ``pixel = scale * FLIP @ rotation @ model + offset``, z from the face's mean depth.
    """

    rotation: NDArray[np.float64]
    scale: float
    offset: NDArray[np.float64]

    def apply(self, vertices: FloatArray) -> FloatArray:
        """Map vertices (V, 3) of the model to pixels, z away from the camera."""
        matrix = self.scale * FLIP @ self.rotation
        mapped = vertices @ matrix.T.astype(np.float32) + self.offset.astype(np.float32)
        return mapped.astype(np.float32)


def place_face(
    model: FaceModel,
    face: FloatArray,
    rotation: NDArray[np.float64],
    zoom: float = 1.0,
    shift: tuple[float, float] = (0.0, 0.0),
    size: int = CROP_SIZE,
) -> Placement:
    """Place a face (V, 3) mm as the paper's crop does, then zoomed and shifted.

    The landmarks' box has sqrt(w * h) of 90 * `zoom` pixels, their mean lies `shift` pixels
    from the image's middle, and the narrow face's mean depth is zero.
    """
    turn = (FLIP @ rotation).T.astype(np.float32)
    landmarks = face[model.landmark_vertices] @ turn
    width, height = np.ptp(landmarks[:, :2], axis=0)
    scale = zoom * CROP_FACE_SIZE / math.sqrt(float(width * height))
    middle = (size - 1) / 2 + np.array([shift[0], shift[1], 0.0])
    middle[2] = 0.0
    origin = np.append(landmarks[:, :2].mean(axis=0), (model.middle(face) @ turn)[2])
    return Placement(rotation, scale, middle - scale * origin)


def solid_in_image(model: FaceModel, face: FloatArray, placement: Placement) -> TriangleMesh:
    """Return the closed solid of a face in the pixels of its image."""
    solid = close_solid(model, face)
    return TriangleMesh(placement.apply(solid.vertices), solid.faces)


def photo_to_image(camera: Similarity, placement: Placement) -> NDArray[np.float64]:
    """Return the (2, 3) affine map of the photo onto the turned plane through the ears.

    A photo pixel is cast back along the first camera's axis to the plane that lies
    25 mm before the model's origin, then seen by the second camera.
    """
    photo = np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, 1000.0]])
    viewer = np.column_stack([photo[:, 0], -photo[:, 1], np.zeros(3)])
    base = (viewer - camera.translation) / camera.scale @ camera.rotation
    axis = camera.rotation[2]
    model = base + ((EAR_PLANE_MM - base[:, 2]) / axis[2])[:, None] * axis
    image = model @ (placement.scale * FLIP @ placement.rotation).T + placement.offset
    return cv2.getAffineTransform(photo.astype(np.float32), image[:, :2].astype(np.float32)).astype(
        np.float64
    )


def photo_similarity(camera: Similarity, placement: Placement) -> NDArray[np.float64]:
    """Return the (2, 3) similarity photo to image where both see the same rotation."""
    turn = placement.rotation @ camera.rotation.T
    ratio = placement.scale / camera.scale
    linear = ratio * (FLIP @ turn @ FLIP)[:2, :2]
    origin = (FLIP @ camera.translation)[:2]
    return np.column_stack([linear, placement.offset[:2] - linear @ origin])


def backdrop(
    portrait: Portrait,
    photo: ByteArray,
    placement: Placement,
    pose: Pose,
    behind: FloatArray,
    soft_edge: bool,
) -> FloatArray:
    """Return the image behind the turned head, (S, S, 3) float32.

    The photo stands on the plane through the ears over `behind`; with `soft_edge` only its
    part round head and shoulders does.
    """
    size = behind.shape[0]
    limited = float(np.clip(pose.yaw_deg, -MAX_BACKDROP_YAW_DEG, MAX_BACKDROP_YAW_DEG))
    flat = Placement(
        rotation_from_pose(Pose(limited, pose.pitch_deg / 2, pose.roll_deg)),
        placement.scale,
        placement.offset,
    )
    matrix = photo_to_image(portrait.fit.camera, flat)
    plane = warp_image(photo, matrix, size)
    height, width = photo.shape[:2]
    cover = np.zeros((height // 4, width // 4), np.uint8)
    if soft_edge:
        head = (FLIP @ portrait.fit.camera.translation)[:2] / 4
        unit = portrait.fit.camera.scale / 4
        for shift, rx, ry in ((0.0, 105, 140), (260.0, 230, 160)):
            center = (int(head[0]), int(head[1] + shift * unit - 20 * unit))
            axes = (max(int(rx * unit), 1), max(int(ry * unit), 1))
            cv2.ellipse(cover, center, axes, 0, 0, 360, 255, -1)
        cover = cv2.blur(cover, (5, 5)).astype(np.uint8)
    else:
        cover[1:-1, 1:-1] = 255
    small = matrix @ np.array([[4, 0, 1.5], [0, 4, 1.5], [0, 0, 1.0]])
    alpha = cv2.warpAffine(cover, small, (size, size), flags=cv2.INTER_LINEAR)
    share = alpha[..., None].astype(np.float32) / 255
    return (behind + share * (plane - behind)).astype(np.float32)


def draw_head(
    head: Head,
    texture: Texture,
    photo: ByteArray,
    vertices: FloatArray,
    placement: Placement,
    image: FloatArray,
    light: FloatArray | None,
) -> None:
    """Draw the head over `image` (S, S, 3) float32, in place.

    Parameters
    ----------
    texture : Texture
        Where in `photo` (H, W, 3) uint8 each vertex takes its color from.
    vertices : (n, 3) float32
        mm. With the outer part alone the mouth's cap shows the photo's own mouth; with the
        inner part as well, socket and teeth are drawn.
    light : (9, 3) float32, optional
        As in :mod:`vrn_core.data.lighting`; ``None`` leaves the photo's own light.
    """
    outer = vertices[: head.outer_count]
    inner = vertices[head.outer_count :]
    shade = np.ones((len(outer) + 1, 3), np.float32)
    if light is not None:
        normals = vertex_normals(outer, head.skin) @ placement.rotation.T.astype(np.float32)
        shade[:-1] = shading(light, normals)
    if len(inner):
        drawn, added = vertices, head.inner_mouth
        colors = np.clip(head.inner_colors * (float(photo.mean()) / 110), 0, 255)
        # The deeper in the mouth, the darker.
        depth = head.neutral[head.outer_count :, 2]
        dimmed = np.clip((depth - 60) / 45, 0.1, 1.0).astype(np.float32)
        shade = np.concatenate([shade[:-1], np.repeat(dimmed[:, None], 3, axis=1)])
    else:
        drawn = np.concatenate([outer, outer[head.mouth_middle].mean(axis=0)[None]])
        added = head.mouth_cap
        colors = np.full((len(added), 3), -1, np.float32)
        shade[head.mouth_loop] = np.maximum(shade[head.mouth_loop], 0.5)
    triangles = np.concatenate([head.skin, added])
    plain = np.concatenate([np.full((len(head.skin), 3), -1, np.float32), colors])
    index, weights = rasterize(placement.apply(drawn), triangles, image.shape[0])
    paint(
        image,
        index,
        weights,
        triangles,
        photo,
        texture.places,
        texture.shares,
        shade,
        plain.astype(np.float32),
    )
