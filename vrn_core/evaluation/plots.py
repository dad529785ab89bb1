"""Pictures of errors: how many are how large, and where on a face they lie."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from numpy.typing import NDArray

from vrn_core.evaluation.methods import FaceShape
from vrn_core.evaluation.metrics import distance_to_surface, interocular_distance
from vrn_core.files import write_atomically
from vrn_core.imaging import warp_image
from vrn_core.types import ByteArray, FloatArray

LARGEST_ERROR = 0.15
"""Where the axes of errors end, in interocular distances."""
PANEL = 320
"""Side of one method's picture in pixels."""


def write_cumulative_plot(
    path: Path, errors: Mapping[str, Sequence[float]], title: str = ""
) -> None:
    """Write the share of pictures whose error is at most so large, as a PNG.

    `errors` holds a method's error of every picture, in interocular distances; failures count
    as the large errors that they are, so a curve may end below one.
    """
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    for method, values in errors.items():
        ordered = np.sort(np.asarray(values, np.float64))
        share = np.arange(1, len(ordered) + 1) / len(ordered)
        label = f"{method} (mean {ordered.mean():.4f})"
        axes.step(np.append(0, ordered), np.append(0, share), where="post", label=label)
    axes.set_xlim(0, LARGEST_ERROR)
    axes.set_ylim(0, 1)
    axes.set_xlabel("NME, interocular")
    axes.set_ylabel("share of pictures")
    axes.set_title(title)
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", frameon=False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    write_atomically(path, buffer.getvalue(), make_folder=True)


def error_image(
    photo: ByteArray,
    vertices: FloatArray,
    landmarks: FloatArray,
    faces: Mapping[str, FaceShape | None],
) -> ByteArray:
    """Return the photo and, beside it, each method's error on the true points, as one picture.

    Parameters
    ----------
    photo : (H, W, 3) uint8
        RGB.
    vertices : (V, 3)
        The true points, photo frame. Those that point away from the camera are drawn first, so
        that the near ones cover them.
    landmarks : (68, 3)
        The true ones, for the unit and for where to look.
    faces : mapping
        Each method's face, or ``None`` where it found none.

    Returns
    -------
    (PANEL, PANEL * (1 + methods) + a scale, 3) uint8 RGB
    """
    low, high = vertices[:, :2].min(axis=0), vertices[:, :2].max(axis=0)
    side = 1.25 * float((high - low).max())
    scale = PANEL / side
    offset = PANEL / 2 - scale * (low + high) / 2
    matrix = np.array([[scale, 0, offset[0]], [0, scale, offset[1]]])
    base = warp_image(photo, matrix, PANEL, cv2.BORDER_REPLICATE)
    unit = interocular_distance(landmarks)
    order = np.argsort(-vertices[:, 2])
    places = vertices[order, :2] * scale + offset
    # Dots in eighths of a pixel, large where they are few.
    radius = 18 if len(vertices) < 1000 else 12
    panels = [_titled(base.copy(), "photo")]
    for method, face in faces.items():
        panel = (0.35 * base).astype(np.uint8)
        if face is None:
            panels.append(_titled(panel, f"{method}: no face"))
            continue
        away = distance_to_surface(vertices[order], face.mesh) / unit
        colors = _colors(away)
        for (x, y), color in zip(places, colors, strict=True):
            tone = tuple(int(c) for c in color)
            cv2.circle(panel, (round(8 * x), round(8 * y)), radius, tone, -1, cv2.LINE_AA, 3)
        panels.append(_titled(panel, f"{method} {away.mean():.4f}"))
    return np.concatenate([*panels, _scale_bar()], axis=1)


def _colors(errors: NDArray[np.float64]) -> ByteArray:
    """Return the colors (N, 3) uint8 of errors in interocular distances."""
    shade = colormaps["viridis"](np.clip(errors / LARGEST_ERROR, 0, 1))
    return np.asarray(255 * shade[:, :3], np.uint8)


def _titled(panel: ByteArray, text: str) -> ByteArray:
    cv2.rectangle(panel, (0, 0), (PANEL, 24), (0, 0, 0), -1)
    font = cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(panel, text, (8, 17), font, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
    return panel


def _scale_bar() -> ByteArray:
    bar = np.zeros((PANEL, 64, 3), np.uint8)
    top, bottom = 40, PANEL - 30
    errors = np.linspace(LARGEST_ERROR, 0, bottom - top)
    bar[top:bottom, 8:24] = _colors(errors)[:, None]
    font = cv2.FONT_HERSHEY_SIMPLEX
    for value in (0.0, LARGEST_ERROR / 2, LARGEST_ERROR):
        y = int(bottom - (bottom - top) * value / LARGEST_ERROR)
        cv2.putText(bar, f"{value:.3g}", (27, y + 4), font, 0.35, (255,) * 3, 1, cv2.LINE_AA)
    cv2.putText(bar, "NME", (8, 28), font, 0.4, (255,) * 3, 1, cv2.LINE_AA)
    return bar
