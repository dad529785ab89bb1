from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from vrn_core.errors import DataError
from vrn_core.evaluation.scan_files import PLAIN_COLOR, Scan, ScanLimits, read_scan

CORNERS = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0.0]])
TRIANGLES = np.array([[0, 1, 2], [0, 2, 3]])
COLORS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]], np.uint8)
"""Of the corners, counter-clockwise from the lower left."""


@pytest.fixture
def picture() -> np.ndarray:
    """Return a texture with the color of each corner in its quarter."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[32:, :32], pixels[32:, 32:], pixels[:32, 32:], pixels[:32, :32] = COLORS
    return pixels


def textured(picture: np.ndarray) -> trimesh.Trimesh:
    visual = trimesh.visual.TextureVisuals(uv=CORNERS[:, :2], image=Image.fromarray(picture))
    return trimesh.Trimesh(CORNERS, TRIANGLES, visual=visual, process=False)


def write_wrl(path: Path, texture: str) -> None:
    points = ", ".join(f"{x} {y} {z}" for x, y, z in CORNERS)
    places = ", ".join(f"{x} {y}" for x, y, _ in CORNERS)
    path.write_text(
        f"""#VRML V2.0 utf8
        Shape {{ appearance Appearance {{ texture ImageTexture {{ url "{texture}" }} }}
        geometry IndexedFaceSet {{ coord Coordinate {{ point [{points}] }}
        texCoord TextureCoordinate {{ point [{places}] }} coordIndex [0 1 2 -1 0 2 3 -1] }} }}"""
    )


PLY_BY_VERTEX = """ply
format ascii 1.0
comment TextureFile t.png
element vertex 4
property float x
property float y
property float z
property float s
property float t
element face 2
property list uchar int vertex_indices
end_header
0 0 0 0 0
1 0 0 1 0
1 1 0 1 1
0 1 0 0 1
3 0 1 2
3 0 2 3
"""
PLY_BY_CORNER = """ply
format ascii 1.0
comment TextureFile t.png
element vertex 4
property float x
property float y
property float z
element face 2
property list uchar int vertex_indices
property list uchar float texcoord
end_header
0 0 0
1 0 0
1 1 0
0 1 0
3 0 1 2 6 0 0 1 0 1 1
3 0 2 3 6 0 0 1 1 0 1
"""


def color_at(scan: Scan, corner: np.ndarray) -> np.ndarray:
    """Return the color of the surface at a corner, as the rasterizer would look it up."""
    [face, k] = np.argwhere((scan.vertices[scan.faces] == corner).all(axis=2))[0]
    if scan.texture_of_face[face] < 0:
        return scan.colors[face, k]
    texture = scan.textures[scan.texture_of_face[face]]
    height, width = texture.shape[:2]
    u, v = scan.uv[face, k]
    return texture[min(int((1 - v) * height), height - 1), min(int(u * width), width - 1)]


@pytest.mark.parametrize("kind", ["obj", "glb", "ply by vertex", "ply by corner", "wrl"])
def test_textures_are_the_right_way_round_in_every_format(kind, tmp_path, picture):
    path = tmp_path / f"scan.{kind[:3]}"
    Image.fromarray(picture).save(tmp_path / "t.png")
    if kind in ("obj", "glb"):
        textured(picture).export(path)
    elif kind == "wrl":
        write_wrl(path, "t.png")
    else:
        path.write_text(PLY_BY_VERTEX if kind == "ply by vertex" else PLY_BY_CORNER)
    scan = read_scan(path)
    assert scan.colored
    assert (len(scan.vertices), len(scan.faces), len(scan.textures)) == (4, 2, 1)
    for corner, color in zip(CORNERS, COLORS, strict=True):
        np.testing.assert_allclose(color_at(scan, corner), color, atol=3)


@pytest.mark.parametrize("suffix", ["obj", "ply", "glb"])
def test_colors_of_vertices_are_read(suffix, tmp_path):
    path = tmp_path / f"scan.{suffix}"
    mesh = trimesh.Trimesh(CORNERS, TRIANGLES, vertex_colors=COLORS, process=False)
    mesh.export(path)
    scan = read_scan(path)
    assert scan.colored
    assert not scan.textures
    for corner, color in zip(CORNERS, COLORS, strict=True):
        np.testing.assert_allclose(color_at(scan, corner), color, atol=1)


def test_parts_of_a_scene_are_placed_and_keep_their_own_textures(tmp_path, picture):
    scene = trimesh.Scene()
    moved = np.eye(4)
    moved[:3, 3] = 5, 0, 0
    scene.add_geometry(textured(picture))
    scene.add_geometry(textured(255 - picture), transform=moved)
    scene.export(tmp_path / "two.glb")
    scan = read_scan(tmp_path / "two.glb")
    assert sorted(scan.texture_of_face) == [0, 0, 1, 1]
    np.testing.assert_allclose(color_at(scan, CORNERS[0]), COLORS[0], atol=3)
    np.testing.assert_allclose(color_at(scan, CORNERS[0] + [5, 0, 0]), 255 - COLORS[0], atol=3)


def test_a_picture_of_the_same_name_is_the_texture_if_none_is_named(tmp_path, picture):
    write_wrl(tmp_path / "000.wrl", "C:\\gone\\face.bmp")
    assert not read_scan(tmp_path / "000.wrl").colored
    Image.fromarray(picture).save(tmp_path / "000.png")
    assert len(read_scan(tmp_path / "000.wrl").textures) == 1


def test_a_scan_whose_texture_is_missing_is_gray_and_says_so(tmp_path):
    (tmp_path / "a.obj").write_text(
        "mtllib gone.mtl\nusemtl skin\nv 0 0 0\nv 1 0 0\nv 1 1 0\n"
        "vt 0 0\nvt 1 0\nvt 1 1\nf 1/1 2/2 3/3\n"
    )
    scan = read_scan(tmp_path / "a.obj")
    assert not scan.colored
    assert (scan.colors == PLAIN_COLOR).all()


def test_what_is_no_part_of_a_surface_is_left_out(tmp_path):
    (tmp_path / "a.obj").write_text(
        "v 0 0 0\nv 1 0 0\nv 1 1 0\nv nan 0 0\nv 9 9 9\nf 1 2 3\nf 1 2 4\n"
    )
    scan = read_scan(tmp_path / "a.obj")
    np.testing.assert_array_equal(scan.vertices, [[0, 0, 0], [1, 0, 0], [1, 1, 0]])
    np.testing.assert_array_equal(scan.faces, [[0, 1, 2]])


def test_vertices_on_a_seam_become_one_again(tmp_path, picture):
    mesh = textured(picture)
    apart = trimesh.Trimesh(
        CORNERS[TRIANGLES].reshape(-1, 3),
        np.arange(6).reshape(2, 3),
        visual=trimesh.visual.TextureVisuals(
            uv=mesh.visual.uv[TRIANGLES].reshape(-1, 2), image=Image.fromarray(picture)
        ),
        process=False,
    )
    apart.export(tmp_path / "a.glb")
    assert len(read_scan(tmp_path / "a.glb").vertices) == 4


def promising_glb(count: int) -> bytes:
    content = b'{"asset":{"version":"2.0"},"accessors":[{"count":%d}]}' % count
    content += b" " * (-len(content) % 4)
    chunk = struct.pack("<II", len(content), 0x4E4F534A) + content
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunk)) + chunk


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.obj", b"", "a.obj is empty"),
        ("a.obj", b"rubbish", "it has no triangles"),
        ("a.obj", b"v 0 0 0\nv 1 0 0\nv 1 1 0\nf 1 2 9\n", "a.obj is damaged"),
        ("a.obj", b"v nan 0 0\nv 1 0 0\nv 1 1 0\nf 1 2 3\n", "it has no triangles"),
        ("a.ply", PLY_BY_VERTEX.encode()[:200], "a.ply is damaged"),
        ("a.glb", b"glTF", "a.glb is no whole GLB file"),
        ("a.glb", promising_glb(10**12), "promises 1000000000000 values"),
        ("a.wrl", b"#VRML V2.0 utf8\nShape {", "a.wrl cannot be used"),
        ("a.stl", b"solid", "a.stl is no scan"),
    ],
)
def test_damage_is_one_line_that_names_the_file(name, content, words, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words) as told:
        read_scan(tmp_path / name)
    assert "\n" not in str(told.value)


def test_a_damaged_texture_is_told(tmp_path):
    write_wrl(tmp_path / "a.wrl", "t.png")
    (tmp_path / "t.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a\.wrl cannot be used: its texture cannot be read"):
        read_scan(tmp_path / "a.wrl")


def test_large_files_are_refused_before_they_are_read(tmp_path):
    with (tmp_path / "a.ply").open("wb") as file:
        file.truncate(3_000_000)
    with pytest.raises(DataError, match=r"a\.ply has 3 MB; expected at most 2"):
        read_scan(tmp_path / "a.ply", ScanLimits(megabytes=2))
    trimesh.creation.icosphere(2).export(tmp_path / "b.ply")
    with pytest.raises(DataError, match="it has 320 triangles; expected at most 300"):
        read_scan(tmp_path / "b.ply", ScanLimits(triangles=300))
    with pytest.raises(DataError, match="there is no scan"):
        read_scan(tmp_path / "gone.ply")
