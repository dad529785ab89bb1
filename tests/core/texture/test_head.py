"""The wrapped template with its texture."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vrn_core.errors import ConfigError, ExportError, ShapeError
from vrn_core.meshing.blend import PhotoView
from vrn_core.meshing.export import save_mesh
from vrn_core.pose import Similarity
from vrn_core.template.template import Part, Template, shipped_template
from vrn_core.template.wrap import WrappedFace
from vrn_core.texture.head import wrapped_head
from vrn_core.texture.textured import TextureSettings, finish, moved
from vrn_core.types import Morphs, TexturedMesh, TriangleMesh, halved_quads

SKIN, HAIR, IRIS = (190, 140, 120), (250, 0, 250), (30, 70, 200)


@pytest.fixture(scope="module")
def template() -> Template:
    return shipped_template()


@pytest.fixture(scope="module")
def surface(template: Template) -> TriangleMesh:
    skin = template.parts == Part.SKIN
    whole = skin[template.triangles].all(axis=1)
    return TriangleMesh(template.vertices, template.triangles[whole])


@pytest.fixture(scope="module")
def wrapped(template: Template) -> WrappedFace:
    return WrappedFace(template, template.vertices, template.offsets, 0.0)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """Of a face with glaring hair, on the same ground, and blue eyes; 1.4 pixels a millimeter."""
    image = np.empty((256, 256, 3), np.uint8)
    image[:] = SKIN
    image[:40] = HAIR
    image[:, :6] = HAIR
    image[110:145, 55:200] = IRIS
    return image


@pytest.fixture(scope="module")
def head(
    wrapped: WrappedFace,
    surface: TriangleMesh,
    photo: np.ndarray,
    camera: Callable[..., PhotoView],
) -> TexturedMesh:
    return wrapped_head(wrapped, surface, [camera(photo)], size=512)


def texels(head: TexturedMesh, vertices: np.ndarray) -> np.ndarray:
    """The texture's colors (N, 3) at some vertices."""
    assert head.texture is not None
    rows = np.flatnonzero(np.isin(head.origin, vertices))
    size = len(head.texture)
    x, y = head.uv[rows, 0] * size, (1 - head.uv[rows, 1]) * size
    return head.texture[
        np.clip(y.astype(int), 0, size - 1), np.clip(x.astype(int), 0, size - 1)
    ].astype(int)


def test_head_has_the_order_and_the_places_of_the_template(
    head: TexturedMesh, template: Template
) -> None:
    np.testing.assert_array_equal(halved_quads(head.mesh.faces), template.quads)
    np.testing.assert_array_equal(halved_quads(head.corners), template.quads_uv)
    np.testing.assert_array_equal(head.uv, template.uvs)
    np.testing.assert_array_equal(head.origin[head.corners], head.mesh.faces)
    assert head.morphs is not None
    assert head.morphs.names == template.expressions


def test_skin_is_of_the_photo_and_hair_does_not_spread(
    head: TexturedMesh, template: Template
) -> None:
    points = template.vertices
    cheeks = np.flatnonzero(
        (template.fit_weights == 1) & (points[:, 1] < -25) & (points[:, 1] > -45)
    )
    assert abs(texels(head, cheeks) - SKIN).mean() < 4
    back = np.flatnonzero((template.parts == Part.SKIN) & (points[:, 2] < -120))
    assert len(back) > 50
    assert abs(texels(head, back) - SKIN).max() < 40


def test_eyes_are_of_the_photo_in_front_and_white_behind(
    head: TexturedMesh, template: Template
) -> None:
    for part in (Part.LEFT_EYE, Part.RIGHT_EYE):
        own = template.parts == part
        z = template.vertices[:, 2]
        front = texels(head, np.flatnonzero(own & (z > z[own].max() - 0.5)))
        behind = texels(head, np.flatnonzero(own & (z < z[own].min() + 5)))
        assert abs(front - IRIS).mean() < 30
        assert behind.min() > 150


def test_eyes_that_no_photo_shows_have_an_iris(
    wrapped: WrappedFace, surface: TriangleMesh, template: Template
) -> None:
    head = wrapped_head(wrapped, surface, [])
    own = template.parts == Part.LEFT_EYE
    z = template.vertices[:, 2]
    front = texels(head, np.flatnonzero(own & (z > z[own].max() - 0.5)))
    behind = texels(head, np.flatnonzero(own & (z < z[own].min() + 5)))
    assert front.mean() < 110 < 150 < behind.min()


