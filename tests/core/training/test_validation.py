from __future__ import annotations

import pytest
import torch

from vrn_core.training.validation import nme_interocular, score, volume_iou
from vrn_core.types import UNKNOWN


def test_iou_of_shifted_boxes_is_analytic() -> None:
    target = torch.zeros(3, 4, 10, 10, dtype=torch.uint8)
    target[:2, :, :, :6] = 255
    logits = torch.full((3, 4, 10, 10), -1.0)
    logits[0, :, :, 2:8] = 1.0
    logits[1, :, :, :6] = 1.0
    # Columns 0 to 5 against 2 to 7: four shared of eight; then equal; then both empty.
    assert volume_iou(logits, target).tolist() == pytest.approx([0.5, 1.0, 1.0])


def test_what_is_not_known_does_not_count() -> None:
    target = torch.full((1, 4, 10, 10), UNKNOWN, dtype=torch.uint8)
    target[..., :2], target[..., 2:4] = 255, 0
    logits = torch.full((1, 4, 10, 10), -1.0)
    logits[..., 1:3] = logits[..., 6:] = 1.0
    assert volume_iou(logits, target, unknown=True).tolist() == pytest.approx([1 / 3])
    assert volume_iou(logits, target).tolist() == pytest.approx([5 / 9])


def test_nme_is_the_distance_over_that_of_the_outer_eye_corners() -> None:
    target = torch.zeros(1, 68, 3)
    # In profile the corners are apart in depth alone.
    target[0, 36], target[0, 45] = torch.tensor([0, 0, -20.0]), torch.tensor([0, 0, 20.0])
    points = target + torch.tensor([3.0, 4.0, 99.0])
    assert float(nme_interocular(points, target)) == pytest.approx(5 / 40)


def test_better_networks_score_higher() -> None:
    assert score({"volume_iou": 0.9, "nme_interocular": 1}) > score({"volume_iou": 0.8})
    assert score({"nme_interocular": 0.03}) > score({"nme_interocular": 0.05})
