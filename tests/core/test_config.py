from __future__ import annotations

import json
from pathlib import Path

import pytest

from vrn_core.config import LossConfig, TrainConfig, with_overrides
from vrn_core.data.config import DataConfig
from vrn_core.errors import ConfigError
from vrn_core.models import create_model
from vrn_core.resources import resource
from vrn_core.training.command import read_config

SHIPPED = sorted(resource("configs").glob("*.json"))


def test_configuration_survives_json(tmp_path: Path) -> None:
    config = TrainConfig(
        run_folder="runs/a b",
        model_options={"stacks": 1},
        drop_steps=(10, 20),
        landmark_noise=(0.5, 3.0),
        loss=LossConfig(surface=2.0),
        data={"seed": 4},
    )
    path = tmp_path / "config.json"
    config.write(path)
    assert TrainConfig.read(path) == config
    assert [p.name for p in tmp_path.iterdir()] == ["config.json"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_configuration_can_be_trained(path: Path) -> None:
    config = TrainConfig.read(path)
    DataConfig.from_dict(config.data)
    if config.size == "lite":
        create_model(config.model, config.size, **config.model_options)


def test_shipped_paper_configurations_are_the_papers() -> None:
    papers = [TrainConfig.read(p) for p in SHIPPED if p.stem.startswith("paper-vrn")]
    assert len(papers) == 3
    for config in papers:
        assert (config.optimizer, config.learning_rate) == ("rmsprop", 1e-4)
        assert config.learning_rate * config.drop_factor == pytest.approx(1e-5)
        # 40 epochs of 60,000 images.
        assert config.drop_steps[0] * config.batch_size == 40 * 60_000
        assert (config.volume, config.loss.surface) == ("full", 0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"lerning_rate": 1e-3}, "unknown setting 'lerning_rate' .*mean 'learning_rate'"),
        ({"loss": {"heatmaps": 1}}, "unknown setting 'loss.heatmaps' .*mean 'heatmap'"),
        ({"optimizer": "adanw"}, "optimizer is 'adanw'; expected one of .*mean 'adamw'"),
        ({"schedule": "linear"}, "schedule is 'linear'; expected one of constant, step, cosine"),
        ({"batch_size": 0}, "batch_size is 0; expected at least 1"),
        ({"batch_size": 2.5}, "batch_size is 2.5; expected a whole number"),
        ({"batch_size": True}, "batch_size is True; expected a whole number"),
        ({"learning_rate": "high"}, "learning_rate is 'high'; expected a number"),
        ({"learning_rate": float("nan")}, "learning_rate is nan; expected a finite number"),
        ({"ema_decay": 1.0}, "ema_decay is 1.0; expected between 0 and"),
        ({"landmark_noise": [3, 1]}, "landmark_noise is .*lowest, highest"),
        ({"landmark_noise": [3]}, "landmark_noise has 1 entries; expected 2"),
        ({"drop_steps": [20, 10]}, "drop_steps are .*; expected rising steps"),
        ({"device": "tpu"}, "device is 'tpu'; expected auto, cpu, cuda"),
        ({"loss": 3}, "loss is 3; expected an object"),
        ({"loss": {"volume": -1}}, "loss.volume is -1.0; expected at least 0"),
        ({"run_folder": ""}, "run_folder is empty"),
        ({"model_options": []}, "model_options is .*; expected an object"),
    ],
)
def test_wrong_setting_is_refused_by_name(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        TrainConfig.from_dict({"run_folder": "r", **values})


def test_missing_setting_is_named() -> None:
    with pytest.raises(ConfigError, match="'run_folder' is missing"):
        TrainConfig.from_dict({})


def test_overrides_reach_nested_settings(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"run_folder": "r", "loss": {"depth": 1}}), encoding="utf-8")
    config = read_config(
        path, ["steps=7", "loss.surface=2", "data.seed=5", "run_folder=x=y", "drop_steps=[3]"]
    )
    assert (config.steps, config.run_folder, config.drop_steps) == (7, "x=y", (3,))
    assert config.loss == LossConfig(depth=1.0, surface=2.0)
    assert config.data == {"seed": 5}


@pytest.mark.parametrize("override", ["steps", "=3", "steps.more=1"])
def test_malformed_override_is_refused(override: str) -> None:
    with pytest.raises(ConfigError, match=r"steps|key=value"):
        with_overrides({"steps": 1}, [override])


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "not valid JSON"), (b"[]", "holds no object"), (b"\xff\xfe", "not valid JSON")],
)
def test_damaged_configuration_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        TrainConfig.read(path)
    with pytest.raises(ConfigError, match="cannot read"):
        TrainConfig.read(tmp_path / "absent.json")
