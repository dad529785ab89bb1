from __future__ import annotations

import pytest

from vrn_core.evaluation.landmark_benchmark import PhotoScore
from vrn_core.evaluation.landmark_report import table_rows


def score(yaw_deg: float, error: float | None = 0.1, found: bool = True) -> PhotoScore:
    return PhotoScore(f"{yaw_deg}.jpg", yaw_deg, found, error, None, error, 0.05)


def test_rows_are_by_absolute_yaw():
    scores = [score(y) for y in (0.0, -29.9, 30.0, -59.0, 60.0, -90.0, 120.0)]
    rows = table_rows(scores)
    assert [(row["yaw_deg"], row["photos"]) for row in rows] == [
        ("0-30", 2),
        ("30-60", 2),
        ("60-90", 3),
        ("all", 7),
    ]


def test_faces_not_found_are_in_every_figure():
    rows = table_rows([score(0.0, 0.1), score(5.0, 0.2), score(9.0, 1.0, found=False)])
    assert rows[0]["found"] == pytest.approx(2 / 3)
    assert rows[0]["surface_error"] == pytest.approx(1.3 / 3)
    assert rows[0]["surface_error_median"] == pytest.approx(0.2)
    assert rows[0]["landmark_nme"] == pytest.approx(1.3 / 3)


def test_what_no_photo_tells_is_none():
    [row, _] = table_rows([score(0.0, None)])
    assert row["surface_error"] is row["surface_error_median"] is row["landmark_nme"] is None
    assert row["surface_error_icp"] is None
    assert row["landmark_nme_bbox"] == pytest.approx(0.05)
