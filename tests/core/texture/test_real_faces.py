"""The whole way from real photos, frontal and strongly turned."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from vrn_core.errors import NoFaceFoundError
from vrn_core.inference.photo import load_photo
from vrn_core.inference.reconstructor import Reconstructor
from vrn_core.meshing.blend import PhotoView
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.kept import KeptVolume
from vrn_core.meshing.repair import is_closed_manifold
from vrn_core.resources import resource
from vrn_core.texture.handles import euler_characteristic
from vrn_core.texture.lay import lay
from vrn_core.texture.raster import EDGE, fill_triangles, texel_corners
from vrn_core.texture.textured import TextureSettings, finish, full_surface
from vrn_core.texture.unwrap import unwrap
from vrn_core.types import TexturedMesh, TriangleMesh

LEAST_THICKNESS_MM = 3.0


@pytest.fixture(scope="module")
def reconstructor() -> Reconstructor:
    return Reconstructor()


def exported(reconstructor: Reconstructor, path: Path, triangles: int) -> TexturedMesh:
    photo = load_photo(path)
    kept = KeptVolume.of(reconstructor.reconstruct(photo)[0])
    view = PhotoView(photo, kept.to_canonical.inverse())
    face = finish(full_surface(kept), [view], TextureSettings(triangles=triangles))
    assert isinstance(face, TexturedMesh)
    return face


def thickness(mesh: TriangleMesh, count: int) -> np.ndarray:
    """Return how far the surface lies behind some of its vertices, straight inward, in mm.

    Möller and Trumbore, "Fast, minimum storage ray-triangle intersection", 1997.
    """
    normals = vertex_normals(mesh).astype(np.float64)
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    one, other = b - a, c - a
    found = []
    for number in np.linspace(0, len(mesh.vertices) - 1, count).astype(int):
        inward = -normals[number]
        start = mesh.vertices[number] + 0.01 * inward
        across = np.cross(inward, other)
        scale = (one * across).sum(axis=1)
        scale[np.abs(scale) < 1e-12] = 1e-12
        u = ((start - a) * across).sum(axis=1) / scale
        second = np.cross(start - a, one)
        v, far = second @ inward / scale, (other * second).sum(axis=1) / scale
        found.append(far[(u >= 0) & (v >= 0) & (u + v <= 1) & (far > 1e-3)].min(initial=np.inf))
    return np.array(found)


def check(face: TexturedMesh) -> None:
    assert is_closed_manifold(face.mesh.faces)
    assert euler_characteristic(face.mesh) == 2
    covered = np.zeros((1024, 1024), np.uint8)
    image = np.zeros((1024, 1024, 1), np.float32)
    nothing = np.zeros((len(face.uv), 1), np.float32)
    corners = texel_corners(face.uv[face.corners], 1024)
    fill_triangles(image, covered, corners, face.corners, nothing, 0)
    assert covered.max() <= EDGE + 1
    assert (covered > 0).mean() > 0.6
    assert face.texture is not None
    assert face.texture.std() > 10


def test_sample_is_a_solid_thick_enough_to_print(reconstructor: Reconstructor) -> None:
    face = exported(reconstructor, resource("sample.jpg"), 8000)
    check(face)
    # The eyes are 63 mm apart, and the origin lies between them: the head is of real size.
    assert 120 < np.ptp(face.mesh.vertices[:, 0]) < 190
    assert thickness(face.mesh, 150).min() > LEAST_THICKNESS_MM


@pytest.mark.slow
def test_portraits_frontal_and_turned_lie_flat_without_overlap(
    reconstructor: Reconstructor, data_folder: Path
) -> None:
    with (data_folder / "portraits" / "portraits.csv").open() as file:
        rows = sorted(csv.DictReader(file), key=lambda row: abs(float(row["yaw_deg"])))
    chosen = [*rows[:6], *rows[-10:]]
    done = 0
    for row in chosen:
        try:
            face = exported(
                reconstructor, data_folder / "portraits" / "images" / row["file"], 10_000
            )
        except NoFaceFoundError:
            continue
        check(face)
        layout = unwrap(face.mesh)
        assert layout.chart.max() == 1, row["file"]
        assert lay(layout.mesh, layout).same
        done += 1
    assert done > 12
