"""The networks: building them by name, saving and loading them."""

from vrn_core.models.landmarks import LandmarkNetwork, LandmarkOutput
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
from vrn_core.models.weights import (
    load_model,
    load_weights,
    model_path,
    read_header,
    save_model,
)

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
