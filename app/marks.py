"""Texts of the window that are written in tables, marked where they stand."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return `text` as it is; lupdate finds it by this function's name.

    PySide6 has the same function, but declares that it returns an object; and what runs in
    another process does without Qt.
    """
    return text
