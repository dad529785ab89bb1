from __future__ import annotations

from dataclasses import asdict

import pytest

from vrn_core.evaluation.comparison import by_method, by_yaw, errors_by_method
from vrn_core.evaluation.portraits import PortraitScore, table_rows
from vrn_core.evaluation.report import Report


def scores(error: float, iou: float | None, found: bool = True) -> list[PortraitScore]:
    return [
        PortraitScore("a", yaw, source, found, iou, error + yaw / 1000, 0.03, error / 2)
        for yaw in (0.0, 90.0)
        for source in ("detected", "true")
    ]


@pytest.fixture
def report():
    report = Report("portraits")
    for name, error, iou in (("vrn", 0.04, 0.9), ("eos", 0.06, None)):
        found = scores(error, iou)
        report.put(name, {"rows": table_rows(found), "scores": [asdict(s) for s in found]})
    report.put("3ddfa", {"missing": "there is no file"})
    return report


def test_methods_stand_in_rows_with_what_is_missing(report):
    heading, rows = by_method(report)
    assert heading == ["method", "found", "NME", "after ICP", "landmark NME", "IoU"]
    assert rows == [
        ["vrn", "100.0%", "0.0850", "0.0200", "0.0300", "0.9000"],
        ["eos", "100.0%", "0.1050", "0.0300", "0.0300", "-"],
        ["3ddfa", "not run", "", "", "", ""],
    ]


def test_ranges_of_yaw_stand_in_columns(report):
    heading, rows = by_yaw(report)
    assert heading == ["NME by yaw", "0-30", "60-90", "all"]
    assert rows[0] == ["vrn", "0.0400", "0.1300", "0.0850"]
    assert [row[0] for row in rows] == ["vrn", "eos"]


def test_errors_are_those_from_own_landmarks(report):
    errors = errors_by_method(report)
    assert set(errors) == {"vrn", "eos"}
    assert errors["vrn"] == pytest.approx([0.04, 0.13])
