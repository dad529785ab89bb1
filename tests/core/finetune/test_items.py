"""What a folder offers: which files belong together, and whom they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrn_core.errors import DataError
from vrn_core.finetune.items import Item, Kind, find_items, name_people, read_people


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def test_scans_photos_pairs_and_annotated_photos_are_told_apart(tmp_path: Path) -> None:
    folder = touch(
        tmp_path, "ann.obj", "ann.jpg", "bob.ply", "cem.jpg", "AFW_1_2.jpg", "AFW_1_2.mat", "a.txt"
    )
    assert find_items(folder) == [
        Item("AFW_1_2.jpg", Kind.ANNOTATED, "AFW_1", photo="AFW_1_2.jpg"),
        Item("ann.obj", Kind.PAIR, "ann", scan="ann.obj", photo="ann.jpg"),
        Item("bob.ply", Kind.SCAN, "bob", scan="bob.ply"),
        Item("cem.jpg", Kind.PHOTO, "cem", photo="cem.jpg"),
    ]


def test_a_texture_is_no_photo(tmp_path: Path) -> None:
    folder = touch(tmp_path, "ann.obj", "ann.png", "skin of ann.jpg", "bob.wrl", "bob.jpg")
    (folder / "ann.mtl").write_text("newmtl m\nmap_Kd -o 0 0 0 ann.png\nmap_Ks skin of ann.jpg\n")
    assert [(item.name, item.kind) for item in find_items(folder)] == [
        ("ann.obj", Kind.SCAN),
        ("bob.wrl", Kind.SCAN),
    ]


def test_folders_and_numbers_tell_who_is_who(tmp_path: Path) -> None:
    folder = touch(tmp_path, "ann_01.ply", "ann-2.ply", "17.ply", "bob/smile.ply", "bob/2/x.ply")
    people = {item.name: item.person for item in find_items(folder)}
    assert people == {
        "ann_01.ply": "ann",
        "ann-2.ply": "ann",
        "17.ply": "17",
        "bob/smile.ply": "bob",
        "bob/2/x.ply": "bob/2",
    }


def test_mirrored_copies_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    folder = touch(tmp_path, "AFW/a.jpg", "AFW_Flip/a.jpg", ".hidden/b.jpg", "AFW/.c.jpg")
    assert [item.name for item in find_items(folder)] == ["AFW/a.jpg"]


@pytest.mark.parametrize(("name", "words"), [("nowhere", "no folder"), ("empty", "nothing to")])
def test_a_folder_with_nothing_in_it_is_refused(tmp_path: Path, name: str, words: str) -> None:
    touch(tmp_path, "empty/readme.txt")
    with pytest.raises(DataError, match=words):
        find_items(tmp_path / name)


def test_people_are_named_in_a_file(tmp_path: Path) -> None:
    items = find_items(touch(tmp_path, "IMG_1.jpg", "party.jpg", "bob.jpg"))
    (tmp_path / "people.json").write_text('{"IMG_1.jpg": " ann", "party.jpg": "ann"}')
    named = name_people(items, read_people(tmp_path / "people.json"))
    assert {item.name: item.person for item in named} == {
        "IMG_1.jpg": "ann",
        "party.jpg": "ann",
        "bob.jpg": "bob",
    }
    with pytest.raises(DataError, match=r"'nobody.jpg' is named .* such as"):
        name_people(items, {"nobody.jpg": "ann"})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ('["ann"]', "holds a list"),
        ('{"a.jpg": ""}', "'a.jpg' shows ''"),
        ('{"a.jpg": 7}', "'a.jpg' shows 7"),
    ],
)
def test_a_bad_file_of_people_is_told(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "people.json").write_text(content)
    with pytest.raises(DataError, match=words):
        read_people(tmp_path / "people.json")
