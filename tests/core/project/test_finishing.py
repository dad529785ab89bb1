"""Faces that are kept, finished for other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.app.fakes import face_result
from vrn_core.errors import CancelledError
from vrn_core.meshing.blend import PhotoView
from vrn_core.progress import CancelToken
from vrn_core.project.contents import FaceResult
from vrn_core.project.finishing import IN_PLACE, finished_face
from vrn_core.template.wrap import WrapError
from vrn_core.texture import textured
from vrn_core.texture.textured import TextureSettings
from vrn_core.types import FaceBox, TexturedMesh, TriangleMesh

PLAIN = TextureSettings(triangles=400, textured=False)


@pytest.fixture
def face() -> FaceResult:
    return face_result(FaceBox(40, 30, 60, 70))


def green() -> PhotoView:
    return PhotoView(np.full((120, 160, 3), (20, 200, 20), np.uint8), IN_PLACE)


def mean_color(mesh: TriangleMesh | TexturedMesh) -> np.ndarray:
    assert isinstance(mesh, TriangleMesh)
    assert mesh.colors is not None
    front = mesh.vertices[:, 2] > 20
    return mesh.colors[front].mean(axis=0)


def test_a_face_is_painted_from_its_photo(face: FaceResult) -> None:
    finished = finished_face(face, [green()], PLAIN)
    assert len(finished.mesh.faces) <= 400
    assert mean_color(finished.mesh) == pytest.approx((20, 200, 20), abs=3)
    assert not finished.refusal
    back = finished.to_canonical.apply(face.mesh.vertices)
    assert np.abs(back - face.mesh_canonical.vertices).max() < 0.01


def test_without_its_photo_a_face_keeps_its_colors(face: FaceResult) -> None:
    red = mean_color(finished_face(face, [], PLAIN).mesh)
    assert red[0] > red[1] > red[2]


def test_a_fused_face_is_painted_from_all_photos_or_keeps_what_they_showed(
    face: FaceResult,
) -> None:
    fused = replace(face, fused=True)
    blue = PhotoView(np.full((120, 160, 3), (20, 20, 200), np.uint8), IN_PLACE)
    both = mean_color(finished_face(fused, [green(), blue], PLAIN).mesh)
    assert both[1] > 40
    assert both[2] > 40
    behind = finished_face(fused, [green()], PLAIN).mesh
    assert isinstance(behind, TriangleMesh)
    assert behind.colors is not None
    back = behind.colors[behind.vertices[:, 2] < -40].mean(axis=0)
    assert back == pytest.approx((214, 168, 140), abs=12)


def test_what_the_template_does_not_fit_comes_plain_and_says_why(
    face: FaceResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Callable[[], None]:
        raise WrapError("the surface is not shaped like a face")

    monkeypatch.setattr(textured, "wrap", refuse)
    finished = finished_face(face, [green()], replace(PLAIN, template=True))
    assert finished.refusal == "the surface is not shaped like a face"
    assert len(finished.mesh.faces) <= 400


def test_finishing_can_be_stopped(face: FaceResult) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        finished_face(face, [], PLAIN, cancel=cancel)
