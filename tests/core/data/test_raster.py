from __future__ import annotations

import numpy as np

from vrn_core.data.raster import paint, rasterize, vertex_normals

# Two triangles of a square, counter-clockwise seen from the camera (y down, z away).
SQUARE = np.array([[10, 10, 5], [40, 10, 5], [40, 40, 5], [10, 40, 5]], np.float32)
TRIANGLES = np.array([[0, 2, 1], [0, 3, 2]], np.int32)


def test_square_covers_its_pixels_once():
    index, weights = rasterize(SQUARE, TRIANGLES, 64)
    assert (index[11:40, 11:40] >= 0).all()
    assert (index[:9] == -1).all()
    np.testing.assert_allclose(weights[index >= 0].sum(axis=1), 1, atol=1e-5)


def test_nearer_triangle_hides_the_farther():
    near = SQUARE - [0, 0, 3]
    vertices = np.concatenate([SQUARE, near]).astype(np.float32)
    triangles = np.concatenate([TRIANGLES, TRIANGLES + 4])
    index, _ = rasterize(vertices, triangles, 64)
    assert (index[11:40, 11:40] >= 2).all()


def test_triangle_seen_from_behind_is_not_drawn():
    index, _ = rasterize(SQUARE, TRIANGLES[:, ::-1].copy(), 64)
    assert (index == -1).all()


def test_texture_is_read_where_the_vertices_say():
    photo = np.zeros((64, 64, 3), np.uint8)
    photo[:, :, 0] = np.arange(64)
    index, weights = rasterize(SQUARE, TRIANGLES, 64)
    image = np.zeros((64, 64, 3), np.float32)
    places = np.concatenate([SQUARE[:, :2], SQUARE[:, :2]], axis=1)
    one = np.ones(4, np.float32)
    plain = np.full((2, 3), -1, np.float32)
    paint(image, index, weights, TRIANGLES, photo, places, one, np.ones((4, 3), np.float32), plain)
    np.testing.assert_allclose(image[20, 15:35, 0], np.arange(15, 35), atol=0.01)


def test_normals_of_a_flat_square_point_at_the_camera():
    normals = vertex_normals(SQUARE, TRIANGLES)
    np.testing.assert_allclose(normals, np.tile([0, 0, -1], (4, 1)), atol=1e-6)
