"""Training that is killed again and again ends as one that was not."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.core.training.test_processes import ENVIRONMENT, SCRIPT, run, write_config
from vrn_core.training.log import read_log

KILLS = 20
STEPS = 3000


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_run_killed_at_random_moments_has_the_same_losses(tmp_path: Path) -> None:
    settings = {"steps": STEPS, "validation_every": 250, "checkpoint_minutes": 0.002}
    alone = write_config(tmp_path, "alone", **settings)
    killed = write_config(tmp_path, "killed", **settings)
    run(str(SCRIPT), str(alone))
    rng = random.Random(5)
    folder = tmp_path / "killed"
    finished = steps = 0
    for _ in range(KILLS):
        resume = ["--resume"] if (folder / "checkpoint.safetensors").exists() else []
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(killed), *resume],
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        before, deadline = len(read_log(folder)), time.monotonic() + 60
        while len(read_log(folder)) <= before and process.poll() is None:
            assert time.monotonic() < deadline, "training does not begin"
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 1.2))
        process.kill()
        _, errors = process.communicate(timeout=30)
        finished += process.returncode == 0
        assert process.returncode in (0, -9), errors
        steps = max(row["step"] for row in read_log(folder))
    assert not finished, f"it was done before it was killed {KILLS} times"
    assert steps > 100
    run(str(SCRIPT), str(killed), "--resume")
    rows = {name: read_log(tmp_path / name) for name in ("alone", "killed")}
    curves = {
        name: [(r["kind"], r["step"], r["loss"]) for r in found if "loss" in r]
        for name, found in rows.items()
    }
    assert curves["killed"] == curves["alone"]
    assert sum(r["kind"] == "resumed" for r in rows["killed"]) >= 1
