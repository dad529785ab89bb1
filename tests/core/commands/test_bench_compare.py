from __future__ import annotations

import json
from pathlib import Path

import pytest

from vrn_core.commands import bench
from vrn_core.commands.bench_networks import networks_table
from vrn_core.errors import ConfigError

ONE = {"median": 30.0, "q1": 29.0, "q3": 33.0}
FACTS = {
    "machine": {"processor": "P", "cores": 2, "threads": 2, "torch": "2", "python": "3"},
    "photo": {"longest_side": 1024, "triangles": 20000},
    "runtime": "openvino",
    "stages_ms": {"network": ONE, "detect": ONE},
    "networks": {
        "batch": 2,
        "networks": {"a": {"gflop": 4.0, "milliseconds": {"torch": ONE}}},
        "peak_gflops": {"fp32": 200.0, "bf16": 400.0},
    },
    "surface_ms": {"vtk": ONE},
    "live_ms": {"followed": ONE},
    "samples_ms": {},
}


def test_each_figure_is_shown_as_a_multiple_of_before(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    before = {"stages_ms": {"network": {**ONE, "median": 60.0}}}
    old.write_text(json.dumps(before))
    text = bench.format_facts(FACTS, bench._earlier(old))
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert "of before" in lines["stage"]
    assert lines["detect"].endswith("-")
    assert "0.50" in text
    assert "of before" not in bench.format_facts(FACTS)


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    odd = tmp_path / "odd.json"
    for content in ("no json", "[1]", '{"stages_ms": {"network": 3}}'):
        odd.write_text(content)
        with pytest.raises(ConfigError, match="expected a file of vrn bench --json"):
            bench._earlier(odd)
    with pytest.raises(ConfigError, match="cannot compare"):
        bench._earlier(tmp_path / "none.json")


def test_networks_tell_their_share_of_the_peak() -> None:
    (row,) = (line for line in networks_table(FACTS["networks"]).splitlines() if "torch" in line)
    # 4 GFLOP in 30 ms are 133 GFLOP/s.
    assert row.split() == ["a", "torch", "30.0", "4.0", "133", "33%", "of", "bf16"]
