from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from vrn_core.errors import ConfigError, RenderError
from vrn_core.meshing.render import render_contact, render_mesh
from vrn_core.types import TriangleMesh

BLACK = (0.0, 0.0, 0.0)


@pytest.fixture(autouse=True)
def _needs_opengl() -> None:
    tetrahedron = TriangleMesh(
        np.eye(4, 3, dtype=np.float32),
        np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32),
    )
    try:
        render_mesh(tetrahedron, (8, 8))
    except RenderError as error:
        pytest.skip(str(error))


def test_picture_has_the_size_asked_for(ball: TriangleMesh) -> None:
    picture = render_mesh(ball, (120, 90))
    assert picture.shape == (90, 120, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("view", ["front", "left", "right", "three-quarter", "back"])
def test_whole_mesh_is_in_the_picture(ball: TriangleMesh, view: str) -> None:
    covered = render_mesh(ball, (120, 90), view, background=BLACK).any(axis=2)  # type: ignore[arg-type]
    assert 0.3 < covered.mean() < 0.8
    assert not covered[[0, -1]].any()
    assert not covered[:, [0, -1]].any()


def test_photo_view_covers_the_pixels_of_the_photo(ball: TriangleMesh) -> None:
    shifted = TriangleMesh(ball.vertices + np.array([70, 40, 0], np.float32), ball.faces)
    covered = render_mesh(shifted, (160, 120), "photo", background=BLACK).any(axis=2)
    y, x = np.mgrid[:120, :160]
    distance = np.hypot(x - 70, y - 40)
    assert covered[distance < 19.3].all()
    assert not covered[distance > 20.7].any()


@pytest.mark.parametrize(
    ("view", "left", "top"),
    [("front", (0, 200), (1, 200)), ("left", (2, 0), (1, 200)), ("right", (2, 200), (1, 200))],
)
def test_view_shows_the_side_it_names(
    colored_ball: TriangleMesh, view: str, left: tuple[int, int], top: tuple[int, int]
) -> None:
    # Red grows with x (to the viewer's right), green with y (up), blue with z (to the viewer).
    picture = render_mesh(colored_ball, (100, 100), view, background=BLACK).astype(int)  # type: ignore[arg-type]
    assert picture[15, 50, 1] > picture[85, 50, 1] + 80
    right_minus_left = picture[50, 85] - picture[50, 15]
    expected = {"front": (0, 1), "left": (2, 1), "right": (2, -1)}[view]
    assert right_minus_left[expected[0]] * expected[1] > 80


def test_photo_frame_is_turned_upright(colored_ball: TriangleMesh) -> None:
    # There y points down and z away, so that the picture's top has little green.
    picture = render_mesh(colored_ball, (100, 100), background=BLACK, frame="photo").astype(int)
    assert picture[15, 50, 1] < picture[85, 50, 1] - 80
    assert picture[50, 85, 0] > picture[50, 15, 0] + 80
    assert picture[50, 50, 2] < 60


def test_shaded_look_leaves_the_colors_out(colored_ball: TriangleMesh) -> None:
    picture = render_mesh(colored_ball, (60, 60), look="shaded", background=BLACK).astype(int)
    assert np.ptp(picture[20:40, 20:40], axis=2).max() < 50


def test_contact_sheet_has_a_row_for_each_look(
    ball: TriangleMesh, colored_ball: TriangleMesh
) -> None:
    assert render_contact(ball, (40, 50)).shape == (50, 120, 3)
    assert render_contact(colored_ball, (40, 50), ("front", "back")).shape == (100, 80, 3)


def test_uncolored_mesh_cannot_be_drawn_colored(ball: TriangleMesh) -> None:
    with pytest.raises(ConfigError, match="the mesh has no colors"):
        render_mesh(ball, look="colored")


def test_unknown_view_is_refused(ball: TriangleMesh) -> None:
    with pytest.raises(ConfigError, match="view is 'top'; expected one of"):
        render_mesh(ball, view="top")  # type: ignore[arg-type]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a display to be without")
def test_drawing_needs_no_display_and_says_nothing() -> None:
    program = (
        "import numpy as np\n"
        "from vrn_core.meshing.render import render_mesh\n"
        "from vrn_core.types import TriangleMesh\n"
        "faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)\n"
        "mesh = TriangleMesh(np.eye(4, 3, dtype=np.float32), faces)\n"
        "picture = render_mesh(mesh, (40, 30), background=(0.0, 0.0, 0.0))\n"
        "assert 0.02 < picture.any(axis=2).mean() < 0.9\n"
    )
    bare = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
