from __future__ import annotations

import io
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import trimesh

from vrn_core.errors import ExportError
from vrn_core.meshing.export import export_formats, save_mesh
from vrn_core.types import TriangleMesh

FORMATS = export_formats()
# What a reader has to undo to have the canonical mesh again: PLY and STL are z-up.
TO_Y_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])


def read(path: Path) -> trimesh.Trimesh:
    mesh = trimesh.load(path, force="mesh", process=False)
    assert isinstance(mesh, trimesh.Trimesh)
    return mesh


def corners(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return (F, 3, 3), which does not depend on how a reader numbers the vertices."""
    return np.asarray(vertices)[np.asarray(faces)]


@pytest.mark.parametrize("format", FORMATS)
def test_photo_mesh_is_written_as_it_is(
    format: str, colored_ball: TriangleMesh, tmp_path: Path
) -> None:
    path = tmp_path / f"face.{format}"
    save_mesh(colored_ball, path, frame="photo")
    back = read(path)
    np.testing.assert_allclose(
        corners(back.vertices, back.faces),
        corners(colored_ball.vertices, colored_ball.faces),
        atol=1e-4,
    )


@pytest.mark.parametrize("format", FORMATS)
def test_canonical_mesh_is_turned_and_scaled_as_the_format_is_read(
    format: str, colored_ball: TriangleMesh, tmp_path: Path
) -> None:
    path = tmp_path / f"face.{format}"
    save_mesh(colored_ball, path)
    back = read(path)
    vertices = np.asarray(back.vertices)
    vertices = vertices @ TO_Y_UP.T if format in ("ply", "stl") else vertices
    vertices = vertices * 1000 if format == "glb" else vertices
    np.testing.assert_allclose(
        corners(vertices, back.faces),
        corners(colored_ball.vertices, colored_ball.faces),
        atol=1e-4,
    )
    back.merge_vertices()
    assert back.is_watertight
    assert back.is_winding_consistent
    assert back.volume > 0


@pytest.mark.parametrize("format", ["obj", "ply"])
def test_colors_come_back(format: str, colored_ball: TriangleMesh, tmp_path: Path) -> None:
    path = tmp_path / f"face.{format}"
    save_mesh(colored_ball, path, frame="photo")
    back = read(path)
    assert colored_ball.colors is not None
    np.testing.assert_array_equal(
        corners(back.visual.vertex_colors[:, :3], back.faces),
        corners(colored_ball.colors, colored_ball.faces),
    )


def glb_parts(path: Path) -> tuple[dict, bytes]:
    content = path.read_bytes()
    magic, version, length = struct.unpack_from("<4sII", content)
    assert (magic, version, length) == (b"glTF", 2, len(content))
    json_length, kind = struct.unpack_from("<I4s", content, 12)
    assert kind == b"JSON"
    start = 20 + json_length
    body_length, kind = struct.unpack_from("<I4s", content, start)
    assert kind == b"BIN\0"
    assert start + 8 + body_length == length
    return json.loads(content[20:start]), content[start + 8 :]


def test_gltf_colors_are_linear_light(colored_ball: TriangleMesh, tmp_path: Path) -> None:
    save_mesh(colored_ball, tmp_path / "face.glb")
    document, body = glb_parts(tmp_path / "face.glb")
    primitive = document["meshes"][0]["primitives"][0]
    accessor = document["accessors"][primitive["attributes"]["COLOR_0"]]
    assert accessor["normalized"] is True
    view = document["bufferViews"][accessor["bufferView"]]
    data = body[view["byteOffset"] :][: view["byteLength"]]
    linear = np.frombuffer(data, "<u2").reshape(-1, 4)[:, :3] / 65535
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    assert colored_ball.colors is not None
    np.testing.assert_array_equal(np.rint(srgb * 255), colored_ball.colors)


def test_gltf_material_is_white_so_that_colors_show(
    colored_ball: TriangleMesh, tmp_path: Path
) -> None:
    save_mesh(colored_ball, tmp_path / "face.glb")
    document, _ = glb_parts(tmp_path / "face.glb")
    primitive = document["meshes"][0]["primitives"][0]
    surface = document["materials"][primitive["material"]]["pbrMetallicRoughness"]
    assert surface["baseColorFactor"] == [1, 1, 1, 1]
    assert surface["metallicFactor"] == 0
    position = document["accessors"][primitive["attributes"]["POSITION"]]
    np.testing.assert_allclose(position["min"], colored_ball.vertices.min(axis=0) / 1000)
    for view in document["bufferViews"]:
        assert view["byteOffset"] % 4 == 0


@pytest.mark.parametrize("format", FORMATS)
def test_mesh_without_colors_can_be_saved(format: str, ball: TriangleMesh, tmp_path: Path) -> None:
    path = tmp_path / f"face.{format}"
    save_mesh(ball, path)
    assert len(read(path).faces) == len(ball.faces)


@pytest.mark.parametrize("name", ["face.GLB", "ein Gesicht né.obj", "a.b.ply"])
def test_format_is_told_by_the_extension(name: str, ball: TriangleMesh, tmp_path: Path) -> None:
    save_mesh(ball, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_format_can_be_given(ball: TriangleMesh, tmp_path: Path) -> None:
    save_mesh(ball, tmp_path / "face", ".STL")
    with (tmp_path / "face").open("rb") as file:
        solid = trimesh.load(io.BytesIO(file.read()), file_type="stl", force="mesh")
    assert len(solid.faces) == len(ball.faces)


@pytest.mark.parametrize("name", ["face.fbx", "face", "face.tar.gz"])
def test_unknown_format_is_refused(name: str, ball: TriangleMesh, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="choose one of obj, ply, stl, glb"):
        save_mesh(ball, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_empty_mesh_is_refused(tmp_path: Path) -> None:
    empty = TriangleMesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    with pytest.raises(ExportError, match="no triangles"):
        save_mesh(empty, tmp_path / "face.obj")


def test_vertices_that_are_no_numbers_are_refused(ball: TriangleMesh, tmp_path: Path) -> None:
    vertices = ball.vertices.copy()
    vertices[5, 1] = np.nan
    with pytest.raises(ExportError, match="no numbers"):
        save_mesh(TriangleMesh(vertices, ball.faces), tmp_path / "face.obj")


def test_missing_folder_is_told(ball: TriangleMesh, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no such file or directory; make the folder first"):
        save_mesh(ball, tmp_path / "nowhere" / "face.obj")


def test_folder_that_is_a_file_is_told(ball: TriangleMesh, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="not a directory; choose a folder"):
        save_mesh(ball, tmp_path / "file" / "face.obj")


def test_target_that_is_a_folder_is_told_and_nothing_is_left(
    ball: TriangleMesh, tmp_path: Path
) -> None:
    (tmp_path / "face.obj").mkdir()
    with pytest.raises(ExportError, match="choose another name"):
        save_mesh(ball, tmp_path / "face.obj")
    assert [path.name for path in tmp_path.iterdir()] == ["face.obj"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_unwritable_folder_is_told(ball: TriangleMesh, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ExportError, match="permission denied; choose a folder that you may"):
            save_mesh(ball, tmp_path / "face.obj")
    finally:
        tmp_path.chmod(0o700)


def test_failed_write_leaves_the_old_file_and_no_partial_one(
    ball: TriangleMesh, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource", reason="file sizes are limited on Unix only")
    path = tmp_path / "face.obj"
    path.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # What the program sees is a write that stops half-way, as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(ExportError, match="free some space"):
            save_mesh(ball, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["face.obj"]


def test_full_disk_is_told(
    ball: TriangleMesh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="no space left on device; free some space"):
        save_mesh(ball, tmp_path / "face.glb")
    assert not list(tmp_path.iterdir())


def test_file_can_be_read_by_others(ball: TriangleMesh, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    save_mesh(ball, tmp_path / "face.ply")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1
