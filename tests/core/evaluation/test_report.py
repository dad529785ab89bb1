from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from vrn_core.errors import ConfigError, DataError
from vrn_core.evaluation.landmark_benchmark import PhotoScore
from vrn_core.evaluation.report import Report

SETTINGS = {"volume_model": "vrn", "icp": False}


def score(yaw_deg: float, error: float | None = 0.1) -> PhotoScore:
    return PhotoScore(f"{yaw_deg}.jpg", yaw_deg, True, error, None, error, 0.05)


SCORES = [score(0.0), score(50.0, None)]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "r.json"
    scores = [asdict(s) for s in SCORES]
    Report("aflw2000-3d", path).put("vrn", {"settings": SETTINGS, "scores": scores})
    return path


def test_scores_come_back(path):
    report = Report.resumed("aflw2000-3d", path)
    assert report.scores("vrn", SETTINGS, PhotoScore) == SCORES
    assert report.scores("eos", SETTINGS, PhotoScore) == []


def test_a_method_that_was_missing_has_no_scores_yet(path):
    report = Report.resumed("aflw2000-3d", path)
    report.put("eos", {"missing": "there is no file"})
    assert Report.resumed("aflw2000-3d", path).scores("eos", SETTINGS, PhotoScore) == []


def test_report_in_memory_writes_nothing(tmp_path):
    report = Report("portraits")
    report.put("vrn", {"settings": {}, "scores": []})
    assert list(tmp_path.iterdir()) == []
    assert report.entries["vrn"]["scores"] == []


def test_report_of_another_benchmark_is_refused(path):
    with pytest.raises(ConfigError, match="is a report of aflw2000-3d; expected one of 300w-lp"):
        Report.resumed("300w-lp", path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({**SETTINGS, "icp": True}, "made with icp False, not True"),
        ({**SETTINGS, "flip": True}, "made with flip None, not True"),
        ({"icp": False}, "made with volume_model 'vrn', not None"),
    ],
)
def test_scores_made_otherwise_are_refused(path, settings, message):
    report = Report.resumed("aflw2000-3d", path)
    with pytest.raises(ConfigError, match=message):
        report.scores("vrn", settings, PhotoScore)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "null",
        lambda text: '{"benchmark": "aflw2000-3d", "methods": 3}',
        lambda text: text.replace('"found": true', '"found": "yes"'),
        lambda text: text.replace('"yaw_deg": 50.0,', '"yaw_deg": NaN,'),
        lambda text: text.replace('"landmark_nme_bbox": 0.05', '"landmark_nme_bbox": null'),
        lambda text: text.replace('"surface_error": 0.1', '"surface_error": true'),
        lambda text: text.replace('"surface_error_icp": null,', ""),
        lambda text: text.replace('"settings"', '"seatings"'),
        lambda text: "[" * 100_000,
    ],
)
def test_damaged_report_is_one_sentence(path, damage):
    text = path.read_text()
    path.write_text(damage(text))
    assert path.read_text() != text
    with pytest.raises(DataError, match=r"r\.json is damaged or no report"):
        Report.resumed("aflw2000-3d", path).scores("vrn", SETTINGS, PhotoScore)


def test_missing_report_is_one_sentence(tmp_path):
    with pytest.raises(DataError, match=r"no report .* to resume from"):
        Report.resumed("portraits", tmp_path / "gone.json")


def test_file_is_json_with_an_entry_a_method(path):
    content = json.loads(path.read_text())
    assert content["benchmark"] == "aflw2000-3d"
    assert list(content["methods"]) == ["vrn"]
