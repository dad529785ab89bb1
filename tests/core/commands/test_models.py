"""``vrn models`` as one uses it: import, rename, choose, reconstruct by name, delete."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vrn_core import cli
from vrn_core.models.library import default_model, export_model, find_model
from vrn_core.resources import models_folder, resource


def run(*arguments: object) -> int:
    return cli.main([str(argument) for argument in arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return export_model("vrn-lite", tmp_path / "anna.safetensors")


def test_a_model_lives_from_import_to_deletion(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("models", "--import", file) == 0
    assert capsys.readouterr().out.startswith("anna: vrn, lite, in ")
    assert run("models", "--import", file, "--name", "second") == 0
    assert run("models", "--describe", "anna", "made for\nthe studio") == 0
    assert run("models", "--rename", "anna", "studio") == 0
    assert run("models", "--set-default", "studio") == 0
    assert run("models", "--export-model", "studio", tmp_path / "out" / "copy") == 0
    assert (tmp_path / "out" / "copy.safetensors").is_file()
    capsys.readouterr()

    assert run("models") == 0
    shipped, own, default = capsys.readouterr().out.split("\n\n")
    assert "vrn-guided-lite.safetensors (3.5 MB)" in shipped
    rows = own.splitlines()
    assert [row.split()[0] for row in rows[1:]] == ["second", "studio"]
    assert "vrn-lite" in rows[2]
    assert "volume_iou 0.8782" in rows[2]
    assert rows[2].endswith("made for the studio")
    assert default == "default: studio\n"

    assert run("models", "--delete", "studio") == 0
    assert capsys.readouterr().out == (
        "studio is deleted\nit was the default, which is now vrn-guided-lite\n"
    )
    assert run("models", "--delete", "second") == 0
    assert run("models") == 0
    assert "own model" not in capsys.readouterr().out


def test_reconstructing_takes_the_default_or_the_name_given(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("models", "--import", file)
    confidences = {}
    for case, words in {
        "shipped": ["--model", "vrn-lite"],
        "named": ["--model", "anna"],
        "default": [],
        "standard": ["--model", "vrn-guided-lite"],
    }.items():
        if case == "default":
            run("models", "--set-default", "anna")
        report = tmp_path / f"{case}.json"
        out = tmp_path / case
        photo = resource("sample.jpg")
        options = ["--json", report, "--quiet", "--fast", *words]
        assert run("reconstruct", photo, "-o", out, *options) == 0
        [face] = json.loads(report.read_text())["photos"][0]["faces"]
        confidences[case] = face["confidence"]
    assert confidences["shipped"] == confidences["named"] == confidences["default"]
    assert confidences["standard"] != confidences["default"]


def test_a_default_that_is_gone_is_told_and_replaced(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("models", "--import", file)
    run("models", "--set-default", "anna")
    find_model("anna").path.unlink()
    capsys.readouterr()
    photo = resource("sample.jpg")
    assert run("reconstruct", photo, "-o", tmp_path / "out", "--quiet", "--fast") == 0
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("vrn: the default model 'anna' is no longer there or is damaged; vrn-g")
    assert default_model() == "vrn-guided-lite"
    assert (tmp_path / "out" / "sample.glb").is_file()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--delete", "vrn-lite"], "'vrn-lite' ships with the program and cannot be deleted"),
        (["--delete", "nobody"], "there is no model 'nobody'"),
        (["--rename", "anna", "a/b"], "holds '/'"),
        (["--rename", "anna", "vrn-lite"], "that of a model that ships"),
        (["--set-default", "landmarks-lite"], "makes no meshes"),
        (["--import", "nowhere.safetensors"], "there is no model file nowhere.safetensors"),
        (["--import", __file__], "is not a model file or is damaged"),
    ],
)
def test_what_cannot_be_is_one_line(
    file: Path, words: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("models", "--import", file)
    capsys.readouterr()
    assert run("models", *words) == 1
    [told] = capsys.readouterr().err.splitlines()
    assert line in told
    assert find_model("anna").path.parent == models_folder()


@pytest.mark.parametrize(
    "words", [["--name", "x"], ["--delete", "a", "--set-default", "b"], ["--rename", "one"]]
)
def test_a_wrong_command_line_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("models", *words)
    assert ended.value.code == 2


def test_evaluating_knows_own_models(file: Path) -> None:
    from vrn_core.commands.evaluate import EvaluateOptions, made_with_settings

    run("models", "--import", file)
    options = EvaluateOptions(model="anna")
    assert options.method_names() == ("vrn",)
    settings = made_with_settings("vrn", options)
    shipped = made_with_settings("vrn", EvaluateOptions(model="vrn-lite"))
    assert settings["volume_model"] == "anna"
    assert settings["volume_model_digest"] != shipped["volume_model_digest"]


def test_a_damaged_file_among_the_models_is_told_on_the_side(
    capsys: pytest.CaptureFixture[str],
) -> None:
    models_folder().mkdir()
    (models_folder() / "bad.safetensors").write_bytes(b"no model at all")
    assert run("models") == 0
    told = capsys.readouterr()
    assert "default: vrn-guided-lite" in told.out
    assert "bad.safetensors is not a model file" in told.err
