from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from tests.core.evaluation.made_up_scans import made_up_head, write_facts, write_ply
from vrn_core import cli
from vrn_core.errors import DataError
from vrn_core.evaluation import scan_benchmark


def run(*arguments: object) -> int:
    return cli.main(["evaluate", *map(str, arguments)])


@pytest.fixture
def calls(monkeypatch):
    """Stand in for the networks, which find no face; return how many pictures each saw."""
    seen: list[str] = []
    stop_after = [10_000]

    def make(name, settings):
        def faces(photo):
            if len(seen) >= stop_after[0]:
                raise KeyboardInterrupt
            seen.append(name)
            return []

        return SimpleNamespace(faces=faces)

    def create(name, settings):
        if name == "3ddfa":
            raise DataError("there is no mb1_120x120.onnx; see README")

    monkeypatch.setattr(scan_benchmark, "_method", make)
    monkeypatch.setattr(scan_benchmark, "_landmark_search", lambda: lambda photo: [])
    monkeypatch.setattr("vrn_core.commands.evaluate.create_method", create)
    return SimpleNamespace(seen=seen, stop_after=stop_after)


@pytest.fixture
def root(tmp_path):
    head = made_up_head()
    for name in ("a.ply", "below/b.ply"):
        write_facts(write_ply(tmp_path / "scans" / name, head, colors=name == "a.ply"), head)
    return tmp_path / "scans"


@pytest.mark.usefixtures("calls")
def test_table_and_report_of_a_folder(root, tmp_path, capsys):
    report = tmp_path / "new" / "r.json"
    asked = ["--yaws", "-80:80:80", "--pitches", "-20,20", "--light", "side", "--json", report]
    assert run("scans", "--root", root, *asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == "yaw pictures found mm after ICP NME after ICP".split()
    assert [line.split() for line in lines[1:5]] == [
        [yaw, count, "0.0%", "90.00", "90.00", "1.0000", "1.0000"]
        for yaw, count in (("-80", "4"), ("+0", "4"), ("+80", "4"), ("all", "12"))
    ]
    assert "no face was found" in lines[5]
    assert "  below/b.ply at yaw +80, pitch -20" in lines
    assert lines[-1] == "below/b.ply has neither texture nor colors and was drawn in gray"
    written = json.loads(report.read_text())
    assert written["benchmark"] == "scans"
    entry = written["methods"]["vrn-guided"]
    assert entry["settings"]["yaws_deg"] == [-80, 0, 80]
    assert entry["settings"]["light"] == "side"
    assert len(entry["scores"]) == 12
    assert entry["failures"] == []


def test_methods_are_compared_and_a_missing_one_says_why(root, calls, capsys):
    methods = ["--methods", "vrn-guided,3ddfa,eos", "--yaws", "0", "--pitches", "0"]
    assert run("scans", "--root", root, *methods) == 0
    said = capsys.readouterr()
    assert [line for line in said.out.splitlines() if line in ("vrn-guided", "eos")] == [
        "vrn-guided",
        "eos",
    ]
    assert said.err == "vrn: 3ddfa: there is no mb1_120x120.onnx; see README\n"
    assert calls.seen == ["vrn-guided"] * 2 + ["eos"] * 2


@pytest.mark.usefixtures("calls")
def test_a_scan_that_cannot_be_read_is_told_and_fails_the_run(root, tmp_path, capsys):
    (root / "c.obj").write_bytes(b"no scan")
    report = tmp_path / "r.json"
    assert run("scans", "--root", root, "--yaws", "0", "--json", report) == 1
    said = capsys.readouterr()
    assert "all         6" in said.out
    assert "vrn: c.obj: c.obj cannot be used: it has no triangles" in said.err
    assert "1 of the scans could not be used" in said.err
    [failure] = json.loads(report.read_text())["methods"]["vrn-guided"]["failures"]
    assert failure["name"] == "c.obj"


def test_a_stopped_run_goes_on_where_it_was(root, tmp_path, calls, capsys):
    report = tmp_path / "r.json"
    asked = ["scans", "--root", root, "--yaws", "0,40", "--pitches", "0", "--json", report]
    calls.stop_after[0] = 3
    assert run(*asked) == 130
    written = json.loads(report.read_text())["methods"]["vrn-guided"]
    assert [score["name"] for score in written["scores"]] == ["a.ply", "a.ply"]
    calls.stop_after[0] = 10_000
    calls.seen.clear()
    assert run(*asked, "--resume") == 0
    assert len(calls.seen) == 2
    resumed = json.loads(report.read_text())
    assert run(*asked) == 0
    assert json.loads(report.read_text()) == resumed
    capsys.readouterr()
    for change in (["--light", "front"], ["--yaws", "0"]):
        assert run(*asked, "--resume", *change) == 1
        assert "was made with" in capsys.readouterr().err
    (root / "a.ply").unlink()
    assert run(*asked, "--resume") == 1
    assert "scores of 1 scans that are not in" in capsys.readouterr().err


def test_the_data_sets_have_their_own_poses(tmp_path, calls):
    head = made_up_head()
    scan = tmp_path / "subject_01" / "Model" / "frontal1" / "obj" / "1.obj"
    scan.parent.mkdir(parents=True)
    lines = [f"v {x} {y} {z}" for x, y, z in head.vertices]
    lines += [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in head.faces]
    scan.write_text("\n".join(lines) + "\n")
    write_facts(scan, head, unit="mm", up="y", front="z")
    assert run("florence", "--root", tmp_path) == 0
    assert len(calls.seen) == 15


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scans"], "scans needs --root"),
        (["scans", "--root", "x", "--people", "3"], "--people is for portraits"),
        (["florence", "--root", "x", "--plots", "p"], "--plots is for portraits, aflw2000-3d and"),
        (["portraits", "--yaws", "0"], "--yaws is for scans, bu-4dfe and florence"),
        (["300w-lp", "--root", "x", "--light", "side"], "--light is for scans"),
        (["scans", "--root", "x", "--resume"], "--resume needs --json"),
        (["scans", "--root", "x", "--yaws", "left"], "expected angles in degrees"),
        (["scans", "--root", "x", "--yaws", "-80:80:0"], "expected angles in degrees"),
        (["scans", "--root", "x", "--yaws", "0:1e9:1"], "at most 100"),
        (["scans", "--root", "x", "--yaws", "nan"], "expected angles in degrees"),
        (["scans", "--root", "x", "--pitches", "-200,0"], "expected angles in degrees"),
        (["scans", "--root", "x", "--yaws"], "expected one argument"),
        (["scans", "--root", "x", "--max-megabytes", "0"], "expected at least 1"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(arguments, message, capsys):
    with pytest.raises(SystemExit) as refusal:
        run(*arguments)
    assert refusal.value.code == 2
    assert message in capsys.readouterr().err


def test_wrong_folders_and_large_files_are_one_line(root, tmp_path, calls, capsys):
    for arguments, words in (
        (["florence", "--root", root], "has a.json, a.ply, below in it; expected the folder of"),
        (["scans", "--root", tmp_path / "gone"], "there is no folder"),
        (["scans", "--root", root, "--json", tmp_path], "it is a folder"),
    ):
        assert run(*arguments) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert words in line
    with (root / "large.ply").open("wb") as file:
        file.truncate(4_000_000)
    assert run("scans", "--root", root, "--max-megabytes", 2, "--yaws", "0") == 1
    assert "large.ply has 4 MB; expected at most 2" in capsys.readouterr().err
