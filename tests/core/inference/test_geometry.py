from __future__ import annotations

import numpy as np
import pytest
import torch

from vrn_core.errors import ConfigError
from vrn_core.imaging import warp_image
from vrn_core.inference.detection import DetectedFace
from vrn_core.inference.device import choose_device
from vrn_core.inference.frames import canonical_frame, head_pose
from vrn_core.inference.landmarks import _Window, _window_of_landmarks, roll_of_landmarks
from vrn_core.inference.volumes import decisiveness, to_bytes, to_full_bytes
from vrn_core.models import full_volume, model_path
from vrn_core.morphable import mean_landmarks
from vrn_core.pose import FLIP, rotation_from_pose
from vrn_core.types import FaceBox, Pose


def landmarks_in_photo(pose: Pose, scale: float = 1.3) -> np.ndarray:
    turned = mean_landmarks() @ rotation_from_pose(pose).T @ FLIP
    return (scale * turned + [300, 200, 0]).astype(np.float32)


@pytest.mark.parametrize("pose", [Pose(0, 0, 0), Pose(-85, 10, 5), Pose(40, -20, -60)])
def test_pose_is_read_off_the_landmarks(pose):
    found = head_pose(landmarks_in_photo(pose))
    assert (found.yaw_deg, found.pitch_deg, found.roll_deg) == pytest.approx(
        (pose.yaw_deg, pose.pitch_deg, pose.roll_deg), abs=0.01
    )


def test_canonical_frame_turns_any_face_upright_and_to_size():
    landmarks = landmarks_in_photo(Pose(60, -15, 30), scale=2.7)
    canonical = canonical_frame(landmarks, 64.0).apply(landmarks)
    eyes = np.stack([canonical[36:42].mean(axis=0), canonical[42:48].mean(axis=0)])
    np.testing.assert_allclose(eyes.mean(axis=0), 0, atol=1e-3)
    assert np.linalg.norm(eyes[1] - eyes[0]) == pytest.approx(64, abs=1e-3)
    size = 64 / np.linalg.norm(mean_landmarks()[36:42].mean(0) - mean_landmarks()[42:48].mean(0))
    np.testing.assert_allclose(canonical, size * mean_landmarks(), atol=0.05)


def test_window_and_its_inverse_are_the_identity():
    window = _Window(np.array([120.0, 80.0]), 0.7, 33.0)
    points = np.random.default_rng(0).uniform(0, 190, (68, 3)).astype(np.float32)
    photo = window.to_photo(points)
    matrix = window.matrix()
    np.testing.assert_allclose(
        photo[:, :2] @ matrix[:, :2].T + matrix[:, 2], points[:, :2], atol=1e-3
    )
    np.testing.assert_allclose(photo[:, 2] * 0.7, points[:, 2], atol=1e-3)


def test_window_turns_a_tilted_face_upright():
    landmarks = landmarks_in_photo(Pose(10, 0, 50))
    matrix = _window_of_landmarks(landmarks).matrix()
    inside = landmarks[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    upright = np.column_stack([inside, landmarks[:, 2]]).astype(np.float32)
    assert abs(roll_of_landmarks(upright)) < 3
    width, height = np.ptp(inside, axis=0)
    assert np.sqrt(width * height) == pytest.approx(90, rel=1e-3)


@pytest.mark.parametrize("roll", [0, 40, -90])
def test_detection_tells_its_roll(roll):
    points = landmarks_in_photo(Pose(0, 0, roll))
    five = np.stack(
        [points[36:42].mean(0), points[42:48].mean(0), points[30], points[48], points[54]]
    )
    face = DetectedFace(FaceBox(0, 0, 10, 10), five[:, :2])
    assert face.roll_deg == pytest.approx(roll, abs=0.5)


def blob(shape: tuple[int, int, int]) -> torch.Tensor:
    z, y, x = (torch.linspace(-1, 1, n) for n in shape)
    distance = (z[:, None, None] ** 2 + y[:, None] ** 2 + (x - 0.2) ** 2).sqrt()
    return 40 * (0.5 - distance)


@pytest.mark.parametrize("shape", [(100, 96, 96), (200, 48, 48), (200, 192, 192)])
def test_volume_of_the_occupied_box_equals_the_whole_ones(shape):
    logits = blob(shape)
    whole = to_bytes(full_volume(logits[None])[0])
    quick = to_full_bytes(logits)
    assert quick.shape == (200, 192, 192)
    # Outside the box, voxels of probability below 0.005 count as empty.
    assert np.abs(whole.astype(int) - quick).max() <= 2


def test_volume_of_nothing_is_empty():
    assert to_full_bytes(torch.full((100, 96, 96), -20.0)).max() == 0
    assert decisiveness(np.zeros((4, 4, 4), np.uint8)) == 0


def test_sharp_volume_is_more_decisive_than_a_blurred_one():
    sharp, soft = to_full_bytes(blob((100, 96, 96))), to_full_bytes(blob((100, 96, 96)) / 10)
    assert decisiveness(sharp) > 0.6 > 0.1 > decisiveness(soft)


def test_shrinking_an_image_keeps_it_in_place():
    photo = np.zeros((801, 801, 3), np.uint8)
    photo[380:421, 380:421] = 255
    matrix = np.array([[0.1, 0, 0.1 * 0.5 - 0.5 + 0.45], [0, 0.1, 0.1 * 0.5 - 0.5 + 0.45]])
    small = warp_image(photo, matrix, 80)[..., 0].astype(float)
    rows, columns = np.indices(small.shape)
    assert np.average(columns, weights=small) == pytest.approx(40, abs=0.05)
    assert np.average(rows, weights=small) == pytest.approx(40, abs=0.05)


def test_models_are_found_by_name_or_path(tmp_path):
    assert model_path("vrn-guided-lite").name == "vrn-guided-lite.safetensors"
    assert model_path(tmp_path / "own.safetensors") == tmp_path / "own.safetensors"


def test_unknown_device_is_explained():
    with pytest.raises(ConfigError, match="unknown device 'gpu'"):
        choose_device("gpu")
