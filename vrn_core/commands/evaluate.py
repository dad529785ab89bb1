"""``vrn evaluate``: how accurate a model is, on a benchmark."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vrn_core.commands.reconstruct import check_report
from vrn_core.commands.terminal import complain, say, table, write_json
from vrn_core.errors import ConfigError
from vrn_core.evaluation import groups, landmark_report, portraits
from vrn_core.evaluation.landmark_benchmark import Results, evaluate_photos
from vrn_core.evaluation.photos300w import list_photos
from vrn_core.inference.reconstructor import DEFAULT_MODEL, LANDMARK_MODEL, model_path
from vrn_core.models import read_header
from vrn_core.progress import Progress


def run_portraits(
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
    """Score a model on the built-in portraits and print the tables by yaw and by group."""
    with _progress_bar() as progress:
        scores = portraits.evaluate_portraits(
            _settings(model, landmark_model, device, fast),
            split=split,
            people=people,
            landmark_sources=portraits.LANDMARK_SOURCES if landmarks == "both" else (landmarks,),
            workers=workers,
            progress=progress,
        )
    rows = groups.group_rows(scores, groups.groups_by_name(split))
    say(portraits.format_table(portraits.table_rows(scores)))
    if rows:
        say("")
        say(groups.format_groups(rows))
    if report is not None:
        write_json(report, {**portraits.as_json(scores), "groups": [asdict(r) for r in rows]})


def run_photos(
    data_set: str,
    root: Path,
    *,
    model: str | None = None,
    landmark_model: str | None = None,
    device: str = "auto",
    fast: bool = False,
    icp: bool = False,
    limit: int | None = None,
    workers: int = 1,
    report: Path | None = None,
    resume: bool = False,
) -> bool:
    """Score a model on annotated photos and print the table by yaw; return whether all were read.

    With `report` the scores are written now and then, and `resume` goes on from there; the
    photos of its scores count, even if `limit` is smaller.
    """
    names = list_photos(data_set, root)
    settings = _settings(model, landmark_model, device, fast)
    made_with = {
        **settings,
        "icp": icp,
        # Networks are trained anew under the same name.
        "volume_weights": _digest(settings["volume_model"]),
        "landmark_weights": _digest(settings["landmark_model"]),
    }
    results = Results()
    if report is not None:
        if resume:
            results.scores = landmark_report.read_scores(report, data_set, made_with)
            _check_names([score.name for score in results.scores], names, report, root)
        check_report(report)

    def save(results: Results) -> None:
        if report is not None:
            write_json(report, landmark_report.as_json(data_set, made_with, results))

    done = {score.name for score in results.scores}
    with _progress_bar() as progress:
        evaluate_photos(
            data_set,
            root,
            [name for name in names[:limit] if name not in done],
            settings,
            icp=icp,
            workers=workers,
            results=results,
            save=save,
            progress=progress,
        )
    _print_results(results, icp)
    return not results.failures


def _print_results(results: Results, icp: bool) -> None:
    if results.scores:
        say(_format_rows(landmark_report.table_rows(results.scores), icp))
    missed = [score.name for score in results.scores if not score.found]
    if missed:
        say("no face was found where the landmarks are, which counts as an error of 1, in")
        for name in missed:
            say(f"  {name}")
    for failure in results.failures:
        complain(f"{failure.name}: {failure.reason}")
    if results.failures:
        total = len(results.scores) + len(results.failures)
        complain(f"{len(results.failures)} of {total} photos have no score and are in no figure")


def _format_rows(rows: Sequence[landmark_report.Row], icp: bool) -> str:
    columns = {
        "yaw_deg": "yaw",
        "photos": "photos",
        "found": "found",
        "surface_error": "surface error",
        "surface_error_median": "median",
        **({"surface_error_icp": "after ICP", "surface_error_icp_median": "median"} if icp else {}),
        "landmark_nme": "landmark NME",
        "landmark_nme_bbox": "by box",
    }

    def cell(name: str, value: object) -> str:
        if isinstance(value, float):
            return f"{value:.1%}" if name == "found" else f"{value:.4f}"
        return "-" if value is None else str(value)

    cells = [[cell(name, row[name]) for name in columns] for row in rows]
    return table(list(columns.values()), cells, numeric=range(1, len(columns)))


def _settings(
    model: str | None, landmark_model: str | None, device: str, fast: bool
) -> dict[str, Any]:
    """Return what the reconstructor is made with."""
    return {
        "volume_model": model or DEFAULT_MODEL,
        "landmark_model": landmark_model or LANDMARK_MODEL,
        "device": device,
        "flip": not fast,
    }


def _digest(model: str) -> str:
    """Return what tells a model's weights from others; raise if there are none."""
    path = model_path(model)
    read_header(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _check_names(done: Sequence[str], names: Sequence[str], report: Path, root: Path) -> None:
    strange = sorted(set(done) - set(names))
    if strange:
        raise ConfigError(
            f"{report} has scores of {len(strange)} photos that are not in {root}, such as "
            f"{strange[0]}; give the same --root or leave --resume out"
        )


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    layout = "{l_bar}{bar}| {elapsed}"
    with tqdm(total=1.0, disable=None, leave=False, bar_format=layout) as bar:

        def progress(fraction: float, stage: str) -> None:
            bar.n = fraction
            bar.set_description(stage)

        yield progress
