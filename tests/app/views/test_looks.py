from __future__ import annotations

import numpy as np
import pytest

from app.settings import Coloring
from app.views.looks import (
    CONFIDENCE_STOPS,
    DIFFERENCE_STOPS,
    confidence_colors,
    difference_colors,
    normal_colors,
    paint,
)
from app.views.theme import DARK
from tests.app.fakes import face_mesh
from vrn_core.types import TriangleMesh


def test_normals_become_their_usual_colors() -> None:
    normals = np.float32([[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, 0, 0]])
    colors = normal_colors(normals)
    assert colors.dtype == np.uint8
    for row, channel in enumerate(range(3)):
        assert colors[row, channel] == 255
        assert (np.delete(colors[row], channel) == 128).all()
    assert colors[3, 0] == 0


def test_confidence_runs_along_the_legend_and_grows_lighter() -> None:
    colors = confidence_colors(np.linspace(0, 1, 101, dtype=np.float32))
    assert colors[0].tolist() == list(bytes.fromhex(CONFIDENCE_STOPS[0][1:]))
    assert colors[-1].tolist() == list(bytes.fromhex(CONFIDENCE_STOPS[-1][1:]))
    lightness = colors @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) >= 0).all()


def test_distances_run_along_the_legend_and_end_where_it_ends() -> None:
    colors = difference_colors(np.linspace(0, 8, 81, dtype=np.float32), 5.0)
    assert colors[0].tolist() == list(bytes.fromhex(DIFFERENCE_STOPS[0][1:]))
    assert (colors[50:] == list(bytes.fromhex(DIFFERENCE_STOPS[-1][1:]))).all()
    lightness = colors @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) <= 0).all()


@pytest.mark.parametrize("coloring", [Coloring.PHOTO, Coloring.CONFIDENCE])
def test_what_is_not_known_of_a_mesh_leaves_bare_clay(coloring: Coloring) -> None:
    mesh = face_mesh()
    look = paint(TriangleMesh(mesh.vertices, mesh.faces), None, coloring, DARK)
    assert look.colors is None
    assert look.material["color"] == DARK.clay


def test_each_way_to_paint_looks_different() -> None:
    mesh = face_mesh()
    confidence = np.linspace(0, 1, len(mesh.vertices), dtype=np.float32)
    looks = [paint(mesh, confidence, coloring, DARK) for coloring in Coloring]
    told = [
        (None if look.colors is None else look.colors.tobytes(), sorted(look.material))
        for look in looks
    ]
    assert all(a != b for i, a in enumerate(told) for b in told[:i])
