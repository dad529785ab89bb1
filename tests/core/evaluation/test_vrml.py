from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import DataError
from vrn_core.evaluation.vrml import read_vrml

POINTS = "0 0 0, 1 0 0, 1 1 0, 0 1 0"


def scene(inside: str, version: str = "V2.0 utf8") -> str:
    return f"#VRML {version}\n{inside}"


def shape(geometry: str, appearance: str = "") -> str:
    return f"Shape {{ {appearance} geometry IndexedFaceSet {{ {geometry} }} }}"


SQUARE = shape(f"coord Coordinate {{ point [{POINTS}] }} coordIndex [0 1 2 3 -1]")


def test_polygons_become_triangles():
    geometry = f"coord Coordinate {{ point [{POINTS}] }} coordIndex [0,1,2,3,-1, 0,2,1]"
    [found] = read_vrml(scene(shape(geometry)), 10)
    np.testing.assert_array_equal(found.faces, [[0, 1, 2], [0, 2, 3], [0, 2, 1]])
    np.testing.assert_array_equal(found.vertices[2], [1, 1, 0])
    assert found.uv is found.uv_faces is found.colors is found.texture is None


def test_texture_coordinates_keep_their_own_numbers():
    text = scene(
        shape(
            f"""coord Coordinate {{ point [ # a comment [ "
            {POINTS} ] }}
            texCoord TextureCoordinate {{ point [0 0, .5 0, .5 1] }}
            coordIndex [0 1 2 -1 0 2 3 -1] texCoordIndex [2 1 0 -1 0 1 2 -1]""",
            'appearance Appearance { texture ImageTexture { url [ "a b.jpg" "c.jpg" ] } }',
        )
    )
    [found] = read_vrml(text, 10)
    assert found.texture == "a b.jpg"
    np.testing.assert_array_equal(found.uv, [[0, 0], [0.5, 0], [0.5, 1]])
    np.testing.assert_array_equal(found.uv_faces, [[2, 1, 0], [0, 1, 2]])


def test_clockwise_faces_are_turned_round():
    geometry = f"ccw FALSE coord Coordinate {{ point [{POINTS}] }} coordIndex [0 1 2 -1]"
    [found] = read_vrml(scene(shape(geometry)), 10)
    np.testing.assert_array_equal(found.faces, [[2, 1, 0]])


def test_colors_of_vertices_are_read():
    geometry = f"""coord Coordinate {{ point [{POINTS}] }} coordIndex [0 1 2 -1]
        color Color {{ color [1 0 0, 0 1 0, 0 0 1, 1 1 1] }}"""
    [found] = read_vrml(scene(shape(geometry)), 10)
    np.testing.assert_array_equal(found.colors[1], [0, 1, 0])


def test_transforms_move_what_is_below_them_alone():
    text = scene(
        f"""Transform {{ translation 10 0 0 children [
            Transform {{ rotation 0 0 1 1.5707963 scale 2 2 2 children [ {SQUARE} ] }} ] }}
        {SQUARE}"""
    )
    moved, still = read_vrml(text, 10)
    np.testing.assert_allclose(moved.vertices[1], [10, 2, 0], atol=1e-6)
    np.testing.assert_allclose(still.vertices[1], [1, 0, 0])


def test_named_nodes_are_used_again():
    text = scene(f"DEF A {SQUARE} Transform {{ translation 0 0 5 children USE A }}")
    first, second = read_vrml(text, 10)
    np.testing.assert_allclose(second.vertices - first.vertices, np.tile([0, 0, 5], (4, 1)))


def test_nodes_of_version_1_hold_for_those_behind_them():
    text = scene(
        f"""Separator {{
            Separator {{ Translation {{ translation 9 9 9 }} }}
            Texture2 {{ filename "face.bmp" }}
            Coordinate3 {{ point [{POINTS}] }}
            TextureCoordinate2 {{ point [0 0, 1 0, 1 1, 0 1] }}
            Translation {{ translation 0 0 5 }}
            IndexedFaceSet {{ coordIndex [0, 1, 2, -1] textureCoordIndex [3, 1, 2, -1] }}
        }}""",
        "V1.0 ascii",
    )
    [found] = read_vrml(text, 10)
    assert found.texture == "face.bmp"
    np.testing.assert_array_equal(found.vertices[1], [1, 0, 5])
    np.testing.assert_array_equal(found.uv_faces, [[3, 1, 2]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no scene", "does not begin with"),
        (scene("Shape {"), "the end within a node"),
        (scene("Shape { geometry IndexedFaceSet { coordIndex [0 1"), "a list without an end"),
        (scene('Shape { name "open'), "a text without an end"),
        (scene("Group { children [ USE nothing ] }"), "USE nothing before its DEF"),
        (scene("PROTO Head [ ] { }"), "nodes of its own"),
        (scene(SQUARE.replace("0 1 2 3", "0 1 2 9")), "use 10 points, but it has 4"),
        (scene(SQUARE.replace("0 1 2 3", "0 1 x 3")), "'x' instead of a number"),
        (scene(SQUARE.replace("0 1 0]", "0 1]")), "has 11 numbers"),
        (scene("Group { children [ " * 200), "nested deeper than"),
        (scene(SQUARE + SQUARE), "more than 3 triangles"),
    ],
)
def test_damage_is_told(text, words):
    with pytest.raises(DataError, match=words):
        read_vrml(text, 3)


def test_nodes_that_multiply_are_refused():
    doubled = "".join(
        f"DEF N{i} Group {{ children [ USE N{i - 1} USE N{i - 1} ] }}\n" for i in range(1, 60)
    )
    with pytest.raises(DataError, match="more than 10000 nodes"):
        read_vrml(scene(f"DEF N0 Group {{ }}\n{doubled}"), 10)
