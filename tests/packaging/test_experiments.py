from __future__ import annotations

import json
import sys

import pytest

from vrn_core.models import create_model
from vrn_core.training.command import read_config


@pytest.fixture
def experiments(monkeypatch, tmp_path):
    import experiments

    monkeypatch.setattr(experiments, "RUNS", tmp_path)
    yield experiments
    sys.modules.pop("experiments")


@pytest.fixture
def plan(experiments):
    return json.loads(experiments.PLAN.read_text(encoding="utf-8"))


def test_every_experiment_of_the_plan_can_be_configured_and_built(experiments, plan, monkeypatch):
    monkeypatch.setattr(experiments, "RUNS", experiments.ROOT / "runs" / "experiments")
    names = [row["name"] for row in plan["rows"]]
    assert len(set(names)) == len(names)
    assert names[0] == "base"
    for row in plan["rows"]:
        settings = experiments.overrides(plan, row)
        config = read_config(experiments.ROOT / plan["config"], settings)
        assert config.run_folder == f"runs/experiments/{row['name']}"
        create_model(config.model, config.size, **config.model_options)


def test_an_experiment_s_own_settings_come_last(experiments, plan, monkeypatch):
    monkeypatch.setattr(experiments, "RUNS", experiments.ROOT / "runs" / "experiments")
    row = {"name": "longer", "set": ["steps=3000"]}
    config = read_config(experiments.ROOT / plan["config"], experiments.overrides(plan, row))
    assert config.steps == 3000


def test_table_shows_what_was_run_against_the_first(experiments, plan, tmp_path):
    figures = {"parameters": 1.7e6, "samples": 8000, "seconds": 800.0}
    for name, iou in (("base", 0.8), ("surface", 0.812)):
        (tmp_path / name).mkdir()
        text = json.dumps({**figures, "volume_iou": iou})
        (tmp_path / name / "score.json").write_text(text, encoding="utf-8")
    lines = experiments.table(plan).splitlines()
    rows = [line for line in lines if line.startswith("| ") and "IoU" not in line][1:]
    assert len(rows) == 2
    assert "| 1.70 M | 8,000 | 100 ms | 0.8120 | +0.0120 |" in rows[1]
    assert "`--set loss.surface=2`" in rows[1]
