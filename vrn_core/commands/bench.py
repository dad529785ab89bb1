"""``vrn bench``: speed and memory of this program on this machine.

Every stage of one face of one photo, warm, as median and quartiles of several runs; the two
ways to the surface side by side; a face followed through a camera's frames beside each frame
taken as a photo of its own; the whole command from a cold start in a process of its own,
with the most memory that it took; and training samples, where the data are.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any, get_args

import cv2
import numpy as np
import torch
from PIL import Image

from vrn_core import __version__
from vrn_core.commands.bench_networks import measure_networks, networks_table
from vrn_core.commands.terminal import give_json, say, table
from vrn_core.config import Runtime
from vrn_core.errors import ConfigError, DataError, VrnError
from vrn_core.inference.photo import load_photo
from vrn_core.inference.reconstructor import DEFAULT_MODEL, LANDMARK_MODEL, Reconstructor
from vrn_core.meshing.blend import PhotoView
from vrn_core.meshing.export import export_formats, save_mesh
from vrn_core.meshing.isosurface import IsosurfaceMethod, extract_isosurface
from vrn_core.meshing.kept import KeptVolume
from vrn_core.models import model_path
from vrn_core.resources import project_root, resource
from vrn_core.texture.textured import finish, full_surface
from vrn_core.types import ByteArray, Reconstruction

WARM_UP = 3
COLD_STARTS = 3
RUNS, QUICK_RUNS = 15, 5
SAMPLES, QUICK_SAMPLES = 60, 12
LIVE_FACE_PX, LIVE_NOISE = 150, 4.0
"""Width of the face and standard deviation of the noise in a camera's frames."""
PEAK_CODE = """
import sys
from vrn_core.cli import main
code = main(sys.argv[2:])
if sys.platform == "linux":
    # Not getrusage: there a process also counts what its parent had when it started it.
    lines = open("/proc/self/status").read().splitlines()
    peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
elif sys.platform == "darwin":
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
else:
    peak = 0
open(sys.argv[1], "w").write(str(peak))
sys.exit(code)
"""
"""Runs a command and writes the most memory it had, in bytes; Windows does not tell."""

Spread = dict[str, float]
SPREADS = ("stages_ms", "surface_ms", "live_ms", "samples_ms")
"""The tables of medians in a report."""


def run(
    *,
    photo: Path | None = None,
    size: int = 1024,
    runs: int | None = None,
    quick: bool = False,
    model: str | None = None,
    landmark_model: str | None = None,
    device: str = "auto",
    fast: bool = False,
    runtime: Runtime = "auto",
    report: Path | None = None,
    compare: Path | None = None,
) -> None:
    """Measure and print.

    Raises :class:`ConfigError` if the figures to compare with cannot be read.
    """
    before = None if compare is None else _earlier(compare)
    runs = runs or (QUICK_RUNS if quick else RUNS)
    chosen = {"volume_model": model, "landmark_model": landmark_model}
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "photo.jpg"
        write_photo(photo or resource("sample.jpg"), path, size)
        reconstructor = Reconstructor(device=device, flip=not fast, **given)
        reconstructor.accelerate(runtime)
        paths = [model_path(landmark_model or LANDMARK_MODEL), model_path(model or DEFAULT_MODEL)]
        stages, result = measure_stages(reconstructor, path, runs)
        stages |= measure_export(result, folder, runs)
        stages |= measure_textured(result, load_photo(path), folder, runs)
        facts: dict[str, Any] = {
            "machine": describe_machine(),
            "photo": {"longest_side": size, "triangles": len(result.mesh.faces)},
            "runtime": reconstructor.runtime,
            "stages_ms": stages,
            "networks": measure_networks(paths, timed, runs),
            "surface_ms": measure_surfaces(result, runs),
            "live_ms": measure_live(reconstructor, photo or resource("sample.jpg"), runs),
        }
        options = ["--device", device]
        # Named even if it was not: `vrn reconstruct` would take the user's default.
        for flag, named in zip(("--landmark-model", "--model"), paths, strict=True):
            options += [flag, str(named.absolute())]
        options += ["--fast"] if fast else []
        facts |= measure_cold(path, folder, options, 1 if quick else COLD_STARTS)
    facts["samples_ms"] = measure_samples(QUICK_SAMPLES if quick else SAMPLES)
    if report is not None:
        give_json(report, facts)
    else:
        say(format_facts(facts, before))


