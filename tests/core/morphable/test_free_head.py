"""The face model that ships: its parts, its file, and that it serves where ICT-FaceKit does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh
from safetensors.numpy import load_file, save_file

from vrn_core.data.head import build_head, make_texture
from vrn_core.errors import ModelFileError
from vrn_core.ibug import MIRROR, eye_centers
from vrn_core.morphable import mean_landmarks
from vrn_core.morphable.face_model import FREE_HEAD, FaceModel, load_face_model
from vrn_core.morphable.fitting import FaceFit, fit_landmarks
from vrn_core.morphable.free_head import FILE, FORMAT, read_people
from vrn_core.morphable.outline import mean_outline
from vrn_core.morphable.solid import close_solid
from vrn_core.pose import FLIP, Similarity, rotation_from_pose
from vrn_core.resources import resource
from vrn_core.template.template import shipped_template
from vrn_core.types import FloatArray, Pose


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return load_face_model(FREE_HEAD)


def face(model: FaceModel, identity: FloatArray | None = None, **weights: float) -> FloatArray:
    expression = np.zeros(len(model.expression), np.float32)
    for name, weight in weights.items():
        expression[model.expression_index(name)] = weight
    own = np.zeros(len(model.identity), np.float32) if identity is None else identity
    return model.shape(own, expression, len(model.neutral))


@pytest.mark.parametrize(
    "weights",
    [{}, {"jawOpen": 0.9}, {"mouthSmile_L": 1.0, "mouthSmile_R": 1.0}, {"eyeBlink_L": 1.0}],
)
def test_its_solid_is_closed_and_outward(model: FaceModel, weights: dict[str, float]) -> None:
    solid = close_solid(model, face(model, **weights))
    mesh = trimesh.Trimesh(solid.vertices, solid.faces, process=False)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert 1.2e6 < mesh.volume < 2e6


def test_its_average_is_that_of_the_networks(model: FaceModel) -> None:
    neutral = face(model)
    landmarks = neutral[model.landmark_vertices]
    off = np.linalg.norm(landmarks - eye_centers(landmarks).mean(axis=0) - mean_landmarks(), axis=1)
    assert off.mean() < 2
    middle = model.middle(neutral) - eye_centers(landmarks).mean(axis=0)
    np.testing.assert_allclose(middle, mean_outline().center, atol=2)


def test_it_is_symmetric(model: FaceModel) -> None:
    end = model.parts.head_end
    flip = np.array([-1, 1, 1], np.float32)
    mirrored = model.neutral[model.mirror[:end]] * flip
    assert np.linalg.norm(mirrored - model.neutral[:end], axis=1).max() < 1.5
    assert model.mirror[:end].max() < end
    left, right = (face(model, **{name: 1.0}) for name in ("mouthSmile_L", "mouthSmile_R"))
    marks = model.landmark_vertices
    np.testing.assert_allclose(left[marks] * flip, right[marks][MIRROR], atol=2)


def test_it_is_found_again_from_its_landmarks(model: FaceModel) -> None:
    rng = np.random.default_rng(3)
    shape = face(model, rng.normal(size=60).astype(np.float32), jawOpen=0.4, eyeBlink_L=0.8)
    camera = Similarity(1.7, rotation_from_pose(Pose(20, -5, 8)), np.array([210.0, -190.0, 30.0]))
    seen = (camera.apply(shape[model.landmark_vertices]) @ FLIP).astype(np.float32)
    fit = fit_landmarks(model, seen)
    assert fit.residual_mm < 1.5
    end = model.parts.face_end
    found = model.shape(fit.identity, fit.expression, end)
    off = fit.camera.apply(found) - camera.apply(shape[:end])
    assert np.abs(off - off.mean(axis=0)).mean() / camera.scale < 2.5


def test_it_makes_a_head_to_be_drawn(model: FaceModel) -> None:
    head = build_head(model)
    assert head.skin.max() < head.outer_count
    assert head.inner_mouth.min() >= head.outer_count
    camera = Similarity(1.0, np.eye(3), np.zeros(3))
    zero = np.zeros(60, np.float32), np.zeros(57, np.float32)
    texture = make_texture(head, FaceFit(*zero, camera, 0.0))
    assert np.isfinite(texture.places).all()
    assert np.isfinite(texture.shares).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"neutral": np.zeros((3, 3), np.float32)}, "neutral of shape"),
        ({"front_quads": np.array([10**6], np.int32)}, "front_quads has values outside"),
        ({"landmark_corners": np.full((68, 3), -1, np.int32)}, "landmark_corners has values"),
        ({"identity": None}, "identity"),
    ],
)
def test_a_damaged_file_is_told(
    tmp_path: Path, change: dict[str, np.ndarray | None], words: str
) -> None:
    arrays = {**load_file(resource("template", FILE)), **change}
    path = tmp_path / FILE
    save_file({k: v for k, v in arrays.items() if v is not None}, path, {"format": FORMAT})
    with pytest.raises(ModelFileError, match=words):
        read_people(path, shipped_template())


def test_what_is_no_file_of_people_is_told(tmp_path: Path) -> None:
    path = tmp_path / FILE
    for content in (b"", b"no tensors at all", (10**12).to_bytes(8, "little")):
        path.write_bytes(content)
        with pytest.raises(ModelFileError, match="cannot read the free head"):
            read_people(path, shipped_template())
    with pytest.raises(ModelFileError, match="cannot read the free head"):
        read_people(tmp_path / "missing", shipped_template())
    save_file({"neutral": np.zeros(3, np.float32)}, path, {"format": "another"})
    with pytest.raises(ModelFileError, match="expected 'vrn-people-1'"):
        read_people(path, shipped_template())
