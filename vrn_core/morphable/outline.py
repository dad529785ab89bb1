"""The average face's outline, which says where a face ends whose surface is only scanned.

The front of the face is what the networks learn: forehead to chin and ear to ear, closed by
walls that run straight back. The face model knows where that ends; of a scan nobody does. The
file that ships is written by ``python -m vrn_core.morphable.outline`` from the face model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from vrn_core.errors import ModelFileError
from vrn_core.resources import resource
from vrn_core.types import FloatArray

FILE = "mean_outline.json"


@dataclass(frozen=True)
class Outline:
    """Where the front of the average face ends, in the canonical frame, mm."""

    edge: FloatArray
    """(N, 3) along its edge, in order."""
    center: FloatArray
    """(3,) the mean of the narrow face's vertices, whose depth is the volume's middle."""
    back_mm: float
    """z of the flat back."""


@lru_cache(maxsize=1)
def mean_outline() -> Outline:
    """Return the outline that ships."""
    return _read(resource("models", FILE))


def _read(path: Path) -> Outline:
    try:
        content = json.loads(path.read_text())
        outline = Outline(
            np.array(content["edge_mm"], np.float32),
            np.array(content["center_mm"], np.float32),
            float(content["back_mm"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"cannot read {path}: {error}; install the program again") from error
    if outline.edge.ndim != 2 or outline.edge.shape[1] != 3 or outline.center.shape != (3,):
        raise ModelFileError(f"{path} holds no outline; install the program again")
    return outline


def compute_mean_outline() -> Outline:
    """Return the outline of the average of the faces fitted to the training portraits."""
    from vrn_core.data.portraits import load_portraits
    from vrn_core.ibug import eye_centers
    from vrn_core.morphable.face_model import load_face_model
    from vrn_core.morphable.solid import BACK_PLANE_MM, solid_topology

    model = load_face_model()
    neutral = np.zeros(len(model.expression), np.float32)
    identities = [p.fit.identity for p in load_portraits() if p.split == "train"]
    mean = np.mean(identities, axis=0).astype(np.float32)
    face = model.shape(mean, neutral, model.parts.face_end)
    origin = eye_centers(face[model.landmark_vertices]).mean(axis=0)
    placed = face - origin
    return Outline(
        edge=placed[solid_topology(model).outer],
        center=placed.mean(axis=0),
        back_mm=BACK_PLANE_MM - float(origin[2]),
    )


def main() -> None:
    """Write the file anew."""
    outline = compute_mean_outline()
    content = {
        "edge_mm": np.round(outline.edge, 2).tolist(),
        "center_mm": np.round(outline.center, 3).tolist(),
        "back_mm": round(outline.back_mm, 3),
    }
    resource("models", FILE).write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
