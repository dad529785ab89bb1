from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import DataError
from vrn_core.evaluation.eos_method import BLENDSHAPES, MODEL, SurreyFit, read_mapping
from vrn_core.evaluation.metrics import interocular_distance, landmark_nme

pytest.importorskip("eos", reason="eos-py is not installed")


@pytest.fixture(scope="module")
def surrey(data_folder):
    if not (data_folder / "eos" / MODEL).is_file():
        pytest.skip(f"no Surrey Face Model at {data_folder / 'eos'}")
    return SurreyFit(str(data_folder / "eos"))


def turned_face(yaw_deg: float) -> np.ndarray:
    from vrn_core.morphable import mean_landmarks
    from vrn_core.pose import FLIP, rotation_from_pose
    from vrn_core.types import Pose

    turned = mean_landmarks() @ rotation_from_pose(Pose(yaw_deg, 0, 0)).T @ FLIP
    return (1.5 * turned + [200, 180, 40]).astype(np.float32)


@pytest.mark.parametrize("yaw_deg", [-50.0, 0.0, 50.0])
def test_fitted_face_lies_over_the_landmarks(surrey, yaw_deg):
    target = turned_face(yaw_deg)
    face = surrey(np.zeros((360, 400, 3), np.uint8), target)
    assert landmark_nme(face.landmarks, target) < 0.08
    assert face.landmarks[:, 2].mean() == pytest.approx(target[:, 2].mean(), abs=1e-3)
    # The nose's tip is nearer to the camera than the corners of the eyes, and not mirrored.
    assert face.landmarks[30, 2] < face.landmarks[[36, 45], 2].mean()
    unit = interocular_distance(target)
    assert np.abs(face.landmarks[[36, 45]] - target[[36, 45]]).max() < 0.35 * unit


def test_a_pixel_is_as_long_in_depth_as_across(surrey):
    target = turned_face(0.0)
    face = surrey(np.zeros((360, 400, 3), np.uint8), target)
    width, _, depth = np.ptp(face.mesh.vertices, axis=0)
    # The model's face is about two thirds as deep as it is wide.
    assert 0.4 < depth / width < 0.9


def test_mapping_names_vertices_of_inner_landmarks_only(data_folder):
    mapping = read_mapping(data_folder / "eos" / "ibug_to_sfm.txt")
    assert mapping[30] == 114
    assert mapping[8] == 33
    assert not set(range(8)) & set(mapping)
    assert not {60, 64} & set(mapping)


def test_missing_and_damaged_files_are_named(tmp_path):
    with pytest.raises(DataError, match=rf"there is no .*{MODEL}; take it from share/"):
        SurreyFit(str(tmp_path))


def test_damaged_files_are_one_sentence(tmp_path, data_folder, surrey):
    for file in (data_folder / "eos").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / BLENDSHAPES).write_bytes(b"nothing")
    with pytest.raises(DataError, match="the files of eos are damaged"):
        SurreyFit(str(tmp_path))
