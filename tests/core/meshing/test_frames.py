from __future__ import annotations

import numpy as np
import pytest

from vrn_core.meshing.frames import crop_to_photo, photo_to_crop, transform_mesh
from vrn_core.meshing.geometry import signed_volumes
from vrn_core.meshing.symmetry import SymmetryPlane
from vrn_core.pose import FLIP, Pose, Similarity, rotation_from_pose
from vrn_core.types import FaceCrop, TriangleMesh


@pytest.fixture
def to_canonical() -> Similarity:
    turn = FLIP @ rotation_from_pose(Pose(40.0, -10.0, 15.0))
    return Similarity(2.0, turn.T, np.array([3.0, -4.0, 5.0]))


def test_mesh_goes_to_the_photo_and_back(colored_ball: TriangleMesh) -> None:
    crop = FaceCrop((300.0, 200.0), 0.4)
    photo = crop_to_photo(colored_ball, crop)
    # The ball's middle is the crop's top-left pixel, 95.5 crop pixels from its centre.
    np.testing.assert_allclose(photo.vertices.mean(axis=0)[:2], [300 - 238.75, 200 - 238.75], 1e-3)
    assert np.ptp(photo.vertices, axis=0) == pytest.approx(40 / 0.4, abs=0.1)
    assert photo.colors is colored_ball.colors
    back = photo_to_crop(photo, crop)
    np.testing.assert_allclose(back.vertices, colored_ball.vertices, atol=1e-4)


def test_triangles_stay_outward_in_every_frame(
    ball: TriangleMesh, to_canonical: Similarity
) -> None:
    volume = signed_volumes(ball).sum()
    photo = crop_to_photo(ball, FaceCrop((300.0, 200.0), 0.5))
    assert signed_volumes(photo).sum() == pytest.approx(volume * 8, rel=1e-4)
    canonical = transform_mesh(ball, to_canonical)
    assert signed_volumes(canonical).sum() == pytest.approx(volume * 8, rel=1e-4)


def test_mirroring_turns_the_triangles_round(ball: TriangleMesh) -> None:
    mirror = Similarity(1.0, np.diag([-1.0, 1.0, 1.0]), np.zeros(3))
    volume = signed_volumes(ball).sum()
    assert signed_volumes(transform_mesh(ball, mirror)).sum() == pytest.approx(volume)


def test_symmetry_plane_mirrors_left_to_right(to_canonical: Similarity) -> None:
    canonical = np.array([[10.0, 5.0, 2.0], [0.0, -3.0, 1.0]])
    photo = to_canonical.inverse().apply(canonical)
    mirrored = SymmetryPlane.of_canonical_frame(to_canonical).reflect(photo)
    expected = canonical * [-1, 1, 1]
    np.testing.assert_allclose(to_canonical.apply(mirrored), expected, atol=1e-4)
