"""The networks behind one small interface, whichever runtime computes them.

Torch is always there and starts at once. OpenVINO and ONNX Runtime are optional; they take the
network as an ONNX file, which is made once from the weights and kept in the cache folder, and
are worth their start where more than a few faces come.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import torch
from torch import Tensor, nn

from vrn_core.config import Runtime
from vrn_core.errors import ConfigError
from vrn_core.files import write_atomically
from vrn_core.ibug import MIRROR
from vrn_core.imaging import warp_image
from vrn_core.inference.detection import FaceDetector
from vrn_core.inference.device import autocast, cpu_has_bf16, prepare, to_images
from vrn_core.inference.engines import Engine, onnxruntime_engine, openvino_engine
from vrn_core.inference.landmarks import LandmarkFinder
from vrn_core.inference.photo import load_photo
from vrn_core.models import (
    LandmarkNetwork,
    VolumeNetwork,
    VolumeOutput,
    load_model,
    model_path,
    read_header,
)
from vrn_core.models.blocks import fold_norms
from vrn_core.models.landmarks import landmark_output
from vrn_core.resources import cache_folder, resource
from vrn_core.types import CROP_SIZE, NUM_LANDMARKS, FaceCrop

RUNTIME_VARIABLE = "VRN_RUNTIME"
"""Environment variable that stands for "auto": one of the runtimes."""
ENGINES: Mapping[Runtime, Callable[[Path], Engine]] = MappingProxyType(
    {"openvino": openvino_engine, "onnxruntime": onnxruntime_engine}
)
EXPORT = 2
"""Raised when the exported form changes, so that old files are made anew."""
OPSET = 17

log = logging.getLogger(__name__)


class Network:
    """A network on its device, called as the torch module is; `accelerate` changes who computes.

    Parameters
    ----------
    path : Path
        A model file.
    device : torch.device
    """

    def __init__(self, path: Path, device: torch.device) -> None:
        self._path, self._device = path, device
        self._network = prepare(load_model(path), device)
        self._compute: Callable[..., Any] = self._network
        self.runtime: Runtime = "torch"

    def __call__(self, images: Tensor, landmarks: Tensor | None = None) -> Any:
        """Return the output of the network; see its class for shapes."""
        if landmarks is None:
            return self._compute(images)
        return self._compute(images, landmarks)

    def accelerate(self, runtime: Runtime = "auto") -> None:
        """Let another runtime compute from now on; with "auto" the fastest that is here.

        Raises
        ------
        ConfigError
            If a runtime was asked for that is not installed, or does not run on this device.
            With "auto" what does not work is left alone.
        """
        chosen = choose_runtime(runtime, self._device)
        if chosen in (self.runtime, "torch"):
            return
        try:
            engine = ENGINES[chosen](exported(self._path))
        # Whatever a foreign program stumbles over, torch still does the work.
        except Exception as error:
            if runtime != "auto":
                raise ConfigError(f"{chosen} cannot run {self._path.name}: {error}") from error
            log.warning("%s cannot run %s: %s", chosen, self._path.name, error)
            return
        self._compute, self.runtime = _Foreign(engine, self._network), chosen


def choose_runtime(runtime: str, device: torch.device) -> Runtime:
    """Return the runtime that a name stands for on a device.

    Raises :class:`ConfigError` if the name is unknown, or that runtime is not installed or does
    not compute there.
    """
    if runtime == "auto":
        runtime = os.environ.get(RUNTIME_VARIABLE, "").strip().lower() or "auto"
    if runtime not in get_args(Runtime):
        known = ", ".join(get_args(Runtime))
        raise ConfigError(f"unknown runtime {runtime!r}; expected one of {known}")
    if runtime == "auto":
        return _fastest(device)
    if runtime in ENGINES:
        if device.type != "cpu":
            raise ConfigError(f"{runtime} computes on the CPU here; choose the device cpu or torch")
        if not is_installed(runtime):
            raise ConfigError(
                f"{runtime} is not installed; run pip install {runtime} onnx, or choose torch"
            )
    return runtime  # type: ignore[return-value]


def is_installed(runtime: str) -> bool:
    """Return whether a runtime, and what its files are made with, is here."""
    return all(importlib.util.find_spec(name) is not None for name in (runtime, "onnx"))


def _fastest(device: torch.device) -> Runtime:
    if device.type != "cpu":
        return "torch"
    if is_installed("openvino"):
        return "openvino"
    # ONNX Runtime computes in float32 only, and torch in bfloat16 where the processor can.
    if is_installed("onnxruntime") and not cpu_has_bf16():
        return "onnxruntime"
    return "torch"


class ExportedForm(nn.Module):
    """What is exported of a network: images, and heatmaps if it is guided, to one tensor.

    Places need more precision than bfloat16 has. So the heatmaps that guide are drawn outside,
    and of a landmark network the last heatmaps and depth maps come out, undecoded.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor, heatmaps: Tensor | None = None) -> Tensor:
        """Return logits (B, D, H, W), or maps (B, 136, H, W) of a landmark network."""
        if isinstance(self.network, LandmarkNetwork):
            return self.network.maps(images)
        if isinstance(self.network, VolumeNetwork):
            return self.network.guided_by(images, heatmaps).logits
        logits: Tensor = self.network(images).logits
        return logits


