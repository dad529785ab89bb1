"""``vrn models``: the networks that can be built, the weights that are here, and one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from vrn_core.commands.terminal import complain, say, table
from vrn_core.models import library
from vrn_core.models.library import LibraryModel, list_library

SHOWN_CHARACTERS = 48
"""Of a description in the table."""
SHOWN_FIGURES = ("volume_iou", "surface_error", "nme_interocular", "loss")
"""Those that fit the table, the most telling first."""


def run() -> None:
    """Print the networks with the shipped weights, one's own models, and the default."""
    import torch

    from vrn_core.models import create_model, list_models, parameter_count

    models = list_library()
    rows = []
    for spec in list_models():
        # On the meta device nothing is allocated, however large the network.
        with torch.device("meta"):
            count = parameter_count(create_model(spec.name, spec.size))
        kind = (spec.name, spec.size)
        here = [m for m in models if m.shipped and (m.network, m.size) == kind]
        shipped = ", ".join(f"{m.path.name} ({_megabytes(m.path)})" for m in here) or "-"
        rows.append((*kind, f"{count:,}", shipped, spec.summary))
    say(table(("name", "size", "parameters", "weights", "what it does"), rows, numeric=(2,)))
    own = [_row(model) for model in models if not model.shipped]
    if own:
        say("")
        heading = ("own model", "network", "file", "made from", "figures", "description")
        say(table(heading, own, numeric=(2,)))
    say(f"\ndefault: {library.default_model()}")
    tell_missing_default()
    for _, reason in library.unreadable_models():
        complain(reason)


def tell_missing_default() -> None:
    """Complain if another model was chosen for the default than the one that is taken."""
    gone = library.missing_default()
    if gone is not None:
        complain(
            f"the default model {gone!r} is no longer there or is damaged; "
            f"{library.default_model()} is used; choose another by vrn models --set-default NAME"
        )


def take_in(source: Path, name: str | None) -> None:
    """Import a model file."""
    model = library.import_model(source, name)
    say(f"{model.name}: {model.network}, {model.size}, in {model.path}")


def copy(name: str, target: Path) -> None:
    """Export a model to a file."""
    say(f"written to {library.export_model(name, target)}")


def rename(old: str, new: str) -> None:
    """Give a model another name."""
    say(f"{old} is now {library.rename_model(old, new).name}")


def describe(name: str, text: str) -> None:
    """Replace a model's description."""
    say(f"{library.describe_model(name, text).name} is described anew")


def delete(name: str) -> None:
    """Delete a model."""
    was_default = library.delete_model(name)
    say(f"{name} is deleted")
    if was_default:
        say(f"it was the default, which is now {library.default_model()}")


def set_default(name: str) -> None:
    """Choose the default, for the window too."""
    library.set_default_model(name)
    say(f"default: {library.default_model()}")


def export(folder: Path) -> None:
    """Write the shipped networks as ONNX files and print what each runtime makes of them."""
    from vrn_core.inference.runtime import ENGINES, export_network, is_installed
    from vrn_core.inference.runtime import largest_difference as difference

    runtimes = [name for name in ENGINES if is_installed(name)]
    rows = []
    for model in list_library():
        if not model.shipped or model.network == "parametric":
            continue
        target = folder / f"{model.name}.onnx"
        export_network(model.path, target)
        found = [f"{difference(model.path, name):.4f}" for name in runtimes]
        unit = "px" if model.network == "landmarks" else "of 1"
        rows.append((model.name, _megabytes(target), *found, unit))
    titles = (f"{name} - torch" for name in runtimes)
    say(table(("network", "file", *titles, ""), rows, range(2, 2 + len(runtimes))))
    say(f"written to {folder}")


def _row(model: LibraryModel) -> tuple[str, ...]:
    words = " ".join(model.description.split())
    if len(words) > SHOWN_CHARACTERS:
        words = f"{words[: SHOWN_CHARACTERS - 1]}…"
    network = model.network if model.size == "lite" else f"{model.network} {model.size}"
    figures = _figures(model.figures) or "-"
    return model.name, network, _megabytes(model.path), model.base or "-", figures, words or "-"


def _figures(figures: Mapping[str, float]) -> str:
    known = [name for name in SHOWN_FIGURES if name in figures]
    shown = (known or list(figures))[:2]
    return ", ".join(f"{name} {figures[name]:.4g}" for name in shown)


def _megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
