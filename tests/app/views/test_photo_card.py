"""Where the photo stands behind the mesh, without a viewport."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.views.cameras import match_photo
from app.views.photo_card import GAP_PX, PhotoCard
from tests.app.fakes import face_result
from vrn_core.types import FaceBox

SIZE = (640, 480)


@pytest.fixture
def card() -> PhotoCard:
    return PhotoCard.behind(face_result(FaceBox(200, 90, 120, 160)), _image(*SIZE), SIZE)


def _image(width: int, height: int) -> QImage:
    return QImage(width, height, QImage.Format.Format_RGB888)


def test_the_card_is_as_large_as_the_photo_and_the_mesh_lies_between_it_and_the_veil(
    card: PhotoCard,
) -> None:
    behind, before = (card.placement.inverse().apply(corners) for corners in card.corners)
    outline = [[-0.5, -0.5], [639.5, -0.5], [639.5, 479.5], [-0.5, 479.5]]
    for corners in (behind, before):
        np.testing.assert_allclose(corners[:, :2], outline, atol=0.05)
    depths = face_result(FaceBox(200, 90, 120, 160)).mesh.vertices[:, 2]
    np.testing.assert_allclose(behind[:, 2], depths.max() + GAP_PX, atol=0.05)
    np.testing.assert_allclose(before[:, 2], depths.min() - GAP_PX, atol=0.05)


def test_a_picture_shown_smaller_than_the_photo_still_fits_it(card: PhotoCard) -> None:
    face = face_result(FaceBox(200, 90, 120, 160))
    smaller = PhotoCard.behind(face, _image(320, 240), SIZE)
    np.testing.assert_array_equal(smaller.corners, card.corners)


@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.0])
def test_the_matching_camera_sees_the_whole_face_upright(card: PhotoCard, aspect: float) -> None:
    face = face_result(FaceBox(200, 90, 120, 160))
    vertices = face.mesh_canonical.vertices
    camera = match_photo(card.placement, vertices, aspect)
    assert card.faces_camera(camera.position, camera.target)
    assert camera.height is not None
    offset = vertices - camera.target
    assert np.abs(offset @ camera.up).max() < camera.height / 2
    across = np.cross(np.subtract(camera.target, camera.position), camera.up)
    across /= np.linalg.norm(across)
    assert np.abs(offset @ across).max() < camera.height / 2 * aspect
    # The photo's y runs down, the camera's up against it.
    assert np.argmax(vertices @ camera.up) == np.argmin(face.mesh.vertices[:, 1])


def test_a_camera_from_the_side_does_not_match(card: PhotoCard) -> None:
    assert not card.faces_camera((500.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def test_only_the_card_of_another_face_stands_elsewhere(card: PhotoCard) -> None:
    same = PhotoCard.behind(face_result(FaceBox(200, 90, 120, 160)), _image(*SIZE), SIZE)
    other = PhotoCard.behind(face_result(FaceBox(20, 90, 120, 160)), _image(*SIZE), SIZE)
    assert same.stands_like(card)
    assert not other.stands_like(card)
    assert not card.stands_like(None)
