from __future__ import annotations

import builtins
import io
import json
import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from vrn_core.errors import ExportError, ShapeError
from vrn_core.files import write_together
from vrn_core.meshing.export import save_mesh
from vrn_core.meshing.names import plain_name, written_names
from vrn_core.types import TexturedMesh, TriangleMesh


@pytest.fixture
def face() -> TexturedMesh:
    """A tetrahedron laid flat in four triangles of a colored picture."""
    vertices = 63 * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], np.int32)
    colors = np.array([[250, 0, 0], [0, 250, 0], [0, 0, 250], [90, 90, 90]], np.uint8)
    cells = np.array([[0, 0], [0.5, 0], [0, 0.5], [0.5, 0.5]], np.float32)
    uv = cells[:, None] + np.array([[0.1, 0.1], [0.4, 0.1], [0.1, 0.4]], np.float32)
    corners = np.arange(12, dtype=np.int32).reshape(4, 3)
    texture = np.random.default_rng(3).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    relief = np.full((64, 64, 3), (128, 128, 255), np.uint8)
    mesh = TriangleMesh(vertices, faces, colors)
    return TexturedMesh(mesh, uv.reshape(-1, 2), corners, faces.reshape(-1), texture, relief)


def test_obj_brings_materials_and_pictures_by_names_that_hold_everywhere(
    face: TexturedMesh, tmp_path: Path
) -> None:
    save_mesh(face, tmp_path / "Zoë am See.obj")
    plain = plain_name("Zoë am See")
    assert plain.startswith("Zoe_am_See-")
    assert plain.isascii()
    assert {p.name for p in tmp_path.iterdir()} == {
        "Zoë am See.obj", f"{plain}.mtl", f"{plain}_color.png", f"{plain}_normal.png",
    }  # fmt: skip
    text = (tmp_path / "Zoë am See.obj").read_text()
    assert f"mtllib {plain}.mtl\n" in text
    material = (tmp_path / f"{plain}.mtl").read_text()
    assert f"map_Kd {plain}_color.png\n" in material
    assert f"norm {plain}_normal.png\n" in material
    with Image.open(tmp_path / f"{plain}_color.png") as picture:
        back = np.asarray(picture)
    np.testing.assert_array_equal(back, face.texture)  # type: ignore[arg-type]


def test_plain_names_stay_and_others_are_not_mixed_up() -> None:
    assert plain_name("face-1_b") == "face-1_b"
    assert plain_name("a b") != plain_name("a_b")
    assert plain_name("李").startswith("face-")
    assert plain_name(os.fsdecode(b"caf\xe9")).isascii()


def test_obj_and_glb_come_back_with_their_places(face: TexturedMesh, tmp_path: Path) -> None:
    for name in ("face.obj", "face.glb"):
        save_mesh(face, tmp_path / name)
        back = trimesh.load(tmp_path / name, force="mesh", process=False)
        scale = 1000 if name.endswith("glb") else 1
        points = np.asarray(back.vertices)[back.faces] * scale
        np.testing.assert_allclose(points, face.mesh.vertices[face.mesh.faces], atol=1e-3)
        np.testing.assert_allclose(
            np.asarray(back.visual.uv)[back.faces], face.uv[face.corners], atol=1e-5
        )


def test_glb_holds_pictures_tangents_and_no_second_colors(
    face: TexturedMesh, tmp_path: Path
) -> None:
    save_mesh(face, tmp_path / "face.glb")
    content = (tmp_path / "face.glb").read_bytes()
    (length,) = struct.unpack_from("<I", content, 12)
    document = json.loads(content[20 : 20 + length])
    primitive = document["meshes"][0]["primitives"][0]
    assert set(primitive["attributes"]) == {"POSITION", "NORMAL", "TEXCOORD_0", "TANGENT"}
    material = document["materials"][0]
    assert "baseColorTexture" in material["pbrMetallicRoughness"]
    assert "normalTexture" in material
    body = content[20 + length + 8 :]
    kinds = []
    for image in document["images"]:
        view = document["bufferViews"][image["bufferView"]]
        data = body[view["byteOffset"] :][: view["byteLength"]]
        picture = Image.open(io.BytesIO(data))
        assert picture.size == (64, 64)
        kinds.append(picture.format)
    assert kinds == ["JPEG", "PNG"]


def test_ply_and_stl_take_the_colors_of_the_vertices(face: TexturedMesh, tmp_path: Path) -> None:
    save_mesh(face, tmp_path / "face.ply")
    save_mesh(face, tmp_path / "face.stl")
    back = trimesh.load(tmp_path / "face.ply", process=False)
    np.testing.assert_array_equal(back.visual.vertex_colors[:, :3], face.mesh.colors)
    assert {p.name for p in tmp_path.iterdir()} == {"face.ply", "face.stl"}


def test_files_that_belong_together_are_written_all_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old.mtl", tmp_path / "new.png"
    last = tmp_path / "last.obj"
    old.write_bytes(b"mine")
    real = os.replace

    def failing(source: str | Path, target: str | Path) -> None:
        if Path(target) == last:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr("vrn_core.files.os.replace", failing)
    with pytest.raises(ExportError, match=r"last\.obj.*free some space"):
        write_together({new: b"1", old: b"2", last: b"3"})
    assert [p.name for p in tmp_path.iterdir()] == ["old.mtl"]
    assert old.read_bytes() == b"mine"
    monkeypatch.setattr("vrn_core.files.os.replace", real)
    write_together({new: b"1", old: b"2", last: b"3"})
    assert [p.read_bytes() for p in (new, old, last)] == [b"1", b"2", b"3"]
    assert len(list(tmp_path.iterdir())) == 3


def test_missing_usd_is_one_clear_line(
    face: TexturedMesh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: object, **options: object) -> object:
        if name.startswith("pxr"):
            raise ImportError("No module named 'pxr'")
        return real(name, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    for module in [name for name in sys.modules if name.startswith("pxr")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(ExportError, match=r"needs the package usd-core.*pip install"):
        save_mesh(face, tmp_path / "face.usdz")
    assert not list(tmp_path.iterdir())


def test_places_that_do_not_fit_the_mesh_are_refused(face: TexturedMesh) -> None:
    with pytest.raises(ShapeError, match="corners"):
        TexturedMesh(face.mesh, face.uv, face.corners[:2], face.origin)
    with pytest.raises(ShapeError, match="origin"):
        TexturedMesh(face.mesh, face.uv, face.corners, face.origin[:2])
    with pytest.raises(ShapeError, match="texture"):
        TexturedMesh(face.mesh, face.uv, face.corners, face.origin, np.zeros((4, 4), np.uint8))


def test_no_file_has_the_name_of_the_photo(face: TexturedMesh, tmp_path: Path) -> None:
    """A photo me.png in the same folder must outlive its mesh me.obj."""
    for format in ("obj", "glb"):
        save_mesh(face, tmp_path / f"me.{format}")
        written = {path.name for path in tmp_path.iterdir() if path.stat().st_size}
        assert not {"me.png", "me.jpg"} & written
    assert {path.name for path in tmp_path.iterdir()} <= {
        *written_names("me", "obj"), *written_names("me", "glb"),
    }  # fmt: skip
