from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from vrn_core.meshing.cleanup import decimate
from vrn_core.meshing.export import export_formats, save_mesh
from vrn_core.types import TriangleMesh

FORMATS = export_formats()
PROGRAM = Path(__file__).with_name("blender_report.py")


@pytest.fixture(scope="module")
def face(ball: TriangleMesh) -> TriangleMesh:
    """A canonical head: a nose at +z, taller than wide, red to the viewer's right, green up."""
    small = decimate(ball, 600)
    vertices = small.vertices * np.array([1.0, 1.3, 1.0], np.float32)
    vertices[vertices[:, 2].argmax(), 2] = 35
    colors = np.full(vertices.shape, 40, np.uint8)
    colors[vertices[:, 0] > 5, 0] = 220
    colors[vertices[:, 1] > 5, 1] = 200
    return TriangleMesh(vertices, small.faces, colors)


@pytest.fixture(scope="module")
def imported(
    face: TriangleMesh, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    blender = shutil.which("blender")
    if blender is None:
        pytest.skip("Blender is not installed")
    folder = tmp_path_factory.mktemp("blender")
    paths = [folder / f"face.{format}" for format in FORMATS]
    for path in paths:
        save_mesh(face, path)
    # Blender's own Python would take the first one on the path for its home.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}
    environment["PATH"] = os.defpath
    done = subprocess.run(
        [blender, "--background", "--factory-startup", "--python", PROGRAM, "--", *paths],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("REPORT")]
    assert lines, done.stdout + done.stderr
    return json.loads(lines[0].removeprefix("REPORT"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("format", FORMATS)
def test_canonical_mesh_stands_upright_and_faces_the_front_view(
    format: str, imported: dict[str, dict[str, Any]]
) -> None:
    arrived = imported[format]
    points = np.array(arrived["points"]) * (1000 if format == "glb" else 1)
    # Blender's front view looks along +y with z up and x to the right.
    nose = points[points[:, 1].argmin()]
    np.testing.assert_allclose(nose[1], -35, atol=1e-3)
    assert np.abs(nose[[0, 2]]).max() < 10
    np.testing.assert_allclose(np.ptp(points, axis=0), [40, 55, 52], atol=1.5)
    solid = trimesh.Trimesh(points, arrived["faces"])
    assert solid.is_watertight
    assert solid.volume > 0


@pytest.mark.parametrize("format", ["obj", "ply", "glb"])
def test_colors_arrive_on_their_side(format: str, imported: dict[str, dict[str, Any]]) -> None:
    arrived = imported[format]
    points = np.array(arrived["points"]) * (1000 if format == "glb" else 1)
    colors = np.array(arrived["colors"]) * 255
    right, top = points[:, 0] > 6, points[:, 2] > 6
    np.testing.assert_allclose(colors[right, 0], 220, atol=2)
    np.testing.assert_allclose(colors[points[:, 0] < 4, 0], 40, atol=2)
    np.testing.assert_allclose(colors[top, 1], 200, atol=2)
    np.testing.assert_allclose(colors[points[:, 2] < 4, 1], 40, atol=2)


def test_gltf_material_shows_the_colors(imported: dict[str, dict[str, Any]]) -> None:
    assert "VERTEX_COLOR" in imported["glb"]["nodes"]
