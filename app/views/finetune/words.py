"""Words of the wizard for fine-tuning that several pages use."""

from __future__ import annotations

from app.marks import QT_TRANSLATE_NOOP
from app.translation import number, translate

KINDS = {
    "scan": QT_TRANSLATE_NOOP("Finetune", "Scan"),
    "photo with scan": QT_TRANSLATE_NOOP("Finetune", "Photo with scan"),
    "photo": QT_TRANSLATE_NOOP("Finetune", "Photo"),
    "annotated photo": QT_TRANSLATE_NOOP("Finetune", "Annotated photo"),
}
PARTS = {
    "train": QT_TRANSLATE_NOOP("Finetune", "Training"),
    "validation": QT_TRANSLATE_NOOP("Finetune", "Validation"),
    "left out": QT_TRANSLATE_NOOP("Finetune", "Left out"),
}


def kind_word(kind: str) -> str:
    """Return what an item is, in the user's language."""
    return translate("Finetune", KINDS.get(kind, kind))


def part_word(part: str) -> str:
    """Return what an item is used for, in the user's language."""
    return translate("Finetune", PARTS.get(part, part))


def duration(seconds: float) -> str:
    """Return a long time in words, rounded."""
    minutes = max(1, round(seconds / 60))
    if minutes < 120:
        return translate("Finetune", "about {count} min").format(count=minutes)
    return translate("Finetune", "about {count} h").format(count=number(round(minutes / 60)))


def size(count: int) -> str:
    """Return bytes in words."""
    if count < 1_000_000_000:
        return f"{number(max(1, round(count / 1e6)))} MB"
    return f"{count / 1e9:.1f} GB"
