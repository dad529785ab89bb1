"""Large folders on a cluster: a scheduler and workers in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from tests.core.commands.fake_networks import DEADLY, LOG, NO_FACE, SECONDS
from vrn_core import cli
from vrn_core.commands import cluster
from vrn_core.resources import resource

pytest.importorskip("distributed", reason="Dask (distributed) is not installed")

ROOT = Path(__file__).resolve().parents[3]
FAKES = Path(__file__).with_name("fake_networks.py")
PATIENCE_S = 60.0


class Cluster:
    """A scheduler and workers on 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.environment = {
            **os.environ,
            LOG: str(self.log),
            "PYTHONPATH": str(ROOT),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        }
        self.processes: list[subprocess.Popen[str]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``dask``."""
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        with (self.folder / "dask.log").open("a") as log:
            process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, text=True, cwd=self.folder
            )
        self.processes.append(process)
        return process

    def start_scheduler(self) -> subprocess.Popen[str]:
        port = self.address.rpartition(":")[2]
        return self.start("scheduler", "--host", "127.0.0.1", "--port", port)

    def start_worker(self, *arguments: str, fake: bool = True) -> subprocess.Popen[str]:
        preload = ["--preload", str(FAKES)] if fake else []
        place = self.folder / f"worker{len(self.processes)}"
        return self.start(
            "worker", self.address, "--host", "127.0.0.1", "--nthreads", "1",
            "--local-directory", str(place), *preload, *(arguments or ["--no-nanny"]),
        )  # fmt: skip

    def reconstruct(self, *arguments: object) -> subprocess.Popen[str]:
        """Start ``vrn reconstruct``."""
        command = [sys.executable, "-m", "vrn_core.cli", "reconstruct", *map(str, arguments)]
        command += ["--scheduler", self.address]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, env=self.environment, stdout=pipe, stderr=pipe, text=True, cwd=self.folder
        )
        self.processes.append(process)
        return process

    def logged(self, what: str) -> list[tuple[str, int]]:
        """Return what the workers logged, as pairs of name and process."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        words = [line.split() for line in lines]
        return [(name, int(process)) for kind, name, process in words if kind == what]

    def registered(self) -> int:
        """Return how many workers the scheduler has met."""
        return (self.folder / "dask.log").read_text().count("Registered to")

    def wait_until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, (self.folder / "dask.log").read_text()[-3000:]
            time.sleep(0.02)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.communicate()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    try:
        cluster.start_scheduler()
        yield cluster
    finally:
        cluster.stop()


def portraits(folder: Path, count: int) -> Path:
    """Make small photos of a real face, no two of the same size."""
    folder.mkdir()
    with Image.open(resource("sample.jpg")) as sample:
        for number in range(count):
            side = 300 + number
            sample.convert("RGB").resize((side, side * sample.height // sample.width)).save(
                folder / f"{number:03d}.jpg", quality=92
            )
    return folder


def photos(folder: Path, count: int, special: dict[int, int] | None = None) -> Path:
    """Make photos of one face each, but for special ones."""
    for number in range(count):
        path = folder / f"{number % 3}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.empty((20, 20, 3), np.uint8)
        pixels[:] = ((special or {}).get(number, 1), number // 256, number % 256)
        Image.fromarray(pixels).save(path)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return the results below a folder."""
    files = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def test_nothing_is_lost_or_done_twice_when_a_worker_is_killed(
    dask: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, faceless = 96, 40
    source = photos(tmp_path / "in", count, {faceless: NO_FACE})
    dask.environment[SECONDS] = "0.05"
    workers = [dask.start_worker(), dask.start_worker()]
    dask.wait_until(lambda: len(dask.logged("ready")) == 2)
    command = dask.reconstruct(source, "-o", tmp_path / "out", "--json", tmp_path / "r.json")
    dask.wait_until(lambda: len(dask.logged("won")) >= count // 2)
    victim = workers[0].pid
    # In the middle of a photo, or at least of a task.
    workers[0].kill()
    out, errors = command.communicate(timeout=PATIENCE_S)

    assert errors == (
        f"vrn: {faceless % 3}/{faceless}.png: no face was found in the photo; try another\n"
    )
    assert out == f"{count - 1} faces from {count - 1} of {count} photos in {tmp_path / 'out'}\n"
    assert command.returncode == 1
    written = Counter(name for name, _ in dask.logged("won"))
    assert set(written) == {f"{n % 3}/{n}.png" for n in range(count)}
    assert set(written.values()) == {1}
    assert dask.logged("lost") == []
    by = Counter(process for _, process in dask.logged("won"))
    assert by[victim] >= 8
    assert by[workers[1].pid] >= count // 4
    # At most the photo that the victim was at was begun twice.
    assert len(dask.logged("begin")) <= count + 1
    # The networks were loaded once a process.
    assert sorted(process for _, process in dask.logged("accelerate")) == sorted(by)

    # The rest is as without a cluster.
    from tests.core.commands import fake_networks
    from vrn_core.commands import reconstruct

    fake = fake_networks.FakeReconstructor
    monkeypatch.setattr(reconstruct, "make_reconstructor", lambda options: fake())
    alone = ["reconstruct", source, "-o", tmp_path / "alone", "--json", tmp_path / "a.json"]
    assert cli.main([*map(str, alone), "--resume", "--quiet"]) == 1
    assert contents(tmp_path / "out") == contents(tmp_path / "alone")
    ours, theirs = (json.loads((tmp_path / name).read_text()) for name in ("r.json", "a.json"))
    assert len(ours["photos"]) == count
    text = json.dumps(ours).replace(str(tmp_path / "out"), str(tmp_path / "alone"))
    assert json.loads(text) == theirs


def test_a_photo_that_brings_workers_down_costs_only_itself(dask: Cluster, tmp_path: Path) -> None:
    deadly = 5
    source = photos(tmp_path / "in", 12, {deadly: DEADLY})
    dask.start_worker("--nanny")
    dask.wait_until(lambda: len(dask.logged("ready")) == 1)
    command = dask.reconstruct(source, "-o", tmp_path / "out", "--json", tmp_path / "r.json")
    out, errors = command.communicate(timeout=PATIENCE_S)
    [line] = [line for line in errors.splitlines() if "no worker is left" not in line]
    assert line.startswith(f"vrn: {deadly % 3}/{deadly}.png: every worker that took it died")
    assert out.startswith("11 faces from 11 of 12 photos")
    assert "--resume tries 1 of them again" in out
    entries = json.loads((tmp_path / "r.json").read_text())["photos"]
    assert [Path(e["photo"]).stem for e in entries if e["error"]] == [str(deadly)]
    assert set(Counter(name for name, _ in dask.logged("won")).values()) == {1}


def test_ctrl_c_ends_the_work_and_resume_goes_on(dask: Cluster, tmp_path: Path) -> None:
    count = 40
    source = photos(tmp_path / "in", count)
    dask.environment[SECONDS] = "0.1"
    dask.start_worker()
    dask.wait_until(lambda: len(dask.logged("ready")) == 1)
    command = dask.reconstruct(source, "-o", tmp_path / "out")
    dask.wait_until(lambda: len(dask.logged("won")) >= 5)
    command.send_signal(signal.SIGINT)
    out, errors = command.communicate(timeout=PATIENCE_S)
    assert (out, errors, command.returncode) == ("", "vrn: stopped\n", 130)
    assert os.listdir(tmp_path / "out" / ".vrn") == ["job.json"]
    time.sleep(0.5)
    # The worker ended after the photo that it was at.
    stopped = len(dask.logged("won"))
    time.sleep(0.5)
    assert stopped == len(dask.logged("won")) < count

    command = dask.reconstruct(source, "-o", tmp_path / "out", "--resume")
    out, errors = command.communicate(timeout=PATIENCE_S)
    assert (errors, command.returncode) == ("", 0)
    assert f"; {stopped} of them were done before" in out
    written = Counter(name for name, _ in dask.logged("won"))
    assert len(written) == count
    assert set(written.values()) == {1}


def test_a_lost_scheduler_is_told(dask: Cluster, tmp_path: Path) -> None:
    source = photos(tmp_path / "in", 40)
    dask.environment[SECONDS] = "0.1"
    dask.start_worker()
    dask.wait_until(lambda: len(dask.logged("ready")) == 1)
    command = dask.reconstruct(source, "-o", tmp_path / "out")
    dask.wait_until(lambda: len(dask.logged("won")) >= 2)
    dask.processes[0].kill()
    _, errors = command.communicate(timeout=PATIENCE_S)
    assert errors == f"vrn: {cluster.LOST}\n"
    assert command.returncode == 1


def test_workers_that_do_not_see_the_photos_are_told(dask: Cluster, tmp_path: Path) -> None:
    source = photos(tmp_path / "in", 1)
    hidden = FAKES.read_text().replace(
        'note("ready", "-")',
        'import vrn_core; vrn_core.__version__ = "0.0.1"\n'
        '    from vrn_core.commands import folder_work; folder_work.__version__ = "0.0.1"\n'
        '    note("ready", "-")',
    )
    (tmp_path / "older.py").write_text(hidden)
    dask.start_worker("--no-nanny", "--preload", str(tmp_path / "older.py"), fake=False)
    dask.wait_until(lambda: len(dask.logged("ready")) == 1)
    command = dask.reconstruct(source, "-o", tmp_path / "out")
    _, errors = command.communicate(timeout=PATIENCE_S)
    assert "has VRN Studio 0.0.1, this is" in errors
    assert errors.count("\n") == 1
    assert dask.logged("begin") == []


@pytest.mark.slow
def test_two_workers_share_real_photos_and_make_the_same_as_one(
    dask: Cluster, tmp_path: Path, figures: list[str]
) -> None:
    count = 200
    source = portraits(tmp_path / "in", count)
    workers: list[psutil.Process] = []
    for number in (1, 2):
        started = dask.start_worker("--no-nanny", fake=False)
        workers.append(psutil.Process(started.pid))
        dask.wait_until(lambda number=number: dask.registered() == number)
        out = tmp_path / f"out{number}"
        before = [spent(worker) for worker in workers]
        began = time.monotonic()
        command = dask.reconstruct(source, "-o", out)
        said, errors = command.communicate(timeout=1200)
        seconds = time.monotonic() - began
        assert (errors, command.returncode) == ("", 0)
        assert said == f"{count} faces from {count} of {count} photos in {out}\n"
        shares = [spent(worker) - past for worker, past in zip(workers, before, strict=True)]
        # How long it takes depends on what else the machine does; that both work does not.
        assert min(shares) > 0.25 * sum(shares) / number
        # Without the start, which a long run does not feel: from the moments of the records.
        moments = sorted(path.stat().st_mtime for path in out.rglob("photo.json"))[20:]
        rate = (len(moments) - 1) / (moments[-1] - moments[0])
        figures.append(
            f"{number} worker{'s' * (number > 1)}: {rate:.2f} photos/s, {count} photos in "
            f"{seconds:.0f} s with the start, {sum(shares) / count:.3f} s of processor a photo"
        )
    for path in (tmp_path / "out1").rglob("*.glb"):
        other = tmp_path / "out2" / path.relative_to(tmp_path / "out1")
        assert other.read_bytes() == path.read_bytes()


def spent(process: psutil.Process) -> float:
    """Return the seconds of processor that a process took."""
    times = process.cpu_times()
    return float(times.user + times.system)
