from __future__ import annotations

import numpy as np
import pytest
import trimesh

from vrn_core.morphable.face_model import load_face_model
from vrn_core.morphable.solid import close_solid, solid_topology


@pytest.fixture(scope="module")
def model(data_folder):
    return load_face_model(data_folder / "ict_facekit")


def face(model, **weights: float):
    expression = np.zeros(len(model.expression), np.float32)
    for name, weight in weights.items():
        expression[model.expression_index(name)] = weight
    identity = np.zeros(len(model.identity), np.float32)
    return model.shape(identity, expression, len(model.neutral))


@pytest.mark.parametrize(
    "weights",
    [{}, {"jawOpen": 0.9}, {"mouthSmile_L": 1.0, "mouthSmile_R": 1.0}, {"eyeBlink_L": 1.0}],
)
def test_solid_is_closed_and_outward(model, weights):
    solid = close_solid(model, face(model, **weights))
    mesh = trimesh.Trimesh(solid.vertices, solid.faces, process=False)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume > 1e6


@pytest.mark.parametrize(("jaw", "shallow", "deep"), [(0.0, 0.0, 5.0), (0.8, 3.0, 11.0)])
def test_mouth_is_closed_where_the_teeth_are(model, jaw, shallow, deep):
    vertices = face(model, jawOpen=jaw)
    solid = close_solid(model, vertices)
    lips = vertices[model.landmark_vertices[[62, 66]], 2].mean()
    behind = lips - solid.vertices[solid_topology(model).mouth_center, 2]
    assert shallow < behind < deep