def write_photo(source: Path, target: Path, size: int) -> None:
    """Write a photo as a JPEG whose longest side is `size`."""
    pixels = load_photo(source)
    scale = size / max(pixels.shape[:2])
    width, height = (max(round(n * scale), 1) for n in (pixels.shape[1], pixels.shape[0]))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(pixels, (width, height), interpolation=method)
    Image.fromarray(resized).save(target, quality=92)


def spread(values: Sequence[float]) -> Spread:
    """Return median and quartiles."""
    low, middle, high = quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
    return {"median": round(middle, 2), "q1": round(low, 2), "q3": round(high, 2)}


def timed(work: Callable[[], object], runs: int) -> Spread:
    """Return the milliseconds that a piece of work takes, warm."""
    spent = []
    for number in range(runs + 1):
        began = time.perf_counter()
        work()
        if number:
            spent.append(1000 * (time.perf_counter() - began))
    return spread(spent)


def measure_stages(
    reconstructor: Reconstructor, path: Path, runs: int
) -> tuple[dict[str, Spread], Reconstruction]:
    """Return the time of every stage of a photo, and what came of it."""
    spent: dict[str, list[float]] = {}
    for number in range(WARM_UP + runs):
        began = time.perf_counter()
        photo = load_photo(path)
        read = time.perf_counter()
        result = reconstructor.reconstruct(photo)[0]
        done = time.perf_counter()
        if number < WARM_UP:
            continue
        row = {"decode": 1000 * (read - began), **result.timings_ms}
        for stage, value in row.items():
            spent.setdefault(stage, []).append(value)
        spent.setdefault("photo to mesh", []).append(1000 * (done - read))
    # The sum comes last.
    spent["photo to mesh"] = spent.pop("photo to mesh")
    return {stage: spread(values) for stage, values in spent.items()}, result


def measure_export(result: Reconstruction, folder: Path, runs: int) -> dict[str, Spread]:
    """Return the time to write the mesh in every format."""
    return {
        f"export {name}": timed(
            lambda name=name: save_mesh(result.mesh_canonical, folder / f"mesh.{name}"),  # type: ignore[misc]
            runs,
        )
        for name in export_formats()
    }


def measure_textured(
    result: Reconstruction, photo: ByteArray, folder: Path, runs: int
) -> dict[str, Spread]:
    """Return the time from a face's volume to a textured GLB."""
    kept = KeptVolume.of(result)
    view = PhotoView(photo, kept.to_canonical.inverse())

    def export() -> None:
        save_mesh(finish(full_surface(kept), [view]), folder / "textured.glb")

    return {"textured export": timed(export, runs)}


def measure_surfaces(result: Reconstruction, runs: int) -> dict[str, Spread]:
    """Return the time of each way to the surface of the same full volume."""
    methods = [m for m in get_args(IsosurfaceMethod) if m != "pymcubes" or _has("mcubes")]
    return {
        method: timed(
            lambda method=method: extract_isosurface(result.volume, 0.5, method),  # type: ignore[misc]
            runs,
        )
        for method in methods
    }


def measure_live(reconstructor: Reconstructor, photo: Path, runs: int) -> dict[str, Spread]:
    """Return the time of a camera's frame: followed, and taken as a photo of its own."""
    pixels = load_photo(photo)
    box = reconstructor.detect(pixels)[0].box
    scale, middle = LIVE_FACE_PX / box.width, np.array(box.center)
    rng, frames = np.random.default_rng(1), []
    for number in range(WARM_UP + 2 * runs):
        # The face goes to and fro, a few pixels a frame.
        place = np.array([320 + 40 * np.sin(number / 5), 240])
        matrix = np.column_stack([scale * np.eye(2), place - scale * middle])
        frame = cv2.warpAffine(pixels, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)
        noisy = frame + rng.normal(0, LIVE_NOISE, frame.shape)
        frames.append(np.clip(noisy, 0, 255).astype(np.uint8))
    follower = reconstructor.follow()
    ways: dict[str, Callable[[int], object]] = {
        "followed": lambda number: follower.feed(frames[number], number / 15),
        "each frame anew": lambda number: reconstructor.reconstruct(frames[number]),
    }
    found = {}
    for name, work in ways.items():
        spent = []
        for number in range(len(frames)):
            began = time.perf_counter()
            work(number)
            spent.append(1000 * (time.perf_counter() - began))
        found[name] = spread(spent[WARM_UP:])
    return found


