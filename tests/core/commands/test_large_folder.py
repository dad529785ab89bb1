"""Large folders on one machine: records, and work that goes on where it was stopped."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.core.commands.fake_networks import BROKEN, LOG, NO_FACE, FakeReconstructor
from vrn_core import __version__, cli
from vrn_core.commands import reconstruct
from vrn_core.commands.folder_results import FORSAKEN_S, ResultFolder
from vrn_core.commands.folder_work import Job, digest, unfitness, work_on
from vrn_core.commands.reconstruct import ReconstructOptions
from vrn_core.errors import CancelledError, ConfigError, PhotoError, VrnError
from vrn_core.inference.photo import walk_photos


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reconstruct, "make_reconstructor", lambda options: FakeReconstructor())
    monkeypatch.setenv(LOG, str(tmp_path / "log"))


def photo(path: Path, faces: int = 1, number: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.empty((20, 20, 3), np.uint8)
    pixels[:] = (faces, number // 256, number % 256)
    Image.fromarray(pixels).save(path)
    return path


def run(*arguments: object) -> int:
    return cli.main([str(argument) for argument in arguments])


def files_in(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def begun(folder: Path) -> list[str]:
    """Return which photos the networks were asked for, by their numbers, in order."""
    lines = (folder / "log").read_text().splitlines() if (folder / "log").exists() else []
    return [line.split()[1] for line in lines if line.startswith("begin")]


def test_every_photo_gets_a_folder_with_its_meshes_and_its_record(tmp_path: Path) -> None:
    photo(tmp_path / "in" / "a.png")
    photo(tmp_path / "in" / "2024" / "a.png", 2)
    photo(tmp_path / "in" / "2024" / "a.bmp", 3)
    out = tmp_path / "out"
    assert run("reconstruct", tmp_path / "in", "-o", out, "--resume", "--format", "ply,stl") == 0
    assert files_in(out) == [
        ".vrn/job.json",
        *(f"2024/a.bmp/a-{n}.{e}" for n in (1, 2, 3) for e in ("ply", "stl")),
        "2024/a.bmp/photo.json",
        *(f"2024/a.png/a-{n}.{e}" for n in (1, 2) for e in ("ply", "stl")),
        "2024/a.png/photo.json",
        "a.png/a.ply",
        "a.png/a.stl",
        "a.png/photo.json",
    ]


def test_report_is_that_of_small_folders(tmp_path: Path) -> None:
    photo(tmp_path / "in" / "one.png", 2, number=5)
    photo(tmp_path / "in" / "none.png", NO_FACE)
    photo(tmp_path / "in" / "broken.png", BROKEN)
    plain, large = tmp_path / "plain.json", tmp_path / "large.json"
    assert run("reconstruct", tmp_path / "in", "-o", tmp_path / "a", "--json", plain) == 1
    assert run("reconstruct", tmp_path / "in", "-o", tmp_path / "b", "--json", large, "--resume")
    reports = [json.loads(path.read_text())["photos"] for path in (plain, large)]
    for report, place in zip(reports, (tmp_path / "a", tmp_path / "b" / "one.png"), strict=True):
        report.sort(key=lambda entry: entry["photo"])
        for face in report[2]["faces"]:
            assert Path(face.pop("mesh")).parent == place
    assert reports[0] == reports[1]


def test_report_of_lines_has_a_photo_on_each(tmp_path: Path) -> None:
    for number in range(3):
        photo(tmp_path / "in" / f"{number}.png")
    report = tmp_path / "r.jsonl"
    assert (
        run("reconstruct", tmp_path / "in", "-o", tmp_path / "o", "--resume", "--json", report) == 0
    )
    entries = [json.loads(line) for line in report.read_text().splitlines()]
    assert {Path(entry["photo"]).name for entry in entries} == {"0.png", "1.png", "2.png"}
    assert all(Path(entry["faces"][0]["mesh"]).is_file() for entry in entries)


def test_finished_photos_are_left_alone_and_failures_that_may_pass_are_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo(tmp_path / "in" / "a.png", 1, number=1)
    photo(tmp_path / "in" / "b.png", NO_FACE, number=2)
    photo(tmp_path / "in" / "c.png", BROKEN, number=3)
    command = ("reconstruct", tmp_path / "in", "-o", tmp_path / "out", "--resume")
    assert run(*command) == 1
    assert "--resume tries 1 of them again" in capsys.readouterr().out
    kept = (tmp_path / "out" / "a.png" / "a.glb").stat().st_mtime_ns
    photo(tmp_path / "in" / "d.png", 1, number=4)
    photo(tmp_path / "in" / "c.png", 1, number=3)
    assert run(*command) == 1  # for b has no face, and that is its result
    assert sorted(begun(tmp_path)) == ["1", "2", "3", "3", "4"]
    assert (tmp_path / "out" / "a.png" / "a.glb").stat().st_mtime_ns == kept
    said = capsys.readouterr()
    assert (
        said.out
        == f"3 faces from 3 of 4 photos in {tmp_path / 'out'}; 2 of them were done before\n"
    )
    assert said.err == ""


def test_work_that_was_interrupted_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(6):
        photo(tmp_path / "in" / f"{number}.png", number=number)
    usual = FakeReconstructor.reconstruct

    def interrupted(self: FakeReconstructor, pixels: object) -> object:
        if len(begun(tmp_path)) == 3:
            raise KeyboardInterrupt
        return usual(self, pixels)

    command = ("reconstruct", tmp_path / "in", "-o", tmp_path / "out", "--resume", "--quiet")
    with monkeypatch.context() as patched:
        patched.setattr(FakeReconstructor, "reconstruct", interrupted)
        assert run(*command) == 130
    assert capsys.readouterr().err == "vrn: stopped\n"
    assert os.listdir(tmp_path / "out" / ".vrn") == ["job.json"]
    assert run(*command) == 0
    assert sorted(begun(tmp_path)) == [str(number) for number in range(6)]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--resume", "--format", "obj"), r"was begun with formats \['glb'\], not \['obj'\]"),
        (("--resume", "--model", "vrn-lite"), "was begun with model"),
    ],
)
def test_a_folder_is_gone_on_with_as_it_was_begun(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    message: str,
) -> None:
    photo(tmp_path / "in" / "a.png")
    assert run("reconstruct", tmp_path / "in", "-o", tmp_path / "out", "--resume", "--quiet") == 0
    assert run("reconstruct", tmp_path / "in", "-o", tmp_path / "out", *more) == 1
    assert re.search(message, capsys.readouterr().err)


def test_results_are_not_written_among_others_by_mistake(tmp_path: Path) -> None:
    results = ResultFolder(tmp_path)
    results.agree_on({"formats": ["glb"]}, resume=False)
    results.agree_on({"formats": ["glb"]}, resume=True)
    with pytest.raises(ConfigError, match="holds results already; add --resume"):
        results.agree_on({"formats": ["glb"]}, resume=False)


def test_one_folder_is_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = photo(tmp_path / "in" / "a.png")
    assert run("reconstruct", one, "-o", tmp_path / "out", "--resume") == 1
    assert "take one folder of photos" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert run("reconstruct", tmp_path / "empty", "-o", tmp_path / "out", "--resume") == 1
    assert "there is no photo in" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("reconstruct", one, "-o", tmp_path / "out", "--resume", "--fuse")
    assert "leave --resume out" in capsys.readouterr().err


def test_results_below_the_photos_are_not_taken_for_photos(tmp_path: Path) -> None:
    photo(tmp_path / "in" / "a.png", number=1)
    out = tmp_path / "in" / "meshes"
    photo(out / "a.png" / "picture.png", number=2)
    (out / "a.png" / "picture.png").rename(out / "picture.png")
    (out / "a.png").rmdir()
    assert run("reconstruct", tmp_path / "in", "-o", out, "--resume") == 0
    assert begun(tmp_path) == ["1"]


def test_a_walk_reads_no_more_than_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        photo(tmp_path / f"{number:02d}" / "a.png")
    opened: list[object] = []
    usual = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: opened.append(path) or usual(path))
    walk = walk_photos(tmp_path)
    next(walk)
    assert len(opened) == 2  # the folder itself and one below it
    assert len(list(walk)) == 49


def result(results: ResultFolder, run: str, name: str, text: str) -> bool:
    with results.staged(run) as staged:
        (staged / "mesh.txt").write_text(text)
        return results.commit(staged, name, {"error": None, "faces": []})


def test_of_two_that_finish_one_photo_the_first_one_counts(tmp_path: Path) -> None:
    results = ResultFolder(tmp_path)
    run = results.begin_run()
    assert result(results, run, "2024/a.jpg", "first")
    assert not result(results, run, "2024/a.jpg", "second")
    assert (tmp_path / "2024" / "a.jpg" / "mesh.txt").read_text() == "first"
    assert os.listdir(results.own / run) == []
    assert os.stat(tmp_path / "2024" / "a.jpg").st_mode & 0o777 == 0o777 & ~current_mask()


def current_mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_is_no_result_is_neither_replaced_nor_believed(tmp_path: Path) -> None:
    results = ResultFolder(tmp_path)
    run = results.begin_run()
    (tmp_path / "a.jpg").mkdir()
    (tmp_path / "a.jpg" / "mine.txt").write_text("mine")
    with pytest.raises(VrnError, match=r"a\.jpg is in the way"):
        result(results, run, "a.jpg", "text")
    (tmp_path / "a.jpg" / "photo.json").write_text("{")
    with pytest.raises(VrnError, match="damaged"):
        results.record("a.jpg")
    (tmp_path / "a.jpg" / "photo.json").write_text('{"photo": "A.jpg", "faces": []}')
    with pytest.raises(VrnError, match=r"record of 'A\.jpg', not of 'a\.jpg'"):
        results.record("a.jpg")


def test_workers_of_a_run_that_ended_stop(tmp_path: Path) -> None:
    for number in range(3):
        photo(tmp_path / "in" / f"{number}.png", number=number)
    job = a_job(tmp_path)
    names = ["0.png", "1.png", "2.png"]
    assert work_on(job, names[:1]).finished == 1
    job.results.end_run(job.run)
    with pytest.raises(CancelledError):
        work_on(job, names)
    assert begun(tmp_path) == ["0", "1"]
    assert job.results.record("1.png") is None


def a_job(folder: Path) -> Job:
    options = ReconstructOptions(photos=(), output=folder / "out")
    return Job(options, folder / "in", ResultFolder(options.output).begin_run(), ())


def test_what_a_killed_run_left_is_removed_after_a_day(tmp_path: Path) -> None:
    results = ResultFolder(tmp_path)
    old, young = results.begin_run(), results.begin_run()
    long_ago = time.time() - FORSAKEN_S - 60
    os.utime(results.own / old, (long_ago, long_ago))
    last = results.begin_run()
    assert sorted(os.listdir(results.own)) == sorted([young, last])


def test_a_disk_that_fails_is_no_result_of_the_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo(tmp_path / "in" / "a.png")

    def stale(path: Path) -> None:
        raise PhotoError("cannot be opened") from OSError(116, "stale file handle")

    job = a_job(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("vrn_core.inference.photo.load_photo", stale)
        assert work_on(job, ["a.png"]).undone == [("a.png", "cannot be opened")]
    assert work_on(job, ["a.png"]).finished == 1


def test_a_worker_that_does_not_fit_says_why(tmp_path: Path) -> None:
    folder = str(tmp_path)
    model = ("vrn-lite", digest("vrn-lite"))
    assert unfitness(__version__, folder, folder, [model]) is None
    for facts, reason in (
        (("0.0.1", folder, folder, []), f"has VRN Studio {__version__}, this is 0.0.1"),
        ((__version__, folder + "/no", folder, []), "does not see the photos in"),
        ((__version__, folder, folder + "/no", []), "does not see the output at"),
        ((__version__, folder, folder, [("vrn-lite", "0")]), "has another model vrn-lite"),
        ((__version__, folder, folder, [("mine", "0")]), "there is no model 'mine'"),
    ):
        assert reason in str(unfitness(*facts))
