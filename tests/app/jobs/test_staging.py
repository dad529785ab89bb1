from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.jobs.staging import discard, place, stage
from vrn_core.errors import ExportError


def test_files_are_put_into_place_together_and_replace_older_ones(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_text("old")
    staging = stage(tmp_path)
    (staging / "a.obj").write_text("new")
    (staging / "a.mtl").write_text("new")
    assert [path.name for path in place(staging, tmp_path)] == ["a.mtl", "a.obj"]
    assert (tmp_path / "a.obj").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mtl", "a.obj"]


def test_if_one_file_cannot_be_placed_all_is_as_before(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_text("old")
    (tmp_path / "c.glb").mkdir()
    staging = stage(tmp_path)
    for name in "abc":
        (staging / f"{name}.glb").write_text("new")
    with pytest.raises(ExportError, match=r"c\.glb: is a directory; choose another name"):
        place(staging, tmp_path)
    assert (tmp_path / "a.glb").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.glb", "c.glb"]


def test_what_is_discarded_leaves_no_trace(tmp_path: Path) -> None:
    staging = stage(tmp_path / "made")
    (staging / "a.glb").write_text("new")
    discard(staging)
    assert not list((tmp_path / "made").iterdir())


def test_a_folder_that_is_a_file_is_told_with_advice(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match=r"cannot write .*; "):
        stage(tmp_path / "file" / "inside")


def test_what_was_there_is_kept_if_it_cannot_be_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.glb").write_text("old")
    staging = stage(tmp_path)
    for name in ("a.glb", "b.glb"):
        (staging / name).write_text("new")
    replace, calls = os.replace, []

    def failing(source: Path, target: Path) -> None:
        calls.append(source)
        # The disk fails at the second file, and goes on failing.
        if len(calls) > 2:
            raise OSError(errno.EIO, "input/output error")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(ExportError, match="what was there lies in"):
        place(staging, tmp_path)
    assert (staging / ".before" / "a.glb").read_text() == "old"
