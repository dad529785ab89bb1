from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import trimesh

from vrn_core.meshing.blend import PhotoView
from vrn_core.meshing.cleanup import clean_mesh
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.pose import FLIP, Pose, Similarity, rotation_from_pose
from vrn_core.types import TriangleMesh

PHOTO_SIZE = 256
PIXELS_PER_MM = 1.4


def head_volume(tunnel: bool = False) -> tuple[np.ndarray, VoxelGrid]:
    """A mask in millimeters: an ellipsoid, flat behind, with a nose; symmetric."""
    grid = VoxelGrid((2.5, 2.5, 2.5), (-75.0, -95.0, -60.0))
    z, y, x = np.mgrid[0:58, 0:77, 0:61].astype(np.float32) * 2.5
    x, y, z = x - 75, y - 95, z - 60
    outside = np.maximum(
        (np.sqrt((x / 65) ** 2 + (y / 85) ** 2 + ((z + 45) / 95) ** 2) - 1) * 70, -45 - z
    )
    outside = np.minimum(outside, np.sqrt(x**2 + (y + 20) ** 2 + (z - 48) ** 2) - 14)
    if tunnel:
        outside = np.maximum(outside, 4 - np.sqrt((y + 20) ** 2 + (z - 54) ** 2))
    return np.clip(0.5 - outside / 5, 0, 1), grid


@pytest.fixture(scope="session")
def mask() -> TriangleMesh:
    """A smooth face-like solid in the canonical frame of some 20,000 triangles."""
    volume, grid = head_volume()
    return clean_mesh(extract_isosurface(volume, 0.5, grid=grid), None, 10)


@pytest.fixture(scope="session")
def pierced_mask() -> TriangleMesh:
    """The same with a tunnel from one side of the nose to the other."""
    volume, grid = head_volume(tunnel=True)
    return extract_isosurface(volume, 0.5, grid=grid)


def view(photo: np.ndarray, yaw_deg: float = 0.0) -> PhotoView:
    """A camera that looks at the canonical frame's origin in the middle of its photo."""
    rotation = FLIP @ rotation_from_pose(Pose(yaw_deg, 0, 0))
    middle = (PHOTO_SIZE - 1) / 2
    return PhotoView(photo, Similarity(PIXELS_PER_MM, rotation, np.array([middle, middle, 0.0])))


@pytest.fixture(scope="session")
def pattern() -> np.ndarray:
    """A photo whose colors change smoothly and tell each place; blue outside of the face."""
    y, x = np.mgrid[0:PHOTO_SIZE, 0:PHOTO_SIZE].astype(np.float32)
    waves = [128 + 70 * np.sin(x / 9), 128 + 70 * np.sin(y / 11), np.full_like(x, 60)]
    return np.rint(np.stack(waves, axis=2)).astype(np.uint8)


@pytest.fixture(scope="session")
def head() -> Callable[..., tuple[np.ndarray, VoxelGrid]]:
    """Make the mask's volume (z, y, x) and its grid in millimeters."""
    return head_volume


@pytest.fixture(scope="session")
def camera() -> Callable[..., PhotoView]:
    """Make a view of a photo of 256 x 256, by its yaw in degrees."""
    return view


@pytest.fixture(scope="session")
def assert_closed() -> Callable[[TriangleMesh], None]:
    """Check: closed, manifold and outward."""

    def check(mesh: TriangleMesh) -> None:
        solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
        assert solid.is_watertight
        assert solid.is_winding_consistent
        assert solid.volume > 0

    return check


@pytest.fixture(scope="session")
def ball() -> TriangleMesh:
    """A ball of radius 20 about the origin of some 15,000 triangles."""
    grid = VoxelGrid((1.0, 1.0, 1.0), (-24.0, -24.0, -24.0))
    z, y, x = np.ogrid[-24:25, -24:25, -24:25]
    distance = np.sqrt(x**2 + y**2 + z**2).astype(np.float32)
    return extract_isosurface(np.clip((20 - distance) / 4 + 0.5, 0, 1), 0.5, grid=grid)
