"""Model files: safetensors whose header says, in JSON, which network they belong to.

Nothing in such a file can run code; its header and the size of every tensor are checked
against the network before any tensor is read.
"""

from __future__ import annotations

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
from vrn_core.models.header import packed_header, read_header
from vrn_core.models.registry import create_model

LARGEST_COUNT, LARGEST_SIZE = 16, 4096
"""Most blocks of a kind, and most features, that a file may ask for."""
COUNTS = ("stacks", "levels", "residuals")


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
    header = packed_header(name, size, overrides or {}, metadata or {})
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


def load_model(path: str | os.PathLike[str]) -> nn.Module:
    """Return the network of a model file in float32, ready for inference.

    Raises :class:`ModelFileError` if the file is missing, damaged, or does not hold exactly
    the tensors that its network has.
    """
    facts = read_header(path)
    try:
        _check_overrides(facts["overrides"])
        # On the meta device nothing is allocated, whatever size the header asks for.
        with torch.device("meta"):
            _check_tensors(create_model(facts["name"], facts["size"], **facts["overrides"]), path)
        model = create_model(facts["name"], facts["size"], **facts["overrides"])
    except (ConfigError, TypeError, ValueError, RuntimeError) as error:
        raise ModelFileError(f"{path} describes a network unknown here: {error}") from error
    load_weights(model, path)
    return model.eval()


def _check_overrides(overrides: Mapping[str, Any]) -> None:
    """Raise :class:`ConfigError` for sizes that no network here has."""
    for key, value in overrides.items():
        most = LARGEST_COUNT if key in COUNTS else LARGEST_SIZE
        values = value if isinstance(value, list) else [value]
        if len(values) > LARGEST_COUNT:
            raise ConfigError(f"{key} has {len(values)} values; expected {LARGEST_COUNT} at most")
        for one in values:
            if isinstance(one, (int, float)) and not 0 <= one <= most:
                raise ConfigError(f"{key} is {one}; expected 0 to {most}")


def _check_tensors(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Raise :class:`ModelFileError` unless a file holds the tensors of a network."""
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
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{path} is damaged: {error}") from error


def load_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Copy a model file's tensors into a network of the same shape."""
    _check_tensors(model, path)
    try:
        with safe_open(path, framework="pt") as file, torch.no_grad():
            for key, target in model.state_dict().items():
                values = file.get_tensor(key)
                if not torch.isfinite(values).all():
                    raise ModelFileError(
                        f"{path}: tensor {key!r} holds values that are not finite numbers; "
                        "train again or use another file"
                    )
                target.copy_(values)
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{path} is damaged: {error}") from error
