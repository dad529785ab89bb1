"""Pictures of a benchmark's errors: the worst, the median and the best of the first method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2

from vrn_core.evaluation.comparison import MEASURES
from vrn_core.evaluation.landmark_benchmark import at_depth_of
from vrn_core.evaluation.matching import nearest_face
from vrn_core.evaluation.methods import FaceShape, Method, MethodSettings, create_method
from vrn_core.evaluation.photos300w import read_photo
from vrn_core.evaluation.plots import error_image
from vrn_core.evaluation.portraits import PortraitBenchmark
from vrn_core.evaluation.report import Report
from vrn_core.files import write_atomically
from vrn_core.types import ByteArray, FloatArray


def chosen_scores(report: Report) -> dict[str, Mapping[str, Any]]:
    """Return the first method's "worst", "median" and "best" score, as the report has them."""
    measure = MEASURES[report.benchmark].error
    entries = [entry for entry in report.entries.values() if "scores" in entry]
    if not entries:
        return {}
    own = [
        score
        for score in entries[0]["scores"]
        if score.get("landmarks", "detected") == "detected" and score[measure] is not None
    ]
    own.sort(key=lambda score: float(score[measure]))
    if not own:
        return {}
    return {"worst": own[-1], "median": own[len(own) // 2], "best": own[0]}


def write_portrait_errors(
    folder: Path, report: Report, settings: MethodSettings, split: str
) -> list[Path]:
    """Draw the chosen portraits' errors of all methods; return the files."""
    benchmark = PortraitBenchmark(split)
    numbers = {benchmark.name(number): number for number in range(len(benchmark))}
    methods = _methods(report, settings)
    written = []
    for label, score in chosen_scores(report).items():
        [item] = benchmark.items(numbers[score["name"]], [score["yaw_deg"]])
        faces = {
            name: nearest_face(method.faces(item.photo), item.landmarks)
            for name, method in methods.items()
        }
        picture = error_image(item.photo, item.vertices, item.landmarks, faces)
        written.append(_write(folder / f"portraits-{label}.png", picture))
    return written


def write_photo_errors(
    folder: Path, report: Report, settings: MethodSettings, data_set: str, root: Path
) -> list[Path]:
    """Draw the chosen photos' errors of all methods on their landmarks; return the files."""
    methods = _methods(report, settings)
    written = []
    for label, score in chosen_scores(report).items():
        item = read_photo(data_set, root, score["name"])
        faces = {
            name: nearest_face(method.faces(item.photo), item.landmarks)
            for name, method in methods.items()
        }
        truth = _at_depth(item.landmarks, list(faces.values()))
        picture = error_image(item.photo, truth, truth, faces)
        written.append(_write(folder / f"{data_set}-{label}.png", picture))
    return written


def _at_depth(landmarks: FloatArray, faces: Sequence[FaceShape | None]) -> FloatArray:
    """Return the truth at the depth of the first face that was found."""
    for face in faces:
        if face is not None:
            return at_depth_of(landmarks, face.landmarks)
    return landmarks


def _methods(report: Report, settings: MethodSettings) -> dict[str, Method]:
    return {
        name: create_method(name, settings)
        for name, entry in report.entries.items()
        if "scores" in entry
    }


def _write(path: Path, picture: ByteArray) -> Path:
    data = cv2.imencode(".png", picture[:, :, ::-1])[1]
    write_atomically(path, data.tobytes(), make_folder=True)
    return path
