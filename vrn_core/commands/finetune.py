"""``vrn finetune``: better a network on one's own faces, and see whether it helped."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from vrn_core.commands.terminal import complain, progress_bar, say, table
from vrn_core.config import with_overrides
from vrn_core.errors import ConfigError
from vrn_core.finetune.comparison import Comparison, compare
from vrn_core.finetune.items import find_items, name_people, read_people
from vrn_core.finetune.prepare import find_face_model, label_folder
from vrn_core.finetune.session import (
    Session,
    cost_of,
    create_session,
    finish,
    is_session,
    keep_result,
    torchrun_line,
)
from vrn_core.finetune.settings import Effort, FinetuneConfig, epochs, for_effort
from vrn_core.finetune.store import LEFT_OUT, LabelSet
from vrn_core.models.library import add_model
from vrn_core.models.naming import check_free, check_name
from vrn_core.training.command import print_to
from vrn_core.training.command import run as run_training
from vrn_core.training.runs import CHECKPOINT_NAME, CONFIG_NAME, FINAL_NAME

STOPPED = 130
KEEP = ("better", "always", "never")


def run(
    folder: Path,
    *,
    name: str | None,
    runs: Path,
    check: bool,
    base: str | None,
    effort: str,
    overrides: Sequence[str],
    face_model: Path | None,
    people: Path | None,
    exclude: Sequence[str],
    keep: str,
) -> int:
    """Look at a folder's photos and scans, train on them, compare, and keep what is better.

    The folder of a fine-tuning that was stopped is gone on with. Returns the exit code.
    """
    if is_session(folder):
        return _finish(Session(folder), name or folder.name, keep)
    labels = _look(folder, face_model, people, exclude)
    if check:
        return 0 if any(entry.part != LEFT_OUT for entry in labels.entries) else 1
    chosen = check_name(name or folder.resolve().name)
    if keep != "never":
        check_free(chosen)
    config = _settings(base, effort, overrides)
    say(
        f"\n{config.samples:,} samples in {config.steps:,} steps, {config.mix_share:.0%} of them "
        f"portraits; each item is seen {epochs(config, labels):,.0f} times"
    )
    cost = cost_of(config, labels)
    say(
        f"a step takes {cost.seconds:.2f} s and {cost.memory_bytes / 1e9:.1f} GB on "
        f"{cost.device}; all of them about {cost.seconds * config.steps / 60:.0f} min"
    )
    session = create_session(runs / chosen, config, labels)
    say(f"on more than one machine: {torchrun_line(session)}\n")
    return _finish(session, chosen, keep)


def _look(
    folder: Path, face_model: Path | None, people: Path | None, exclude: Sequence[str]
) -> LabelSet:
    found_model = find_face_model(face_model)
    items = find_items(folder)
    if people is not None:
        items = name_people(items, read_people(people))
    with progress_bar() as progress:
        labels = label_folder(folder, face_model=found_model, items=items, progress=progress)
    known = {entry.item.name for entry in labels.entries}
    for name in exclude:
        if name not in known:
            raise ConfigError(f"--exclude names {name!r}, which is not among the items of {folder}")
    labels = labels.with_part(exclude, LEFT_OUT)
    rows = [
        (
            e.item.name,
            e.item.kind.value,
            e.item.person,
            e.part,
            e.problem or "; ".join(e.label.notes if e.label else ()),
        )
        for e in labels.entries
    ]
    say(table(("item", "kind", "person", "part", "remarks"), rows, numeric=()))
    parts = Counter(entry.part for entry in labels.entries)
    say(
        "\n"
        + ", ".join(
            f"{count} for {part}" if part != LEFT_OUT else f"{count} left out"
            for part, count in parts.items()
        )
    )
    if any(e.label is not None and e.label.fit is not None for e in labels.entries):
        say(f"photos without scans were labelled with the face model in {found_model}")
    return labels


def _settings(base: str | None, effort: str, overrides: Sequence[str]) -> FinetuneConfig:
    config = for_effort(Effort(effort), **({} if base is None else {"base": base}))
    return FinetuneConfig.from_dict(with_overrides(config.to_dict(), overrides))


def _finish(session: Session, name: str, keep: str) -> int:
    """Train to the end, compare with the base, and take the model in if it is wanted."""
    if not (session.folder / FINAL_NAME).exists():
        resume = (session.folder / CHECKPOINT_NAME).exists()
        result = run_training(session.folder / CONFIG_NAME, resume, (), print_to(sys.stdout))
        if not result.finished:
            complain(f"stopped at step {result.step}; go on with vrn finetune {session.folder}")
            return STOPPED
    config, model = session.settings(), finish(session)
    with progress_bar() as progress:
        found = compare(config.base, str(model), session.labels(), progress=progress)
    keep_result(session, found)
    say(_report(found))
    if keep == "never" or (keep == "better" and found.change >= 0):
        why = "as wanted" if keep == "never" else "it is no better; --keep always takes it in"
        say(f"the model stays in {model}: {why}")
        return 0
    kept = add_model(
        model,
        name,
        description=f"{config.base} trained further on {len(session.labels().entries)} own items",
        base=config.base,
        figures={"error_before": found.before, "error_after": found.after},
    )
    say(f"it can be used now: vrn reconstruct PHOTO --model {kept.name}")
    return 0


def _report(found: Comparison) -> str:
    """Return a table of the errors on the validation pictures."""
    rows = [
        (
            pair.name,
            "" if pair.yaw_deg is None else f"{pair.yaw_deg:+.0f}",
            f"{pair.before:.4f}",
            f"{pair.after:.4f}",
            f"{pair.after / pair.before - 1:+.0%}",
        )
        for pair in found.pairs
    ]
    rows.append(("all", "", f"{found.before:.4f}", f"{found.after:.4f}", f"{found.change:+.0%}"))
    heading = ("validation picture", "yaw", "before", "after", "")
    return "\nmean distance to the surface in interocular distances\n\n" + table(
        heading, rows, numeric=(1, 2, 3, 4)
    )
