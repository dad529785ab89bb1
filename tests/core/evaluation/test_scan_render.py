from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.evaluation.made_up_scans import MadeUpHead, made_up_head, scan_of
from vrn_core.errors import ConfigError
from vrn_core.evaluation.scan_files import Scan
from vrn_core.evaluation.scan_render import (
    BACKGROUND,
    LIGHTS,
    Camera,
    draw,
    make_light,
    make_surface,
    visible_depth,
)
from vrn_core.pose import rotation_from_pose
from vrn_core.types import Pose

SCALE = 0.5
"""Pixels per millimetre."""
SIZE = 160


def camera(yaw_deg: float = 0.0, pitch_deg: float = 0.0) -> Camera:
    return Camera(rotation_from_pose(Pose(yaw_deg, pitch_deg, 0.0)), SCALE, SIZE)


def surface_of(scan: Scan, scale: float = SCALE):
    return make_surface(scan, scan.vertices.astype(np.float32), scale)


@pytest.fixture
def surface(tmp_path):
    return surface_of(scan_of(made_up_head(), tmp_path))


def at(picture: np.ndarray, right: float, up: float) -> np.ndarray:
    """Return the color so many millimetres from the picture's middle."""
    middle = (SIZE - 1) / 2
    return picture[round(middle - up * SCALE), round(middle + right * SCALE)].astype(int)


RED, GREEN = [220, 0, 0], [0, 220, 0]


def test_pictures_are_neither_mirrored_nor_upside_down(surface):
    picture = draw(surface, camera())
    np.testing.assert_allclose(at(picture, -40, 30), RED, atol=2)
    np.testing.assert_allclose(at(picture, 40, 30), GREEN, atol=2)
    np.testing.assert_allclose(at(picture, 40, -30), [0, 90, 0], atol=2)
    np.testing.assert_array_equal(at(picture, -100, 0), [BACKGROUND] * 3)


def test_a_positive_yaw_turns_the_face_to_the_viewers_right(surface):
    # Then its right side, red, is what the viewer sees.
    np.testing.assert_allclose(at(draw(surface, camera(80)), 10, 30), RED, atol=2)
    np.testing.assert_allclose(at(draw(surface, camera(-80)), -10, 30), GREEN, atol=2)


def test_a_positive_pitch_turns_the_face_up(surface):
    # The dark lower half comes up.
    assert at(draw(surface, camera(0, 30)), 40, 15).max() < 100
    assert at(draw(surface, camera(0, -30)), 40, -15).max() > 200


def test_points_fall_where_they_are_drawn(surface):
    view = camera(35, -20)
    depth = visible_depth(surface, view)
    places = view.to_photo(surface.mesh.vertices)
    column, row = np.rint(places[:, :2]).astype(int).T
    # Half of a closed surface is in front, at the depth of its vertices.
    near = np.abs(depth[row, column] - places[:, 2]) < 2
    assert 0.4 < near.mean() < 0.6
    np.testing.assert_allclose(view.to_points(places), surface.mesh.vertices, atol=1e-3)


def turned_round(head: MadeUpHead, every: int) -> MadeUpHead:
    faces = head.faces.copy()
    faces[::every] = faces[::every, ::-1]
    return replace(head, faces=faces)


def test_triangles_turned_round_are_drawn_all_the_same(tmp_path, surface):
    mixed = surface_of(scan_of(turned_round(made_up_head(), 2), tmp_path))
    np.testing.assert_allclose(draw(mixed, camera(20)), draw(surface, camera(20)), atol=1)


def test_a_surface_turned_inside_out_is_lit_from_the_same_side(tmp_path, surface):
    inside_out = surface_of(scan_of(turned_round(made_up_head(), 1), tmp_path))
    light = make_light("side", np.random.default_rng(0))
    lit, expected = (draw(s, camera(20), light).astype(int) for s in (inside_out, surface))
    np.testing.assert_allclose(lit, expected, atol=1)


def test_light_from_the_side_falls_on_the_side(surface):
    plain = draw(surface, camera()).astype(int)
    for name, brighter, darker in (("side", 60, -60), ("front", 0, 70)):
        lit = draw(surface, camera(), make_light(name, np.random.default_rng(0))).astype(int)
        gain = [at(lit, x, 10).max() / at(plain, x, 10).max() for x in (brighter, darker)]
        assert gain[0] > gain[1] + 0.1


def test_random_light_is_that_of_its_seed():
    first, again, other = (make_light("random", np.random.default_rng(n)) for n in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.1
    assert make_light("ambient", np.random.default_rng(0)) is None
    with pytest.raises(ConfigError, match=", ".join(LIGHTS)):
        make_light("candle", np.random.default_rng(0))


def textured_square(texture: np.ndarray, repeats: float = 1.0) -> Scan:
    corners = np.array([[-40, -40, 0], [40, -40, 0], [40, 40, 0], [-40, 40, 0.0]])
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    uv = ((corners[:, :2] + 40) / 80 * repeats).astype(np.float32)
    return Scan(
        vertices=corners,
        faces=faces,
        textures=(texture,),
        texture_of_face=np.zeros(2, np.int32),
        uv=uv[faces],
        colors=np.zeros((2, 3, 3), np.uint8),
        colored=True,
    )


def test_textures_lie_where_their_coordinates_say():
    texture = np.zeros((100, 200, 3), np.uint8)
    texture[:50, :100] = 250
    picture = draw(surface_of(textured_square(texture)), camera())
    assert at(picture, -20, 20).min() > 245
    for right, up in ((20, 20), (-20, -20), (20, -20)):
        assert at(picture, right, up).max() < 5
    repeated = draw(surface_of(textured_square(texture, repeats=2)), camera())
    for right, up in ((-30, 30), (10, 30), (-30, -10), (10, -10)):
        assert at(repeated, right, up).min() > 240


def test_a_texture_much_finer_than_the_picture_is_averaged():
    checks = (np.indices((2048, 2048)).sum(axis=0) % 2 * 255).astype(np.uint8)
    picture = draw(surface_of(textured_square(np.repeat(checks[..., None], 3, axis=2))), camera())
    middle = picture[70:90, 70:90].astype(int)
    assert np.abs(middle - 127).max() <= 2
