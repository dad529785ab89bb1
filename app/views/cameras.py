"""Where the camera stands: pure arithmetic, so that it is tested without a window."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from vrn_core.pose import Similarity
from vrn_core.types import FloatArray

Vector = tuple[float, float, float]
VIEW_ANGLE_DEG = 20.0
"""Narrow like a portrait lens, so that noses stay noses."""


MARGIN = 1.12
"""How much larger than the mesh the view is."""
PHOTO_MARGIN = 1.5
"""The same where the photo is to be seen around it."""
STEEPEST = math.radians(85)
"""Above or below the face; straight from above there is no upright."""


class StandardView(Enum):
    """Direction from the face to the camera in the canonical frame, and what is up."""

    FRONT = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0))
    THREE_QUARTER = ((0.62, 0.12, 0.78), (0.0, 1.0, 0.0))
    LEFT = ((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    RIGHT = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    TOP = ((0.0, 1.0, 0.001), (0.0, 0.0, -1.0))

    @property
    def direction(self) -> Vector:
        """Unit vector from the face to the camera."""
        vector = np.asarray(self.value[0])
        x, y, z = vector / np.linalg.norm(vector)
        return float(x), float(y), float(z)

    @property
    def up(self) -> Vector:
        """Direction that is up on the screen."""
        return self.value[1]


@dataclass(frozen=True)
class Camera:
    """Place, target and up direction of a camera."""

    position: Vector
    target: Vector
    up: Vector
    height: float | None = None
    """What a parallel view shows from bottom to top; None for a view in perspective."""


def match_photo(placement: Similarity, vertices: FloatArray, aspect: float) -> Camera:
    """Return the parallel camera that sees the mesh as its photo shows it.

    `placement` maps the photo frame to that of the vertices (V, 3); `aspect` is the width of
    the viewport over its height.
    """
    right, down, away = placement.rotation.T
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    target = (low + high) / 2
    points = vertices - target
    reach = np.maximum(np.abs(points @ down), np.abs(points @ right) / max(aspect, 0.05)).max()
    place = target - 4 * float(np.abs(points).max()) * away
    return Camera(_vector(place), _vector(target), _vector(-down), 2 * PHOTO_MARGIN * float(reach))


def turntable(vertices: FloatArray, angle_deg: float, aspect: float) -> Camera:
    """Return the camera on a circle round the vertices (V, 3) from which all stay in view.

    At 0 degrees it is in front, at 90 on the viewer's right; `aspect` is the width of the
    viewport over its height.
    """
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    target = (low + high) / 2
    points = vertices - target
    radius = float(np.hypot(points[:, 0], points[:, 2]).max())
    slope = math.tan(math.radians(VIEW_ANGLE_DEG / 2))
    reach = max(float(np.abs(points[:, 1]).max()), radius / max(aspect, 0.05))
    distance = max(MARGIN * reach / slope + radius, 1e-6)
    angle = math.radians(angle_deg)
    toward = np.array([math.sin(angle), 0.0, math.cos(angle)])
    return Camera(_vector(target + distance * toward), _vector(target), (0.0, 1.0, 0.0))


def frame_mesh(vertices: FloatArray, view: StandardView, aspect: float) -> Camera:
    """Return the camera that shows all vertices (V, 3) from a standard view.

    `aspect` is the width of the viewport over its height.
    """
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    target = (low + high) / 2
    toward = np.asarray(view.direction)
    right = np.cross(view.up, toward)
    right /= np.linalg.norm(right)
    up = np.cross(toward, right)
    points = vertices - target
    # The view angle is vertical; a narrow viewport sees less to the sides.
    slope = math.tan(math.radians(VIEW_ANGLE_DEG / 2))
    reach = np.maximum(np.abs(points @ up), np.abs(points @ right) / max(aspect, 0.05))
    distance = float((MARGIN * reach / slope + points @ toward).max())
    place = target + max(distance, 1e-6) * toward
    return Camera(_vector(place), _vector(target), view.up)


def orbit(camera: Camera, turn_deg: float, raise_deg: float) -> Camera:
    """Return a camera after the mesh was turned to the right and downward before it.

    As with the mouse the face stays upright: the camera never goes over the top.
    """
    away = np.subtract(camera.position, camera.target)
    distance = float(np.linalg.norm(away))
    yaw = np.arctan2(away[0], away[2]) - np.radians(turn_deg)
    pitch = np.arcsin(np.clip(away[1] / distance, -1, 1)) + np.radians(raise_deg)
    pitch = float(np.clip(pitch, -STEEPEST, STEEPEST))
    flat = np.cos(pitch)
    toward = np.array([np.sin(yaw) * flat, np.sin(pitch), np.cos(yaw) * flat])
    position = np.asarray(camera.target) + distance * toward
    return replace(camera, position=_vector(position), up=(0.0, 1.0, 0.0))


def approach(camera: Camera, factor: float) -> Camera:
    """Return a camera that shows the mesh `factor` times as large."""
    away = np.subtract(camera.position, camera.target) / factor
    position = _vector(np.asarray(camera.target) + away)
    height = None if camera.height is None else camera.height / factor
    return replace(camera, position=position, height=height)


def between(start: Camera, end: Camera, fraction: float) -> Camera:
    """Return the camera a fraction of the way, going round the target rather than through."""
    eased = fraction * fraction * (3 - 2 * fraction)
    target = (1 - eased) * np.asarray(start.target) + eased * np.asarray(end.target)
    from_start = np.asarray(start.position) - start.target
    from_end = np.asarray(end.position) - end.target
    length = (1 - eased) * np.linalg.norm(from_start) + eased * np.linalg.norm(from_end)
    direction = _turn(from_start, from_end, eased)
    up = _turn(np.asarray(start.up), np.asarray(end.up), eased)
    return Camera(_vector(target + length * direction), _vector(target), _vector(up))


def _turn(start: np.ndarray, end: np.ndarray, fraction: float) -> np.ndarray:
    """Return the unit vector a fraction of the way round from one direction to another."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    angle = math.acos(float(np.clip(a @ b, -1, 1)))
    if angle < 1e-4:
        return b
    if angle > math.pi - 1e-3:
        # Opposite: go round by a direction across, by way of its middle.
        across = np.cross(a, (0.0, 1.0, 0.0) if abs(a[1]) < 0.9 else (1.0, 0.0, 0.0))
        middle = across / np.linalg.norm(across)
        return (
            _turn(a, middle, fraction * 2) if fraction < 0.5 else _turn(middle, b, fraction * 2 - 1)
        )
    mixed = math.sin((1 - fraction) * angle) * a + math.sin(fraction * angle) * b
    return np.asarray(mixed / math.sin(angle))


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z
