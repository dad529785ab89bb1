"""The user's own models beside those that ship: listed, added, renamed, described, deleted.

An own model is one file in :func:`vrn_core.resources.models_folder`, named by its name, whose
header holds what is known of it. Nothing here needs torch but :func:`add_model` and
:func:`import_model`, which check every number before they take a file in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vrn_core.errors import LibraryError, ModelFileError
from vrn_core.files import ADVICE
from vrn_core.models import choice
from vrn_core.models.header import SUFFIX, read_header, rewrite_metadata
from vrn_core.models.naming import (
    SHIPPED,
    STANDARD_MODEL,
    check_free,
    check_name,
    free_name,
    is_shipped,
    model_path,
    own_names,
    own_path,
    shipped_path,
)
from vrn_core.resources import models_folder, resource

__all__ = [
    "LibraryModel",
    "add_model",
    "default_model",
    "delete_model",
    "describe_model",
    "export_model",
    "find_model",
    "free_name",
    "import_model",
    "list_library",
    "missing_default",
    "rename_model",
    "set_default_model",
    "unreadable_models",
    "volume_models",
    "without_paths",
]

NOT_VOLUMES = ("landmarks", "parametric")
"""Networks that make no volume, and so no mesh of their own."""
LONGEST_DESCRIPTION = 500
"""Characters."""
MOST_FIGURES = 32
LOCK_NAME = ".lock"
LOCK_WAIT_S = 10.0
_PATHS = ("run_folder", "init_from")


@dataclass(frozen=True)
class LibraryModel:
    """A model that can be used by its name."""

    name: str
    path: Path
    network: str
    """Which network it is, as ``vrn-guided``."""
    size: str
    """Of the network: lite or paper."""
    description: str
    base: str | None
    """Name of the model that it was made from."""
    created: str | None
    """When it was added, ISO 8601 in UTC."""
    figures: Mapping[str, float]
    """What was measured when it was made, as ``volume_iou``."""
    shipped: bool

    @property
    def makes_volumes(self) -> bool:
        """Whether meshes can be made by it."""
        return self.network not in NOT_VOLUMES


def list_library() -> list[LibraryModel]:
    """Return the models that can be used: the shipped ones first, then the own ones by name."""
    return _scan()[0]


def unreadable_models() -> list[tuple[Path, str]]:
    """Return the files among the models that cannot be used, each with the reason."""
    return _scan()[1]


def volume_models() -> list[str]:
    """Return the names of the models that make meshes, in the order of the list."""
    return [model.name for model in list_library() if model.makes_volumes]


def find_model(name: str) -> LibraryModel:
    """Return a model by its name.

    Raises :class:`ModelFileError` if there is none, or if its file is damaged.
    """
    path = model_path(name)
    return _read(path, path.parent == resource("models"))


def add_model(
    weights: Path,
    name: str,
    *,
    description: str = "",
    base: str | None = None,
    figures: Mapping[str, float] | None = None,
) -> LibraryModel:
    """Take a model file, as a training writes it, in among the own models, in half precision.

    Without `figures` those of the training's last validation are kept. Paths of this machine
    are left out.

    Raises
    ------
    ModelFileError
        If `weights` is missing, damaged or no model file of this program.
    LibraryError
        If the name is taken or no file may have it, or the description is too long.
    ExportError
        If the model cannot be written; then nothing is left behind.
    """
    changes: dict[str, Any] = {
        "description": _check_description(description),
        "base": base,
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    if figures is not None:
        changes["figures"] = _figures(figures)
    return _take_in(weights, name, changes)


def import_model(source: Path, name: str | None = None) -> LibraryModel:
    """Take in a model that was exported, here or elsewhere, with all that is known of it.

    Without a `name` it gets that of its file, with a number if that is taken. Raises as
    :func:`add_model` does.
    """
    source = Path(source)
    facts = read_header(source)["metadata"]
    created = facts.get("created") or datetime.now(timezone.utc).isoformat(timespec="seconds")
    return _take_in(source, free_name(source.stem) if name is None else name, {"created": created})


def rename_model(name: str, new: str) -> LibraryModel:
    """Give an own model another name; the default goes with it.

    Raises :class:`LibraryError` if it ships with the program or the name cannot be had.
    """
    new = check_name(new)
    with _locked():
        path = _own(name, "renamed")
        check_free(new, except_for=path.stem)
        target = own_path(new)
        was_default = choice.chosen() == path.stem
        with _explained(f"rename the model {name!r}"):
            path.rename(target)
        if was_default:
            choice.choose(new)
    return _read(target, shipped=False)


def describe_model(name: str, text: str) -> LibraryModel:
    """Replace an own model's description.

    Raises :class:`LibraryError` if it ships with the program or the text is too long.
    """
    text = _check_description(text)
    with _locked():
        path = _own(name, "described anew")
        metadata = read_header(path)["metadata"]
        rewrite_metadata(path, path, {**metadata, "description": text})
    return _read(path, shipped=False)


def export_model(name: str, target: Path) -> Path:
    """Copy a model, own or shipped, to a file; return it. A folder gets a file of its name.

    Raises :class:`ModelFileError` if there is no such model, and :class:`ExportError` if the
    file cannot be written.
    """
    model = find_model(name)
    target = Path(target)
    if target.is_dir():
        target /= f"{model.name}{SUFFIX}"
    elif target.suffix != SUFFIX:
        target = target.with_name(f"{target.name}{SUFFIX}")
    folders = (models_folder(), resource("models"))
    if target.absolute().parent.resolve() in [folder.resolve() for folder in folders]:
        raise LibraryError(
            f"{target} lies among the program's own models; choose a place elsewhere"
        )
    # The name goes into the file with the rest, for whoever imports it under another.
    metadata = read_header(model.path)["metadata"]
    told = {"description": model.description, "figures": dict(model.figures)}
    if model.shipped:
        metadata = {**told, "base": model.name, **metadata}
    rewrite_metadata(model.path, target, metadata, make_folder=True)
    return target


def delete_model(name: str) -> bool:
    """Delete an own model for good; return whether it was the default, which is then shipped.

    Raises :class:`LibraryError` if it ships with the program.
    """
    with _locked():
        path = _own(name, "deleted")
        was_default = choice.chosen() == path.stem
        with _explained(f"delete the model {name!r}"):
            path.unlink()
        if was_default:
            choice.choose(STANDARD_MODEL)
    return was_default


def default_model() -> str:
    """Return the name of the model to reconstruct by where none is named: the chosen one.

    If that cannot be used it is the shipped one, and :func:`missing_default` tells so.
    """
    name = choice.chosen()
    return STANDARD_MODEL if name is None or not _is_usable(name) else name


def missing_default() -> str | None:
    """Return the name of the chosen model if it cannot be used: deleted, damaged or renamed."""
    name = choice.chosen()
    return None if name is None or _is_usable(name) else name


def set_default_model(name: str) -> None:
    """Choose the model to reconstruct by where none is named, in the window and for ``vrn``.

    Raises
    ------
    ModelFileError
        If there is no such model or its file is damaged.
    LibraryError
        If it makes no volumes.
    ExportError
        If the choice cannot be written.
    """
    model = find_model(name)
    if not model.makes_volumes:
        raise LibraryError(
            f"{name!r} is a {model.network} network, which makes no meshes; choose another"
        )
    choice.choose(model.name)


def without_paths(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a training's configuration without the paths of the machine it was used on."""
    shown = {key: value for key, value in config.items() if key not in _PATHS}
    if shown.get("landmark_network"):
        shown["landmark_network"] = Path(str(shown["landmark_network"])).name
    return shown


