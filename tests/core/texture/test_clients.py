"""What programs that others wrote make of the files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from vrn_core.meshing.blend import PhotoView
from vrn_core.meshing.export import save_mesh
from vrn_core.template.template import shipped_template
from vrn_core.template.wrap import WrappedFace
from vrn_core.texture.head import wrapped_head
from vrn_core.texture.textured import TextureSettings, finish
from vrn_core.types import TexturedMesh, TriangleMesh

PROGRAM = Path(__file__).with_name("blender_textures.py")
FILES = ("a face.glb", "Zoë März.obj", "a face.usdz", "a face.ply", "a face.stl")
HEADS = ("a head.glb", "a head.obj", "a head.usdz")
MILLIMETERS = {".glb": 1000, ".usdz": 1000}
VALIDATOR = "gltf-validator@2.0.0-dev.3.10"
VALIDATE = """
const validator = require("gltf-validator"), fs = require("fs");
validator.validateBytes(new Uint8Array(fs.readFileSync(process.argv[1])))
  .then((report) => console.log(JSON.stringify(report)));
"""


@pytest.fixture(scope="module")
def face(mask: TriangleMesh, camera: Callable[..., PhotoView]) -> TexturedMesh:
    """The mask from a photo that is red at the viewer's right and green at the top."""
    photo = np.full((256, 256, 3), 60, np.uint8)
    photo[:, 135:, 0] = 220
    photo[:118, :, 1] = 200
    made = finish(mask, [camera(photo)], TextureSettings(triangles=2000, normal_map=True))
    assert isinstance(made, TexturedMesh)
    return made


@pytest.fixture(scope="module")
def head(mask: TriangleMesh, camera: Callable[..., PhotoView]) -> TexturedMesh:
    """The template, as it is, from a photo of one color."""
    template = shipped_template()
    wrapped = WrappedFace(template, template.vertices, template.offsets, 0.0)
    photo = np.full((256, 256, 3), (190, 140, 120), np.uint8)
    return wrapped_head(wrapped, mask, [camera(photo)], size=512)


@pytest.fixture(scope="module")
def folder(
    face: TexturedMesh, head: TexturedMesh, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("clients")
    for name in FILES:
        save_mesh(face, folder / name)
    for name in HEADS:
        save_mesh(head, folder / name)
    return folder


@pytest.fixture(scope="module")
def imported(folder: Path) -> dict[str, Any]:
    blender = shutil.which("blender")
    if blender is None:
        pytest.skip("Blender is not installed")
    # Blender's own Python would take the first one on the path for its home.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}
    environment["PATH"] = os.defpath
    paths = [folder / name for name in (*FILES, *HEADS)]
    done = subprocess.run(
        [blender, "--background", "--factory-startup", "--python", PROGRAM, "--", *paths],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("REPORT")]
    assert lines, done.stdout[-2000:] + done.stderr
    return json.loads(lines[0].removeprefix("REPORT"))  # type: ignore[no-any-return]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_blender_gets_a_solid_of_real_size_upright_and_facing_front(
    name: str, imported: dict[str, Any], face: TexturedMesh
) -> None:
    arrived = imported[name]
    if arrived is None:
        pytest.skip(f"this Blender does not read {name}")
    assert arrived["faces"] == len(face.mesh.faces)
    assert arrived["manifold"]
    assert arrived["volume"] > 0
    scale = MILLIMETERS.get(Path(name).suffix, 1)
    low, high = face.mesh.vertices.min(axis=0), face.mesh.vertices.max(axis=0)
    # Blender's z is up and its front view looks along +y.
    np.testing.assert_allclose(
        np.multiply(arrived["low"], scale), [low[0], -high[2], low[1]], atol=0.01
    )
    np.testing.assert_allclose(
        np.multiply(arrived["high"], scale), [high[0], -low[2], high[1]], atol=0.01
    )
    nose = np.multiply(arrived["front"], scale)
    assert np.linalg.norm(nose[[0, 2]] - [0, -20]) < 4


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES[:3])
def test_blender_gets_the_pictures(name: str, imported: dict[str, Any], face: TexturedMesh) -> None:
    arrived = imported[name]
    if arrived is None:
        pytest.skip(f"this Blender does not read {name}")
    low, high = arrived["places"]
    assert 0 <= low < 0.05
    assert 0.95 < high <= 1
    color, relief = sorted(arrived["images"], key=lambda image: -image["spread"])
    assert face.texture is not None
    assert color["size"] == list(face.texture.shape[:2])
    assert color["spread"] > 0.1
    assert relief["size"] == color["size"]
    assert color["space"] == "sRGB"
    # Blender 3.4 takes all pictures of OBJ for colors.
    assert relief["space"] == "Non-Color" or name.endswith(".obj")
    assert "NORMAL_MAP" in arrived["nodes"]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES[:2])
