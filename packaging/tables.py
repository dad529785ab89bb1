"""The figures of the README, written by the commands that measure them: ``make table``.

Without arguments everything is measured (a quarter of an hour on two cores). A report of
``vrn evaluate portraits --json`` may be given instead, as may the printed page of ``vrn bench``:
``python packaging/tables.py --evaluation FILE.json --bench FILE.txt``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from environment import ROOT, scripts_folder

README = ROOT / "README.md"
SHOWN_YAWS = {"0-30": "0–30", "45": "45", "60-90": "60–90", "all": "all"}


def fill(text: str, name: str, block: str) -> str:
    """Return `text` with `block` between the marks of a name; raise if there are none."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise SystemExit(f"expected one '{begin}' and one '{end}' in the page")
    return pattern.sub(lambda _: f"{begin}\n{block}\n{end}", text)


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def accuracy_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the errors by range of yaw."""
    header = ["landmarks", "yaw, degrees", "pictures", "found", "volume IoU", "NME", "landmark NME"]
    cells = [
        [
            row["landmarks"],
            SHOWN_YAWS[row["yaw_deg"]],
            str(row["pictures"]),
            f"{row['found']:.1%}",
            f"{row['iou']:.3f}",
            f"{row['nme_interocular']:.4f}",
            f"{row['landmark_nme']:.4f}" if row["landmarks"] == "detected" else "–",
        ]
        for row in rows
        if row["yaw_deg"] in SHOWN_YAWS
    ]
    return markdown_table(header, cells)


def group_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the errors by group of people."""
    header = ["", "group", "people", "volume IoU", "NME", "against the others"]
    cells = [
        [
            row["kind"],
            row["group"],
            str(row["people"]),
            f"{row['iou']:.3f}",
            f"{row['nme_interocular']:.4f} ± {row['nme_spread']:.4f}",
            f"{row['nme_difference']:+.1%}",
        ]
        for row in rows
    ]
    return markdown_table(header, cells)


def main() -> None:
    """Measure what was not given and write the README."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evaluation", type=Path, metavar="FILE.json")
    parser.add_argument("--bench", type=Path, metavar="FILE.txt")
    given = parser.parse_args()
    vrn = str(scripts_folder() / "vrn")
    evaluation = given.evaluation or ROOT / "out" / "portraits.json"
    if given.evaluation is None:
        evaluation.parent.mkdir(exist_ok=True)
        command = [vrn, "evaluate", "portraits", "--workers", str(os.cpu_count() or 1)]
        subprocess.run([*command, "--json", str(evaluation)], check=True)
    report = json.loads(evaluation.read_text(encoding="utf-8"))
    if given.bench is None:
        page = subprocess.run([vrn, "bench"], check=True, capture_output=True, text=True).stdout
    else:
        page = given.bench.read_text(encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    text = fill(text, "accuracy", accuracy_table(report["rows"]))
    text = fill(text, "groups", group_table(report["groups"]))
    text = fill(text, "speed", f"```\n{page.strip()}\n```")
    temporary = README.with_name("README.md.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(README)


if __name__ == "__main__":
    main()
