"""The figures of the README and of the models' cards, by the commands that measure them.

``make table`` writes them all, so that they never differ.

Without arguments everything is measured (an hour on two cores). Reports of ``vrn evaluate
portraits --json`` and of ``vrn evaluate aflw2000-3d --json`` may be given instead, as may the
printed page of ``vrn bench``; then these alone are written:
``python packaging/tables.py --evaluation FILE.json --samples FILE.json --bench FILE.txt``.
Methods that they lack keep their rows, so that one network can be measured again alone.
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

from vrn_core.files import write_atomically
from vrn_core.resources import data_folder
from vrn_core.training.publish import refresh_card

README = ROOT / "README.md"
MODELS = ROOT / "resources" / "models"
SHOWN_YAWS = {"0-30": "0–30", "45": "45", "60-90": "60–90", "all": "all"}


METHODS = "vrn,vrn-multitask,vrn-guided,parametric,eos,3ddfa"
PUBLISHED = {
    "VRN": (0.0676, 0.0605),
    "VRN-Multitask": (0.0698, 0.0625),
    "VRN-Guided": (0.0637, 0.0543),
    "3DDFA": (0.1012, 0.1012),
    "EOS": (0.0971, 0.0890),
}
"""NME without and with ICP on AFLW2000-3D, as Jackson et al. published them (ICCV 2017)."""


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


def method_table(portraits: Mapping[str, Any], samples: Mapping[str, Any] | None) -> str:
    """Return the methods side by side, those published last."""
    header = ["method", "measured on", "NME", "after ICP", "landmark NME", "volume IoU"]
    rows = _method_rows(portraits, "our test portraits", "nme_interocular", "nme_icp")
    if samples is not None:
        rows += _method_rows(samples, "AFLW2000-3D, {photos}", "surface_error", "surface_error_icp")
    for name, (plain, aligned) in PUBLISHED.items():
        rows.append(
            [
                name,
                "AFLW2000-3D, 2,000 photos, **as published**",
                f"{plain:.4f}",
                f"{aligned:.4f}",
                "–",
                "–",
            ]
        )
    return markdown_table(header, rows)


def _method_rows(
    report: Mapping[str, Any], place: str, error: str, error_icp: str
) -> list[list[str]]:
    def figure(value: float | None) -> str:
        return "–" if value is None else f"{value:.4f}"

    rows = []
    for method, entry in report["methods"].items():
        own = [r for r in entry.get("rows", []) if r.get("landmarks", "detected") == "detected"]
        total = next((row for row in own if row["yaw_deg"] == "all"), None)
        if total is None:
            continue
        count = total.get("photos", 0)
        rows.append(
            [
                method,
                place.format(photos=f"{count} photo{'s' if count != 1 else ''}"),
                figure(total[error]),
                figure(total[error_icp]),
                figure(total["landmark_nme"]),
                figure(total.get("iou")),
            ]
        )
    return rows


def keep_rows(page: str, name: str, table: str) -> str:
    """Return a new table with the rows of the page's own one that it lacks, known by two cells."""
    new = {_key(line): line for line in table.splitlines()}
    old = _block(page, name).splitlines()
    kept = [new.pop(_key(line), line) for line in old if line.startswith("|")]
    return "\n".join([*kept, *new.values()])


def _key(line: str) -> tuple[str, ...]:
    return tuple(line.split("|")[:3])


def _block(page: str, name: str) -> str:
    found = re.search(f"<!-- {re.escape(name)} -->(.*?)<!-- end of", page, re.DOTALL)
    return found[1].strip() if found else ""


def measure(path: Path, *arguments: str) -> Path:
    """Run ``vrn evaluate`` with a report in `path`; return it."""
    path.parent.mkdir(exist_ok=True)
    workers = str(os.cpu_count() or 1)
    command = [str(scripts_folder() / "vrn"), "evaluate", *arguments, "--methods", METHODS]
    subprocess.run([*command, "--icp", "--workers", workers, "--json", str(path)], check=True)
    return path


def bench() -> str:
    """Return what ``vrn bench`` prints."""
    command = [str(scripts_folder() / "vrn"), "bench"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read_report(path: Path) -> dict[str, Any]:
    """Return a report's values."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def main() -> None:
    """Write what was given into the README, or measure all and write that."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evaluation", type=Path, metavar="FILE.json")
    parser.add_argument("--samples", type=Path, metavar="FILE.json")
    parser.add_argument("--bench", type=Path, metavar="FILE.txt")
    given = parser.parse_args()
    if given.samples and not given.evaluation:
        parser.error("--samples stands beside --evaluation; give both")
    everything = not any(vars(given).values())
    text = README.read_text(encoding="utf-8")
    if given.bench or everything:
        page = given.bench.read_text(encoding="utf-8") if given.bench else bench()
        text = fill(text, "speed", f"```\n{page.strip()}\n```")
    if given.evaluation or everything:
        report = read_report(
            given.evaluation or measure(ROOT / "out" / "portraits.json", "portraits")
        )
        samples = given.samples
        folder = data_folder() / "samples" / "AFLW2000"
        if everything and folder.is_dir():
            samples = measure(ROOT / "out" / "samples.json", "aflw2000-3d", "--root", str(folder))
        guided = report["methods"]["vrn-guided"]
        text = fill(text, "accuracy", accuracy_table(guided["rows"]))
        text = fill(text, "groups", group_table(guided["groups"]))
        methods = method_table(report, read_report(samples) if samples else None)
        text = fill(text, "methods", keep_rows(text, "methods", methods))
        for entry in report["methods"].values():
            card = MODELS / f"{entry['settings']['volume_model']}.md"
            if card.exists():
                refresh_card(card, entry)
    write_atomically(README, text.encode())


if __name__ == "__main__":
    main()
