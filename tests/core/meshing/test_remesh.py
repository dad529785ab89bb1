from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vrn_core.config import SurfaceSettings
from vrn_core.errors import ConfigError, EmptyVolumeError
from vrn_core.meshing.cleanup import clean_mesh
from vrn_core.meshing.color import color_from_photo
from vrn_core.meshing.frames import crop_to_photo, transform_mesh
from vrn_core.meshing.geometry import signed_volumes
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.kept import KeptVolume
from vrn_core.meshing.remesh import Surface, preview_surface, remesh
from vrn_core.meshing.symmetry import SymmetryPlane
from vrn_core.pose import FLIP, Similarity
from vrn_core.types import (
    ByteArray,
    FaceBox,
    FaceCrop,
    FloatArray,
    Pose,
    Reconstruction,
    TriangleMesh,
)

CROP = FaceCrop(center=(150.0, 120.0), scale=0.75)
TO_CANONICAL = Similarity(0.9, FLIP, np.array([-130.0, 110.0, 4.0]))
SETTINGS = SurfaceSettings(iso_level=0.5, triangles=4000)


@pytest.fixture(scope="module")
def photo() -> ByteArray:
    rows, columns = np.mgrid[:240, :300]
    return np.stack([columns % 256, rows, 255 - rows], axis=2).astype(np.uint8)


@pytest.fixture(scope="module")
def result(photo: ByteArray) -> Reconstruction:
    """A soft ball of radius 40 crop pixels on the half grid, made as the reconstructor does."""
    z, y, x = np.ogrid[:100, :96, :96]
    distance = np.sqrt((z - 49.5) ** 2 + (2 * (y - 47.5)) ** 2 + (2 * (x - 47.5)) ** 2)
    half = np.rint(255 * np.clip((40 - distance) / 12 + 0.5, 0, 1)).astype(np.uint8)
    surface = extract_isosurface(half, grid=VoxelGrid.of_crop(2))
    surface = clean_mesh(surface, SETTINGS.triangles, SETTINGS.smoothing)
    plane = SymmetryPlane.of_canonical_frame(TO_CANONICAL)
    mesh = color_from_photo(crop_to_photo(surface, CROP), photo, plane)
    return Reconstruction(
        box=FaceBox(0, 0, 10, 10),
        crop=CROP,
        landmarks=np.zeros((68, 3), np.float32),
        pose=Pose(0, 0, 0),
        make_volume=lambda: np.zeros((200, 192, 192), np.uint8),
        mesh=mesh,
        mesh_canonical=transform_mesh(mesh, TO_CANONICAL),
        confidence=1.0,
        solid=half,
    )


def surface_of(result: Reconstruction) -> Surface:
    count = len(result.mesh.vertices)
    return Surface(result.mesh, result.mesh_canonical, np.ones(count, np.float32))


def test_a_volume_is_kept_without_loss_in_little_memory(result: Reconstruction) -> None:
    kept = KeptVolume.of(result)
    assert result.solid is not None
    np.testing.assert_array_equal(kept.volume(), result.solid)
    assert len(kept.packed) < 200_000


def test_where_there_is_no_half_volume_the_whole_one_is_kept(result: Reconstruction) -> None:
    volume = np.zeros((200, 192, 192), np.uint8)
    volume[30:50, 40:70, 20:90] = 200
    kept = KeptVolume.of(replace(result, solid=None, make_volume=lambda: volume))
    np.testing.assert_array_equal(kept.volume(), volume)
    assert kept.grid == VoxelGrid.of_crop()


def test_an_empty_volume_is_refused(result: Reconstruction) -> None:
    with pytest.raises(EmptyVolumeError, match="the volume is empty"):
        KeptVolume.of(replace(result, solid=None))


