from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.failures import Failure
from app.state.photo import PhotoItem, PhotoState
from app.state.session import NOTHING, Session
from tests.app.fakes import face_result
from vrn_core.project.contents import FaceResult
from vrn_core.types import FaceBox

PATHS = [Path("/photos/a.jpg"), Path("/photos/b.jpg"), Path("/photos/c.jpg")]


@pytest.fixture
def session() -> Session:
    return Session()


def faces(count: int) -> tuple[FaceResult, ...]:
    return tuple(face_result(FaceBox(i, 0, 50, 50)) for i in range(count))


def test_the_first_of_the_new_photos_is_selected(session: Session) -> None:
    keys = session.add_paths(PATHS)
    assert session.selected is not None
    assert session.selected.key == keys[0]


def test_a_photo_that_is_there_already_is_selected_not_added(session: Session) -> None:
    keys = session.add_paths(PATHS)
    assert session.add_paths([PATHS[2]]) == []
    assert len(session) == 3
    assert session.selected is not None
    assert session.selected.key == keys[2]


def test_removing_selects_the_next_then_the_previous_then_nothing(session: Session) -> None:
    first, second, third = session.add_paths(PATHS)
    told: list[int] = []
    session.selection_changed.connect(told.append)
    session.select(second)
    session.remove(second)
    session.remove(third)
    session.remove(first)
    assert told == [second, third, first, NOTHING]


def test_stepping_stops_at_the_ends_of_the_list(session: Session) -> None:
    first, second, _ = session.add_paths(PATHS)
    session.step_photo(-1)
    assert session.selected is session.photo(first)
    session.step_photo(1)
    assert session.selected is session.photo(second)


def test_faces_step_round(session: Session) -> None:
    key = session.add_paths(PATHS)[0]
    session.set_done(key, faces(3))
    told: list[tuple[int, int]] = []
    session.face_selected.connect(lambda *where: told.append(where))
    session.step_face(1)
    session.step_face(1)
    session.step_face(1)
    assert told == [(key, 1), (key, 2), (key, 0)]


def test_results_of_a_removed_photo_are_dropped(session: Session) -> None:
    key = session.add_paths(PATHS)[0]
    session.remove(key)
    session.set_progress(key, 0.5, "stage")
    session.set_done(key, faces(1))
    session.set_failed(key, Failure("a", "b", "c"))
    assert session.photo(key) is None


def test_a_new_start_forgets_the_failure_and_the_faces(session: Session) -> None:
    key = session.add_paths(PATHS)[0]
    session.set_failed(key, Failure("No face found", "b", "c"))
    session.set_waiting(key)
    photo = session.photo(key)
    assert photo is not None
    assert photo.state is PhotoState.WAITING
    assert photo.failure is None


def test_counts_add_up_to_the_photos(session: Session) -> None:
    first, second, _ = session.add_paths(PATHS)
    session.set_done(first, faces(1))
    session.set_failed(second, Failure("a", "b", "c"))
    counts = session.counts()
    assert counts[PhotoState.DONE] == counts[PhotoState.FAILED] == 1
    assert counts[PhotoState.WAITING] == 1


def test_a_kept_face_drops_its_volume_and_sums_its_time() -> None:
    face = face_result(FaceBox(0, 0, 50, 60))
    assert face.volume is None
    assert face.milliseconds == pytest.approx(120)


def test_pasted_pixels_become_a_photo_with_a_name(session: Session) -> None:
    key = session.add_pixels("Pasted image", np.zeros((4, 5, 3), np.uint8))
    photo = session.photo(key)
    assert photo is not None
    assert photo.stem == "Pasted image"
    assert session.selected is photo


def test_the_largest_face_is_selected_first(session: Session) -> None:
    key = session.add_paths(PATHS)[0]
    boxes = (FaceBox(0, 0, 40, 40), FaceBox(90, 0, 80, 80), FaceBox(200, 0, 60, 60))
    session.set_done(key, tuple(face_result(box) for box in boxes))
    photo = session.photo(key)
    assert photo is not None
    assert photo.selected_face == 1


def test_a_cleared_list_is_empty_and_no_key_is_used_again(session: Session) -> None:
    keys = session.add_paths(PATHS)
    gone: list[int] = []
    taken_off: list[object] = []
    session.photo_removed.connect(gone.append)
    session.taken_off.connect(lambda *what: taken_off.append(what))
    session.clear()
    assert (len(session), session.selected) == (0, None)
    assert sorted(gone) == keys
    assert taken_off == [], "it is no step that could be undone"
    assert min(session.add_paths(PATHS)) > max(keys)


def test_a_photo_that_was_missing_has_its_file_again(session: Session) -> None:
    key = session.adopt(PhotoItem(0, "a.jpg", PATHS[0], missing=True))
    found: list[int] = []
    session.photo_found.connect(found.append)
    session.relocate(key, PATHS[1])
    photo = session.photo(key)
    assert photo is not None
    assert (photo.path, photo.missing, found) == (PATHS[1], False, [key])
