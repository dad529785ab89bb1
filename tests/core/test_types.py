from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import ShapeError
from vrn_core.types import FaceCrop, TriangleMesh


def test_crop_scales_the_landmarks_box_to_90_pixels():
    rng = np.random.default_rng(0)
    landmarks = rng.uniform([100, 200], [180, 300], (68, 2)).astype(np.float32)
    crop = FaceCrop.around_landmarks(landmarks)
    inside = crop.to_crop(landmarks)
    width, height = np.ptp(inside, axis=0)
    assert np.sqrt(width * height) == pytest.approx(90, rel=1e-5)
    assert inside.mean(axis=0) == pytest.approx([95.5, 95.5], abs=1e-3)


def test_crop_and_its_inverse_are_the_identity():
    crop = FaceCrop(center=(321.5, 77.25), scale=0.37)
    points = np.random.default_rng(0).uniform(-50, 900, (40, 3)).astype(np.float32)
    np.testing.assert_allclose(crop.to_photo(crop.to_crop(points)), points, atol=1e-3)


def test_crop_matrix_maps_like_the_crop():
    crop = FaceCrop(center=(12.0, 34.0), scale=1.7)
    points = np.array([[5.0, 6.0], [70.0, 8.0]], np.float32)
    by_matrix = np.column_stack([points, [1, 1]]) @ crop.matrix().T
    np.testing.assert_allclose(by_matrix, crop.to_crop(points), rtol=1e-6)


def test_crop_of_landmarks_without_extent_stays_finite():
    crop = FaceCrop.around_landmarks(np.ones((68, 3), np.float32))
    assert np.isfinite(crop.scale)


def test_mesh_refuses_colors_that_do_not_fit():
    with pytest.raises(ShapeError, match=r"colors has shape \(2, 3\); expected \(3, 3\)"):
        TriangleMesh(
            np.zeros((3, 3), np.float32), np.zeros((1, 3), np.int32), np.zeros((2, 3), np.uint8)
        )
