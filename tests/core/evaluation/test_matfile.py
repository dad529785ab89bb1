from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import io

from vrn_core.errors import DataError
from vrn_core.evaluation.matfile import MAX_MEGABYTES, read_arrays

EXPECTED = {"points": [(3, 2)]}


def test_arrays_come_as_they_were_stored(tmp_path):
    points = np.arange(6, dtype=np.int16).reshape(3, 2)
    io.savemat(tmp_path / "a.mat", {"points": points, "more": np.ones(4)}, do_compression=True)
    found = read_arrays(tmp_path / "a.mat", EXPECTED)
    assert list(found) == ["points"]
    np.testing.assert_array_equal(found["points"], points)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"other": np.ones(2)}, "a.mat has no points, only other"),
        ({"points": np.ones((2, 3))}, r"has shape \(2, 3\); expected \(3, 2\)"),
        ({"points": np.full((3, 2), np.nan)}, "not finite"),
        ({"points": np.full((3, 2), 1j)}, "not made of numbers"),
        ({"points": np.full((3, 2), "x", object)}, "not made of numbers"),
    ],
)
def test_arrays_that_are_not_what_is_expected_are_named(tmp_path, content, message):
    io.savemat(tmp_path / "a.mat", content)
    with pytest.raises(DataError, match=message):
        read_arrays(tmp_path / "a.mat", EXPECTED)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"there is no file a\.mat"):
        read_arrays(tmp_path / "a.mat", EXPECTED)


def test_huge_file_is_refused_unread(tmp_path):
    with (tmp_path / "a.mat").open("wb") as file:
        file.truncate((MAX_MEGABYTES + 1) * 1_000_000)
    with pytest.raises(DataError, match="65 MB; expected at most 64 MB"):
        read_arrays(tmp_path / "a.mat", EXPECTED)


def test_damage_anywhere_is_told_or_harmless(tmp_path):
    path = tmp_path / "a.mat"
    io.savemat(path, {"points": np.ones((3, 2))}, do_compression=True)
    whole = path.read_bytes()
    random = np.random.default_rng(1)
    damaged = [b"", b"no file of MATLAB at all", *(whole[:n] for n in range(1, len(whole), 9))]
    for _ in range(100):
        content = bytearray(whole)
        content[random.integers(124, len(content))] = random.integers(256)
        damaged.append(bytes(content))
    for content in damaged:
        path.write_bytes(content)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = read_arrays(path, EXPECTED)
            outcome = str(found["points"].shape)
        except DataError as error:
            outcome = str(error)
        assert "a.mat" in outcome or outcome == "(3, 2)"
