from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vrn_core import cli
from vrn_core.evaluation import landmark_benchmark, pictures
from vrn_core.evaluation.methods import METHOD_NAMES
from vrn_core.evaluation.photos300w import TITLES
from vrn_core.models import create_model, model_path, save_model


def run(*arguments: object) -> int:
    return cli.main(["evaluate", *map(str, arguments)])


def entry_of(report: Path, method: str = "vrn-guided") -> dict[str, Any]:
    return json.loads(report.read_text())["methods"][method]


@pytest.fixture
def calls(monkeypatch, face):
    """Stand in for the networks; return the list of photos, by color, that they saw."""
    seen: list[int] = []

    def faces(photo):
        color = round(int(photo[0, 0, 0]) / 40)
        if color == stop_at[0]:
            raise KeyboardInterrupt
        seen.append(color)
        return [] if color == 2 else [face]

    stop_at = [-1]
    double = SimpleNamespace(faces=faces)
    monkeypatch.setattr(landmark_benchmark, "_method", lambda name, settings: double)
    return SimpleNamespace(seen=seen, stop_at=stop_at)


@pytest.fixture
def root(tmp_path, add_aflw, face):
    folder = tmp_path / "AFLW2000"
    for number in range(4):
        add_aflw(folder, f"{number}", face.landmarks, yaw_deg=25 * number, color=40 * number)
    return folder


def test_the_parser_offers_the_data_sets_that_can_be_read():
    assert set(cli.PHOTO_BENCHMARKS) == set(TITLES)
    assert cli.METHODS == METHOD_NAMES


@pytest.mark.usefixtures("calls")
def test_table_and_report_of_a_folder(root, tmp_path, capsys):
    report = tmp_path / "new" / "r.json"
    assert run("aflw2000-3d", "--root", root, "--json", report) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ("yaw photos found surface error median landmark NME by box".split())
    assert [line.split()[:3] for line in lines[1:5]] == [
        ["0-30", "2", "100.0%"],
        ["30-60", "1", "0.0%"],
        ["60-90", "1", "100.0%"],
        ["all", "4", "75.0%"],
    ]
    assert "no face was found" in lines[5]
    assert lines[6:] == ["  2.jpg"]
    assert json.loads(report.read_text())["benchmark"] == "aflw2000-3d"
    written = entry_of(report)
    assert [photo["name"] for photo in written["scores"]] == [f"{n}.jpg" for n in range(4)]
    assert len(written["rows"]) == 4
    assert written["failures"] == []


@pytest.mark.usefixtures("calls")
def test_icp_adds_its_columns(root, capsys):
    assert run("aflw2000-3d", "--root", root, "--icp", "--limit", 1) == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert "after ICP" in heading
    assert [row.split()[1] for row in rows] == ["1", "1"]


@pytest.mark.usefixtures("calls")
def test_photos_of_300w_lp_without_depth_leave_columns_empty(tmp_path, add_300w, face, capsys):
    add_300w(tmp_path, "AFW", "a", face.landmarks[:, :2])
    assert run("300w-lp", "--root", tmp_path) == 0
    row = capsys.readouterr().out.splitlines()[1].split()
    assert row == ["0-30", "1", "100.0%", "-", "-", "-", "0.0000"]


@pytest.mark.usefixtures("calls")
def test_a_file_that_cannot_be_read_is_told_and_fails_the_run(root, tmp_path, capsys):
    (root / "1.jpg").write_bytes(b"no picture")
    report = tmp_path / "r.json"
    assert run("aflw2000-3d", "--root", root, "--json", report) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[-3].split()[:2] == ["all", "3"]
    assert "vrn: 1.jpg: 1.jpg is not a photo" in said.err
    assert "1 of 4 photos have no score" in said.err
    assert [f["name"] for f in entry_of(report)["failures"]] == ["1.jpg"]


def test_stopped_run_goes_on_where_it_was(root, tmp_path, capsys, calls):
    report = tmp_path / "r.json"
    calls.stop_at[0] = 2
    assert run("aflw2000-3d", "--root", root, "--json", report) == 130
    assert capsys.readouterr().err == "vrn: stopped\n"
    assert len(entry_of(report)["scores"]) == 2
    calls.stop_at[0] = -1
    assert run("aflw2000-3d", "--root", root, "--json", report, "--resume") == 0
    assert calls.seen == [0, 1, 2, 3]
    resumed = json.loads(report.read_text())
    assert run("aflw2000-3d", "--root", root, "--json", report) == 0
    assert json.loads(report.read_text()) == resumed


def test_repaired_files_are_done_when_resumed(root, tmp_path, calls):
    report = tmp_path / "r.json"
    whole = (root / "1.jpg").read_bytes()
    (root / "1.jpg").write_bytes(b"no picture")
    assert run("aflw2000-3d", "--root", root, "--json", report) == 1
    (root / "1.jpg").write_bytes(whole)
    assert run("aflw2000-3d", "--root", root, "--json", report, "--resume") == 0
    assert calls.seen == [0, 2, 3, 1]
    assert entry_of(report)["failures"] == []


