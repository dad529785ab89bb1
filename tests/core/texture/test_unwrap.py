from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vrn_core.errors import ExportError
from vrn_core.meshing.cleanup import decimate
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.texture.handles import euler_characteristic, without_handles
from vrn_core.texture.raster import EDGE, fill_triangles, texel_corners
from vrn_core.texture.tunnels import fill_tunnels
from vrn_core.texture.unwrap import Layout, stretches, unwrap
from vrn_core.types import TriangleMesh


def counted(layout: Layout, size: int = 1024) -> np.ndarray:
    """Return (S, S) how many triangles lie over each texel."""
    covered = np.zeros((size, size), np.uint8)
    image = np.zeros((size, size, 1), np.float32)
    nothing = np.zeros((len(layout.uv), 1), np.float32)
    corners = texel_corners(layout.uv[layout.corners], size)
    fill_triangles(image, covered, corners, layout.corners, nothing, 0)
    return np.maximum(covered.astype(int) - EDGE, 0)


def areas(layout: Layout) -> np.ndarray:
    p = layout.uv.astype(np.float64)[layout.corners]
    one, other = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]


@pytest.mark.parametrize("triangles", [400, 2000, 10_000, 0])
def test_face_lies_flat_in_two_charts_without_overlap(mask: TriangleMesh, triangles: int) -> None:
    layout = unwrap(decimate(mask, triangles) if triangles else mask)
    assert set(np.unique(layout.chart)) == {0, 1}
    assert counted(layout).max() == 1
    assert (areas(layout) > 0).all()
    assert layout.uv.min() >= 0
    assert layout.uv.max() <= 1
    np.testing.assert_array_equal(layout.origin[layout.corners], layout.mesh.faces)
    assert areas(layout).sum() / 2 > 0.6


def test_front_chart_is_the_face_upright_with_bounded_stretch(mask: TriangleMesh) -> None:
    layout = unwrap(decimate(mask, 10_000))
    front = layout.chart == 0
    stretch = stretches(layout.mesh.vertices[layout.origin], layout.corners, layout.uv)[front]
    points = layout.mesh.vertices[layout.mesh.faces[front]].astype(np.float64)
    sides = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    size = np.linalg.norm(sides, axis=1)
    order = np.argsort(stretch[:, 0])
    share = np.cumsum(size[order]) / size.sum()
    middle, most = (stretch[order, 0][np.searchsorted(share, s)] for s in (0.5, 0.98))
    assert most < 2.5 * middle
    # v grows with y and u with x, most of all in the middle.
    shown = np.unique(layout.corners[front])
    near = shown[np.linalg.norm(layout.mesh.vertices[layout.origin[shown], :2], axis=1) < 40]
    place = layout.mesh.vertices[layout.origin[near]]
    assert np.corrcoef(place[:, 0], layout.uv[near, 0])[0, 1] > 0.98
    assert np.corrcoef(place[:, 1], layout.uv[near, 1])[0, 1] > 0.98


def test_tunnel_of_a_mesh_is_closed(
    pierced_mask: TriangleMesh, assert_closed: Callable[[TriangleMesh], None]
) -> None:
    assert euler_characteristic(pierced_mask) == 0
    ball = without_handles(pierced_mask)
    assert euler_characteristic(ball) == 2
    assert_closed(ball)
    layout = unwrap(pierced_mask)
    assert layout.chart.max() == 1
    assert counted(layout).max() == 1


def test_tunnel_of_a_volume_is_filled_and_nothing_else(head: Callable[..., tuple]) -> None:
    volume, grid = head(tunnel=True)
    probabilities = np.rint(volume * 255).astype(np.uint8)
    filled = fill_tunnels(probabilities, 0.5, grid)
    from vrn_core.meshing.isosurface import extract_isosurface

    assert euler_characteristic(extract_isosurface(filled, 0.5, grid=grid)) == 2
    changed = np.argwhere(filled != probabilities)[:, ::-1] * 2.5 + grid.origin
    assert len(changed)
    assert np.linalg.norm(changed - [0, -20, 54], axis=1).max() < 40
    whole, _ = head()
    whole = np.rint(whole * 255).astype(np.uint8)
    np.testing.assert_array_equal(fill_tunnels(whole, 0.5, grid), whole)


def test_any_other_mesh_gets_as_many_charts_as_it_needs(ball: TriangleMesh) -> None:
    small = decimate(ball, 300)
    count = len(small.vertices)
    two = TriangleMesh(
        np.concatenate([small.vertices, small.vertices + np.float32(100)]),
        np.concatenate([small.faces, small.faces + np.int32(count)]),
    )
    layout = unwrap(two)
    assert counted(layout).max() == 1
    np.testing.assert_array_equal(layout.origin[layout.corners], two.faces)


def test_mesh_without_triangles_is_refused() -> None:
    empty = TriangleMesh(np.zeros((3, 3), np.float32), np.zeros((0, 3), np.int32))
    with pytest.raises(ExportError, match="no triangles"):
        unwrap(empty)


def test_grid_of_the_mask_is_in_millimeters(head: Callable[..., tuple]) -> None:
    _, grid = head()
    assert isinstance(grid, VoxelGrid)