def test_inside_of_the_mouth_is_none_of_the_photo(head: TexturedMesh, template: Template) -> None:
    inside = template.parts == Part.MOUTH
    deep = inside & (template.vertices[:, 2] < template.vertices[inside, 2].min() + 20)
    red, green, _ = texels(head, np.flatnonzero(deep)).mean(axis=0)
    assert red > 1.5 * green
    assert red < 130
    teeth = texels(head, np.flatnonzero(template.parts == Part.UPPER_TEETH))
    assert teeth.min() > 140


def test_known_colors_stand_where_there_is_no_photo(
    wrapped: WrappedFace, surface: TriangleMesh, template: Template
) -> None:
    colors = np.full(surface.vertices.shape, (20, 160, 60), np.float32)
    head = wrapped_head(wrapped, surface, [], known_colors=colors)
    face = np.flatnonzero(template.fit_weights == 1)
    assert abs(texels(head, face) - (20, 160, 60)).max() < 3


def test_glb_holds_each_expression_with_its_name(head: TexturedMesh, tmp_path: Path) -> None:
    save_mesh(head, tmp_path / "head.glb")
    content = (tmp_path / "head.glb").read_bytes()
    (length,) = struct.unpack("<I", content[12:16])
    document = json.loads(content[20 : 20 + length])
    binary = content[20 + length + 8 :]
    (shape,) = document["meshes"]
    assert head.morphs is not None
    assert tuple(shape["extras"]["targetNames"]) == head.morphs.names
    targets = shape["primitives"][0]["targets"]
    assert len(targets) == len(shape["weights"]) == 52

    def array(number: int) -> np.ndarray:
        accessor = document["accessors"][number]
        start = document["bufferViews"][accessor["bufferView"]]["byteOffset"]
        return np.frombuffer(binary, "<f4", 3 * accessor["count"], start).reshape(-1, 3)

    for target, offsets in zip(targets, head.morphs.offsets, strict=True):
        # In meters.
        np.testing.assert_allclose(
            array(target["POSITION"]), offsets[head.origin] / 1000, atol=1e-7
        )
        assert np.isfinite(array(target["NORMAL"])).all()


def test_obj_and_usd_hold_quads(head: TexturedMesh, tmp_path: Path) -> None:
    save_mesh(head, tmp_path / "head.obj")
    lines = (tmp_path / "head.obj").read_text().splitlines()
    faces = [line.split()[1:] for line in lines if line.startswith("f ")]
    assert [len(face) for face in faces] == [4] * (len(head.mesh.faces) // 2)
    quads = [[int(corner.split("/")[0]) - 1 for corner in face] for face in faces]
    np.testing.assert_array_equal(quads, halved_quads(head.mesh.faces))
    usd = pytest.importorskip("pxr.Usd", reason="usd-core is not installed")
    from pxr import UsdGeom

    save_mesh(head, tmp_path / "head.usdz")
    stage = usd.Stage.Open(str(tmp_path / "head.usdz"))
    mesh = UsdGeom.Mesh(stage.GetPrimAtPath("/face/mesh"))
    assert set(mesh.GetFaceVertexCountsAttr().Get()) == {4}
    assert len(mesh.GetFaceVertexIndicesAttr().Get()) == 4 * len(quads)


def test_open_head_is_not_for_printing(head: TexturedMesh, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="open at the neck"):
        save_mesh(head, tmp_path / "head.stl")
    assert not list(tmp_path.iterdir())


def test_expressions_move_with_the_head(head: TexturedMesh) -> None:
    turn = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    there = moved(head, Similarity(2.0, turn, np.array([5.0, 6.0, 7.0])))
    assert isinstance(there, TexturedMesh)
    assert there.morphs is not None
    assert head.morphs is not None
    expected = 2 * head.morphs.offsets @ turn.T
    np.testing.assert_allclose(there.morphs.offsets, expected, atol=1e-4)


def test_what_does_not_go_together_is_refused(surface: TriangleMesh) -> None:
    with pytest.raises(ConfigError, match="normal map"):
        TextureSettings(template=True, normal_map=True)
    with pytest.raises(ConfigError, match="landmarks"):
        finish(surface, [], TextureSettings(template=True))
    with pytest.raises(ShapeError):
        Morphs(("smile",), np.zeros((2, 5, 3), np.float32))


def test_surface_becomes_a_head(surface: TriangleMesh, template: Template) -> None:
    """The template itself stands for a reconstruction."""
    landmarks = template.landmarks().astype(np.float32)
    head = finish(surface, [], TextureSettings(template=True, size=64), landmarks=landmarks)
    assert isinstance(head, TexturedMesh)
    assert head.quads
    face = template.fit_weights == 1
    distance = np.linalg.norm(head.mesh.vertices - template.vertices, axis=1)[face]
    assert distance.mean() < 0.5
