"""From a choice to a training: what is refused, and what the training is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.jobs.training import FINETUNING_NAME
from vrn_core.cli import EFFORTS
from vrn_core.errors import ConfigError, ModelFileError
from vrn_core.finetune.session import SETTINGS
from vrn_core.finetune.settings import (
    SAMPLES,
    Effort,
    FinetuneConfig,
    default_mix,
    epochs,
    for_effort,
    training_config,
)
from vrn_core.finetune.store import LEFT_OUT, LabelSet


def test_a_choice_becomes_a_training(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    labels, folder = labelled
    config = FinetuneConfig(samples=100, batch_size=8, mix_share=0.0, frozen=("stem",))
    training = training_config(config, labels, folder, tmp_path / "run")
    assert (training.model, training.size) == ("vrn-guided", "lite")
    assert training.steps == 13
    assert training.labels == str(folder.resolve())
    assert training.frozen == ("stem",)
    assert training.landmark_network == "landmarks-lite"
    assert Path(training.init_from or "").name == "vrn-guided-lite.safetensors"


def test_networks_without_landmarks_are_not_guided(
    labelled: tuple[LabelSet, Path], tmp_path: Path
) -> None:
    config = FinetuneConfig(base="vrn-lite", mix_share=0.0)
    training = training_config(config, *labelled, tmp_path / "run")
    assert (training.model, training.landmark_network) == ("vrn", None)


def test_efforts_differ_in_samples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert [for_effort(effort).samples for effort in Effort] == sorted(SAMPLES.values())
    monkeypatch.setenv("VRN_DATA", str(tmp_path))
    assert default_mix() == 0.0
    assert for_effort(Effort.QUICK).mix_share == 0.0


def test_epochs_count_own_samples_alone(labelled: tuple[LabelSet, Path]) -> None:
    labels, _ = labelled
    config = FinetuneConfig(samples=400, mix_share=0.5)
    assert epochs(config, labels) == pytest.approx(100)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": 1.0}, "learning_rate is 1.0"),
        ({"samples": 0}, "samples is 0"),
        ({"mix_share": 1.0}, "mix_share is 1.0"),
        ({"precision": "fp8"}, "precision is 'fp8'"),
        ({"batch_size": 0}, "batch_size is 0"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        FinetuneConfig.from_dict(changes)


def test_wrong_bases_are_refused(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    config = FinetuneConfig(base="landmarks-lite", mix_share=0.0)
    with pytest.raises(ConfigError, match="fills no volume"):
        training_config(config, *labelled, tmp_path)
    (tmp_path / "song.safetensors").write_bytes(b"la la la la la la la la")
    config = FinetuneConfig(base=str(tmp_path / "song.safetensors"), mix_share=0.0)
    with pytest.raises(ModelFileError, match="not a model file"):
        training_config(config, *labelled, tmp_path)


def test_portraits_that_are_not_there_are_told(
    labelled: tuple[LabelSet, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRN_DATA", str(tmp_path))
    with pytest.raises(ConfigError, match="the portraits are not in"):
        training_config(FinetuneConfig(mix_share=0.5), *labelled, tmp_path)


def test_lamps_light_where_there_are_no_environment_maps(
    labelled: tuple[LabelSet, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRN_DATA", str(tmp_path))
    config = FinetuneConfig(mix_share=0.0)
    lit = training_config(config, *labelled, tmp_path / "run").data
    assert (lit["environment_share"], lit["lamp_share"]) == (0.0, pytest.approx(0.65))
    (tmp_path / "hdri").mkdir()
    (tmp_path / "hdri" / "hdri.npz").write_bytes(b"")
    assert "lamp_share" not in training_config(config, *labelled, tmp_path / "run").data


def test_nothing_to_learn_from_is_refused(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    labels, folder = labelled
    nothing = labels.with_part([e.item.name for e in labels.entries], LEFT_OUT)
    with pytest.raises(ConfigError, match="no item is for training"):
        training_config(FinetuneConfig(mix_share=0.0), nothing, folder, tmp_path)


def test_names_that_are_written_twice_agree() -> None:
    assert [effort.value for effort in Effort] == list(EFFORTS)
    assert FINETUNING_NAME == SETTINGS
