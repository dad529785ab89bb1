"""The names of the files that a mesh becomes."""

from __future__ import annotations

import hashlib
import unicodedata


def written_names(stem: str, format: str) -> tuple[str, ...]:
    """Return the names of all files that a mesh may become in a format.

    None of them is that of a photo called `stem`.
    """
    names = (f"{stem}.{format}",)
    if format != "obj":
        return names
    plain = plain_name(stem)
    return (*names, f"{plain}.mtl", f"{plain}_color.png", f"{plain}_normal.png")


def plain_name(stem: str) -> str:
    """Return a name in letters, digits, - and _ alone; where it differs, with a mark of its own.

    So that ``a b`` and ``a_b`` do not share their files.
    """
    base = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii")
    plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in base).strip("_")
    if plain == stem:
        return plain
    mark = hashlib.sha256(stem.encode("utf-8", "surrogateescape")).hexdigest()[:6]
    return f"{plain or 'face'}-{mark}"
