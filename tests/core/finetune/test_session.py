"""A fine-tuning from a folder of scans to a model that reconstructs, by the command."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from vrn_core.cli import main
from vrn_core.commands import finetune as command
from vrn_core.config import TrainConfig
from vrn_core.errors import ConfigError, DataError
from vrn_core.finetune import trial
from vrn_core.finetune.comparison import compare, count_views
from vrn_core.finetune.session import (
    RESULT,
    Session,
    create_session,
    is_session,
    read_result,
    torchrun_line,
)
from vrn_core.finetune.settings import FinetuneConfig, training_config
from vrn_core.finetune.store import LabelSet
from vrn_core.finetune.trial import measure_step
from vrn_core.models import load_model, model_path
from vrn_core.models.library import find_model
from vrn_core.training.runs import CONFIG_NAME

SMALL = FinetuneConfig(samples=8, batch_size=4, mix_share=0.0, threads=1)
SETTINGS = [
    f"--set={name}={value}"
    for name, value in (("samples", 8), ("batch_size", 4), ("mix_share", 0), ("threads", 1))
]


def test_a_session_is_written_whole(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    session = create_session(tmp_path / "run", SMALL, labelled[0])
    assert is_session(session.folder)
    assert session.settings() == SMALL
    assert len(session.labels().entries) == 3
    assert TrainConfig.read(session.folder / CONFIG_NAME).steps == 2
    assert read_result(session) is None
    assert str(session.folder) in torchrun_line(session)


def test_a_folder_in_use_is_refused(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("mine")
    with pytest.raises(ConfigError, match="is not empty"):
        create_session(tmp_path / "run", SMALL, labelled[0])
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["thesis.txt"]


def test_a_damaged_result_is_told(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    session = create_session(tmp_path / "run", SMALL, labelled[0])
    (session.folder / RESULT).write_text('{"pairs": [{"name": 1}]}')
    with pytest.raises(DataError, match="compare again"):
        read_result(session)


def test_a_step_is_measured(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    cost = measure_step(training_config(SMALL, *labelled, tmp_path / "run"))
    assert cost.seconds > 0
    assert 100e6 < cost.memory_bytes < cost.available_bytes
    assert cost.device == "cpu"
    assert not (tmp_path / "run").exists()


def test_what_does_not_fit_in_memory_is_refused(
    labelled: tuple[LabelSet, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "LEAST_LEFT", 0.9999)
    one = replace(SMALL, samples=2, batch_size=1)
    with pytest.raises(ConfigError, match=r"a batch of 1 takes .* GB on cpu; choose a smaller one"):
        measure_step(training_config(one, *labelled, tmp_path / "run"))


def test_a_trial_that_fails_says_why(labelled: tuple[LabelSet, Path], tmp_path: Path) -> None:
    labels, folder = labelled
    for path in labels.folder.glob("*.ply"):
        path.unlink()
    with pytest.raises(ConfigError, match="there is no scan"):
        measure_step(training_config(SMALL, labels, folder, tmp_path / "run"))


def test_check_lists_the_items(
    labelled: tuple[LabelSet, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (labelled[0].folder / "bad.obj").write_bytes(b"")
    assert main(["finetune", str(labelled[0].folder), "--check"]) == 0
    words = capsys.readouterr().out
    assert "bad.obj is empty" in words
    assert "1 for validation, 1 left out, 2 for train" in words


def test_from_scans_to_a_model(
    labelled: tuple[LabelSet, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command, "compare", partial(compare, yaws_deg=(20.0,)))
    labels, _ = labelled
    runs = tmp_path / "runs"
    words_of_it = ["finetune", str(labels.folder), "--name", "mine", "--runs", str(runs), *SETTINGS]
    assert main([*words_of_it, "--keep", "always", "--set", 'frozen=["stem","head"]']) == 0
    words = capsys.readouterr().out
    assert "vrn reconstruct PHOTO --model mine" in words
    model = find_model("mine")
    assert model.base == "vrn-guided-lite"
    result = json.loads((runs / "mine" / RESULT).read_text())
    assert len(result["pairs"]) == count_views(labels, (20.0,)) == 1
    assert model.figures["error_after"] == pytest.approx(result["after"])
    before = load_model(model_path("vrn-guided-lite")).state_dict()
    after = load_model(model.path).state_dict()
    moved = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert moved == {"stacks", "between"}

    # The same name again would overwrite both.
    assert main(words_of_it) == 1
    assert "mine" in capsys.readouterr().err
    # The finished training's folder is gone on with: compared again, kept under another name.
    again = ["finetune", str(runs / "mine"), "--name", "other", "--keep", "always"]
    assert main(again) == 0
    assert find_model("other").figures == model.figures


def test_wrong_words_are_refused_before_anything_is_done(
    labelled: tuple[LabelSet, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, runs = str(labelled[0].folder), tmp_path / "runs"
    for words, said in (
        (["--exclude", "nobody.ply"], "not among the items"),
        (["--set", "sampels=3"], "did you mean 'samples'"),
        (["--name", "a/b"], "a/b"),
        (["--base", "landmarks-lite", "--set", "mix_share=0"], "fills no volume"),
        (["--set", "mix_share=0", "--set", 'frozen=["leg"]'], "frozen names 'leg'"),
    ):
        assert main(["finetune", folder, "--name", "n", "--runs", str(runs), *words]) == 1
        assert said in capsys.readouterr().err
    assert not runs.exists()
    assert main(["finetune", str(tmp_path / "nowhere")]) == 1
    assert "no folder" in capsys.readouterr().err


def test_a_session_knows_its_best(tmp_path: Path) -> None:
    assert Session(tmp_path).best == tmp_path / "best.safetensors"
