"""The expression of a photographed face, told from its landmarks.

A mouth that is open in the photo cannot be opened by bending space, for lips that touch lie at
the same place. So the template first makes the face's expression, by its own shapes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from vrn_core.ibug import LEFT_EYE, RIGHT_EYE
from vrn_core.template.template import Template

Floats = NDArray[np.float64]

GROUPS: tuple[slice, ...] = (RIGHT_EYE, LEFT_EYE, slice(48, 68))
"""Eyes and mouth, each compared about its own middle: where it sits is the person's shape."""
STEMS = (
    "eyeBlink",
    "eyeWide",
    "jawOpen",
    "mouthClose",
    "mouthFrown",
    "mouthFunnel",
    "mouthLowerDown",
    "mouthPucker",
    "mouthSmile",
    "mouthStretch",
    "mouthUpperUp",
)
"""Beginnings of the names of the expressions that landmarks can tell."""
DEPTH_WEIGHT = 0.3
"""Depth of landmarks is the least certain."""
RIDGE_MM = 8.0
"""Prior: an expression at full strength is as unlikely as landmarks off by this in all."""
RELUCTANT = {"jawOpen": 4.0}
"""Prior of single expressions against the others': most mouths are open with closed teeth."""
GAPS = ((61, 67), (62, 66), (63, 65), (37, 41), (38, 40), (43, 47), (44, 46))
"""Landmarks above and below each other on the rims of mouth and eyes."""
GAP_WEIGHT = 2.0
"""How far lids and lips are open counts more than where they are."""


def fit_expression(template: Template, landmarks: Floats) -> Floats:
    """Return strengths (E,) in [0, 1] of the template's expressions.

    Parameters
    ----------
    template : Template
    landmarks : (68, 3)
        Of the face, brought into the template's frame and size.
    """
    chosen = [i for i, name in enumerate(template.expressions) if name.startswith(STEMS)]
    moves = np.stack([template.landmarks(template.offsets[i]) for i in chosen], axis=-1)
    wanted = landmarks - template.landmarks()
    rows, values = [], []
    axes = np.array([1.0, 1.0, DEPTH_WEIGHT])
    for group in GROUPS:
        part, target = moves[group], wanted[group]
        part, target = part - part.mean(axis=0), target - target.mean(axis=0)
        rows.append((part * axes[:, None]).reshape(-1, len(chosen)))
        values.append((target * axes).ravel())
    above, below = np.array(GAPS).T
    rows.append(GAP_WEIGHT * (moves[above, 1] - moves[below, 1]))
    values.append(GAP_WEIGHT * (wanted[above, 1] - wanted[below, 1]))
    reluctance = [RELUCTANT.get(template.expressions[i], 1.0) for i in chosen]
    rows.append(RIDGE_MM * np.diag(reluctance))
    values.append(np.zeros(len(chosen)))
    found = lsq_linear(np.concatenate(rows), np.concatenate(values), bounds=(0, 1))
    strengths = np.zeros(len(template.expressions))
    strengths[chosen] = found.x
    return strengths


def posed(template: Template, strengths: Floats) -> Floats:
    """Return the template's vertices (V, 3) with expressions of strengths (E,)."""
    moved: Floats = template.vertices + np.tensordot(strengths, template.offsets, axes=1)
    return moved
