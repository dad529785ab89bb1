from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vrn_core import cli
from vrn_core.errors import DataError
from vrn_core.evaluation.scan_render import LIGHTS
from vrn_core.evaluation.scan_sets import SCAN_SETS, list_scans


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")


def test_the_parser_offers_what_can_be_read_and_drawn():
    assert set(cli.SCAN_BENCHMARKS) == set(SCAN_SETS)
    assert cli.LIGHTS == LIGHTS
    assert {known.views.light for known in SCAN_SETS.values()} <= set(LIGHTS)


def test_any_folder_of_scans_is_listed(tmp_path):
    touch(tmp_path, "b/two.GLB", "one.obj", "one.mtl", "one.json", "three.stl", ".hidden/x.ply")
    assert list_scans("scans", tmp_path) == ["b/two.GLB", "one.obj"]


def test_the_peaks_of_bu_4dfe_are_the_middles_of_happy_and_surprise(tmp_path):
    for person, frames in (("F001", 9), ("M043", 101)):
        for expression in ("Happy", "Surprise", "Sad"):
            names = [f"{person}/{expression}/{n:03d}" for n in range(frames)]
            touch(tmp_path, *(f"{name}.wrl" for name in names), *(f"{n}.jpg" for n in names))
    touch(tmp_path, "BU_WrlViewer_V2/a.wrl", "F001/Happy/readme.wrl")
    assert list_scans("bu-4dfe", tmp_path) == [
        "F001/Happy/004.wrl",
        "F001/Surprise/004.wrl",
        "M043/Happy/050.wrl",
        "M043/Surprise/050.wrl",
    ]


def test_a_missing_sequence_is_named_by_its_pattern(tmp_path):
    touch(tmp_path, "below/F002/Happy/000.wrl")
    assert list_scans("bu-4dfe", tmp_path) == [
        "below/F002/Happy/000.wrl",
        "below/F002/Surprise/*.wrl",
    ]


def test_of_florence_the_first_frontal_model_is_taken(tmp_path):
    touch(
        tmp_path,
        "subject_01/Model/frontal1/obj/110920150452.obj",
        "subject_01/Model/frontal1/obj/110920150452.bmp",
        "subject_01/Model/frontal1/vrml/110920150452.wrl",
        "subject_01/Model/frontal2/obj/1.obj",
        "subject_01/Model/sidel/obj/0.obj",
        "subject_01/Video/a.mjpg",
        "subject_02/Model/frontal1/vrml/7.wrl",
        "subject_03/Model/frontal2/obj/8.obj",
        "subject_04/Model/sider/obj/9.obj",
    )
    assert list_scans("florence", tmp_path) == [
        "subject_01/Model/frontal1/obj/110920150452.obj",
        "subject_02/Model/frontal1/vrml/7.wrl",
        "subject_03/Model/frontal2/obj/8.obj",
        "subject_04/Model/frontal1/obj/*.obj",
    ]


@pytest.mark.parametrize("benchmark", sorted(SCAN_SETS))
def test_a_wrong_folder_says_what_was_found_and_expected(benchmark, tmp_path):
    with pytest.raises(DataError, match=r"there is no folder .*gone; expected "):
        list_scans(benchmark, tmp_path / "gone")
    with pytest.raises(DataError, match="has nothing in it; expected "):
        list_scans(benchmark, tmp_path)
    touch(tmp_path, "holiday.jpg", *(f"n{number}.txt" for number in range(4)))
    with pytest.raises(DataError, match=r"has holiday\.jpg, n0\.txt, n1\.txt and 2 more in it"):
        list_scans(benchmark, tmp_path)


def test_the_poses_are_those_of_the_paper():
    bu, florence = (SCAN_SETS[name].views for name in ("bu-4dfe", "florence"))
    assert (len(bu.yaws_deg), len(florence.yaws_deg)) == (7, 5)
    for views in (bu, florence):
        assert (views.yaws_deg[0], views.yaws_deg[-1]) == (-80, 80)
        np.testing.assert_allclose(views.yaws_deg, -np.array(views.yaws_deg[::-1]))
    assert bu.pitches_deg == (-20, 0, 20)
    assert florence.pitches_deg == (-15, 20, 25)
    assert bu.light == "random"
