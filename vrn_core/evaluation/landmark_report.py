"""The scores of photos as a table by yaw and as a file from which the work can go on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from vrn_core.errors import ConfigError, DataError
from vrn_core.evaluation.landmark_benchmark import PhotoScore, Results

YAW_RANGES = (("0-30", 0.0, 30.0), ("30-60", 30.0, 60.0), ("60-90", 60.0, np.inf))
"""Of the absolute yaw, degrees, the upper end excluded; the few beyond 90 count as profiles."""
MEASURES = ("surface_error", "surface_error_icp", "landmark_nme", "landmark_nme_bbox")

Row = dict[str, float | str | int | None]


def table_rows(scores: Sequence[PhotoScore]) -> list[Row]:
    """Return a row for every range of absolute yaw that has photos, and one for all.

    Photos whose face was not found are in every figure; ``None`` stands where no photo has one.
    """
    groups: list[tuple[str, list[PhotoScore]]] = [
        (label, [s for s in scores if low <= abs(s.yaw_deg) < high])
        for label, low, high in YAW_RANGES
    ]
    groups.append(("all", list(scores)))
    return [_row(label, group) for label, group in groups if group]


def _row(label: str, group: Sequence[PhotoScore]) -> Row:
    row: Row = {
        "yaw_deg": label,
        "photos": len(group),
        "found": sum(score.found for score in group) / len(group),
    }
    for name in MEASURES:
        values = [value for score in group if (value := getattr(score, name)) is not None]
        row[name] = float(np.mean(values)) if values else None
        if name.startswith("surface"):
            row[f"{name}_median"] = float(np.median(values)) if values else None
    return row


def as_json(data_set: str, settings: Mapping[str, Any], results: Results) -> dict[str, Any]:
    """Return settings, rows, every photo's scores and the failures as JSON values."""
    return {
        "benchmark": data_set,
        "settings": dict(settings),
        "rows": table_rows(results.scores),
        "photos": [asdict(score) for score in results.scores],
        "failures": [asdict(failure) for failure in results.failures],
    }


def read_scores(path: Path, data_set: str, settings: Mapping[str, Any]) -> list[PhotoScore]:
    """Return the scores of a report, to go on from.

    Its failures are not among them: their files may have been repaired.

    Raises
    ------
    DataError
        If there is no such file, or it is no whole report of photos.
    ConfigError
        If it was made by another benchmark or with other settings.
    """
    try:
        report = json.loads(path.read_bytes())
        benchmark, made_with = report["benchmark"], dict(report.get("settings", {}))
        if benchmark != data_set:
            raise ConfigError(
                f"{path} is a report of {benchmark}; expected one of {data_set}: "
                "give another file or leave --resume out"
            )
        for name in sorted({*made_with, *settings}):
            if made_with.get(name) != settings.get(name):
                raise ConfigError(
                    f"{path} was made with {name} {made_with.get(name)!r}, "
                    f"not {settings.get(name)!r}; resume with the same or leave --resume out"
                )
        return [_score(entry) for entry in report["photos"]]
    except FileNotFoundError as error:
        raise DataError(
            f"there is no report {path} to resume from; run it without --resume first"
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataError(f"the report {path} cannot be read: {reason}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            f"{path} is damaged or no report of this command; leave --resume out to begin anew"
        ) from error


def _score(entry: Mapping[str, Any]) -> PhotoScore:
    values = {known.name: entry[known.name] for known in fields(PhotoScore)}
    for name, value in values.items():
        kind: type | tuple[type, ...] = {"name": str, "found": bool}.get(name, (int, float))
        if value is None and name in MEASURES[:3]:
            continue
        if not isinstance(value, kind) or (isinstance(value, float) and not np.isfinite(value)):
            raise TypeError(f"{name} is {value!r}")
    return PhotoScore(**values)
