"""The average person's landmarks, which give a face's pose and its size in millimetres.

The file that ships is written by ``python -m vrn_core.morphable.mean`` from the neutral
faces fitted to the training portraits.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from vrn_core.errors import ModelFileError
from vrn_core.resources import resource
from vrn_core.types import NUM_LANDMARKS, FloatArray

FILE = "mean_landmarks.json"


def _read(path: Path) -> FloatArray:
    try:
        points = np.array(json.loads(path.read_text())["landmarks_mm"], np.float32)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"cannot read {path}: {error}; install the program again") from error
    if points.shape != (NUM_LANDMARKS, 3):
        raise ModelFileError(f"{path} holds {points.shape} values; expected (68, 3)")
    points.setflags(write=False)
    return points


@lru_cache(maxsize=1)
def mean_landmarks() -> FloatArray:
    """Return the average neutral face's 68 landmarks, (68, 3) mm, canonical frame.

    The array is read-only.
    """
    return _read(resource("models", FILE))


def compute_mean_landmarks() -> FloatArray:
    """Average the landmarks (68, 3) mm of the faces fitted to the training portraits."""
    from vrn_core.data.portraits import load_portraits
    from vrn_core.ibug import MIRROR
    from vrn_core.morphable.face_model import (
        canonical_landmarks,
        load_face_model,
    )

    model = load_face_model()
    neutral = np.zeros(len(model.expression), np.float32)
    total = np.zeros((NUM_LANDMARKS, 3))
    people = [p for p in load_portraits() if p.split == "train"]
    for person in people:
        face = model.shape(person.fit.identity, neutral, model.parts.face_end)
        total += canonical_landmarks(face[model.landmark_vertices])
    mean = total / len(people)
    # A mean face is symmetric; a mean of photographed ones only nearly so.
    return (0.5 * (mean + mean[MIRROR] * [-1, 1, 1])).astype(np.float32)


def main() -> None:
    """Write the file anew."""
    points = compute_mean_landmarks()
    content = {"order": "iBUG 68", "landmarks_mm": np.round(points, 3).tolist()}
    resource("models", FILE).write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
