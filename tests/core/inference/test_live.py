"""A face followed through frames made from the sample photo."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np
import pytest

from vrn_core.evaluation.metrics import distance_to_surface, interocular_distance
from vrn_core.inference.live import FaceFollower, LiveFace, OneEuroFilter
from vrn_core.inference.photo import load_photo
from vrn_core.inference.reconstructor import Reconstructor
from vrn_core.resources import resource
from vrn_core.types import ByteArray

RATE = 15.0
BLANK = np.full((480, 640, 3), 90, np.uint8)


@pytest.fixture(scope="module")
def reconstructor() -> Reconstructor:
    return Reconstructor()


def frames(count: int, step_px: float = 0.0) -> Iterator[ByteArray]:
    """Yield frames of 640 x 480 with a camera's noise; the face goes right."""
    photo = load_photo(resource("sample.jpg"))
    rng = np.random.default_rng(4)
    for number in range(count):
        matrix = np.array([[1.25, 0, 20 + step_px * number], [0, 1.25, -60]])
        frame = cv2.warpAffine(photo, matrix, (640, 480)) + rng.normal(0, 6, (480, 640, 3))
        yield np.clip(frame, 0, 255).astype(np.uint8)


def feed(follower: FaceFollower, count: int, step_px: float = 0.0) -> list[LiveFace]:
    faces = [follower.feed(f, n / RATE) for n, f in enumerate(frames(count, step_px))]
    assert None not in faces
    return [face for face in faces if face is not None]


def jitter(faces: list[LiveFace]) -> float:
    """Return how far the mesh moves from frame to frame, in interocular distances."""
    moves = [
        distance_to_surface(after.mesh.vertices[::9], before.mesh).mean()
        for before, after in pairwise(faces)
    ]
    return float(np.mean(moves)) / interocular_distance(faces[-1].landmarks)


def test_a_still_face_gives_a_still_mesh(reconstructor):
    raw = jitter(feed(reconstructor.follow(steady=False), 12)[4:])
    steady = jitter(feed(reconstructor.follow(), 12)[4:])
    assert steady < 0.4 * raw
    assert steady < 0.001


def test_a_moving_face_is_followed_closely(reconstructor):
    faces = feed(reconstructor.follow(), 12, step_px=6)
    unsteady = feed(reconstructor.follow(steady=False), 12, step_px=6)
    lag = unsteady[-1].landmarks[:, 0].mean() - faces[-1].landmarks[:, 0].mean()
    assert 0 <= lag < 4, "the mesh lags behind by more than two thirds of a frame"
    assert faces[-1].landmarks[:, 0].mean() - faces[0].landmarks[:, 0].mean() > 55


def test_the_mesh_is_the_one_of_the_photo(reconstructor):
    frame = next(frames(1))
    [live] = feed(reconstructor.follow(), 1)
    whole = reconstructor.reconstruct(frame)[0]
    away = distance_to_surface(live.mesh.vertices[::9], whole.mesh).mean()
    assert away / interocular_distance(whole.landmarks) < 0.02
    assert live.mesh.colors is not None
    eyes_mm = live.mesh_canonical.vertices.max(axis=0) - live.mesh_canonical.vertices.min(axis=0)
    assert 100 < eyes_mm[0] < 200
    assert abs(live.pose.yaw_deg - whole.pose.yaw_deg) < 4


def test_a_lost_face_is_found_again(reconstructor):
    follower = reconstructor.follow()
    first, second = frames(2)
    assert follower.feed(first, 0.0) is not None
    assert follower.feed(BLANK, 0.1) is None
    assert follower.feed(BLANK, 0.2) is None
    back = follower.feed(second, 0.3)
    assert back is not None
    elsewhere = cv2.flip(second, 1)
    moved = follower.feed(elsewhere, 0.4)
    later = follower.feed(elsewhere, 0.5)
    assert later is not None, "a face that jumped was not looked for again"
    assert moved is None or moved.sharpness > 0.4
    center = later.landmarks[:, 0].mean()
    assert center == pytest.approx(640 - back.landmarks[:, 0].mean(), abs=12)


def test_the_filter_smooths_noise_and_lets_motion_through():
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.01, (200, 1, 2)).astype(np.float32)
    still = OneEuroFilter(0.8, 6.0, 1.0)
    smoothed = np.array([still(value, 1 / RATE) for value in noise])
    assert smoothed[50:].std() < 0.5 * noise.std()
    moving = OneEuroFilter(0.8, 6.0, 1.0)
    path = np.arange(60, dtype=np.float32)[:, None, None] * 0.2 * np.ones((1, 1, 2), np.float32)
    followed = np.array([moving(value, 1 / RATE) for value in path])
    assert (path - followed)[-1].max() < 0.2, "it lags more than a frame behind"


def test_the_filter_counts_speed_in_its_unit():
    values = [np.full((1, 2), 30.0 * n, np.float32) for n in range(20)]
    pixels, faces = OneEuroFilter(0.8, 6.0, 1.0), OneEuroFilter(0.8, 6.0, 1.0)
    in_pixels = [pixels(value, 0.1, 100.0) for value in values]
    in_faces = [faces(value / 100, 0.1) for value in values]
    np.testing.assert_allclose(in_pixels, np.array(in_faces) * 100, rtol=1e-4, atol=1e-3)