def test_the_same_settings_give_the_same_mesh(result: Reconstruction, photo: ByteArray) -> None:
    again = remesh(KeptVolume.of(result), SETTINGS, photo)
    np.testing.assert_array_equal(again.mesh.vertices, result.mesh.vertices)
    np.testing.assert_array_equal(again.mesh.faces, result.mesh.faces)
    assert again.mesh.colors is not None
    assert result.mesh.colors is not None
    np.testing.assert_allclose(again.mesh.colors.astype(int), result.mesh.colors, atol=1)
    np.testing.assert_allclose(
        again.mesh_canonical.vertices, result.mesh_canonical.vertices, atol=1e-3
    )
    assert again.vertex_confidence.shape == (len(again.mesh.vertices),)


def radius(mesh: TriangleMesh) -> float:
    points: FloatArray = mesh.vertices - mesh.vertices.mean(axis=0)
    return float(np.linalg.norm(points, axis=1).mean())


@pytest.mark.parametrize("iso_level", [0.2, 0.5, 0.8])
def test_preview_and_mesh_lie_where_the_probability_is_the_iso_level(
    result: Reconstruction, photo: ByteArray, iso_level: float
) -> None:
    kept = KeptVolume.of(result)
    settings = replace(SETTINGS, iso_level=iso_level)
    expected = (40 + 12 * (0.5 - iso_level)) / CROP.scale
    for surface in (
        remesh(kept, settings, photo),
        preview_surface(kept, settings, surface_of(result)),
    ):
        assert radius(surface.mesh) == pytest.approx(expected, rel=0.01)
        assert radius(surface.mesh_canonical) == pytest.approx(0.9 * expected, rel=0.01)
        assert signed_volumes(surface.mesh).sum() > 0


def test_triangles_and_smoothing_are_as_asked(result: Reconstruction, photo: ByteArray) -> None:
    kept = KeptVolume.of(result)
    coarse = remesh(kept, replace(SETTINGS, triangles=500), photo)
    assert len(coarse.mesh.faces) <= 500
    noise = np.random.default_rng(3).integers(0, 60, kept.shape, dtype=np.uint8)
    rough = KeptVolume.of(replace(result, solid=kept.volume() // 2 + noise))
    bare, smooth = (
        preview_surface(rough, replace(SETTINGS, smoothing=n), surface_of(result)) for n in (0, 20)
    )
    assert spread(smooth.mesh) < 0.7 * spread(bare.mesh)


def spread(mesh: TriangleMesh) -> float:
    points = mesh.vertices - mesh.vertices.mean(axis=0)
    return float(np.linalg.norm(points, axis=1).std())


def test_a_preview_wears_the_colors_and_confidence_of_the_nearest_vertex(
    result: Reconstruction,
) -> None:
    like = surface_of(result)
    depth = result.mesh.vertices[:, 2]
    like = replace(like, vertex_confidence=((depth - depth.min()) / np.ptp(depth)).astype("f4"))
    preview = preview_surface(KeptVolume.of(result), SETTINGS, like)
    z = preview.mesh.vertices[:, 2]
    expected = np.clip((z - depth.min()) / np.ptp(depth), 0, 1)
    np.testing.assert_allclose(preview.vertex_confidence, expected, atol=0.06)
    assert preview.mesh.colors is not None
    front = z < z.mean() - 20
    x = preview.mesh.vertices[front, 0]
    assert np.corrcoef(x, preview.mesh.colors[front, 0])[0, 1] > 0.95


def test_a_level_that_no_voxel_reaches_is_told(result: Reconstruction) -> None:
    assert result.solid is not None
    faint = KeptVolume.of(replace(result, solid=result.solid // 3))
    with pytest.raises(EmptyVolumeError, match="no voxel reaches the iso level"):
        preview_surface(faint, SETTINGS, surface_of(result))


@pytest.mark.parametrize(
    ("name", "value"), [("iso_level", 0.0), ("iso_level", 1.2), ("smoothing", -1), ("triangles", 3)]
)
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"{name} is"):
        SurfaceSettings(**{name: value})  # type: ignore[arg-type]


def test_the_defaults_are_those_of_the_reconstructor() -> None:
    from inspect import signature

    from vrn_core.inference.reconstructor import Reconstructor

    parameters = signature(Reconstructor).parameters
    for name, value in SurfaceSettings().to_dict().items():
        assert parameters[name].default == value
