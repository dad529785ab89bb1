"""The scores of scans as rows by yaw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vrn_core.evaluation.scan_benchmark import ViewScore

MEASURES = ("error_mm", "error_icp_mm", "nme", "nme_icp")

Row = dict[str, float | str | int]


def table_rows(scores: Sequence[ViewScore]) -> list[Row]:
    """Return a row for every yaw, over all pitches, and one for all.

    Pictures in which the face was not found are in every figure.
    """
    groups = [
        (f"{yaw:+.4g}", [score for score in scores if score.yaw_deg == yaw])
        for yaw in sorted({score.yaw_deg for score in scores})
    ]
    return [_row(label, group) for label, group in (*groups, ("all", list(scores))) if group]


def _row(label: str, group: Sequence[ViewScore]) -> Row:
    means = {name: float(np.mean([getattr(score, name) for score in group])) for name in MEASURES}
    return {
        "yaw_deg": label,
        "pictures": len(group),
        "found": sum(score.found for score in group) / len(group),
        **means,
    }
