from __future__ import annotations

import numpy as np
import pytest

from vrn_core.data.profiling import place_face, solid_in_image
from vrn_core.data.voxelization import voxelize
from vrn_core.errors import ConfigError
from vrn_core.evaluation.methods import MethodSettings
from vrn_core.evaluation.metrics import volume_iou
from vrn_core.evaluation.parametric_method import ParametricFit, face_of_parameters
from vrn_core.models import create_model, save_model
from vrn_core.morphable.face_model import load_face_model
from vrn_core.morphable.parameters import encode, mirror
from vrn_core.pose import FLIP, rotation_from_pose
from vrn_core.types import CROP_SIZE, FaceCrop, Pose, TriangleMesh

TINY = {"stem_features": 8, "widths": (16, 16, 16, 16), "squeezed": 8}


@pytest.fixture(scope="module")
def model(data_folder):
    return load_face_model(data_folder / "ict_facekit")


@pytest.fixture(scope="module")
def truth(model):
    """Return a turned face's parameters, placement and vertices."""
    rng = np.random.default_rng(2)
    identity = rng.normal(0, 0.7, 60).astype(np.float32)
    expression = np.zeros(57, np.float32)
    expression[model.expression_index("jawOpen")] = 0.5
    expression[model.expression_index("mouthSmile_L")] = 0.7
    vertices = model.shape(identity, expression, len(model.neutral))
    placement = place_face(model, vertices, rotation_from_pose(Pose(35, -10, 15)), 0.95, (3, -4))
    matrix = placement.scale * FLIP @ placement.rotation
    return encode(model, matrix, placement.offset, identity, expression), placement, vertices


def triangles(model):
    return model.triangles_between(0, model.parts.face_end)


def test_true_parameters_give_the_true_face_and_volume(model, truth):
    parameters, placement, vertices = truth
    crop = FaceCrop((95.5, 95.5), 1.0)
    face = face_of_parameters(model, triangles(model), parameters, crop)
    expected = placement.apply(vertices)
    np.testing.assert_allclose(face.mesh.vertices, expected[: model.parts.face_end], atol=0.02)
    np.testing.assert_allclose(face.landmarks, expected[model.landmark_vertices], atol=0.02)
    solid = solid_in_image(model, vertices, placement)
    assert volume_iou(face.volume, voxelize(solid)) > 0.995


def test_crop_is_undone(model, truth):
    parameters, placement, vertices = truth
    crop = FaceCrop((300.0, 200.0), 0.5)
    face = face_of_parameters(model, triangles(model), parameters, crop)
    expected = crop.to_photo(placement.apply(vertices)[: model.parts.face_end])
    np.testing.assert_allclose(face.mesh.vertices, expected, atol=0.05)


def test_mirrored_parameters_give_the_mirrored_face(model, truth):
    parameters, placement, vertices = truth
    crop = FaceCrop((95.5, 95.5), 1.0)
    face = face_of_parameters(model, triangles(model), mirror(model, parameters), crop)
    expected = placement.apply(vertices)[: model.parts.face_end][
        model.mirror[: model.parts.face_end]
    ]
    expected[:, 0] = CROP_SIZE - 1 - expected[:, 0]
    assert np.abs(face.mesh.vertices - expected).max() < 0.8
    np.testing.assert_allclose(mirror(model, mirror(model, parameters)), parameters, atol=0.05)


def test_method_fits_from_weights_and_refuses_other_networks(model, tmp_path):
    path = tmp_path / "p.safetensors"
    save_model(create_model("parametric", **TINY), path, name="parametric", overrides=TINY)
    fit = ParametricFit(MethodSettings(volume_model=str(path)))
    landmarks = np.random.default_rng(1).uniform(60, 140, (68, 3)).astype(np.float32)
    face = fit(np.zeros((200, 200, 3), np.uint8), landmarks)
    assert face.landmarks.shape == (68, 3)
    assert np.isfinite(face.mesh.vertices).all()
    assert isinstance(face.mesh, TriangleMesh)
    with pytest.raises(ConfigError, match="is no parametric network"):
        ParametricFit(MethodSettings(volume_model="landmarks-lite"))
