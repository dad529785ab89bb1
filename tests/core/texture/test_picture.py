from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vrn_core.errors import RenderError
from vrn_core.texture.picture import FinishedScene
from vrn_core.texture.textured import TextureSettings, finish
from vrn_core.texture.viewpoint import Viewpoint
from vrn_core.types import ByteArray, TexturedMesh, TriangleMesh

SIZE = (80, 60)
FRONT = Viewpoint()


def drawn(face: TriangleMesh | TexturedMesh, viewpoint: Viewpoint = FRONT) -> ByteArray:
    try:
        scene = FinishedScene(face)
        picture = scene.draw(SIZE, viewpoint)
    except RenderError as error:
        pytest.skip(str(error))
    scene.close()
    return picture


@pytest.fixture
def red(ball: TriangleMesh) -> TexturedMesh:
    laid = finish(ball, [], TextureSettings(triangles=0, normal_map=True, size=64))
    assert isinstance(laid, TexturedMesh)
    texture = np.zeros((64, 64, 3), np.uint8)
    texture[..., 0] = 220
    return replace(laid, texture=texture)


def middle(picture: ByteArray) -> ByteArray:
    return picture[25:35, 35:45].reshape(-1, 3).astype(float).mean(axis=0)


def test_the_texture_is_shown_and_can_be_left_out(red: TexturedMesh) -> None:
    picture = drawn(red)
    assert picture.shape == (60, 80, 3)
    color = middle(picture)
    assert color[0] > 4 * color[1]
    clay = middle(drawn(red, Viewpoint(clay=True)))
    assert clay[1] > 0.7 * clay[0]


def test_the_normal_map_is_shown(red: TexturedMesh) -> None:
    assert red.normal_map is not None
    flat = np.zeros_like(red.normal_map) + np.uint8([128, 128, 255])
    tilted = np.zeros_like(red.normal_map) + np.uint8([230, 128, 180])
    one, other = (drawn(replace(red, normal_map=each)) for each in (flat, tilted))
    assert np.abs(middle(one) - middle(other)).max() > 8


def test_colors_of_the_vertices_are_shown_without_a_texture(ball: TriangleMesh) -> None:
    colors = np.zeros((len(ball.vertices), 3), np.uint8)
    colors[:, 1] = 220
    color = middle(drawn(replace(ball, colors=colors)))
    assert color[1] > 4 * color[0]


def test_edges_are_drawn_by_choice_and_the_mesh_is_turned(red: TexturedMesh) -> None:
    half = replace(red, texture=None)
    front = drawn(half)
    assert (drawn(half, Viewpoint(edges=True)) != front).any()
    assert (drawn(half, Viewpoint(zoom=3.0)) != front).any()
