"""The header of a model file: JSON that says which network the weights belong to.

A model file is of the format safetensors [1]_: eight bytes with the length of the header, the
header, the numbers. Nothing in it can run code. Read here without torch.

References
----------
.. [1] https://huggingface.co/docs/safetensors
"""

from __future__ import annotations

import json
import os
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from vrn_core.errors import ModelFileError
from vrn_core.files import replacing

FORMAT = "vrn-model-1"
SUFFIX = ".safetensors"
LARGEST_HEADER = 8 << 20
"""Bytes; that of the largest network here has a hundredth."""
LARGEST_FILE = 4 << 30
"""Bytes; the largest network here has a tenth in single precision."""
_LENGTH = struct.Struct("<Q")


def read_header(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return name, size, overrides and metadata of a model file.

    Raises :class:`ModelFileError` if the file is missing, damaged or something else.
    """
    path = Path(path)
    if not path.is_file():
        raise ModelFileError(f"there is no model file {path}; check its name")
    try:
        fault = _fault(path)
        if fault is not None:
            raise ModelFileError(f"{path} is not a model file or is damaged: {fault}")
        with safe_open(path, framework="np") as file:
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
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} has a damaged header: {error}") from error


def packed_header(
    name: str, size: str, overrides: Mapping[str, Any], metadata: Mapping[str, Any]
) -> dict[str, str]:
    """Return the texts that a model file's header holds beside the tensors."""
    facts = {
        "name": name,
        "size": size,
        "overrides": dict(overrides),
        "metadata": dict(metadata),
    }
    return {"format": FORMAT, "model": json.dumps(facts)}


def rewrite_metadata(
    source: Path, target: Path, metadata: Mapping[str, Any], make_folder: bool = False
) -> None:
    """Copy a model file with another free part of its header; both may be the same file.

    Raises :class:`ModelFileError` if the source is no model file, and :class:`ExportError`
    if the target cannot be written; what was there is then untouched.
    """
    facts = read_header(source)
    texts = packed_header(facts["name"], facts["size"], facts["overrides"], metadata)
    with source.open("rb") as old:
        (length,) = _LENGTH.unpack(old.read(_LENGTH.size))
        header = json.loads(old.read(length))
        header["__metadata__"] = texts
        packed = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        # The format wants the numbers to begin at a multiple of eight bytes.
        packed += b" " * (-len(packed) % _LENGTH.size)
        with replacing(target, make_folder) as new:
            new.write(_LENGTH.pack(len(packed)))
            new.write(packed)
            shutil.copyfileobj(old, new, 1 << 20)


def _fault(path: Path) -> str | None:
    """Return why a file is no model by its size and first bytes, if it is none.

    The library that reads it would take memory for a header of up to 100 MB.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        return f"it has {size:,} bytes, expected at most {LARGEST_FILE:,}"
    with path.open("rb") as file:
        start, brace = file.read(_LENGTH.size), file.read(1)
    # The length of a header may well begin as a pickle does; what follows it cannot.
    if brace != b"{" and (start[:1] == b"\x80" or start[:4] == b"PK\x03\x04"):
        return (
            "it is a pickle or an archive, as torch.save writes them, which could run code; "
            "give the .safetensors file of the training"
        )
    if len(start) < _LENGTH.size:
        return f"it has only {size} bytes"
    (length,) = _LENGTH.unpack(start)
    if length > min(size - _LENGTH.size, LARGEST_HEADER):
        return (
            f"its header claims {length:,} bytes, but the file has {size:,} and a header "
            f"at most {LARGEST_HEADER:,}"
        )
    return None
