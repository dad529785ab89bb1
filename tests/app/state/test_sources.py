from __future__ import annotations

from pathlib import Path

from app.state.sources import PHOTO_SUFFIXES, expand_photos
from vrn_core.inference import photo as core_photo


def test_a_folder_gives_its_photos_in_the_order_people_count(tmp_path: Path) -> None:
    for name in ("face 10.jpg", "face 2.PNG", "Face 1.jpeg", ".hidden.jpg", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "inner.jpg").mkdir()
    names = [path.name for path in expand_photos([tmp_path])]
    assert names == ["Face 1.jpeg", "face 2.PNG", "face 10.jpg"]


def test_a_file_that_was_named_is_kept_whatever_its_suffix(tmp_path: Path) -> None:
    odd = tmp_path / "photo.xyz"
    assert expand_photos([odd]) == [odd]


def test_nothing_is_listed_twice(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"")
    assert expand_photos([photo, tmp_path, photo]) == [photo]


def test_the_window_opens_what_the_core_reads() -> None:
    assert set(PHOTO_SUFFIXES) == set(core_photo.PHOTO_SUFFIXES)
