"""What buys accuracy: short trainings that differ in one thing each, and their table.

``make experiments`` runs those of `experiments.json` that are still missing, one after the
other (a quarter of an hour each on one core), scores each on the same people and pictures,
and writes docs/experiments.md. Interrupted, it goes on where it stopped. ``--only NAME`` runs
one, ``--jobs N`` several side by side, ``--table`` only writes the table.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from environment import ROOT, environment_python, scripts_folder
from tables import fill, markdown_table

PLAN = ROOT / "packaging" / "experiments.json"
PAGE = ROOT / "docs" / "experiments.md"
RUNS = ROOT / "runs" / "experiments"


def overrides(plan: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """Return all settings of an experiment; a later one takes the place of an earlier one."""
    folder = RUNS.relative_to(ROOT) / row["name"]
    return [*plan["common"], *row["set"], f"run_folder={folder.as_posix()}"]


def train_command(plan: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """Return the command that trains one experiment."""
    settings = [part for override in overrides(plan, row) for part in ("--set", override)]
    return ["train", plan["config"], *settings]


def run(plan: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    """Train one experiment to its end, and score it."""
    folder = RUNS / row["name"]
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with open(folder / "output.txt", "a", encoding="utf-8") as output:

        def call(command: Sequence[str]) -> None:
            subprocess.run(
                command, check=True, cwd=ROOT, env=environment, stdout=output, stderr=output
            )

        if not (folder / "final.safetensors").exists():
            resume = ["--resume"] if (folder / "checkpoint.safetensors").exists() else []
            call([str(scripts_folder() / "vrn"), *train_command(plan, row), *resume])
        call([str(environment_python()), __file__, "--score", row["name"]])
    print(f"{row['name']}: {read_score(row['name'])}", flush=True)


def score(plan: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, float]:
    """Return the metrics of a trained experiment, on the samples of the plan's own settings.

    An experiment with other data would otherwise be asked other questions.
    """
    from vrn_core.models import create_model, load_model, parameter_count, read_header
    from vrn_core.training.command import read_config
    from vrn_core.training.sources import sample_sources
    from vrn_core.training.trainer import Trainer

    weights = RUNS / row["name"] / "final.safetensors"
    header = read_header(weights)
    options = header["overrides"]
    config = read_config(
        ROOT / plan["config"],
        [
            *plan["common"],
            f"run_folder={(RUNS / row['name'] / 'score').as_posix()}",
            f"model_options={json.dumps(options)}",
        ],
    )
    model = create_model(config.model, config.size, **options)
    model.load_state_dict(load_model(weights).state_dict())
    metrics = Trainer(config, *sample_sources(config), model=model).validate()
    rows = [json.loads(line) for line in open(weights.with_name("log.jsonl"), encoding="utf-8")]
    last = [r for r in rows if r["kind"] == "train"][-1]
    return {
        **metrics,
        "parameters": parameter_count(model),
        "samples": last["samples"],
        "seconds": last["seconds"],
    }


def read_score(name: str) -> dict[str, float] | None:
    """Return the figures of an experiment, or ``None`` if it has not been run."""
    path = RUNS / name / "score.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def table(plan: Mapping[str, Any]) -> str:
    """Return the commands' common part and a row for every experiment that was run."""
    base = read_score("base")
    cells = []
    for row in plan["rows"]:
        found = read_score(row["name"])
        if found is None or base is None:
            continue
        cells.append(
            [
                row["what"],
                " ".join(f"`--set {shlex.quote(text)}`" for text in row["set"]) or "–",
                f"{found['parameters'] / 1e6:.2f} M",
                f"{found['samples']:,.0f}",
                f"{1000 * found['seconds'] / found['samples']:.0f} ms",
                f"{found['volume_iou']:.4f}",
                f"{found['volume_iou'] - base['volume_iou']:+.4f}",
            ]
        )
    header = ["", "settings", "parameters", "samples", "a sample", "IoU", "against the first"]
    command = " \\\n    ".join(
        [f"vrn train {plan['config']}", *(f"--set {shlex.quote(s)}" for s in plan["common"])]
    )
    return f"```sh\n{command}\n```\n\n{markdown_table(header, cells)}"


def write_page(plan: Mapping[str, Any]) -> None:
    """Put the table into the page."""
    text = fill(PAGE.read_text(encoding="utf-8"), "guided", table(plan))
    temporary = PAGE.with_name(PAGE.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(PAGE)


def main() -> None:
    """Run what is missing and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    parser.add_argument("--table", action="store_true", help="run nothing")
    parser.add_argument("--score", metavar="NAME", help=argparse.SUPPRESS)
    given = parser.parse_args()
    plan = json.loads(PLAN.read_text(encoding="utf-8"))
    rows = {row["name"]: row for row in plan["rows"]}
    if given.score:
        text = json.dumps(score(plan, rows[given.score]))
        (RUNS / given.score / "score.json").write_text(text, encoding="utf-8")
        return
    unknown = sorted(set(given.only or ()) - set(rows))
    if unknown:
        parser.error(f"no experiment {unknown[0]!r}; expected one of {', '.join(rows)}")
    if not given.table:
        wanted = [rows[name] for name in given.only or rows if read_score(name) is None]
        with ThreadPoolExecutor(given.jobs) as pool:
            for done in [pool.submit(run, plan, row) for row in wanted]:
                done.result()
    write_page(plan)


if __name__ == "__main__":
    main()
