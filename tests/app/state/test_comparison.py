from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.state.comparison import OtherFace, OtherNetwork, network_name, others, selected_place
from app.state.session import Session
from tests.app.fakes import face_result
from vrn_core.types import FaceBox

FACE = face_result(FaceBox(40, 30, 60, 70))
MODELS = ["vrn-guided-lite", "vrn-lite"]


def session_of(*names: str) -> tuple[Session, list[int]]:
    session = Session()
    pixels = np.zeros((4, 4, 3), np.uint8)
    return session, [session.add_pixels(name, pixels) for name in names]


def test_a_face_is_compared_with_networks_and_all_other_faces() -> None:
    session, (first, second, _) = session_of("ana", "bea", "without a face")
    session.set_done(first, (FACE, FACE))
    session.set_done(second, (FACE,))
    session.select(first)
    session.select_face(1)
    assert selected_place(session) == OtherFace(first, 1)
    found = others(session, MODELS)
    assert list(found.items()) == [
        (OtherNetwork("vrn-guided-lite"), "This face by VRN-Guided"),
        (OtherNetwork("vrn-lite"), "This face by VRN"),
        (OtherFace(first, 0), "ana, face 1"),
        (OtherFace(second, 0), "bea"),
    ]


def test_the_network_that_made_a_face_is_not_offered() -> None:
    session, (key,) = session_of("ana")
    session.set_done(key, (replace(FACE, model="vrn-lite"),))
    assert list(others(session, MODELS)) == [OtherNetwork("vrn-guided-lite")]


def test_a_face_that_comes_of_no_photo_is_made_by_no_network() -> None:
    session, (key, other) = session_of("fused", "ana")
    for each in (key, other):
        session.set_done(each, (FACE,))
    item = session.photo(key)
    assert item is not None
    item.pixels = None
    session.select(key)
    assert list(others(session, MODELS)) == [OtherFace(other, 0)]


def test_without_a_face_there_is_nothing_to_compare() -> None:
    session, _ = session_of("ana")
    assert selected_place(session) is None
    assert others(session, MODELS) == {}


def test_a_network_that_is_not_ours_goes_by_its_own_name() -> None:
    assert network_name("vrn-guided-lite") == "VRN-Guided"
    assert network_name("mine") == "mine"
