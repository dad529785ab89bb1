"""Which people are kept for validation; light enough for the window."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

VALIDATION_SHARE = 0.2
"""Of the people, or of one person's items, what is kept to see how good the network becomes."""


def for_validation(people: Mapping[str, str], share: float = VALIDATION_SHARE) -> set[str]:
    """Return which items are for validation, of their people by the items' names.

    Nobody is in two parts. About `share` of the people are for validation; of a single person it
    is that share of the items, and of fewer than three items none. The same people are always
    shared out the same way.
    """
    persons = sorted(set(people.values()), key=_order)
    if len(persons) > 1:
        chosen = set(persons[: max(1, round(share * len(persons)))])
        return {name for name, person in people.items() if person in chosen}
    if len(people) > 2:
        return set(sorted(people, key=_order)[: max(1, round(share * len(people)))])
    return set()


def _order(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
