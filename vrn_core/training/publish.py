"""Putting a trained network among the models that ship, with its card.

``python -m vrn_core.training.publish RUN NAME [--evaluation FILE.json] [--earlier RUN ...]``
writes ``resources/models/NAME.safetensors`` in half precision and ``NAME.md`` beside it. Every
figure on the card is read from the run's log or from the evaluation's file.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vrn_core.data.portraits import load_portraits
from vrn_core.errors import ConfigError
from vrn_core.evaluation.groups import GroupRow, format_groups
from vrn_core.evaluation.portraits import format_table
from vrn_core.files import write_atomically
from vrn_core.models import load_model, parameter_count, read_header, save_model
from vrn_core.models.library import without_paths
from vrn_core.resources import resource
from vrn_core.training.runs import BEST_NAME

SHOWN_VALIDATIONS = 12
ACCURACY_HEADING = "## Accuracy on the test people"


def read_log(run: Path) -> list[dict[str, Any]]:
    """Return the rows of a run's log."""
    path = run / "log.jsonl"
    try:
        return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read the log {path}: {error}") from error


def publish(
    run: Path,
    name: str,
    evaluation: Path | None = None,
    earlier: Sequence[Path] = (),
    folder: Path | None = None,
    note: str = "",
) -> list[Path]:
    """Write the best weights of a run and their card; return the files.

    `earlier` are the runs whose weights this one started from, oldest first; `note` is put on
    the card.
    """
    folder = folder or resource("models")
    weights, card = folder / f"{name}.safetensors", folder / f"{name}.md"
    facts = read_header(run / BEST_NAME)
    model = load_model(run / BEST_NAME)
    text = _card(name, facts, parameter_count(model), run, evaluation, earlier, note)
    save_model(
        model,
        weights,
        name=facts["name"],
        size=facts["size"],
        overrides=facts["overrides"],
        metadata={**facts["metadata"], "config": without_paths(facts["metadata"]["config"])},
    )
    write_atomically(card, text.encode())
    return [weights, card]


def _card(
    name: str,
    facts: dict[str, Any],
    parameters: int,
    run: Path,
    evaluation: Path | None,
    earlier: Sequence[Path],
    note: str,
) -> str:
    metadata = facts["metadata"]
    people = load_portraits()
    splits = Counter(p.split for p in people)
    validation = sorted(p.name for p in people if p.split == "validation")
    runs = [*earlier, run]
    lines = [
        f"# {name}",
        "",
        f"Network `{facts['name']}`, size `{facts['size']}`, {parameters:,} parameters, "
        "half precision. License: MIT, like the program.",
        "",
        "## Data",
        "",
        f"Face profiling of {splits['train']} portraits, one photo a person: official and staff "
        "portraits that are free to use (CivilServiceUSA, MIT; congressional pictorial directory, "
        "public domain; 18F team and Presidential Innovation Fellows, CC0). Shapes come from the "
        "face model ICT-FaceKit (MIT) fitted to each photo, and from random identities and "
        "expressions of that model, and light from environment maps of Poly Haven (CC0). No photo "
        "and no face model is part of the weights' file.",
        "",
        f"Kept out of training: the {splits['test']} people of the test split, and these "
        f"{splits['validation']} for validation: {', '.join(validation)}.",
        "",
        "## Training",
        "",
        f"{_samples(runs):,} samples in all.",
        "",
    ]
    for number, folder in enumerate(runs, 1):
        rows = read_log(folder)
        config = json.loads((folder / "config.json").read_text())
        lines += [
            f"Phase {number}:",
            "",
            "```json",
            json.dumps(without_paths(config), indent=1),
            "```",
            "",
            *_validation_table(rows),
            "",
        ]
    if note:
        lines += [note, ""]
    best = {k: v for k, v in metadata["validation"].items() if k != "total"}
    figures = ", ".join(f"{key} {value:.4f}" for key, value in best.items())
    lines += [
        f"These weights are those of step {metadata['step']:,} of the last phase, the best on "
        f"the validation people: {figures}.",
        "",
    ]
    if evaluation is not None:
        # A model stands for the method of its network's name.
        entry = json.loads(evaluation.read_text())["methods"][facts["name"]]
        lines.append(accuracy_section(entry))
    return "\n".join(lines)


def accuracy_section(entry: Mapping[str, Any]) -> str:
    """Return the last section of a card from a method's entry in the report of an evaluation."""
    lines = [
        ACCURACY_HEADING,
        "",
        "Written by `vrn evaluate portraits --json`; the people were never seen in training.",
        "",
        "```",
        format_table(entry["rows"]),
        "```",
        "",
    ]
    groups = [GroupRow(**row) for row in entry.get("groups", [])]
    if groups:
        lines += ["By group, from detected landmarks; ± is the standard error over people.", ""]
        lines += ["```", format_groups(groups), "```", ""]
    return "\n".join(lines)


def refresh_card(card: Path, entry: Mapping[str, Any]) -> None:
    """Put the figures of another evaluation of the same weights into a model's card."""
    before, _, _ = card.read_text(encoding="utf-8").partition(ACCURACY_HEADING)
    write_atomically(card, (before + accuracy_section(entry)).encode())


def _samples(runs: Sequence[Path]) -> int:
    return sum(max(row.get("samples", 0) for row in read_log(run)) for run in runs)


def _validation_table(rows: list[dict[str, Any]]) -> list[str]:
    validations = [row for row in rows if row["kind"] == "validation"]
    if not validations:
        return []
    step = max(1, len(validations) // SHOWN_VALIDATIONS)
    shown = validations[::-1][::step][::-1]
    keys = [k for k in shown[-1] if k not in ("kind", "seconds")]
    lines = ["| " + " | ".join(keys) + " |", "|" + " --- |" * len(keys)]
    lines += ["| " + " | ".join(str(row.get(k, "")) for k in keys) + " |" for row in shown]
    return lines


def main() -> None:
    """Run as a program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("run", type=Path)
    parser.add_argument("name")
    parser.add_argument("--evaluation", type=Path)
    parser.add_argument("--earlier", type=Path, nargs="*", default=[])
    parser.add_argument("--note", default="", help="a sentence for the card about the training")
    given = parser.parse_args()
    publish(given.run, given.name, given.evaluation, given.earlier, note=given.note)


if __name__ == "__main__":
    main()
