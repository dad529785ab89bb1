"""Expressions drawn at random, so that more faces are seen than people smiled into a camera."""

from __future__ import annotations

import numpy as np

from vrn_core.morphable.face_model import FaceModel
from vrn_core.types import FloatArray


def _both(name: str, low: float, high: float) -> dict[str, tuple[float, float]]:
    return {f"{name}_L": (low, high), f"{name}_R": (low, high)}


RECIPES: tuple[tuple[float, dict[str, tuple[float, float]]], ...] = (
    (0.25, {"jawOpen": (0.15, 0.9)}),
    (0.12, {"jawOpen": (0.4, 0.9), **_both("browInnerUp", 0.3, 1.0), **_both("eyeWide", 0.2, 0.9)}),
    (0.18, {**_both("eyeBlink", 0.6, 1.0)}),
    (0.15, {**_both("mouthSmile", 0.4, 1.0), **_both("cheekSquint", 0.1, 0.6)}),
    (0.10, {"mouthPucker": (0.4, 1.0), "mouthFunnel": (0.0, 0.5)}),
    (0.06, {"mouthLeft": (0.3, 1.0), "jawLeft": (0.0, 0.6)}),
    (0.06, {"mouthRight": (0.3, 1.0), "jawRight": (0.0, 0.6)}),
    (0.08, {**_both("mouthFrown", 0.3, 1.0), **_both("browDown", 0.2, 0.9)}),
)
"""Share and ranges of each expression."""


def draw_expression(model: FaceModel, rng: np.random.Generator) -> FloatArray:
    """Return expression weights (57,) in 0 to 1: a recipe, or now and then a mix of two."""
    weights = np.zeros(len(model.expression_names), np.float32)
    shares = np.array([share for share, _ in RECIPES])
    count = 2 if rng.random() < 0.3 else 1
    for number in rng.choice(len(RECIPES), size=count, replace=False, p=shares / shares.sum()):
        for name, (low, high) in RECIPES[number][1].items():
            index = model.expression_index(name)
            weights[index] = max(weights[index], rng.uniform(low, high))
    if rng.random() < 0.3:
        for index in rng.choice(len(weights), size=4, replace=False):
            if "jaw" not in model.expression_names[index]:
                weights[index] = max(weights[index], rng.uniform(0, 0.3))
    return weights