def measure_samples(count: int) -> dict[str, Spread]:
    """Return the time to make a training sample on one core, or nothing without the data."""
    from vrn_core.data.config import DataConfig
    from vrn_core.data.dataset import PortraitDataset

    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        found = {}
        for resolution in ("half", "full"):
            dataset = PortraitDataset(DataConfig(resolution=resolution))
            # In training each portrait is read once and then kept, so that it is read before.
            for index in range(count):
                dataset.sample(index)
            spent = []
            for index in range(count):
                began = time.perf_counter()
                dataset.sample(index)
                spent.append(1000 * (time.perf_counter() - began))
            found[resolution] = spread(spent)
    except DataError:
        return {}
    finally:
        cv2.setNumThreads(threads)
    return found


def measure_cold(
    path: Path, folder: Path, options: Sequence[str], count: int = COLD_STARTS
) -> dict[str, Any]:
    """Return seconds from a cold start and peak memory, each in processes of their own."""
    if getattr(sys, "frozen", False):
        return {}
    command = ["reconstruct", str(path), "-o", str(folder / "cold"), *options]
    starts, peaks = [], []
    for _ in range(count):
        seconds, peak = run_apart(command, folder)
        starts.append(seconds)
        peaks.append(peak)
    helped = [run_apart(["--help"], folder)[0] for _ in range(count)]
    megabytes = max(peaks) / 1e6
    return {
        "cold_start_s": round(median(starts), 2),
        "help_s": round(median(helped), 3),
        "peak_memory_mb": round(megabytes) if megabytes else None,
    }


def run_apart(arguments: Sequence[str], folder: Path) -> tuple[float, int]:
    """Run a command in a fresh process; return its seconds and its peak memory in bytes."""
    note = folder / "peak.txt"
    environment = {**os.environ, "PYTHONPATH": str(project_root())}
    began = time.perf_counter()
    finished = subprocess.run(
        [sys.executable, "-c", PEAK_CODE, str(note), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if finished.returncode != 0:
        reason = (finished.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise VrnError(f"the cold start of vrn {arguments[0]} failed: {reason}")
    return seconds, int(note.read_text() or 0) if note.exists() else 0


def describe_machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "program": __version__,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _earlier(path: Path) -> dict[str, float]:
    """Return the medians in milliseconds, by table and row, of an earlier report."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return _medians(facts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"cannot compare with {path}: {error}; expected a file of vrn bench --json"
        ) from error


def _medians(facts: Mapping[str, Any]) -> dict[str, float]:
    return {
        f"{title} {row}": float(spreads["median"])
        for title in SPREADS
        for row, spreads in facts.get(title, {}).items()
    }


def format_facts(facts: Mapping[str, Any], before: Mapping[str, float] | None = None) -> str:
    """Return the figures as text, if `before` is known with their multiple of those then."""

    def spreads(title: str, name: str) -> str:
        return _spread_table(name, title, facts[title], before)

    machine, photo = facts["machine"], facts["photo"]
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} threads of "
        f"torch {machine['torch']}, Python {machine['python']}; networks by {facts['runtime']}",
        f"one face of a photo of {photo['longest_side']} px, {photo['triangles']} triangles",
        "",
        spreads("stages_ms", "stage"),
        "",
        networks_table(facts["networks"]),
        "",
        spreads("surface_ms", "surface of the full volume"),
        "",
        spreads("live_ms", "frame of 640 x 480"),
    ]
    if "cold_start_s" in facts:
        peak = facts["peak_memory_mb"]
        lines += [
            "",
            f"vrn reconstruct from a cold start: {facts['cold_start_s']} s"
            + (f", at most {peak} MB of memory" if peak else ""),
            f"vrn --help: {facts['help_s']} s",
        ]
    if facts["samples_ms"]:
        lines += ["", spreads("samples_ms", "training sample")]
    return "\n".join(lines)


def _spread_table(
    name: str, title: str, spreads: Mapping[str, Spread], before: Mapping[str, float] | None
) -> str:
    rows = [
        [row, f"{s['median']:.1f}", f"{s['q1']:.1f} - {s['q3']:.1f}"] for row, s in spreads.items()
    ]
    titles: tuple[str, ...] = (name, "median ms", "quartiles")
    if before is not None:
        titles = (*titles, "of before")
        for line, (row, spread_) in zip(rows, spreads.items(), strict=True):
            old = before.get(f"{title} {row}")
            line.append(f"{spread_['median'] / old:.2f}" if old else "-")
    return table(titles, [tuple(row) for row in rows], numeric=range(1, len(titles)))
