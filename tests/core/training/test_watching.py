"""A run seen from outside: its log while it grows, its process, its people, TensorBoard's file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboardX.proto.event_pb2 import Event

from tests.core.training.test_processes import SCRIPT, run, write_config
from vrn_core.errors import DataError
from vrn_core.training.history import History, nearest, to_csv
from vrn_core.training.log import LOG_NAME, TrainLog, read_log
from vrn_core.training.runs import claim
from vrn_core.training.showcase import (
    SHOWCASE_NAME,
    read_showcase,
    reconstruct,
    write_showcase,
)
from vrn_core.training.tail import LogTail
from vrn_core.training.vitals import PROCESS_NAME, GpuUse, ProcessWatch, parse_gpu_use


def train_row(step: int, **figures: float) -> dict[str, Any]:
    row = {"kind": "train", "step": step, "samples": 4 * step, "seconds": 2.0 * step}
    return {**row, "loss": 1 / step, **figures}


def events(folder: Path) -> list[Event]:
    """Return what TensorBoard reads: records of length, its check, content and its check."""
    found = []
    for path in sorted(folder.rglob("*tfevents*")):
        content = path.read_bytes()
        while content:
            length = int.from_bytes(content[:8], "little")
            found.append(Event.FromString(content[12 : 12 + length]))
            content = content[16 + length :]
    return found


def test_tail_gives_every_row_once_and_waits_for_the_end_of_a_line(tmp_path: Path) -> None:
    tail, log = LogTail(tmp_path), TrainLog(tmp_path)
    assert tail.read() == ([], False)
    log.write(train_row(1))
    log.write(train_row(2))
    assert [row["step"] for row in tail.read()[0]] == [1, 2]
    with (tmp_path / LOG_NAME).open("ab") as file:
        file.write(b'{"kind": "train", "st')
    assert tail.read() == ([], False)
    with (tmp_path / LOG_NAME).open("ab") as file:
        file.write(b'ep": 3}\nnot a row\n[4]\n{"step": 5}\n')
    assert [row["step"] for row in tail.read()[0]] == [3, 5]
    log.forget_after(1)
    rows, anew = tail.read()
    assert anew
    assert [row["step"] for row in rows] == [1]


def test_history_tells_curves_pace_and_text() -> None:
    history = History()
    history.add(train_row(step) for step in range(10, 60, 10))
    history.add([{"kind": "validation", "step": 50, "loss": 0.5, "volume_iou": 0.8, "seconds": 3}])
    history.add([train_row(60, loss=float("nan")), {"kind": "paused", "step": 60}])
    assert history.step == 60
    assert history.last_kind == "paused"
    assert history.validation is not None
    loss = history.curves()["loss", "train"]
    assert loss.steps.tolist() == [10, 20, 30, 40, 50]
    assert nearest(loss, 31) == (30, pytest.approx(1 / 30))
    pace = history.pace(steps=100, validation_every=20)
    assert pace is not None
    assert pace.samples_per_second == pytest.approx(2.0)
    assert pace.seconds_left == pytest.approx(40 * 2 + 2 * 3)
    assert history.text().splitlines()[-1] == "paused at step 60"
    table = to_csv(history.curves()).splitlines()
    assert table[0] == "step,train_loss,validation_loss,validation_volume_iou"
    assert table[-1] == "50,0.02,0.5,0.8"


def test_process_of_a_run_is_measured_and_another_s_number_is_not(tmp_path: Path) -> None:
    with claim(tmp_path):
        watch = ProcessWatch(tmp_path)
        watch.look()
        vitals = watch.look()
    assert vitals is not None
    assert vitals.memory_bytes > 10_000_000
    told = json.loads((tmp_path / PROCESS_NAME).read_text())
    assert told["pid"] == os.getpid()
    (tmp_path / PROCESS_NAME).write_text(json.dumps({**told, "began": told["began"] - 100}))
    assert watch.look() is None
    (tmp_path / PROCESS_NAME).write_text("{}")
    assert watch.look() is None


def test_busiest_gpu_is_told() -> None:
    assert parse_gpu_use("3, 10, 100\n88, 20, 100\n") == GpuUse(0.88, 20 * 2**20, 100 * 2**20)
    assert parse_gpu_use("[N/A], 20, 100\n") == GpuUse(None, 20 * 2**20, 100 * 2**20)
    assert parse_gpu_use("[N/A], [N/A], 100\n") is None
    assert parse_gpu_use("no devices were found\n") is None


def test_people_are_read_as_they_were_written(tmp_path: Path) -> None:
    z, y, x = np.mgrid[:50, :48, :48].astype(np.float32)
    distance = np.sqrt(((z - 24.5) / 1.0) ** 2 + (y - 23.5) ** 2 + (x - 23.5) ** 2)
    photo = np.full((3, 192, 192), 0.5, np.float32)
    ball = reconstruct(photo, np.clip(15 - distance, 0, 1))
    # 14.5 voxels of 4 px round the crop's middle.
    extent = ball.mesh.vertices.max(axis=0) - ball.mesh.vertices.min(axis=0)
    np.testing.assert_allclose(extent, [116, 116, 58], atol=1)
    np.testing.assert_allclose(ball.mesh.vertices.mean(axis=0), [95.5, 95.5, 0], atol=0.5)
    noise = np.random.default_rng(0).uniform(size=(100, 96, 96)).astype(np.float32)
    assert len(reconstruct(photo, noise).mesh.faces) == 0, "a network at its beginning is no face"
    nothing = reconstruct(photo, np.zeros((50, 48, 48), np.float32))
    assert len(nothing.mesh.faces) == 0
    path = tmp_path / SHOWCASE_NAME
    write_showcase(path, 700, [ball, nothing])
    shown = read_showcase(path)
    assert shown.step == 700
    np.testing.assert_array_equal(shown.faces[0].mesh.faces, ball.mesh.faces)
    assert int(shown.faces[1].photo[0, 0, 0]) == 128
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="shows no people"):
        read_showcase(path)


def test_run_leaves_people_figures_for_tensorboard_and_its_process(tmp_path: Path) -> None:
    path = write_config(tmp_path, "run")
    run(str(SCRIPT), str(path))
    folder = tmp_path / "run"
    shown = read_showcase(folder / SHOWCASE_NAME)
    assert shown.step == 6
    assert len(shown.faces) == 2, "a batch has no more"
    drawn = {
        (event.step, value.tag): value.simple_value
        for event in events(folder)
        for value in event.summary.value
    }
    rows = read_log(folder)
    train = [row for row in rows if row["kind"] == "train"]
    assert len(train) == 6
    for row in train:
        assert drawn[row["step"], "loss/train"] == pytest.approx(row["loss"])
        assert 0 <= row["volume_iou"] <= 1
    assert (6, "volume_iou/validation") in drawn
    # Its process is over, so there is nothing to measure.
    assert (folder / PROCESS_NAME).exists()
    assert ProcessWatch(folder).look() is None
