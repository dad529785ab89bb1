from __future__ import annotations

import numpy as np
import pytest
import trimesh

from vrn_core.data.voxelization import mark_unknown, voxelize
from vrn_core.errors import ConfigError
from vrn_core.types import UNKNOWN, TriangleMesh


def sphere(center, radius) -> TriangleMesh:
    ball = trimesh.creation.icosphere(5, radius)
    vertices = (ball.vertices + center).astype(np.float32)
    return TriangleMesh(vertices, ball.faces.astype(np.int32))


@pytest.mark.parametrize(("resolution", "voxel"), [("full", 0.5), ("half", 4.0)])
def test_sphere_keeps_its_volume(resolution, voxel):
    volume = voxelize(sphere([95.8, 95.1, 0.3], 40), resolution)
    measured = volume.sum() / 255 * voxel
    assert measured == pytest.approx(4 / 3 * np.pi * 40**3, rel=3e-3)


@pytest.mark.parametrize(("resolution", "step"), [("full", 1), ("half", 2)])
def test_sphere_stays_where_it_is(resolution, step):
    center = np.array([80.0, 110.0, -10.0])
    volume = voxelize(sphere(center, 20), resolution).astype(float)
    k, j, i = np.nonzero(volume)
    weights = volume[k, j, i]
    x, y, depth = (np.average(n, weights=weights) for n in (i, j, k))
    assert x * step + (step - 1) / 2 == pytest.approx(center[0], abs=0.05)
    assert y * step + (step - 1) / 2 == pytest.approx(center[1], abs=0.05)
    assert (depth - (len(volume) - 1) / 2) * 0.5 * step == pytest.approx(center[2], abs=0.05)


def test_no_line_is_lost_where_edges_meet_the_grid():
    box = trimesh.creation.box((40, 40, 20))
    # Corners and diagonals on the lines, a quarter from the columns' middles.
    vertices = (box.vertices + [95.25, 95.25, 0]).astype(np.float32)
    volume = voxelize(TriangleMesh(vertices, box.faces.astype(np.int32)))
    columns = volume.astype(int).sum(axis=0)
    # 80 x 80 lines meet the box: whole columns, and half or a quarter of those at its edge.
    values, counts = np.unique(columns[columns > 0], return_counts=True)
    assert values.tolist() == [40 * 64, 40 * 128, 40 * 255]
    assert counts.tolist() == [4, 4 * 39, 39 * 39]


def test_a_slanted_wall_has_no_terraces():
    wedge = trimesh.creation.box((60, 60, 60))
    turn = trimesh.transformations.rotation_matrix(np.radians(80), [0, 1, 0])
    wedge.apply_transform(turn)
    vertices = (wedge.vertices + [95.5, 95.5, 0]).astype(np.float32)
    volume = voxelize(TriangleMesh(vertices, wedge.faces.astype(np.int32)))
    # Slice by slice, most rows cross a wall this steep in a voxel that is half inside.
    rows = volume[60:140, 96].astype(int)
    soft = ((rows > 20) & (rows < 235)).any(axis=1)
    assert soft.mean() > 0.5


def test_solid_beyond_the_border_is_cut_not_wrapped():
    volume = voxelize(sphere([0, 95.5, 60], 40))
    assert volume[:, :, 60:].max() == 0
    assert volume[-1].max() == 255
    assert volume[:90].max() == 0


def test_unknown_resolution_is_refused():
    with pytest.raises(ConfigError, match="expected 'full' or 'half'"):
        voxelize(sphere([90, 90, 0], 9), "quarter")


def test_between_two_solids_nothing_is_known():
    small, large = (
        voxelize(TriangleMesh(ball.vertices.astype(np.float32) + [96, 96, 0], ball.faces), "half")
        for ball in (trimesh.creation.icosphere(4, radius) for radius in (20, 30))
    )
    marked = mark_unknown(small, large)
    assert (marked[50, 48, 48], marked[50, 48, 48 + 12], marked[50, 48, 90]) == (255, UNKNOWN, 0)
    assert np.array_equal(marked == 255, small == 255)
    assert np.array_equal(mark_unknown(small, np.maximum(small, 3)), small)
