from __future__ import annotations

import json

import pytest

from vrn_core.errors import ConfigError, DataError
from vrn_core.evaluation.landmark_benchmark import PhotoFailure, PhotoScore, Results
from vrn_core.evaluation.landmark_report import as_json, read_scores, table_rows

SETTINGS = {"volume_model": "vrn", "icp": False}


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


@pytest.fixture
def report(tmp_path):
    results = Results([score(0.0), score(50.0, None)], [PhotoFailure("b.jpg", "damaged")])
    path = tmp_path / "r.json"
    path.write_text(json.dumps(as_json("aflw2000-3d", SETTINGS, results)))
    return path


def test_scores_come_back_without_the_failures(report):
    assert read_scores(report, "aflw2000-3d", SETTINGS) == [score(0.0), score(50.0, None)]


@pytest.mark.parametrize(
    ("data_set", "settings", "message"),
    [
        ("300w-lp", SETTINGS, "is a report of aflw2000-3d; expected one of 300w-lp"),
        ("aflw2000-3d", {**SETTINGS, "icp": True}, "made with icp False, not True"),
        ("aflw2000-3d", {**SETTINGS, "flip": True}, "made with flip None, not True"),
        ("aflw2000-3d", {"icp": False}, "made with volume_model 'vrn', not None"),
    ],
)
def test_report_of_something_else_is_refused(report, data_set, settings, message):
    with pytest.raises(ConfigError, match=message):
        read_scores(report, data_set, settings)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "null",
        lambda text: '{"benchmark": "aflw2000-3d", "settings": 3}',
        lambda text: text.replace('"found": true', '"found": "yes"'),
        lambda text: text.replace('"yaw_deg": 50.0, "found"', '"yaw_deg": NaN, "found"'),
        lambda text: text.replace('"landmark_nme_bbox": 0.05}', '"landmark_nme_bbox": null}'),
        lambda text: text.replace('"surface_error_icp": null,', ""),
        lambda text: "[" * 100_000,
    ],
)
def test_damaged_report_is_one_sentence(report, damage):
    report.write_text(damage(report.read_text()))
    with pytest.raises(DataError, match=r"r\.json is damaged or no report"):
        read_scores(report, "aflw2000-3d", SETTINGS)


def test_missing_report_is_one_sentence(tmp_path):
    with pytest.raises(DataError, match=r"no report .* to resume from"):
        read_scores(tmp_path / "gone.json", "aflw2000-3d", SETTINGS)
