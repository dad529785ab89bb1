from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from vrn_core.config import SurfaceSettings
from vrn_core.errors import CancelledError, FusionError
from vrn_core.inference.fusion import FusedFace, View, align, compose, fuse
from vrn_core.meshing.cleanup import clean_mesh
from vrn_core.meshing.confidence import vertex_confidence
from vrn_core.meshing.frames import crop_to_photo
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.kept import KeptVolume
from vrn_core.meshing.remesh import remesh_like
from vrn_core.morphable import mean_landmarks
from vrn_core.pose import FLIP, Similarity, rotation_from_pose
from vrn_core.progress import CancelToken
from vrn_core.types import FaceCrop, Pose, TriangleMesh

RADII = np.array([60.0, 80.0, 60.0])
"""Of the ellipsoid that stands for a head, mm."""
MIDDLE = np.array([0.0, -30.0, -20.0])
SIDE = 400
"""Of the photos, pixels."""
FALSE_MM = 12.0
"""How far the side that a camera does not see is put too far out."""
RED, BLUE = (200, 20, 20), (20, 20, 200)
GRID = VoxelGrid.of_crop(2)


def depth_inside(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how deep points (N, 3) mm lie in the ellipsoid, roughly in mm."""
    off = (points - MIDDLE) / RADII
    length = np.linalg.norm(off, axis=1)
    slope = np.linalg.norm(off / RADII, axis=1) / np.maximum(length, 1e-9)
    return (1 - length) / np.maximum(slope, 1e-9)


def view_of(
    yaw_deg: float,
    color: tuple[int, int, int] = RED,
    name: str = "a.jpg",
    *,
    size: float = 1.1,
    half_seen: bool = False,
) -> View:
    """Return a photo of the ellipsoid, `size` pixels a millimeter, and its volume."""
    rotation = FLIP @ rotation_from_pose(Pose(yaw_deg, 0, 0))
    to_photo = Similarity(size, rotation, np.array([210.0, 190.0, 0.0]))
    crop = FaceCrop(center=(205.0, 215.0), scale=0.6 / size)
    k, j, i = (part.ravel() for part in np.indices((100, 96, 96)))
    in_crop = np.column_stack([i, j, k]) * GRID.spacing + GRID.origin
    points = to_photo.inverse().apply(crop.to_photo(in_crop))
    depth = depth_inside(points)
    if half_seen:
        away = (points - MIDDLE) @ rotation[2] / RADII[0]
        depth = depth + FALSE_MM * np.clip(4 * away + 0.5, 0, 1)
    volume = np.rint(255 * np.clip(depth / 8 + 0.5, 0, 1)).astype(np.uint8).reshape(100, 96, 96)
    surface = clean_mesh(extract_isosurface(volume, grid=GRID), 8000)
    mesh = crop_to_photo(surface, crop)
    return View(
        name=name,
        photo=np.broadcast_to(np.array(color, np.uint8), (SIDE, SIDE, 3)).copy(),
        landmarks=to_photo.apply(mean_landmarks()).astype(np.float32),
        volume=KeptVolume.pack(volume, 2, crop, to_photo.inverse()),
        mesh=mesh,
        vertex_confidence=vertex_confidence(mesh, crop, volume, GRID, (SIDE, SIDE)),
    )


def error_mm(mesh: TriangleMesh) -> float:
    """Return the mean distance of a mesh in the canonical frame to the ellipsoid."""
    return float(np.abs(depth_inside(mesh.vertices)).mean())


def front_error_mm(vertices: NDArray[np.floating]) -> float:
    """Return the mean distance to the ellipsoid of what one of two cameras before it saw."""
    return float(np.abs(depth_inside(vertices[vertices[:, 2] > MIDDLE[2] + 10])).mean())


@pytest.fixture(scope="module")
def frontal() -> View:
    return view_of(0)


@pytest.fixture(scope="module")
def halves() -> tuple[View, View]:
    """Two cameras, each of which knows the side that it sees."""
    return (
        view_of(-40, RED, "left.jpg", half_seen=True),
        view_of(40, BLUE, "right.jpg", size=0.8, half_seen=True),
    )


@pytest.fixture(scope="module")
def both(halves: tuple[View, View]) -> FusedFace:
    return fuse(halves, SurfaceSettings(triangles=5000))


def test_the_same_view_twice_gives_the_same_surface(frontal: View) -> None:
    fused = fuse([frontal, frontal], SurfaceSettings(iso_level=0.5))
    assert fused.agreement == pytest.approx((1.0, 1.0), abs=0.01)
    assert error_mm(fused.surface.mesh_canonical) < 0.4
    assert error_mm(fused.surface.mesh_canonical) < 1.1 * error_mm(
        TriangleMesh(
            frontal.volume.to_canonical.apply(frontal.mesh.vertices).astype(np.float32),
            frontal.mesh.faces,
        )
    )


def test_views_that_each_saw_half_complete_each_other(
    halves: tuple[View, View], both: FusedFace
) -> None:
    singles = [front_error_mm(v.volume.to_canonical.apply(v.mesh.vertices)) for v in halves]
    assert min(singles) > 3
    assert front_error_mm(both.surface.mesh_canonical.vertices) < 0.5 * min(singles)


def test_the_fused_mesh_is_one_closed_solid(both: FusedFace) -> None:
    for mesh in (both.surface.mesh, both.surface.mesh_canonical):
        solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
        assert solid.is_watertight
        assert solid.body_count == 1
        assert solid.volume > 0
    assert len(mesh.faces) <= 5000
    assert both.surface.vertex_confidence.shape == (len(mesh.vertices),)


def test_each_side_takes_the_color_of_the_photo_that_saw_it(both: FusedFace) -> None:
    mesh = both.surface.mesh_canonical
    assert mesh.colors is not None
    # The nose of the first points to the viewer's left, so that it shows the right cheek.
    x = mesh.vertices[:, 0] / RADII[0]
    front = mesh.vertices[:, 2] > MIDDLE[2]
    shown_red, shown_blue = mesh.colors[front & (x > 0.6)], mesh.colors[front & (x < -0.6)]
    assert (shown_red[:, 0] > shown_red[:, 2]).mean() > 0.95
    assert (shown_blue[:, 2] > shown_blue[:, 0]).mean() > 0.95


def test_two_views_show_more_for_certain_than_one(
    halves: tuple[View, View], both: FusedFace
) -> None:
    front = both.surface.mesh_canonical.vertices[:, 2] > MIDDLE[2] + 10
    for view in halves:
        z = view.volume.to_canonical.apply(view.mesh.vertices)[:, 2]
        single = view.vertex_confidence[z > MIDDLE[2] + 10]
        assert both.surface.vertex_confidence[front].mean() > single.mean() + 0.03


def test_the_mesh_lies_on_the_most_frontal_photo(halves: tuple[View, View], frontal: View) -> None:
    fused = fuse([halves[0], frontal, halves[1]])
    assert fused.reference == 1
    assert fused.volume.crop == frontal.volume.crop
    difference = fused.surface.mesh.vertices.mean(axis=0) - frontal.mesh.vertices.mean(axis=0)
    assert np.abs(difference[:2]).max() < 3


def test_the_surface_can_be_taken_anew_with_its_colors(both: FusedFace) -> None:
    again = remesh_like(both.volume, SurfaceSettings(triangles=3000), both.surface)
    assert len(again.mesh.faces) <= 3000
    assert abs(error_mm(again.mesh_canonical) - error_mm(both.surface.mesh_canonical)) < 0.2
    assert again.mesh.colors is not None
    assert again.mesh.colors[:, 0].max() > 150
    # Matched to the brightness of the other photo.
    assert again.mesh.colors[:, 2].max() > 100


def test_alignment_undoes_a_wrong_pose_size_and_place(frontal: View) -> None:
    turned = rotation_from_pose(Pose(12, -7, 5))
    wrong = compose(
        Similarity(1.2, turned, np.array([5.0, -9.0, 4.0])), frontal.volume.to_canonical
    )
    moved = replace(frontal, volume=replace(frontal.volume, to_canonical=wrong))
    first, second = align([frontal, moved])
    points = frontal.landmarks
    np.testing.assert_allclose(first.apply(points), second.apply(points), atol=1e-3)


def test_a_view_that_does_not_fit_is_refused_by_its_name(frontal: View) -> None:
    landmarks = frontal.landmarks + np.float32([90, 60, 0])
    wrong = replace(frontal, name="b.jpg", landmarks=landmarks)
    with pytest.raises(FusionError, match=r"b\.jpg does not fit the others.*correct its landmarks"):
        fuse([frontal, frontal, wrong])


def test_one_view_is_refused(frontal: View) -> None:
    with pytest.raises(FusionError, match="1 face was given; choose two or more"):
        fuse([frontal])


def test_fusing_tells_its_progress_and_can_be_stopped(frontal: View) -> None:
    cancel, told = CancelToken(), list[float]()

    def progress(fraction: float, stage: str) -> None:
        told.append(fraction)
        if fraction >= 0.3:
            cancel.cancel()

    with pytest.raises(CancelledError):
        fuse([frontal, frontal], cancel=cancel, progress=progress)
    assert told == sorted(told)


def test_photos_of_another_brightness_leave_no_seam() -> None:
    views = [view_of(-30, (150, 110, 90)), view_of(30, (120, 88, 72))]
    colors = fuse(views).surface.mesh.colors
    assert colors is not None
    assert np.ptp(colors.astype(int), axis=0).max() < 12
