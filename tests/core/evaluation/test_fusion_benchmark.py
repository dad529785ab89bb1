from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from vrn_core import cli
from vrn_core.evaluation.fusion_benchmark import (
    YAWS_DEG,
    FusionScore,
    PersonResult,
    fusion_rows,
    identity_rows,
    score_person,
)
from vrn_core.evaluation.portraits import PortraitBenchmark
from vrn_core.inference.reconstructor import Reconstructor

SCORE = FusionScore("a", "-30 0 +30", 0.02, 0.01, 0.03, 0.02, 0.04, 0.03, 0.9)


def person(name: str, fused: float, descriptors: dict[int, float]) -> PersonResult:
    score = FusionScore(**{**asdict(SCORE), "name": name, "fused": fused})
    return PersonResult((score,), {yaw: np.full(1, at) for yaw, at in descriptors.items()})


def test_rows_are_means_over_people() -> None:
    [row] = fusion_rows([person("a", 0.02, {}), person("b", 0.04, {})])
    assert (row.yaws_deg, row.people) == ("-30 0 +30", 2)
    assert row.fused == pytest.approx(0.03)
    assert row.frontal == pytest.approx(0.03)
    assert row.better == 0.5


def test_pairs_of_one_person_and_of_two_are_counted_apart() -> None:
    results = [person("a", 0.02, {0: 0.0, 30: 0.7, 60: 0.1}), person("b", 0.02, {0: 1.0})]
    first, *_, last = identity_rows(results)
    assert (first.yaw_deg, first.same_pairs, first.other_pairs) == (30, 1, 2)
    assert first.same_refused == 1
    assert first.other_passed == 0.5
    assert (last.yaw_deg, last.same_pairs, last.other_pairs) == (60, 3, 3)


@pytest.mark.slow
def test_three_photos_are_nearer_to_the_truth_than_one(data_folder) -> None:
    items = list(PortraitBenchmark("validation").items(0, YAWS_DEG))
    result = score_person(items, Reconstructor())
    three = next(score for score in result.scores if score.yaws_deg == "-30 0 +30")
    assert three.fused < three.frontal < 0.03
    assert set(result.descriptors) == set(YAWS_DEG)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate", "fusion", "--icp"], "--icp is for portraits"),
        (["evaluate", "fusion", "--methods", "eos"], "--methods is for portraits"),
        (["evaluate", "fusion", "--root", "x"], "--root is for aflw2000-3d"),
        (["reconstruct", "a.jpg", "-o", "out", "--same-person"], "--same-person is for --fuse"),
        (
            ["reconstruct", "a.jpg", "b.jpg", "-o", "out", "--fuse", "--frame", "photo"],
            "leave --frame photo out",
        ),
    ],
)
def test_options_that_do_not_belong_together_are_refused(arguments, message, capsys) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)
    assert message in capsys.readouterr().err


def test_fusing_one_photo_is_refused_before_models_are_loaded(tmp_path, capsys) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"")
    assert cli.main(["reconstruct", "--fuse", str(photo), "-o", str(tmp_path / "out")]) == 1
    assert "needs two or more photos" in capsys.readouterr().err