def test_report_made_otherwise_is_refused_and_kept(root, tmp_path, capsys, calls):
    report = tmp_path / "r.json"
    assert run("aflw2000-3d", "--root", root, "--json", report) == 0
    written = report.read_bytes()
    calls.seen.clear()
    other = shutil.copy(model_path("landmarks-lite"), tmp_path / "other.safetensors")
    for change in (["--fast"], ["--icp"], ["--landmark-model", other]):
        assert run("aflw2000-3d", "--root", root, "--json", report, "--resume", *change) == 1
        assert "was made with" in capsys.readouterr().err
    (root / "3.jpg").unlink()
    (root / "3.mat").unlink()
    assert run("aflw2000-3d", "--root", root, "--json", report, "--resume") == 1
    assert "scores of 1 photos that are not in" in capsys.readouterr().err
    assert report.read_bytes() == written
    assert calls.seen == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["aflw2000-3d"], "aflw2000-3d needs --root"),
        (["aflw2000-3d", "--root", "x", "--people", "3"], "--people is for portraits"),
        (["300w-lp", "--root", "x", "--split", "test"], "--split is for portraits"),
        (["300w-lp", "--root", "x", "--landmarks", "both"], "--landmarks is for portraits"),
        (
            ["portraits", "--root", "x"],
            "--root is for aflw2000-3d, 300w-lp, scans, bu-4dfe and florence",
        ),
        (
            ["portraits", "--limit", "3"],
            "--limit is for aflw2000-3d, 300w-lp, scans, bu-4dfe and florence",
        ),
        (["portraits", "--resume"], "--resume needs --json"),
        (["portraits", "--methods", "vrn,prnet"], "'prnet'; expected some of vrn, vrn-m"),
        (["aflw2000-3d", "--root", "x", "--resume"], "--resume needs --json"),
        (["aflw2000-3d", "--root", "x", "--limit", "0"], "expected at least 1"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(arguments, message, capsys):
    with pytest.raises(SystemExit) as refusal:
        run(*arguments)
    assert refusal.value.code == 2
    assert message in capsys.readouterr().err


def test_missing_and_empty_folders_and_weights_are_one_line(tmp_path, root, capsys):
    (tmp_path / "empty").mkdir()
    for arguments, words in (
        (["--root", tmp_path / "gone"], "there is no folder"),
        (["--root", tmp_path / "empty"], "there is no photo in"),
        (["--root", root, "--model", tmp_path / "gone.safetensors"], "there is no model file"),
        (["--root", root, "--json", tmp_path], "it is a folder"),
    ):
        assert run("aflw2000-3d", *arguments) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert words in line


@pytest.mark.usefixtures("calls")
def test_methods_stand_side_by_side_and_a_missing_one_says_why(root, tmp_path, capsys):
    report = tmp_path / "r.json"
    methods = ["--methods", "vrn-guided,3ddfa", "--three-ddfa-folder", tmp_path / "none"]
    assert run("aflw2000-3d", "--root", root, "--json", report, *methods) == 0
    said = capsys.readouterr()
    assert "vrn: 3ddfa: there is no" in said.err
    lines = said.out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("method"))
    assert lines[start].split()[:3] == ["method", "found", "NME"]
    assert lines[start + 1].split()[:2] == ["vrn-guided", "75.0%"]
    assert lines[start + 2].split() == ["3ddfa", "not", "run"]
    assert any(line.startswith("3ddfa was not run: there is no") for line in lines)
    assert "mb1_120x120.onnx" in entry_of(report, "3ddfa")["missing"]
    with_yaw = next(line for line in lines if line.startswith("NME by yaw"))
    assert with_yaw.split()[3:] == ["0-30", "30-60", "60-90", "all"]


def test_a_method_asked_for_alone_must_be_there(root, tmp_path, capsys):
    alone = ["--methods", "3ddfa", "--three-ddfa-folder", tmp_path]
    assert run("aflw2000-3d", "--root", root, *alone) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "the README says how" in line


def test_a_model_file_names_its_own_method(root, tmp_path, capsys):
    tiny = {"features": 16, "stem_features": 8, "levels": 1, "stacks": 1}
    path = tmp_path / "own.safetensors"
    save_model(create_model("vrn", **tiny), path, name="vrn", overrides=tiny)
    assert run("aflw2000-3d", "--root", root, "--model", path, "--methods", "eos") == 1
    assert "is of the method vrn; leave --methods out" in capsys.readouterr().err


@pytest.mark.usefixtures("calls")
def test_plots_are_written(root, tmp_path, monkeypatch, face):
    drawn = SimpleNamespace(faces=lambda photo: [face])
    monkeypatch.setattr(pictures, "create_method", lambda name, settings: drawn)
    assert run("aflw2000-3d", "--root", root, "--plots", tmp_path / "p") == 0
    assert sorted(p.name for p in (tmp_path / "p").iterdir()) == [
        "aflw2000-3d-best.png",
        "aflw2000-3d-errors.png",
        "aflw2000-3d-median.png",
        "aflw2000-3d-worst.png",
    ]
