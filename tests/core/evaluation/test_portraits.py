from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from vrn_core.data.voxelization import voxelize
from vrn_core.evaluation.methods import FaceShape, MethodSettings
from vrn_core.evaluation.portraits import (
    PortraitBenchmark,
    PortraitScore,
    evaluate_portraits,
    format_table,
    score_item,
    table_rows,
)
from vrn_core.types import FaceCrop, TriangleMesh


@pytest.fixture(scope="module")
def item(data_folder):
    [item] = PortraitBenchmark("validation").items(0, [30.0])
    return item


def truth(item, shift=(0.0, 0.0, 0.0)) -> FaceShape:
    """Return the answer itself, moved."""
    moved = np.float32(shift)
    crop = FaceCrop.around_landmarks(item.landmarks)
    solid = TriangleMesh(crop.to_crop(item.solid.vertices + moved), item.solid.faces)
    mesh = TriangleMesh(item.solid.vertices + moved, item.solid.faces)
    return FaceShape(item.landmarks + moved, mesh, crop, voxelize(solid))


def method_of(*faces: FaceShape) -> SimpleNamespace:
    return SimpleNamespace(
        faces=lambda photo: list(faces),
        face_from_landmarks=lambda photo, landmarks: faces[0] if faces else None,
    )


def test_the_truth_itself_scores_full(item):
    score = score_item(item, method_of(truth(item)), icp=True)
    assert (score.name, score.yaw_deg, score.landmarks) == (item.name, 30.0, "detected")
    assert score.iou == 1
    assert score.nme_interocular == pytest.approx(0, abs=3e-3)
    assert score.nme_icp == pytest.approx(0, abs=5e-3)


def test_a_shift_is_taken_out_by_the_alignment_only(item):
    score = score_item(item, method_of(truth(item, (4.0, 0.0, 3.0))), icp=True)
    assert score.nme_interocular > 0.02
    assert score.nme_icp < 0.2 * score.nme_interocular
    assert score.iou < 0.97


def test_without_a_volume_there_is_no_iou(item):
    face = truth(item)
    score = score_item(item, method_of(FaceShape(face.landmarks, face.mesh, face.crop)))
    assert score.iou is None
    assert score.nme_icp is None


def test_no_face_counts_as_failed(item):
    for detected in (True, False):
        score = score_item(item, method_of(), detected, icp=True)
        assert not score.found
        assert (score.iou, score.nme_interocular, score.nme_icp) == (0, 1, 1)


def test_people_scored_before_are_not_scored_again(item):
    benchmark = PortraitBenchmark("validation")
    earlier = [PortraitScore(benchmark.name(0), 0.0, "true", True, 0.5, 0.1, 0.1)]
    saved = []
    scores = evaluate_portraits(
        "vrn-guided",
        MethodSettings(),
        split="validation",
        people=1,
        scores=earlier,
        save=saved.append,
    )
    assert scores == earlier
    assert saved == []


def test_iou_of_a_method_without_volumes_is_none_even_if_it_failed_once():
    scores = [
        PortraitScore("a", 0.0, "detected", True, None, 0.1, 0.1),
        PortraitScore("b", 0.0, "detected", False, 0.0, 1.0, 1.0),
    ]
    rows = table_rows(scores)
    assert rows[-1]["iou"] is None
    assert rows[-1]["nme_interocular"] == pytest.approx(0.55)
    assert "50.0%       -   0.5500          -        0.5500" in format_table(rows)