def _is_usable(name: str) -> bool:
    try:
        return find_model(name).makes_volumes
    except ModelFileError:
        return False


def _take_in(weights: Path, name: str, changes: Mapping[str, Any]) -> LibraryModel:
    from vrn_core.models.weights import load_model, save_model

    name = check_name(name)
    check_free(name)
    facts = read_header(weights)
    # Every tensor is looked at: what is in the library works.
    model = load_model(weights)
    metadata = {**facts["metadata"], **changes}
    if isinstance(metadata.get("config"), Mapping):
        metadata["config"] = without_paths(metadata["config"])
    with _locked():
        check_free(name)
        path = own_path(name)
        save_model(
            model,
            path,
            name=facts["name"],
            size=facts["size"],
            overrides=facts["overrides"],
            metadata=metadata,
        )
    return _read(path, shipped=False)


def _scan() -> tuple[list[LibraryModel], list[tuple[Path, str]]]:
    here = {path.stem for path in resource("models").glob(f"*{SUFFIX}")}
    order = [*SHIPPED, *sorted(here - set(SHIPPED))]
    found: list[LibraryModel] = []
    unreadable: list[tuple[Path, str]] = []
    for name in order:
        if name in here:
            _try(shipped_path(name), True, found, unreadable)
    for name in own_names():
        if is_shipped(name):
            reason = f"{name!r} is the name of a model that ships with the program; rename the file"
            unreadable.append((own_path(name), reason))
        else:
            _try(own_path(name), False, found, unreadable)
    return found, unreadable


