"""The networks: building them by name, saving, loading and keeping them.

The names are loaded when they are first asked for, so that what only lists the model files
(:mod:`vrn_core.models.library`) does without torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vrn_core.models.header import read_header
    from vrn_core.models.landmarks import LandmarkNetwork, LandmarkOutput
    from vrn_core.models.naming import model_path
    from vrn_core.models.parametric import ParametricNetwork, ParametricOutput
    from vrn_core.models.registry import (
        ModelSpec,
        create_model,
        list_models,
        parameter_count,
    )
    from vrn_core.models.vrn import (
        HALF_SHAPE,
        MultitaskNetwork,
        VolumeNetwork,
        VolumeOutput,
        full_volume,
        resize_volume,
    )
    from vrn_core.models.weights import load_model, load_weights, save_model

__all__ = [
    "HALF_SHAPE",
    "LandmarkNetwork",
    "LandmarkOutput",
    "ModelSpec",
    "MultitaskNetwork",
    "ParametricNetwork",
    "ParametricOutput",
    "VolumeNetwork",
    "VolumeOutput",
    "create_model",
    "full_volume",
    "list_models",
    "load_model",
    "load_weights",
    "model_path",
    "parameter_count",
    "read_header",
    "resize_volume",
    "save_model",
]

_HOMES = {
    "header": ("read_header",),
    "landmarks": ("LandmarkNetwork", "LandmarkOutput"),
    "naming": ("model_path",),
    "parametric": ("ParametricNetwork", "ParametricOutput"),
    "registry": ("ModelSpec", "create_model", "list_models", "parameter_count"),
    "vrn": (
        "HALF_SHAPE",
        "MultitaskNetwork",
        "VolumeNetwork",
        "VolumeOutput",
        "full_volume",
        "resize_volume",
    ),
    "weights": ("load_model", "load_weights", "save_model"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
