"""``vrn evaluate scans``, ``bu-4dfe`` and ``florence``: how near methods come to scans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from vrn_core.commands.evaluate import (
    EvaluateOptions,
    check_names,
    made_with_settings,
    open_report,
    ready_methods,
    say_heading,
)
from vrn_core.commands.terminal import complain, progress_bar, say, table
from vrn_core.evaluation.report import Report
from vrn_core.evaluation.scan_benchmark import ScanResults, ScanWork, ViewScore, evaluate_scans
from vrn_core.evaluation.scan_files import ScanLimits
from vrn_core.evaluation.scan_report import Row, table_rows
from vrn_core.evaluation.scan_sets import SCAN_SETS, list_scans

COLUMNS = {
    "yaw_deg": "yaw",
    "pictures": "pictures",
    "found": "found",
    "error_mm": "mm",
    "error_icp_mm": "after ICP",
    "nme": "NME",
    "nme_icp": "after ICP",
}


@dataclass(frozen=True)
class ScanOptions:
    """What the benchmarks of scans have besides; ``None`` stands for the benchmark's own."""

    yaws_deg: Sequence[float] | None = None
    pitches_deg: Sequence[float] | None = None
    light: str | None = None
    limit: int | None = None
    max_megabytes: int | None = None


def run_scans(benchmark: str, root: Path, shared: EvaluateOptions, own: ScanOptions) -> bool:
    """Score methods on scans and print the tables; return whether all scans could be used.

    With a report the scores are written now and then, and may be gone on from; the scans of
    its scores count, even if the limit is smaller.
    """
    shared = replace(shared, icp=True)
    names = list_scans(benchmark, root)
    views = SCAN_SETS[benchmark].views
    views = replace(
        views,
        yaws_deg=tuple(own.yaws_deg or views.yaws_deg),
        pitches_deg=tuple(own.pitches_deg or views.pitches_deg),
        light=own.light or views.light,
    )
    limits = ScanLimits() if own.max_megabytes is None else ScanLimits(own.max_megabytes)
    report = open_report(benchmark, shared)
    unusable: dict[str, str] = {}
    for method in ready_methods(report, shared):
        made_with = {
            **made_with_settings(method, shared),
            "yaws_deg": list(views.yaws_deg),
            "pitches_deg": list(views.pitches_deg),
            "light": views.light,
        }
        results = ScanResults(report.scores(method, made_with, ViewScore))
        done = {score.name for score in results.scores}
        check_names(sorted(done), names, shared.report, root, "scans")
        save = _Saver(report, method, made_with)
        with progress_bar() as progress:
            evaluate_scans(
                [name for name in names[: own.limit] if name not in done],
                ScanWork(root, views, method, shared.settings().of(method), limits),
                workers=shared.workers,
                results=results,
                save=save,
                progress=progress,
            )
        save(results)
        say_heading(method, shared)
        _print_results(results)
        unusable.update({failure.name: failure.reason for failure in results.failures})
    for name, reason in unusable.items():
        complain(f"{name}: {reason}")
    if unusable:
        complain(f"{len(unusable)} of the scans could not be used and are in no figure")
    return not unusable


@dataclass(frozen=True)
class _Saver:
    """Puts the results known so far into the report."""

    report: Report
    method: str
    made_with: dict[str, Any]

    def __call__(self, results: ScanResults) -> None:
        entry = {
            "settings": self.made_with,
            "rows": table_rows(results.scores),
            "scores": [asdict(score) for score in results.scores],
            "failures": [asdict(failure) for failure in results.failures],
        }
        self.report.put(self.method, entry)


def _print_results(results: ScanResults) -> None:
    if results.scores:
        say(_format_rows(table_rows(results.scores)))
    missed = [score for score in results.scores if not score.found]
    if missed:
        say("no face was found, which counts as an error of one interocular distance, in")
        for score in missed:
            say(f"  {score.name} at yaw {score.yaw_deg:+.4g}, pitch {score.pitch_deg:+.4g}")
    for name in results.colorless():
        say(f"{name} has neither texture nor colors and was drawn in gray")


def _format_rows(rows: Sequence[Row]) -> str:
    def cell(name: str, value: float | str | int) -> str:
        if not isinstance(value, float):
            return str(value)
        if name == "found":
            return f"{value:.1%}"
        return f"{value:.2f}" if name.endswith("_mm") else f"{value:.4f}"

    cells = [[cell(name, row[name]) for name in COLUMNS] for row in rows]
    return table(list(COLUMNS.values()), cells, numeric=range(1, len(COLUMNS)))
