from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.types import TriangleMesh

SphereMaker = Callable[..., NDArray[np.float32]]


def _sphere_volume(
    radius: float, center: tuple[float, float, float], size: int, softness: float = 4.0
) -> NDArray[np.float32]:
    z, y, x = np.ogrid[:size, :size, :size]
    distance = np.sqrt((x - center[0]) ** 2 + (y - center[1]) ** 2 + (z - center[2]) ** 2)
    return np.clip((radius - distance) / softness + 0.5, 0, 1).astype(np.float32)


def _assert_closed_solid(mesh: TriangleMesh, bodies: int = 1) -> None:
    for merge_equal_vertices in (False, True):
        solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=merge_equal_vertices)
        assert solid.is_watertight
        assert solid.is_winding_consistent
        assert solid.volume > 0
        assert solid.body_count == bodies


@pytest.fixture(scope="session")
def sphere_volume() -> SphereMaker:
    """Make a (size, size, size) occupancy, axes (z, y, x), soft over some voxels."""
    return _sphere_volume


@pytest.fixture(scope="session")
def assert_closed_solid() -> Callable[..., None]:
    """Check: closed, manifold, outward, also once a reader has merged equal vertices."""
    return _assert_closed_solid


@pytest.fixture(scope="session")
def ball() -> TriangleMesh:
    """A ball of radius 20 about the origin of some 15,000 triangles."""
    grid = VoxelGrid((1.0, 1.0, 1.0), (-24.0, -24.0, -24.0))
    return extract_isosurface(_sphere_volume(20.0, (24.0, 24.0, 24.0), 49), grid=grid)


@pytest.fixture(scope="session")
def colored_ball(ball: TriangleMesh) -> TriangleMesh:
    """The ball, with a color that tells each direction."""
    colors = np.rint((ball.vertices + 21) / 42 * 255).astype(np.uint8)
    return TriangleMesh(ball.vertices, ball.faces, colors)
