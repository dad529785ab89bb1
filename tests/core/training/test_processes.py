"""Training as processes: stopped by signals, and several together under torchrun."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from vrn_core.config import TrainConfig
from vrn_core.training.checkpoint import read_state
from vrn_core.training.log import read_log

SCRIPT = Path(__file__).with_name("train_spheres.py")
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


def write_config(folder: Path, name: str, **settings: Any) -> Path:
    chosen: dict[str, Any] = {
        "batch_size": 2,
        "steps": 6,
        "optimizer": "adamw",
        "learning_rate": 1e-2,
        "ema_decay": 0.9,
        "precision": "fp32",
        "validation_every": 3,
        "validation_samples": 8,
        "log_every": 1,
        "device": "cpu",
    }
    config = TrainConfig(run_folder=str(folder / name), **{**chosen, **settings})
    path = folder / f"{name}.json"
    config.write(path)
    return path


def run(*arguments: str, expected: int = 0) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == expected, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_leaves_a_whole_checkpoint_to_resume_from(
    number: signal.Signals, tmp_path: Path
) -> None:
    path = write_config(tmp_path, "run", steps=100_000)
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(path)],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(read_log(tmp_path / "run")) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    state = read_state(tmp_path / "run" / "checkpoint.safetensors")
    assert state.step == read_log(tmp_path / "run")[-1]["step"] >= 4
    more = write_config(tmp_path, "run", steps=state.step + 2)
    run(str(SCRIPT), str(more), "--resume")
    assert read_log(tmp_path / "run")[-1]["step"] == state.step + 2


def test_two_processes_learn_what_one_learns_with_twice_the_batch(tmp_path: Path) -> None:
    together = write_config(tmp_path, "together", batch_size=2)
    alone = write_config(tmp_path, "alone", batch_size=4)
    # A machine's own name need not resolve.
    local = ("--local-addr", "127.0.0.1")
    launcher = ("-m", "torch.distributed.run", "--standalone", *local, "--nproc-per-node", "2")
    run(*launcher, str(SCRIPT), str(together))
    run(str(SCRIPT), str(alone))
    expected = load_file(tmp_path / "alone" / "checkpoint.safetensors")
    found = load_file(tmp_path / "together" / "checkpoint.safetensors")
    assert set(found) == set(expected)
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=1e-4, atol=1e-5, msg=name)
    rows = {name: read_log(tmp_path / name) for name in ("alone", "together")}
    assert [r["samples"] for r in rows["together"]] == [r["samples"] for r in rows["alone"]]
    for one, two in zip(rows["alone"], rows["together"], strict=True):
        if one["kind"] == "validation":
            assert two["loss"] == pytest.approx(one["loss"], rel=1e-4)
            assert two["volume_iou"] == pytest.approx(one["volume_iou"], abs=1e-3)
