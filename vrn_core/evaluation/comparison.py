"""Methods side by side, as the paper's tables have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vrn_core.evaluation.report import Report


@dataclass(frozen=True)
class Measures:
    """The names that a benchmark's rows give to what is compared."""

    error: str
    error_icp: str
    landmark_nme: str = "landmark_nme"
    iou: str | None = None


MEASURES = {
    "portraits": Measures("nme_interocular", "nme_icp", iou="iou"),
    "aflw2000-3d": Measures("surface_error", "surface_error_icp"),
    "300w-lp": Measures("surface_error", "surface_error_icp", "landmark_nme_bbox"),
}

Row = Mapping[str, Any]


def own_rows(entry: Mapping[str, Any]) -> list[Row]:
    """Return the rows that a method reached by itself, without true landmarks to guide it."""
    rows = entry.get("rows", [])
    return [row for row in rows if row.get("landmarks", "detected") == "detected"]


def by_method(report: Report) -> tuple[list[str], list[list[str]]]:
    """Return heading and rows of the errors by method; one that is missing says so."""
    names = MEASURES[report.benchmark]
    heading = ["method", "found", "NME", "after ICP", "landmark NME", "IoU"]
    rows = []
    for method, entry in report.entries.items():
        total = next((row for row in own_rows(entry) if row["yaw_deg"] == "all"), None)
        if total is None:
            rows.append([method, "not run", *[""] * (len(heading) - 2)])
            continue
        rows.append(
            [
                method,
                f"{total['found']:.1%}",
                _figure(total.get(names.error)),
                _figure(total.get(names.error_icp)),
                _figure(total.get(names.landmark_nme)),
                _figure(total.get(names.iou) if names.iou else None),
            ]
        )
    return heading, rows


def by_yaw(report: Report) -> tuple[list[str], list[list[str]]]:
    """Return heading and rows of the errors without alignment by method and absolute yaw."""
    names = MEASURES[report.benchmark]
    labels: list[str] = []
    for entry in report.entries.values():
        for row in own_rows(entry):
            label = str(row["yaw_deg"])
            if label not in labels and not label.startswith(("+", "-")):
                labels.append(label)
    rows = []
    for method, entry in report.entries.items():
        found = {str(row["yaw_deg"]): row for row in own_rows(entry)}
        if found:
            cells = [_figure(found.get(label, {}).get(names.error)) for label in labels]
            rows.append([method, *cells])
    return ["NME by yaw", *labels], rows


def errors_by_method(report: Report) -> dict[str, Sequence[float]]:
    """Return every picture's error without alignment, for the methods that were run."""
    name = MEASURES[report.benchmark].error
    return {
        method: [
            score[name]
            for score in entry["scores"]
            if score.get("landmarks", "detected") == "detected" and score[name] is not None
        ]
        for method, entry in report.entries.items()
        if "scores" in entry
    }


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
