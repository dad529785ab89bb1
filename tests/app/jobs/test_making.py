"""The core in a process of its own, on the sample photo, against the core in this one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from app.jobs.engine import CoreEngine, EngineOptions
from app.jobs.making import LocalMaker, RemoteMaker
from app.state.frames import Frame
from vrn_core.errors import CancelledError, ModelFileError, PhotoError
from vrn_core.evaluation.surfaces import surface_difference
from vrn_core.inference.photo import load_photo
from vrn_core.progress import CancelToken
from vrn_core.resources import resource

SAMPLE = resource("sample.jpg")


def silent(fraction: float, stage: str) -> None:
    pass


@pytest.fixture(scope="module")
def maker() -> Iterator[RemoteMaker]:
    maker = RemoteMaker(EngineOptions())
    yield maker
    maker.close()


def test_another_process_makes_the_same_faces(maker: RemoteMaker) -> None:
    here = LocalMaker(CoreEngine).make(SAMPLE, (), CancelToken(), silent)
    there = maker.make(SAMPLE, (), CancelToken(), silent)
    np.testing.assert_array_equal(there.photo, here.photo)
    for one, other in zip(there.faces, here.faces, strict=True):
        np.testing.assert_allclose(
            one.mesh_canonical.vertices, other.mesh_canonical.vertices, atol=1e-3
        )
        np.testing.assert_array_equal(one.mesh.faces, other.mesh.faces)
    assert there.volumes[0].volume().max() > 200


def test_known_landmarks_are_taken_as_they_are(maker: RemoteMaker) -> None:
    (face,) = maker.make(SAMPLE, (), CancelToken(), silent).faces
    moved = face.landmarks + np.float32([6, 0, 0])
    (again,) = maker.make(SAMPLE, (moved,), CancelToken(), silent).faces
    np.testing.assert_allclose(again.landmarks[:, :2], moved[:, :2], atol=1e-3)


def test_live_frames_are_followed_there(maker: RemoteMaker) -> None:
    photo = load_photo(SAMPLE)
    faces = [maker.follow(Frame(photo, number / 20)) for number in range(2)]
    assert all(face is not None and len(face.mesh.faces) > 1000 for face in faces)
    maker.unfollow()
    assert maker.follow(Frame(np.zeros_like(photo), 0.2)) is None


def test_errors_and_cancels_come_through(maker: RemoteMaker) -> None:
    with pytest.raises(PhotoError):
        maker.make(SAMPLE.with_suffix(".md"), (), CancelToken(), silent)
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        maker.make(SAMPLE, (), cancel, lambda fraction, stage: cancel.cancel())


def test_a_model_that_is_missing_is_told() -> None:
    maker = RemoteMaker(EngineOptions(model="no-such-model"))
    try:
        with pytest.raises(ModelFileError, match="no-such-model"):
            maker.prepare()
    finally:
        maker.close()


def test_another_network_makes_a_known_face_and_the_usual_one_stays(maker: RemoteMaker) -> None:
    (face,) = maker.make(SAMPLE, (), CancelToken(), silent).faces
    stages: list[str] = []
    other = maker.make(
        SAMPLE,
        (face.landmarks,),
        CancelToken(),
        lambda _, stage: stages.append(stage),
        "vrn-lite",
    ).faces[0]
    assert stages[0] == "Loading the network"
    assert (face.model, other.model) == (EngineOptions().model, "vrn-lite")
    apart = surface_difference(other.mesh_canonical, face.mesh_canonical)
    assert 0.2 < apart.mean < 5, "it is not the same face, or the same network made it"
    stages.clear()
    maker.make(SAMPLE, (face.landmarks,), CancelToken(), lambda _, stage: stages.append(stage))
    assert "Loading the network" not in stages
