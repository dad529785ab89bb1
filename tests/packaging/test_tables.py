from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tables(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import tables

    yield tables
    sys.modules.pop("tables")


def test_block_between_the_marks_is_replaced(tables):
    text = "before\n<!-- speed -->\nold\n<!-- end of speed -->\nafter \\1"
    filled = tables.fill(text, "speed", "new \\2")
    assert filled == "before\n<!-- speed -->\nnew \\2\n<!-- end of speed -->\nafter \\1"


def test_missing_marks_are_named(tables):
    with pytest.raises(SystemExit, match="end of speed"):
        tables.fill("nothing", "speed", "new")


def test_readme_has_the_marks_of_every_table(tables):
    text = tables.README.read_text(encoding="utf-8")
    for name in ("accuracy", "groups", "methods", "speed"):
        assert f"<!-- {name} -->" in tables.fill(text, name, "")


def test_accuracy_shows_the_ranges_and_no_error_of_true_landmarks(tables):
    row = {"pictures": 10, "found": 0.9, "iou": 0.9123, "nme_interocular": 0.02, "landmark_nme": 0}
    rows = [
        row | {"landmarks": "detected", "yaw_deg": "+15"},
        row | {"landmarks": "detected", "yaw_deg": "60-90"},
        row | {"landmarks": "true", "yaw_deg": "all"},
    ]
    lines = tables.accuracy_table(rows).splitlines()
    assert lines[2:] == [
        "| detected | 60–90 | 10 | 90.0% | 0.912 | 0.0200 | 0.0000 |",
        "| true | all | 10 | 90.0% | 0.912 | 0.0200 | – |",
    ]


def test_methods_stand_before_those_published_and_missing_ones_are_left_out(tables):
    row = {"yaw_deg": "all", "landmark_nme": 0.02, "nme_interocular": 0.03, "nme_icp": 0.02}
    portraits = {
        "methods": {
            "vrn-guided": {"rows": [row | {"landmarks": "detected", "iou": 0.9}]},
            "eos": {"rows": [row | {"landmarks": "detected", "iou": None}]},
            "3ddfa": {"missing": "there is no file"},
        }
    }
    photo = {"yaw_deg": "all", "photos": 1, "landmark_nme": None, "surface_error": 0.04}
    samples = {"methods": {"vrn-guided": {"rows": [photo | {"surface_error_icp": None}]}}}
    lines = tables.method_table(portraits, samples).splitlines()[2:]
    assert lines[:3] == [
        "| vrn-guided | our test portraits | 0.0300 | 0.0200 | 0.0200 | 0.9000 |",
        "| eos | our test portraits | 0.0300 | 0.0200 | 0.0200 | – |",
        "| vrn-guided | AFLW2000-3D, 1 photo | 0.0400 | – | – | – |",
    ]
    assert len(lines) == 3 + len(tables.PUBLISHED)
    assert all("as published" in line for line in lines[3:])


def test_methods_that_were_not_measured_again_keep_their_rows(tables):
    rows = ["| method | measured on |", "| a | here | 1 |", "| b | here | 2 |", "| b | there | 3 |"]
    page = "\n".join(["text", "<!-- methods -->", *rows, "<!-- end of methods -->"])
    table = "\n".join([rows[0], "| b | here | 9 |", "| c | here | 4 |"])
    kept = tables.keep_rows(page, "methods", table).splitlines()
    assert kept == [*rows[:2], "| b | here | 9 |", rows[3], "| c | here | 4 |"]
    assert tables.keep_rows("no table", "methods", table) == table
