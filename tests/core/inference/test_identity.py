from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from vrn_core.errors import ConfigError, ModelFileError, ShapeError
from vrn_core.inference import identity
from vrn_core.inference.identity import (
    CHIP_MIDDLE,
    SAME_DISTANCE,
    describe_face,
    judge,
    same_person,
    upright,
)
from vrn_core.morphable import mean_landmarks
from vrn_core.resources import data_folder, resource

PHOTO = np.full((64, 64, 3), 128, np.uint8)


def distances(*pairs: tuple[int, int, float], count: int = 3) -> np.ndarray:
    table = np.full((count, count), 0.9)
    np.fill_diagonal(table, 0)
    for one, other, distance in pairs:
        table[one, other] = table[other, one] = distance
    return table


def test_faces_near_one_another_are_one_person() -> None:
    verdict = judge(distances((0, 1, 0.3), (1, 2, 0.4), (0, 2, 0.5)))
    assert verdict.same
    assert verdict.least_alike == (0, 2)
    assert verdict.score == 0.5


def test_a_photo_between_two_profiles_links_them() -> None:
    assert judge(distances((0, 1, 0.5), (1, 2, 0.5), (0, 2, 0.7))).same


def test_the_face_that_is_far_from_all_is_named() -> None:
    verdict = judge(distances((0, 1, 0.3), (0, 2, 0.7), (1, 2, 0.8)))
    assert not verdict.same
    assert verdict.least_alike == (1, 2)
    assert verdict.score > SAME_DISTANCE


def test_one_face_alone_cannot_be_compared() -> None:
    with pytest.raises(ConfigError, match="expected two or more"):
        same_person([(PHOTO, np.zeros((68, 3), np.float32))])


def test_other_landmarks_are_refused() -> None:
    with pytest.raises(ShapeError, match="landmarks has shape"):
        describe_face(PHOTO, np.zeros((5, 2), np.float32))


def test_a_turned_and_scaled_face_gives_the_same_descriptor() -> None:
    rng = np.random.default_rng(2)
    photo = cv2.GaussianBlur(rng.integers(0, 256, (300, 300, 3), np.uint8), (0, 0), 6)
    landmarks = 1.2 * mean_landmarks() * [1, -1, -1] + [150, 130, 0]
    turn = cv2.getRotationMatrix2D((150, 150), 35, 0.8)
    turned = cv2.warpAffine(photo, turn, (300, 300))
    moved = landmarks[:, :2] @ turn[:, :2].T + turn[:, 2]
    one, other = describe_face(photo, landmarks), describe_face(turned, moved)
    assert one.shape == (128,)
    assert np.linalg.norm(one - other) < 0.1


def test_upright_lays_the_average_face_between_the_eyes_of_the_picture() -> None:
    landmarks = 3.0 * mean_landmarks() * [1, -1, -1] + [500, 400, 0]
    matrix = upright(landmarks)
    np.testing.assert_allclose(matrix @ [500, 400, 1], CHIP_MIDDLE, atol=1e-3)


def test_a_missing_or_damaged_network_is_told(tmp_path: Path) -> None:
    path = tmp_path / "face-descriptor.safetensors"
    with pytest.raises(ModelFileError, match="there is no network to compare faces"):
        identity._network(path)
    path.write_bytes(resource(*identity.FILE).read_bytes()[:-1])
    with pytest.raises(ModelFileError, match="damaged"):
        identity._network(path)


@pytest.mark.skipif(not (data_folder() / "portraits").is_dir(), reason="needs the portraits")
def test_people_turned_by_face_profiling_are_told_apart() -> None:
    from vrn_core.evaluation.portraits import PortraitBenchmark

    benchmark = PortraitBenchmark("validation")
    items = [list(benchmark.items(number, (-30, 0, 30))) for number in (0, 1)]
    for person in items:
        assert same_person([(item.photo, item.landmarks) for item in person]).same
    two = [items[0][1], items[1][1]]
    verdict = same_person([(item.photo, item.landmarks) for item in two])
    assert not verdict.same
    assert verdict.least_alike == (0, 1)
