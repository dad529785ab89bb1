"""Facts about the 68 landmarks in iBUG order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def _mirror_table() -> tuple[int, ...]:
    table = list(range(68))
    groups = [
        list(zip(range(8), range(16, 8, -1), strict=True)),
        list(zip(range(17, 22), range(26, 21, -1), strict=True)),
        [(31, 35), (32, 34)],
        [(36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)],
        [(48, 54), (49, 53), (50, 52), (55, 59), (56, 58)],
        [(60, 64), (61, 63), (65, 67)],
    ]
    for group in groups:
        for a, b in group:
            table[a], table[b] = b, a
    return tuple(table)


MIRROR = np.array(_mirror_table(), np.int64)
"""(68,) the landmark that each one becomes when the image is mirrored."""
CONTOUR = slice(17)
"""From ear to ear along the jaw; how deep they lie is not certain."""
INNER = slice(17, 68)
"""Brows, nose, eyes and mouth."""
OUTER_EYES = (36, 45)
RIGHT_EYE = slice(36, 42)
"""The person's right eye, on the left of a frontal photo."""
LEFT_EYE = slice(42, 48)
MOUTH = slice(48, 68)
"""The lips' outer edge, 12 landmarks, then their inner one, 8."""


def eye_centers(landmarks: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the middles (2, D) of right and left eye of landmarks (68, D)."""
    centers: NDArray[np.floating] = np.stack(
        [landmarks[RIGHT_EYE].mean(axis=0), landmarks[LEFT_EYE].mean(axis=0)]
    )
    return centers
