"""The same network by other runtimes than torch."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import torch

from vrn_core import cli
from vrn_core.config import Runtime
from vrn_core.errors import ConfigError
from vrn_core.inference import runtime as runtimes
from vrn_core.inference.device import autocast, cpu_has_bf16
from vrn_core.inference.runtime import (
    ENGINES,
    Network,
    choose_runtime,
    exported,
    is_installed,
    largest_difference,
)
from vrn_core.models import create_model, model_path, save_model
from vrn_core.models.library import LibraryModel

CPU = torch.device("cpu")
ROOT = Path(__file__).resolve().parents[3]
INSTALLED = [name for name in ENGINES if is_installed(name)]
# Rounding to bfloat16, where the processor has it, moves points by parts of a pixel.
MOST = {"landmarks-lite": 0.5 if cpu_has_bf16() else 0.01, "vrn-guided-lite": 0.03}
SMALL = {"features": 8, "stem_features": 8, "stacks": 1, "levels": 2}


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VRN_CACHE", str(folder))
        yield folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A network of few features that is not guided."""
    path = tmp_path / "small.safetensors"
    save_model(create_model("vrn", **SMALL), path, name="vrn", overrides=SMALL)
    return path


@pytest.mark.parametrize("runtime", INSTALLED)
@pytest.mark.parametrize("name", list(MOST))
def test_shipped_networks_give_the_same_by_every_runtime(name: str, runtime: Runtime) -> None:
    assert largest_difference(model_path(name), runtime) < MOST[name]


@pytest.mark.parametrize("runtime", INSTALLED)
def test_batch_is_open_and_landmarks_that_are_not_wanted_do_no_harm(
    runtime: Runtime, small: Path
) -> None:
    network, plain = Network(small, CPU), Network(small, CPU)
    network.accelerate(runtime)
    assert (network.runtime, plain.runtime) == (runtime, "torch")
    points = torch.full((3, 68, 2), 90.0)
    for count in (1, 3, 2):
        images = torch.rand(count, 3, 192, 192)
        with torch.inference_mode(), autocast(CPU):
            got = network(images, points[:count]).logits
            expected = plain(images, points[:count]).logits.float()
        assert got.shape == expected.shape
        assert got.dtype == torch.float32
        torch.testing.assert_close(got, expected, atol=0.05, rtol=0.05)


@pytest.mark.parametrize("runtime", INSTALLED)
def test_results_of_one_call_outlive_the_next(runtime: Runtime, small: Path) -> None:
    network = Network(small, CPU)
    network.accelerate(runtime)
    first = network(torch.zeros(1, 3, 192, 192)).logits
    kept = first.clone()
    network(torch.ones(1, 3, 192, 192))
    assert torch.equal(first, kept)


FACES = """
import sys
import numpy as np
from vrn_core.inference.photo import load_photo
from vrn_core.inference.reconstructor import Reconstructor
from vrn_core.resources import resource

photo = load_photo(resource("sample.jpg"))
reconstructor = Reconstructor()
before = reconstructor.reconstruct(photo)[0]
reconstructor.accelerate(sys.argv[1])
assert reconstructor.runtime == sys.argv[1]
after = reconstructor.reconstruct(photo)[0]
assert abs(before.landmarks - after.landmarks).max() < 1.0
one, other = before.mesh_canonical.vertices, after.mesh_canonical.vertices
np.testing.assert_allclose(other.min(axis=0), one.min(axis=0), atol=1.5)
np.testing.assert_allclose(other.max(axis=0), one.max(axis=0), atol=1.5)
assert reconstructor.follow().feed(photo, 0.0) is not None
"""


@pytest.mark.parametrize("runtime", INSTALLED)
def test_a_face_is_the_same_face_by_another_runtime(runtime: Runtime) -> None:
    # In a process of its own: a signal sent to one in which OpenVINO has worked on the
    # main thread, as other tests do, may end it.
    done = subprocess.run(
        [sys.executable, "-c", FACES, runtime],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_export_is_made_once_and_anew_when_the_weights_change(small: Path) -> None:
    if not INSTALLED:
        pytest.skip("no other runtime is installed")
    first = exported(small)
    made = first.stat().st_mtime_ns
    assert exported(small) == first
    assert first.stat().st_mtime_ns == made
    torch.manual_seed(1)
    save_model(create_model("vrn", **SMALL), small, name="vrn", overrides=SMALL)
    assert exported(small) != first


@pytest.mark.skipif(not INSTALLED, reason="no other runtime is installed")
def test_damaged_export_leaves_torch_at_work(
    small: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VRN_RUNTIME", "auto")
    monkeypatch.setattr(runtimes, "_fastest", lambda device: INSTALLED[0])
    exported(small).write_bytes(b"no network")
    network = Network(small, CPU)
    with caplog.at_level(logging.WARNING):
        network.accelerate()
    assert network.runtime == "torch"
    assert "cannot run small.safetensors" in caplog.text
    with autocast(CPU):
        assert network(torch.zeros(1, 3, 192, 192)).logits.shape[0] == 1
    with pytest.raises(ConfigError, match=r"cannot run small\.safetensors"):
        network.accelerate(INSTALLED[0])


def test_fastest_of_what_is_installed_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VRN_RUNTIME")
    here = {"openvino", "onnxruntime"}
    monkeypatch.setattr(runtimes, "is_installed", lambda name: name in here)
    assert choose_runtime("auto", CPU) == "openvino"
    assert choose_runtime("auto", torch.device("cuda")) == "torch"
    here.remove("openvino")
    monkeypatch.setattr(runtimes, "cpu_has_bf16", lambda: False)
    assert choose_runtime("auto", CPU) == "onnxruntime"
    monkeypatch.setattr(runtimes, "cpu_has_bf16", lambda: True)
    assert choose_runtime("auto", CPU) == "torch"
    here.clear()
    assert choose_runtime("auto", CPU) == "torch"
    with pytest.raises(ConfigError, match="openvino is not installed; run pip install"):
        choose_runtime("openvino", CPU)


def test_environment_decides_for_auto_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "is_installed", lambda name: True)
    monkeypatch.setenv("VRN_RUNTIME", "torch")
    assert choose_runtime("auto", CPU) == "torch"
    assert choose_runtime("openvino", CPU) == "openvino"
    monkeypatch.setenv("VRN_RUNTIME", "tensorrt")
    with pytest.raises(ConfigError, match="unknown runtime 'tensorrt'"):
        choose_runtime("auto", CPU)


def test_other_runtimes_are_for_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "is_installed", lambda name: True)
    with pytest.raises(ConfigError, match="choose the device cpu"):
        choose_runtime("openvino", torch.device("cuda"))


@pytest.mark.skipif("openvino" not in INSTALLED, reason="OpenVINO is not installed")
def test_openvino_finds_nobody_to_report_to(small: Path) -> None:
    Network(small, CPU).accelerate("openvino")
    assert sys.modules["openvino_telemetry"] is None


def test_runtimes_offered_are_those_that_are_known() -> None:
    assert cli.RUNTIMES == get_args(Runtime)


def test_all_networks_are_exported_by_one_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not INSTALLED:
        pytest.skip("no other runtime is installed")
    from vrn_core.commands import models

    shipped = LibraryModel("small", small, "vrn", "lite", "", None, None, {}, shipped=True)
    monkeypatch.setattr(models, "list_library", lambda: [shipped])
    assert cli.main(["models", "--export", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "small.onnx").stat().st_size > 10_000
    told = capsys.readouterr().out
    assert all(f"{name} - torch" in told for name in INSTALLED)
    assert "0.0" in told
