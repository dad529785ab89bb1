"""Which file a model's name stands for: one that ships with the program, or one's own."""

from __future__ import annotations

import difflib
import os
import unicodedata
from pathlib import Path

from vrn_core.errors import LibraryError, ModelFileError
from vrn_core.file_names import forbidden_marks, is_device
from vrn_core.models.header import SUFFIX
from vrn_core.resources import models_folder, resource

SHIPPED = {
    "vrn-guided-lite": "by landmarks, most accurate",
    "vrn-lite": "from the photo alone",
    "vrn-multitask-lite": "finds landmarks too",
    "landmarks-lite": "finds the 68 landmarks",
    "parametric-lite": "numbers of a face model instead of a volume",
}
"""The models that ship with the program, in the order they are listed, and what they do."""
STANDARD_MODEL = "vrn-guided-lite"
STANDARD_LANDMARKS = "landmarks-lite"
"""What is taken where nothing was chosen."""
LONGEST_NAME = 64
"""Characters of an own model's name."""
LONGEST_NAME_BYTES = 200
"""As UTF-8: most file systems take 255, of which the ending and a temporary name need some."""


def shipped_path(name: str) -> Path:
    """Return where a model that ships with the program lies, or would lie."""
    return resource("models", f"{name}{SUFFIX}")


def own_path(name: str) -> Path:
    """Return where a model of the user's own lies, or would lie."""
    return models_folder() / f"{name}{SUFFIX}"


def is_shipped(name: str) -> bool:
    """Return whether a name is one of those that ship, however it is capitalized."""
    return name.casefold() in SHIPPED or shipped_path(name).is_file()


def own_names() -> list[str]:
    """Return the names of the files in the folder of one's own models, sorted."""
    try:
        files = [path for path in models_folder().iterdir() if path.suffix == SUFFIX]
    except OSError:
        return []
    # What begins with a dot is not finished.
    return sorted((p.stem for p in files if not p.name.startswith(".")), key=str.casefold)


def model_path(model: str | os.PathLike[str]) -> Path:
    """Return the file of a model: a shipped or an own one by its name, or any by its path.

    Raises :class:`ModelFileError` for a name that is neither.
    """
    path = Path(model)
    if path.suffix == SUFFIX or len(path.parts) > 1:
        return path
    name = str(model)
    if name in SHIPPED or shipped_path(name).is_file():
        if not shipped_path(name).is_file():
            raise ModelFileError(
                f"there is no model file {shipped_path(name)}; install the program again"
            )
        return shipped_path(name)
    own = own_names()
    for known in own:
        if unicodedata.normalize("NFC", known) == unicodedata.normalize("NFC", name):
            return own_path(known)
    names = [*SHIPPED, *own]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(names)}"
    raise ModelFileError(f"there is no model {name!r}; {hint}")


def check_name(name: str) -> str:
    """Return a name for an own model without spaces round it.

    Raises :class:`LibraryError` if no file may have it on one system or another, or if it is
    that of a shipped model. Whether it is taken is not looked at.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        raise LibraryError("the name is empty; give the model a name")
    if len(name) > LONGEST_NAME or len(name.encode(errors="replace")) > LONGEST_NAME_BYTES:
        raise LibraryError(f"the name has {len(name)} characters; expected at most {LONGEST_NAME}")
    odd = forbidden_marks(name)
    if odd:
        raise LibraryError(
            f"the name {name!r} holds {odd[0]!r}, which a file's name cannot; leave it out"
        )
    if name[0] in ".-" or name[-1] == ".":
        raise LibraryError(
            f"the name {name!r} begins with a dot or dash or ends with a dot; begin with a letter"
        )
    if name.casefold().endswith(SUFFIX):
        raise LibraryError(f"the name {name!r} ends like a file; leave {SUFFIX} out")
    if is_device(name):
        raise LibraryError(f"the name {name!r} is a device of Windows; choose another")
    if is_shipped(name):
        raise LibraryError(
            f"the name {name!r} is that of a model that ships with the program; choose another"
        )
    return name


def check_free(name: str, except_for: str | None = None) -> None:
    """Raise :class:`LibraryError` if there is an own model of that name, however capitalized."""
    for known in own_names():
        if known != except_for and _folded(known) == _folded(name):
            raise LibraryError(f"there is already a model {known!r}; choose another name")


def free_name(wish: str) -> str:
    """Return a name that an own model may take, as near to a wish as can be."""
    kept = "".join(" " if forbidden_marks(c) else c for c in wish)
    stem = " ".join(kept.split()).lstrip(".- ").rstrip(". ")[: LONGEST_NAME - 4] or "model"
    taken = {_folded(name) for name in own_names()}
    number = 1
    while True:
        name = stem if number == 1 else f"{stem} {number}"
        number += 1
        if _folded(name) in taken:
            continue
        try:
            return check_name(name)
        except LibraryError:
            if number > 3:
                # Nothing that is put behind it helps: a device of Windows, or too many bytes.
                stem, number = "model", 1


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
