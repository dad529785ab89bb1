"""Runs as folders: one process each, seen and asked from outside."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.core.training.test_processes import ENVIRONMENT, SCRIPT, run, write_config
from vrn_core.cli import main
from vrn_core.errors import ConfigError, DataError
from vrn_core.training.log import read_log
from vrn_core.training.runs import RunState, Wish, ask, claim, is_alive, list_runs, read_run


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


def kinds(folder: Path) -> list[str]:
    return [row["kind"] for row in read_log(folder)]


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of a run that goes on."""
    path = write_config(tmp_path, "run", steps=1_000_000, validation_every=100, log_every=10)
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(path)], env=ENVIRONMENT, stdout=subprocess.DEVNULL
    )
    until(lambda: "train" in kinds(tmp_path / "run"))
    yield tmp_path / "run"
    process.kill()
    process.wait()


def test_run_is_paused_and_stopped_from_outside(
    training: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_run(training).state is RunState.RUNNING
    assert main(["runs", str(training), "--pause"]) == 0
    until(lambda: read_run(training).state is RunState.PAUSED)
    assert (training / "checkpoint.safetensors").exists()
    rows = len(read_log(training))
    time.sleep(0.5)
    assert len(read_log(training)) == rows
    assert main(["runs", str(training), "--go-on"]) == 0
    until(lambda: len(read_log(training)) > rows + 2)
    assert read_run(training).state is RunState.RUNNING
    assert main(["runs", str(training), "--start"]) == 1
    assert "is running already" in capsys.readouterr().err
    assert main(["runs", str(training), "--stop-after-validation"]) == 0
    until(lambda: not is_alive(training))
    stopped = read_run(training)
    assert stopped.state is RunState.STOPPED
    assert kinds(training)[-1] == "validation"
    assert stopped.step % 100 == 0
    assert main(["runs", str(training.parent)]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.split()[:2] == ["run", "stopped"]
    assert "volume_iou" in line
    assert main(["runs", str(training), "--pause"]) == 1
    assert "it hears no wishes" in capsys.readouterr().err


def test_stopped_run_is_seen_as_one_to_resume(training: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="another process trains in"):
        claim(training)
    ask(training, Wish.STOP)
    until(lambda: not is_alive(training))
    assert read_run(training).state is RunState.STOPPED
    # The wish was of the run before; what is resumed goes on to its end.
    step = read_run(training).step
    more = write_config(tmp_path, "run", steps=step + 20, validation_every=100)
    run(str(SCRIPT), str(more), "--resume")
    finished = read_run(training)
    assert (finished.state, finished.step) == (RunState.FINISHED, step + 20)
    assert [r.folder for r in list_runs(tmp_path)] == [training]


def test_folder_without_a_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DataError, match="holds no training run"):
        read_run(tmp_path)
    assert list_runs(tmp_path) == []
    assert main(["runs", str(tmp_path)]) == 0
    assert "there is no training in" in capsys.readouterr().out
    write_config(tmp_path, "run").rename(tmp_path / "config.json")
    assert read_run(tmp_path).state is RunState.EMPTY
