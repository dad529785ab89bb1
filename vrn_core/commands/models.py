"""``vrn models``: the networks that can be built, and the weights that are here."""

from __future__ import annotations

from pathlib import Path

import torch

from vrn_core.commands.terminal import say, table
from vrn_core.errors import ModelFileError
from vrn_core.models import create_model, list_models, parameter_count, read_header
from vrn_core.resources import resource


def run() -> None:
    """Print the table."""
    files = _shipped_files()
    rows = []
    for spec in list_models():
        # On the meta device nothing is allocated, however large the network.
        with torch.device("meta"):
            count = parameter_count(create_model(spec.name, spec.size))
        here = files.pop((spec.name, spec.size), [])
        shipped = ", ".join(f"{p.name} ({_megabytes(p)})" for p in here) or "-"
        rows.append((spec.name, spec.size, f"{count:,}", shipped, spec.summary))
    say(table(("name", "size", "parameters", "weights", "what it does"), rows, numeric=(2,)))


def export(folder: Path) -> None:
    """Write the shipped networks as ONNX files and print what each runtime makes of them."""
    from vrn_core.inference.runtime import ENGINES, export_network, is_installed
    from vrn_core.inference.runtime import largest_difference as difference

    runtimes = [name for name in ENGINES if is_installed(name)]
    rows = []
    for files in _shipped_files().values():
        for path in files:
            if read_header(path)["name"] == "parametric":
                continue
            target = folder / f"{path.stem}.onnx"
            export_network(path, target)
            found = [f"{difference(path, name):.4f}" for name in runtimes]
            unit = "px" if read_header(path)["name"] == "landmarks" else "of 1"
            rows.append((path.stem, _megabytes(target), *found, unit))
    titles = (f"{name} - torch" for name in runtimes)
    say(table(("network", "file", *titles, ""), rows, range(2, 2 + len(runtimes))))
    say(f"written to {folder}")


def _shipped_files() -> dict[tuple[str, str], list[Path]]:
    """Return the readable model files among the resources, by name and size."""
    files: dict[tuple[str, str], list[Path]] = {}
    for path in sorted(resource("models").glob("*.safetensors")):
        try:
            facts = read_header(path)
        except ModelFileError:
            continue
        files.setdefault((facts["name"], facts["size"]), []).append(path)
    return files


def _megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
