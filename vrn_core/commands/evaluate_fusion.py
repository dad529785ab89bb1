"""``vrn evaluate fusion``: what several photos of one person gain over one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from vrn_core.commands.outputs import check_report
from vrn_core.commands.terminal import progress_bar, say, table, write_json
from vrn_core.evaluation.fusion_benchmark import (
    FusionRow,
    FusionWork,
    IdentityRow,
    evaluate_fusion,
    fusion_rows,
    identity_rows,
)


def run_fusion(
    work: FusionWork, *, people: int | None = None, workers: int = 1, report: Path | None = None
) -> None:
    """Fuse sets of photos of the portraits, print the tables and write the report."""
    if report is not None:
        check_report(report)
    with progress_bar() as progress:
        results = evaluate_fusion(work, people=people, workers=workers, progress=progress)
    rows, identity = fusion_rows(results), identity_rows(results)
    say(_format_rows(rows))
    say("\nthe check for the same person, each photo with each other")
    say(_format_identity(identity))
    if report is not None:
        content = {
            "benchmark": "fusion",
            "settings": asdict(work),
            "rows": [asdict(row) for row in rows],
            "identity": [asdict(row) for row in identity],
            "scores": [asdict(score) for result in results for score in result.scores],
        }
        write_json(report, content)


def _format_rows(rows: Sequence[FusionRow]) -> str:
    headings = ("yaws", "people", "frontal", "singles", "fused", "better", "after ICP", "", "")
    cells = [
        (
            row.yaws_deg,
            str(row.people),
            f"{row.frontal:.4f}",
            f"{row.singles:.4f}",
            f"{row.fused:.4f}",
            f"{row.better:.0%}",
            f"{row.frontal_icp:.4f}",
            f"{row.singles_icp:.4f}",
            f"{row.fused_icp:.4f}",
        )
        for row in rows
    ]
    return table(headings, cells, numeric=range(1, len(headings)))


def _format_identity(rows: Sequence[IdentityRow]) -> str:
    headings = ("yaw up to", "same pairs", "refused", "other pairs", "passed")
    cells = [
        (
            str(row.yaw_deg),
            str(row.same_pairs),
            f"{row.same_refused:.1%}",
            str(row.other_pairs),
            f"{row.other_passed:.2%}",
        )
        for row in rows
    ]
    return table(headings, cells, numeric=range(len(headings)))