def _try(
    path: Path, shipped: bool, found: list[LibraryModel], unreadable: list[tuple[Path, str]]
) -> None:
    try:
        found.append(_read(path, shipped))
    except ModelFileError as error:
        unreadable.append((path, str(error)))


def _read(path: Path, shipped: bool) -> LibraryModel:
    try:
        state = path.stat()
    except OSError as error:
        raise ModelFileError(f"there is no model file {path}; check its name") from error
    return _read_as_it_was(path, shipped, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=256)
def _read_as_it_was(path: Path, shipped: bool, *_state: int) -> LibraryModel:
    """Read a model's header, once for as long as the file does not change."""
    facts = read_header(path)
    metadata = facts["metadata"]
    name = path.stem
    figures = metadata.get("figures", metadata.get("validation"))
    words = _text(metadata.get("description")) or (SHIPPED.get(name, "") if shipped else "")
    return LibraryModel(
        name=name,
        path=path,
        network=facts["name"],
        size=facts["size"],
        description=words,
        base=_text(metadata.get("base")) or None,
        created=_text(metadata.get("created")) or None,
        figures=_figures(figures),
        shipped=shipped,
    )


def _text(value: object) -> str:
    """Return a text of a file that anyone may have written, fit to be shown."""
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value if c.isprintable() or c == "\n")[:LONGEST_DESCRIPTION]


def _figures(values: object) -> dict[str, float]:
    """Return the finite numbers of a mapping, under names fit to be shown."""
    if not isinstance(values, Mapping):
        return {}
    numbers = {
        _text(key): float(value)
        for key, value in values.items()
        # Nothing else is finite: neither what is no number nor an integer too large for one.
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    }
    return dict(list(numbers.items())[:MOST_FIGURES])


def _check_description(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_DESCRIPTION:
        raise LibraryError(
            f"the description has {len(text)} characters; expected at most {LONGEST_DESCRIPTION}"
        )
    return _text(text)


def _own(name: str, what: str) -> Path:
    """Return the file of an own model; raise for a shipped one, which cannot be changed."""
    path = model_path(name)
    if path.parent != models_folder():
        raise LibraryError(
            f"{name!r} ships with the program and cannot be {what}; "
            "export it and import it under another name"
        )
    return path


@contextmanager
def _locked() -> Iterator[None]:
    """Let one program at a time change the folder, and take away what a killed one left."""
    folder = models_folder()
    with _explained(f"use the folder of models {folder}", "choose another place"):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_NAME)
        try:
            lock.acquire(timeout=LOCK_WAIT_S)
        except Timeout as error:
            raise LibraryError(
                "another program is changing the models; wait until it is done and try again"
            ) from error
    try:
        # As vrn_core.files names what it has not finished.
        for unfinished in folder.glob(f".*{SUFFIX}.*"):
            with suppress(OSError):
                unfinished.unlink()
        yield
    finally:
        lock.release()


@contextmanager
def _explained(what: str, advice: str = "close what uses it and try again") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        known = ADVICE.get(error.errno or 0, advice)
        raise LibraryError(f"cannot {what}: {reason}; {known}") from error