def exported(path: Path) -> Path:
    """Return the ONNX file of a model file, made now if it is not in the cache.

    Raises
    ------
    ConfigError
        If the network is of a kind that is not exported.
    """
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    target = cache_folder() / "networks" / f"{path.stem}-{mark}-{EXPORT}.onnx"
    if not target.is_file():
        export_network(path, target)
    return target


def export_network(path: Path, target: Path) -> None:
    """Write the network of a model file as ONNX; the batch is left open.

    Inputs are `images` (B, 3, 192, 192), RGB in 0-1, and for VRN-Guided `heatmaps` (B, 68, S, S),
    see :func:`vrn_core.models.heatmaps.draw_gaussians`; the output `values` is what
    :class:`ExportedForm` returns.
    """
    facts = read_header(path)
    if facts["name"] == "parametric":
        raise ConfigError(f"{path.name} is a parametric network; expected a volume or landmark one")
    network = load_model(path)
    fold_norms(network)
    given: tuple[Tensor, ...] = (torch.zeros(2, 3, CROP_SIZE, CROP_SIZE),)
    names = ["images"]
    if isinstance(network, VolumeNetwork) and network.guided:
        heatmaps = network.heatmaps(torch.full((2, NUM_LANDMARKS, 2), CROP_SIZE / 2))
        assert heatmaps is not None
        given = (*given, heatmaps)
        names.append("heatmaps")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Shapes that are checked in Python are constants to the tracer, as they should be.
        warnings.simplefilter("ignore")
        file = Path(folder) / "network.onnx"
        torch.onnx.export(
            ExportedForm(network).eval(),
            given,
            str(file),
            input_names=names,
            output_names=["values"],
            dynamic_axes={name: {0: "batch"} for name in (*names, "values")},
            opset_version=OPSET,
            dynamo=False,
        )
        write_atomically(target, file.read_bytes(), make_folder=True)


class _Foreign:
    """Calls an engine as if it were the torch module."""

    def __init__(self, engine: Engine, network: nn.Module) -> None:
        self._engine, self._network = engine, network

    def __call__(self, images: Tensor, landmarks: Tensor | None = None) -> Any:
        given = [images]
        if isinstance(self._network, VolumeNetwork):
            heatmaps = self._network.heatmaps(landmarks)
            given += [] if heatmaps is None else [heatmaps]
        arrays = [tensor.float().contiguous().numpy() for tensor in given]
        (found,) = self._engine(*arrays)
        values = torch.from_numpy(found)
        if values.shape[1] == 2 * NUM_LANDMARKS:
            return landmark_output([values])
        return VolumeOutput(values, None)


def largest_difference(path: Path, runtime: Runtime) -> float:
    """Return the largest difference of a runtime's output from torch's in float32.

    Of a volume network it is one of probabilities; of a landmark network one of points, in
    pixels of the crop. The face of the sample photo is looked at, bright and dark, as it is and
    mirrored.
    """
    images, points = _sample_faces()
    plain = load_model(path)
    network = Network(path, torch.device("cpu"))
    network.accelerate(runtime)
    landmarks = read_header(path)["name"] == "landmarks"
    given = (images,) if landmarks else (images, points)
    with torch.inference_mode(), autocast(torch.device("cpu")):
        got = network(*given)
    with torch.inference_mode():
        expected = plain(*given)
    if landmarks:
        return float((expected.points - got.points).abs().max())
    return float((expected.logits.sigmoid() - got.logits.float().sigmoid()).abs().max())


@lru_cache(maxsize=1)
def _sample_faces() -> tuple[Tensor, Tensor]:
    """Return crops (4, 3, 192, 192) of the sample photo's face, and landmarks (4, 68, 2)."""
    photo = load_photo(resource("sample.jpg"))
    cpu = torch.device("cpu")
    finder = LandmarkFinder(Network(model_path("landmarks-lite"), cpu), cpu)
    points = finder.find(photo, FaceDetector().detect(photo))[0].points
    crop = FaceCrop.around_landmarks(points)
    image = to_images(warp_image(photo, crop.matrix(), crop.size)[None], cpu)
    place = torch.from_numpy(crop.to_crop(points)[None, :, :2].copy())
    mirrored = place[:, torch.from_numpy(MIRROR)].clone()
    mirrored[..., 0] = CROP_SIZE - 1 - mirrored[..., 0]
    images = torch.cat([image, image.flip(3), 0.4 * image, 0.4 * image.flip(3)])
    return images, torch.cat([place, mirrored, place, mirrored])
