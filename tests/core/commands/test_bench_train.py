"""The pace of a training, measured on the real data for a step or two."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vrn_core.cli import main
from vrn_core.commands import bench_train
from vrn_core.commands.bench_train import Pace


def test_the_share_of_the_network_leaves_the_waiting_out() -> None:
    assert Pace(0, 2, 10.0, 80.0, 20.0).network_share == pytest.approx(0.8)


def test_it_is_measured_and_printed(
    data_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bench_train, "_workers", lambda: (0,))
    monkeypatch.setattr(bench_train, "WARM_UP", 0)
    monkeypatch.setattr(bench_train, "ROW", 1)
    report = tmp_path / "pace.json"
    assert main(["bench", "train", "--runs", "1", "--device", "cpu", "--json", str(report)]) == 0
    [pace] = json.loads(report.read_text())["training"]
    total = pace["network_ms"] + pace["waiting_ms"]
    assert pace["samples_per_second"] == pytest.approx(1000 / total, rel=1e-6)
    assert pace["waiting_ms"] > 1
    words = capsys.readouterr().out
    assert "in the network" in words
    assert f"{pace['samples_per_second']:.1f}" in words


def test_without_the_portraits_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRN_DATA", str(tmp_path))
    assert main(["bench", "train", "--quick", "--device", "cpu"]) == 1
    assert "set VRN_DATA" in capsys.readouterr().err
