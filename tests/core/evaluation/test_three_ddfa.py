from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import DataError
from vrn_core.evaluation.three_ddfa import (
    MODEL,
    NETWORK,
    STATISTICS,
    ThreeDdfaFit,
    load_network,
    read_arrays,
    square_of,
)
from vrn_core.resources import resource

COUNT = 80


@pytest.fixture
def arrays():
    rng = np.random.default_rng(5)
    return {
        "u": rng.normal(0, 1, (3 * COUNT, 1)),
        "w_shp": rng.normal(0, 1, (3 * COUNT, 40)),
        "w_exp": rng.normal(0, 1, (3 * COUNT, 10)),
        "tri": rng.integers(0, COUNT, (3, 50)),
        "keypoints": (3 * np.arange(68)[:, None] + np.arange(3)).reshape(-1),
    }


@pytest.fixture
def folder(tmp_path, arrays):
    np.savez(tmp_path / MODEL, **arrays)
    np.savez(tmp_path / STATISTICS, mean=np.full(62, 0.5), std=np.full(62, 2.0))
    return tmp_path


def read(folder):
    return read_arrays(folder / STATISTICS, folder / MODEL)


def test_vertices_are_the_linear_model_seen_by_the_camera(folder, arrays):
    face = read(folder)
    wanted = np.zeros(62)
    wanted[:12] = [0, -2, 0, 10, 2, 0, 0, 20, 0, 0, 2, 30]  # turned by 90 degrees, twice as large
    wanted[12 + 3], wanted[52 + 4] = 1.5, -0.5
    vertices = face.vertices((np.float32(wanted) - face.mean) / face.std)
    flat = arrays["u"][:, 0] + 1.5 * arrays["w_shp"][:, 3] - 0.5 * arrays["w_exp"][:, 4]
    x, y, z = flat.reshape(-1, 3).T
    np.testing.assert_allclose(
        vertices, np.column_stack([10 - 2 * y, 20 + 2 * x, 30 + 2 * z]), atol=1e-4
    )


def test_face_lies_where_the_square_was_cut_and_as_deep_as_the_landmarks(folder):
    face = read(folder)
    flat = face.neutral.reshape(-1, 3)
    camera = np.zeros(62, np.float32)
    camera[:12] = [30, 0, 0, 61, 0, 30, 0, 60, 0, 0, 30, 7]
    standardized = (camera - face.mean) / face.std
    seen = []

    def network(images):
        seen.append(images)
        return standardized

    photo = np.zeros((200, 300, 3), np.uint8)
    photo[:] = (255, 127, 0)
    rng = np.random.default_rng(1)
    landmarks = rng.uniform(80, 120, (68, 3)).astype(np.float32)
    shape = ThreeDdfaFit(network, face)(photo, landmarks)
    corner, side = square_of(landmarks)
    # The middle of the square: 61 in pixels counted from one is 60, and y up from the bottom.
    ratio = side / 120
    np.testing.assert_allclose(
        shape.mesh.vertices[:, 0], corner[0] + ratio * (60 + 30 * flat[:, 0]), rtol=1e-4
    )
    np.testing.assert_allclose(
        shape.mesh.vertices[:, 1], corner[1] + ratio * (60 - 30 * flat[:, 1]), rtol=1e-4
    )
    # What is near the camera has a large z there and a small one here.
    np.testing.assert_allclose(
        np.diff(shape.mesh.vertices[:, 2]), -ratio * 30 * np.diff(flat[:, 2]), atol=1e-3
    )
    assert shape.landmarks[:, 2].mean() == pytest.approx(landmarks[:, 2].mean(), rel=1e-4)
    # Blue comes first, and the values are centred.
    assert seen[0].shape == (1, 3, 120, 120)
    np.testing.assert_allclose(seen[0][0, :, 60, 60], [-127.5 / 128, -0.5 / 128, 127.5 / 128])


def test_square_is_root_two_times_the_box():
    landmarks = np.zeros((68, 3), np.float32)
    landmarks[1] = (100, 60, 0)
    corner, side = square_of(landmarks)
    assert side == pytest.approx(100 * np.sqrt(2))
    np.testing.assert_allclose(corner + side / 2, [50, 30])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keypoints": np.arange(30)}, "do not fit together"),
        ({"w_shp": np.zeros((3 * COUNT, 12))}, "do not fit together"),
        ({"tri": np.full((3, 5), COUNT)}, "do not fit together"),
        ({"u": np.zeros(7)}, "do not fit together"),
    ],
)
def test_arrays_of_another_model_are_refused(folder, arrays, change, message):
    np.savez(folder / MODEL, **{**arrays, **change})
    with pytest.raises(DataError, match=message):
        read(folder)


def test_files_that_are_something_else_are_named(folder):
    (folder / STATISTICS).write_bytes(b"nothing")
    with pytest.raises(DataError, match=STATISTICS):
        read(folder)
    np.savez(folder / STATISTICS, mean=np.array([{}], object), std=np.zeros(62))
    with pytest.raises(DataError, match="mean, std"):
        read(folder)
    (folder / NETWORK).write_bytes(b"nothing")
    with pytest.raises(DataError, match="is no network that can be read"):
        load_network(folder / NETWORK)


def test_another_network_is_refused():
    network = load_network(next(resource("models").glob("*.onnx")))
    with pytest.raises(DataError, match=r"expected 62|does not take images"):
        network(np.zeros((1, 3, 120, 120), np.float32))
