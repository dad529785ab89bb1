from __future__ import annotations

import cv2
import numpy as np
import pytest
import trimesh

from vrn_core.meshing.cleanup import decimate
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.tangents import vertex_tangents
from vrn_core.texture.lay import draw, lay
from vrn_core.texture.normal_map import bake_normals
from vrn_core.texture.unwrap import unwrap
from vrn_core.types import TexturedMesh, TriangleMesh

BUMP, WAVES = 0.25, 0.9
SIZE = 512


def bumpy(ball: TriangleMesh) -> TriangleMesh:
    """The ball of radius 20 with bumps along x and y."""
    direction = ball.vertices / np.linalg.norm(ball.vertices, axis=1, keepdims=True)
    height = BUMP * np.sin(WAVES * 20 * direction[:, 0]) * np.cos(WAVES * 20 * direction[:, 1])
    return TriangleMesh((direction * (20 + height[:, None])).astype(np.float32), ball.faces)


def true_normals(direction: np.ndarray) -> np.ndarray:
    """The normals of r = 20 + h(d): that of d minus the gradient of h along the sphere."""
    x, y = WAVES * 20 * direction[..., 0], WAVES * 20 * direction[..., 1]
    slope = (
        BUMP
        * WAVES
        * 20
        * np.stack([np.cos(x) * np.cos(y), -np.sin(x) * np.sin(y), np.zeros_like(x)], axis=-1)
    )
    slope -= (slope * direction).sum(-1, keepdims=True) * direction
    normal = direction - slope / 20
    return normal / np.linalg.norm(normal, axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def sphere() -> TriangleMesh:
    made = trimesh.creation.icosphere(6, 20.0)
    return TriangleMesh(made.vertices.astype(np.float32), made.faces.astype(np.int32))


@pytest.fixture(scope="module")
def decoded(sphere: TriangleMesh) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Directions, normals as a renderer makes them of the map, coarse normals, and a mask."""
    fine = bumpy(sphere)
    layout = unwrap(decimate(sphere, 1500))
    laid = lay(fine, layout)
    image = bake_normals(laid, SIZE)
    local = image.astype(np.float32) / 127.5 - 1
    # What a renderer interpolates, at the rows of the layout.
    flat = TexturedMesh(layout.mesh, layout.uv, layout.corners, layout.origin)
    split = TriangleMesh(layout.mesh.vertices[layout.origin], layout.corners)
    frames = np.column_stack(
        [split.vertices, vertex_normals(layout.mesh)[layout.origin], vertex_tangents(flat)]
    )
    from vrn_core.texture.raster import fill_triangles, texel_corners

    values = np.zeros((SIZE, SIZE, 9), np.float32)
    covered = np.zeros((SIZE, SIZE), np.uint8)
    corners = texel_corners(layout.uv[layout.corners], SIZE)
    fill_triangles(values, covered, corners, layout.corners, frames.astype(np.float32), 0)
    place, n, t = values[..., :3], values[..., 3:6], values[..., 6:]
    shaded = local[..., :1] * t + local[..., 1:2] * np.cross(n, t) + local[..., 2:] * n
    shaded /= np.maximum(np.linalg.norm(shaded, axis=-1, keepdims=True), 1e-9)
    direction = place / np.maximum(np.linalg.norm(place, axis=-1, keepdims=True), 1e-9)
    inside = cv2.erode(covered, np.ones((5, 5), np.uint8)) > 0
    return direction, shaded, n, inside


def degrees(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.rad2deg(np.arccos(np.clip((one * other).sum(-1), -1, 1)))


def test_map_gives_a_coarse_ball_the_bumps_of_the_fine_one(
    decoded: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    direction, shaded, coarse, inside = decoded
    truth = true_normals(direction)
    error = degrees(shaded, truth)[inside]
    plain = degrees(coarse / np.linalg.norm(coarse, axis=-1, keepdims=True).clip(1e-9), truth)
    assert plain[inside].mean() > 5
    assert np.median(error) < 1.2
    assert np.percentile(error, 95) < 5


def test_map_of_the_mesh_itself_is_flat(ball: TriangleMesh) -> None:
    layout = unwrap(decimate(ball, 1000))
    image = bake_normals(lay(layout.mesh, layout), 128)
    assert np.abs(image.astype(int) - (128, 128, 255)).max() <= 2


def test_tangents_run_along_u(ball: TriangleMesh) -> None:
    layout = unwrap(decimate(ball, 1000))
    flat = TexturedMesh(layout.mesh, layout.uv, layout.corners, layout.origin)
    tangents, normals = vertex_tangents(flat), vertex_normals(layout.mesh)[layout.origin]
    np.testing.assert_allclose(np.linalg.norm(tangents, axis=1), 1, atol=1e-5)
    assert np.abs((tangents * normals).sum(axis=1)).max() < 1e-4
    nose = np.linalg.norm(layout.mesh.vertices[layout.origin] - [0, 0, 20], axis=1).argmin()
    assert tangents[nose, 0] > 0.95
    assert np.cross(normals, tangents)[nose, 1] > 0.95


def test_fine_surface_covers_the_layout(ball: TriangleMesh) -> None:
    layout = unwrap(decimate(ball, 1000))
    laid = lay(bumpy(ball), layout)
    marks = np.ones((len(laid.fine.vertices), 1), np.float32)
    gaps = np.zeros((len(layout.mesh.vertices), 1), np.float32)
    image, covered = draw(laid, gaps, marks, 256, 0, 256)
    assert image[covered > 0].mean() > 0.97
