"""``vrn evaluate``: how accurate a model is, on a benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tqdm import tqdm

from vrn_core.commands.terminal import say, write_json
from vrn_core.evaluation.portraits import (
    LANDMARK_SOURCES,
    as_json,
    evaluate_portraits,
    format_table,
    table_rows,
)


def run(
    *,
    model: str | None = None,
    landmark_model: str | None = None,
    split: str = "test",
    people: int | None = None,
    device: str = "auto",
    fast: bool = False,
    landmarks: str = "both",
    workers: int = 1,
    report: Path | None = None,
) -> None:
    """Score a model on the built-in portraits and print the table by yaw."""
    chosen = {"volume_model": model, "landmark_model": landmark_model}
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    settings = {"device": device, "flip": not fast, **given}
    with tqdm(total=1.0, disable=None, leave=False, bar_format="{l_bar}{bar}| {elapsed}") as bar:

        def progress(fraction: float, stage: str) -> None:
            bar.n = fraction
            bar.set_description(stage)

        scores = evaluate_portraits(
            settings,
            split=split,
            people=people,
            landmark_sources=LANDMARK_SOURCES if landmarks == "both" else (landmarks,),
            workers=workers,
            progress=progress,
        )
    say(format_table(table_rows(scores)))
    if report is not None:
        write_json(report, as_json(scores))