def test_drawn_face_has_each_color_on_its_side(
    name: str, imported: dict[str, Any], folder: Path
) -> None:
    assert imported[name] is not None
    path = folder / name
    picture = cv2.imread(str(path.with_suffix("")) + f"-{path.suffix[1:]}-front.png")
    assert picture is not None
    blue, green, red = (picture[..., k].astype(int) for k in range(3))
    left, right = (slice(48, 76), slice(44, 58)), (slice(48, 76), slice(70, 84))
    assert (red - blue)[right].mean() > 80
    assert abs((red - blue)[left].mean()) < 15
    upper, lower = (slice(40, 52), slice(48, 80)), (slice(80, 92), slice(48, 80))
    assert (green - blue)[upper].mean() > 60
    assert (green - blue)[lower].mean() < 15


@pytest.mark.slow
@pytest.mark.parametrize("name", HEADS)
def test_blender_gets_the_head_in_real_size_with_its_picture(
    name: str, imported: dict[str, Any], head: TexturedMesh
) -> None:
    arrived = imported[name]
    if arrived is None:
        pytest.skip(f"this Blender does not read {name}")
    scale = MILLIMETERS.get(Path(name).suffix, 1)
    low, high = head.mesh.vertices.min(axis=0), head.mesh.vertices.max(axis=0)
    np.testing.assert_allclose(
        np.multiply(arrived["low"], scale), [low[0], -high[2], low[1]], atol=0.01
    )
    np.testing.assert_allclose(
        np.multiply(arrived["high"], scale), [high[0], -low[2], high[1]], atol=0.01
    )
    (color,) = arrived["images"]
    assert color["size"] == [512, 512]
    # glTF knows triangles only.
    triangles = name.endswith(".glb")
    assert arrived["corners"] == [3 if triangles else 4]
    assert arrived["faces"] == len(head.mesh.faces) // (1 if triangles else 2)


@pytest.mark.slow
def test_blender_gets_the_expressions(imported: dict[str, Any], head: TexturedMesh) -> None:
    shapes = imported[HEADS[0]]["shapes"]
    assert head.morphs is not None
    assert tuple(shapes) == head.morphs.names
    most = np.linalg.norm(head.morphs.offsets, axis=2).max(axis=1)
    np.testing.assert_allclose(np.multiply(list(shapes.values()), 1000), most, rtol=1e-3)


@pytest.mark.slow
def test_khronos_validator_finds_no_fault(
    folder: Path, mask: TriangleMesh, pytestconfig: pytest.Config
) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed")
    home = Path(pytestconfig.cache.mkdir("gltf-validator"))  # type: ignore[union-attr]
    if not (home / "node_modules").is_dir():
        fetched = subprocess.run(
            [npm, "install", "--prefix", home, "--no-audit", "--no-fund", VALIDATOR],
            capture_output=True,
            text=True,
            check=False,
        )
        if fetched.returncode:
            pytest.skip(f"npm does not fetch the validator: {fetched.stderr.strip()[-200:]}")
    colors = np.full(mask.vertices.shape, 90, np.uint8)
    save_mesh(TriangleMesh(mask.vertices, mask.faces, colors), folder / "plain.glb")
    for name in (FILES[0], HEADS[0], "plain.glb"):
        done = subprocess.run(
            [node, "-e", VALIDATE, folder / name],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "NODE_PATH": str(home / "node_modules")},
        )
        report = json.loads(done.stdout)
        assert report["issues"]["messages"] == []
        assert report["info"]["totalTriangleCount"] > 1000


def test_usdz_is_read_back_by_its_own_library(folder: Path, face: TexturedMesh) -> None:
    usd = pytest.importorskip("pxr.Usd", reason="usd-core is not installed")
    from pxr import UsdGeom, UsdShade

    stage = usd.Stage.Open(str(folder / "a face.usdz"))
    assert UsdGeom.GetStageUpAxis(stage) == "Y"
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1
    assert stage.GetDefaultPrim().GetName() == "face"
    mesh = UsdGeom.Mesh(stage.GetPrimAtPath("/face/mesh"))
    points = np.array(mesh.GetPointsAttr().Get()) * 1000
    np.testing.assert_allclose(points, face.mesh.vertices, atol=1e-3)
    corners = np.array(mesh.GetFaceVertexIndicesAttr().Get()).reshape(-1, 3)
    np.testing.assert_array_equal(corners, face.mesh.faces)
    places = UsdGeom.PrimvarsAPI(mesh).GetPrimvar("st").ComputeFlattened()
    np.testing.assert_allclose(np.array(places).reshape(-1, 3, 2), face.uv[face.corners])
    material, _ = UsdShade.MaterialBindingAPI(mesh.GetPrim()).ComputeBoundMaterial()
    surface, _, _ = material.ComputeSurfaceSource()
    assert surface.GetInput("diffuseColor").HasConnectedSource()
    assert surface.GetInput("normal").HasConnectedSource()
    for prim in stage.Traverse():
        shader = UsdShade.Shader(prim)
        if shader and shader.GetIdAttr().Get() == "UsdUVTexture":
            assert shader.GetInput("file").Get().resolvedPath
