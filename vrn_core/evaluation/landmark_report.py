"""The scores of photos as a table by yaw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vrn_core.evaluation.landmark_benchmark import PhotoScore

YAW_RANGES = (("0-30", 0.0, 30.0), ("30-60", 30.0, 60.0), ("60-90", 60.0, np.inf))
"""Of the absolute yaw, degrees, the upper end excluded; the few beyond 90 count as profiles."""
MEASURES = ("surface_error", "surface_error_icp", "landmark_nme", "landmark_nme_bbox")

Row = dict[str, float | str | int | None]


def table_rows(scores: Sequence[PhotoScore]) -> list[Row]:
    """Return a row for every range of absolute yaw that has photos, and one for all.

    Photos whose face was not found are in every figure; ``None`` stands where no photo has one.
    """
    groups: list[tuple[str, list[PhotoScore]]] = [
        (label, [s for s in scores if low <= abs(s.yaw_deg) < high])
        for label, low, high in YAW_RANGES
    ]
    groups.append(("all", list(scores)))
    return [_row(label, group) for label, group in groups if group]


def _row(label: str, group: Sequence[PhotoScore]) -> Row:
    row: Row = {
        "yaw_deg": label,
        "photos": len(group),
        "found": sum(score.found for score in group) / len(group),
    }
    for name in MEASURES:
        values = [value for score in group if (value := getattr(score, name)) is not None]
        row[name] = float(np.mean(values)) if values else None
        if name.startswith("surface"):
            row[f"{name}_median"] = float(np.median(values)) if values else None
    return row
