"""What the networks cost, by every runtime that is here, and how near they come to the peak."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from vrn_core.commands.terminal import table
from vrn_core.config import Runtime
from vrn_core.inference.device import autocast, cpu_has_bf16
from vrn_core.inference.runtime import ENGINES, Network, is_installed
from vrn_core.models import load_model, read_header
from vrn_core.types import CROP_SIZE, NUM_LANDMARKS

BATCH = 2
"""A face and its mirror image."""
SIDE = 2048
"""Of the matrices whose product tells the processor's peak."""


def measure_networks(
    paths: list[Path], timed: Callable[[Callable[[], object], int], dict[str, float]], runs: int
) -> dict[str, Any]:
    """Return operations and milliseconds of networks by runtime, and the machine's peak.

    `timed` returns median and quartiles of a piece of work in so many runs. Operations are
    counted as is usual, a multiplication and an addition as two.
    """
    networks = {}
    runtimes: list[Runtime] = ["torch", *(name for name in ENGINES if is_installed(name))]
    for path in paths:
        given = inputs(path)
        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            load_model(path)(*given)
        spent = {}
        for runtime in runtimes:
            network = Network(path, torch.device("cpu"))
            network.accelerate(runtime)
            spent[runtime] = timed(partial(_run, network, given), runs)
        networks[path.stem] = {
            "gflop": round(counter.get_total_flops() / 1e9, 2),
            "milliseconds": spent,
        }
    return {"batch": BATCH, "networks": networks, "peak_gflops": measured_peak()}


def networks_table(facts: Mapping[str, Any]) -> str:
    """Return the figures of :func:`measure_networks` as text."""
    peak = facts["peak_gflops"]
    rows = []
    for name, network in facts["networks"].items():
        for runtime, spent in network["milliseconds"].items():
            rate = network["gflop"] / (spent["median"] / 1000)
            kind = "fp32" if runtime == "onnxruntime" or "bf16" not in peak else "bf16"
            rows.append(
                (
                    name,
                    runtime,
                    f"{spent['median']:.1f}",
                    f"{network['gflop']:.1f}",
                    f"{rate:.0f}",
                    f"{100 * rate / peak[kind]:.0f}% of {kind}",
                )
            )
    titles = ("network", "runtime", "median ms", "GFLOP", "GFLOP/s", "of the peak")
    peaks = ", ".join(f"{rate:.0f} GFLOP/s in {kind}" for kind, rate in peak.items())
    return (
        table(titles, rows, numeric=(2, 3, 4, 5))
        + f"\n(batch of {facts['batch']}; peak: a product of large matrices, {peaks})"
    )


def inputs(path: Path) -> tuple[torch.Tensor, ...]:
    """Return a batch for the network of a model file."""
    images = torch.rand(BATCH, 3, CROP_SIZE, CROP_SIZE).to(memory_format=torch.channels_last)
    if read_header(path)["name"] == "landmarks":
        return (images,)
    return images, torch.full((BATCH, NUM_LANDMARKS, 2), CROP_SIZE / 2)


def measured_peak() -> dict[str, float]:
    """Return the billion operations a second of a large matrix product, by precision."""
    kinds = {"fp32": torch.float32}
    if cpu_has_bf16():
        kinds["bf16"] = torch.bfloat16
    peak = {}
    for name, kind in kinds.items():
        matrix = torch.rand(SIDE, SIDE, dtype=kind)
        best = float("inf")
        for _ in range(5):
            began = time.perf_counter()
            matrix @ matrix
            best = min(best, time.perf_counter() - began)
        peak[name] = round(2 * SIDE**3 / best / 1e9, 1)
    return peak


def _run(network: Network, given: tuple[torch.Tensor, ...]) -> Any:
    with torch.inference_mode(), autocast(torch.device("cpu")):
        return network(*given)
