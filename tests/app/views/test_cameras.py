from __future__ import annotations

import math

import numpy as np
import pytest

from app.views.cameras import (
    STEEPEST,
    VIEW_ANGLE_DEG,
    StandardView,
    approach,
    between,
    frame_mesh,
    orbit,
    turntable,
)
from vrn_core.types import FloatArray


@pytest.fixture
def vertices() -> FloatArray:
    points = np.random.default_rng(5).normal(0, 1, (500, 3))
    return (points * [60, 90, 50] + [10, -20, 5]).astype(np.float32)


@pytest.mark.parametrize("view", list(StandardView))
@pytest.mark.parametrize("aspect", [0.4, 1.0, 2.5])
def test_every_vertex_is_inside_the_picture(
    vertices: FloatArray, view: StandardView, aspect: float
) -> None:
    camera = frame_mesh(vertices, view, aspect)
    forward = np.subtract(camera.target, camera.position)
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, camera.up)
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    rays = vertices - camera.position
    depth = rays @ forward
    limit = math.tan(math.radians(VIEW_ANGLE_DEG / 2))
    assert (depth > 0).all()
    assert (np.abs(rays @ up) <= depth * limit).all()
    assert (np.abs(rays @ right) <= depth * limit * aspect).all()


@pytest.mark.parametrize("aspect", [0.4, 1.0, 2.5])
def test_on_the_turntable_every_vertex_stays_in_the_picture(
    vertices: FloatArray, aspect: float
) -> None:
    limit = math.tan(math.radians(VIEW_ANGLE_DEG / 2))
    for angle in range(0, 360, 15):
        camera = turntable(vertices, angle, aspect)
        forward = np.subtract(camera.target, camera.position)
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, camera.up)
        rays = vertices - camera.position
        depth = rays @ forward
        assert (np.abs(rays[:, 1] - forward[1] * depth) <= depth * limit).all()
        assert (np.abs(rays @ right) <= depth * limit * aspect).all()
    assert turntable(vertices, 90, aspect).position[0] > vertices[:, 0].max()


def test_from_the_left_stands_on_the_left_of_the_front_picture(vertices: FloatArray) -> None:
    left = frame_mesh(vertices, StandardView.LEFT, 1.0)
    assert left.position[0] < left.target[0]


@pytest.mark.parametrize("start", list(StandardView))
@pytest.mark.parametrize("end", list(StandardView))
def test_a_turn_begins_and_ends_where_it_should_and_never_goes_through_the_face(
    vertices: FloatArray, start: StandardView, end: StandardView
) -> None:
    first, last = (frame_mesh(vertices, view, 1.0) for view in (start, end))
    assert between(first, last, 0.0).position == pytest.approx(first.position, abs=1e-3)
    assert between(first, last, 1.0).position == pytest.approx(last.position, abs=1e-3)
    near, far = sorted(math.dist(camera.position, camera.target) for camera in (first, last))
    for fraction in np.linspace(0, 1, 9):
        camera = between(first, last, float(fraction))
        assert near - 0.1 <= math.dist(camera.position, camera.target) <= far + 0.1


def test_a_full_turn_comes_back_at_the_same_distance(vertices: FloatArray) -> None:
    start = frame_mesh(vertices, StandardView.FRONT, 1.0)
    camera = start
    for _ in range(72):
        camera = orbit(camera, 5, 0)
    assert camera.position == pytest.approx(start.position, abs=1e-6)


def test_a_raised_camera_never_goes_over_the_top(vertices: FloatArray) -> None:
    camera = frame_mesh(vertices, StandardView.FRONT, 1.0)
    for _ in range(50):
        camera = orbit(camera, 0, 5)
    away = np.subtract(camera.position, camera.target)
    assert math.asin(away[1] / np.linalg.norm(away)) == pytest.approx(STEEPEST)


def test_nearer_is_as_much_larger(vertices: FloatArray) -> None:
    start = frame_mesh(vertices, StandardView.LEFT, 1.0)
    camera = approach(start, 2)
    before, after = (np.subtract(c.position, c.target) for c in (start, camera))
    assert after == pytest.approx(before / 2)
