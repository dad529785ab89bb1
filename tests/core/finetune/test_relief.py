"""The closed solid of a scan, on a head whose shape is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh

from tests.core.evaluation.made_up_scans import RADII, made_up_head, scan_of
from tests.core.finetune.conftest import nobody
from vrn_core.errors import DataError
from vrn_core.evaluation.scan_heads import ScanFacts, ScanHead, place_head
from vrn_core.finetune.relief import SURE_MM, WIDE_MM, scanned_face


@pytest.fixture
def head(tmp_path: Path) -> ScanHead:
    made_up = made_up_head()
    facts = ScanFacts("mm", np.eye(3), made_up.landmarks.astype(np.float32))
    return place_head(scan_of(made_up, tmp_path), facts, nobody)


def test_the_solid_is_closed_and_its_front_lies_on_the_scan(head: ScanHead) -> None:
    face = scanned_face(head.surface, head.landmarks)
    solid = trimesh.Trimesh(face.solid.vertices, face.solid.faces, process=False)
    assert solid.is_watertight
    assert solid.volume > 500_000
    middle = made_up_head().landmarks[17:].mean(axis=0)
    away = np.linalg.norm((face.front + middle) / RADII, axis=1) - 1
    # Where the ellipsoid's side is steep, a step of the grid is a good part of its depth.
    assert np.abs(np.median(away)) < 0.01
    assert np.quantile(np.abs(away), 0.8) < 0.03
    assert face.missing < 0.2


def test_it_ends_about_where_a_face_does(head: ScanHead) -> None:
    front = scanned_face(head.surface, head.landmarks).front
    jaw, brows = head.landmarks[8], head.landmarks[17:27]
    # A face ends below the chin, where the neck begins.
    assert jaw[1] - 45 < front[:, 1].min() < jaw[1]
    assert front[:, 1].max() > brows[:, 1].max() + 15
    assert np.ptp(front[:, 0]) == pytest.approx(np.ptp(head.landmarks[:17, 0]), rel=0.25)


def test_what_is_sure_lies_within_and_what_may_be_without(head: ScanHead) -> None:
    face = scanned_face(head.surface, head.landmarks)
    solids = [
        trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
        for mesh in (face.surest, face.solid, face.widest)
    ]
    assert all(solid.is_watertight for solid in solids)
    low, middle, high = (solid.bounds for solid in solids)
    # At the chin the outline runs across, so that it moves by just as much.
    assert low[0, 1] - middle[0, 1] == pytest.approx(SURE_MM, abs=2)
    assert middle[0, 1] - high[0, 1] == pytest.approx(WIDE_MM, abs=2)


def test_an_open_mouth_is_closed_between_the_lips(tmp_path: Path) -> None:
    """As in the volumes that the networks learned from: a shallow cap, not the throat."""
    made_up = made_up_head(6)
    marks = made_up.landmarks.copy()
    marks[[50, 51, 52, 61, 62, 63], 1] += 8
    marks[[56, 57, 58, 65, 66, 67], 1] -= 8
    hole = np.abs(made_up.vertices[:, :2] - marks[60:68, :2].mean(axis=0)) < [10, 7]
    vertices = made_up.vertices.copy()
    cavity = hole.all(axis=1) & (vertices[:, 2] > 0)
    vertices[cavity, 2] -= 40
    opened = type(made_up)(vertices, made_up.faces, made_up.colors, marks)
    facts = ScanFacts("mm", np.eye(3), marks.astype(np.float32))
    placed_head = place_head(scan_of(opened, tmp_path), facts, nobody)
    front = scanned_face(placed_head.surface, placed_head.landmarks).front
    placed = marks - marks[17:].mean(axis=0)
    middle = placed[[62, 66]].mean(axis=0)
    seen = front[np.linalg.norm((front - middle)[:, :2], axis=1) < 4]
    assert len(seen) > 10
    assert (seen[:, 2] > middle[2] - 12).all()


def test_a_scan_without_most_of_its_face_is_refused(tmp_path: Path) -> None:
    made_up = made_up_head()
    corners = made_up.vertices[made_up.faces]
    left = (corners[:, :, 0] < 5).all(axis=1)
    half = type(made_up)(made_up.vertices, made_up.faces[left], made_up.colors, made_up.landmarks)
    facts = ScanFacts("mm", np.eye(3), made_up.landmarks.astype(np.float32))
    placed = place_head(scan_of(half, tmp_path), facts, nobody)
    with pytest.raises(DataError, match="of the front of the face is missing"):
        scanned_face(placed.surface, placed.landmarks)


def test_against_the_face_models_own_solid(data_folder: Path, tmp_path: Path) -> None:
    """A scan of a fitted head gives nearly the volume that training makes of it."""
    from vrn_core.data.head import build_head, make_texture
    from vrn_core.data.portraits import load_portraits
    from vrn_core.data.voxelization import voxelize
    from vrn_core.evaluation.metrics import volume_iou
    from vrn_core.evaluation.scan_files import read_scan
    from vrn_core.morphable.face_model import load_face_model
    from vrn_core.morphable.solid import close_solid
    from vrn_core.pose import FLIP, fit_similarity
    from vrn_core.types import FaceCrop, TriangleMesh

    model = load_face_model()
    person = next(p for p in load_portraits() if p.split == "test")
    head = build_head(model)
    shape = make_texture(head, person.fit).shape
    faces = np.concatenate([head.skin, head.mouth_cap[:0]])
    trimesh.Trimesh(shape, faces, process=False).export(tmp_path / "person.ply")
    marks = shape[model.landmark_vertices]
    placed = place_head(
        read_scan(tmp_path / "person.ply"), ScanFacts("mm", np.eye(3), marks), nobody
    )
    face = scanned_face(placed.surface, placed.landmarks)
    motion = fit_similarity(marks, placed.landmarks)
    crop = FaceCrop.around_landmarks((placed.landmarks @ FLIP).astype(np.float32))

    def volume(points: np.ndarray, triangles: np.ndarray, middle: float) -> np.ndarray:
        photo = (points @ FLIP - [0, 0, middle]).astype(np.float32)
        return voxelize(TriangleMesh(crop.to_crop(photo), triangles), "half")

    solid = close_solid(model, shape)
    center = motion.apply(shape[: model.parts.face_end]).mean(axis=0)
    true = volume(motion.apply(solid.vertices), solid.faces, -center[2])
    ours = volume(face.solid.vertices, face.solid.faces, -float(face.center[2]))
    assert volume_iou(ours, true) > 0.92
