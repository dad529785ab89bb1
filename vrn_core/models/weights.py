"""Model files: safetensors whose header says, in JSON, which network they belong to.

Nothing in such a file can run code; its header and the size of every tensor are checked
against the network before any tensor is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from vrn_core.errors import ConfigError, ModelFileError
from vrn_core.files import write_atomically
from vrn_core.models.registry import create_model
from vrn_core.resources import resource

FORMAT = "vrn-model-1"


def save_model(
    model: nn.Module,
    path: str | os.PathLike[str],
    *,
    name: str,
    size: str = "lite",
    overrides: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    half: bool = True,
) -> None:
    """Write a network's weights, in half precision if `half`, with the facts to rebuild it.

    `overrides` are those given to :func:`create_model`; `metadata` is free JSON (the card).
    Raises :class:`ExportError` if the file cannot be written; then nothing is left behind.
    """
    header = {
        "format": FORMAT,
        "model": json.dumps(
            {
                "name": name,
                "size": size,
                "overrides": dict(overrides or {}),
                "metadata": dict(metadata or {}),
            }
        ),
    }
    tensors = {
        key: (_halved(value) if half else value).contiguous().cpu()
        for key, value in model.state_dict().items()
    }
    write_atomically(Path(path), save(tensors, metadata=header), make_folder=True)


def _halved(values: Tensor) -> Tensor:
    """Return numbers in half precision, or as they are where that cannot hold them.

    A norm's variance, for one, may well lie beyond its 65,504.
    """
    if not values.is_floating_point():
        return values
    halved = values.half()
    return halved if torch.isfinite(halved).all() else values


def model_path(model: str | os.PathLike[str]) -> Path:
    """Return the file of a model: a shipped one by its name, or any by its path."""
    path = Path(model)
    if path.suffix == ".safetensors" or len(path.parts) > 1:
        return path
    return resource("models", f"{model}.safetensors")


def read_header(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return name, size, overrides and metadata of a model file.

    Raises :class:`ModelFileError` if the file is missing, damaged or something else.
    """
    path = Path(path)
    if not path.is_file():
        raise ModelFileError(f"there is no model file {path}; install the program again")
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{path} is not a model file or is damaged: {error}") from error
    if header.get("format") != FORMAT:
        raise ModelFileError(
            f"{path} is of format {header.get('format')!r}; expected {FORMAT!r}, "
            "a model file written by this program"
        )
    try:
        facts = json.loads(header["model"])
        return {
            "name": str(facts["name"]),
            "size": str(facts["size"]),
            "overrides": dict(facts["overrides"]),
            "metadata": dict(facts["metadata"]),
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} has a damaged header: {error}") from error


def load_model(path: str | os.PathLike[str]) -> nn.Module:
    """Return the network of a model file in float32, ready for inference.

    Raises :class:`ModelFileError` if the file is missing, damaged, or does not hold exactly
    the tensors that its network has.
    """
    facts = read_header(path)
    try:
        model = create_model(facts["name"], facts["size"], **facts["overrides"])
    except (ConfigError, TypeError, ValueError, RuntimeError) as error:
        raise ModelFileError(f"{path} describes a network unknown here: {error}") from error
    load_weights(model, path)
    return model.eval()


def load_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Copy a model file's tensors into a network of the same shape."""
    expected = model.state_dict()
    try:
        with safe_open(path, framework="pt") as file:
            keys = set(file.keys())
            odd = sorted(keys ^ set(expected))
            if odd:
                side = "lacks" if odd[0] in expected else "has an unknown"
                raise ModelFileError(f"{path} {side} tensor {odd[0]!r} ({len(odd)} differ)")
            for key, target in expected.items():
                shape = tuple(file.get_slice(key).get_shape())
                if shape != tuple(target.shape):
                    raise ModelFileError(
                        f"{path}: tensor {key!r} has shape {shape}; expected {tuple(target.shape)}"
                    )
            with torch.no_grad():
                for key, target in expected.items():
                    values = file.get_tensor(key)
                    if not torch.isfinite(values).all():
                        raise ModelFileError(
                            f"{path}: tensor {key!r} holds values that are not finite numbers; "
                            "train again or use another file"
                        )
                    target.copy_(values)
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{path} is damaged: {error}") from error
