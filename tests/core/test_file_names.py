"""Names of files that every system takes."""

from __future__ import annotations

import pytest

from vrn_core.file_names import forbidden_marks, is_device, portable_stem


def test_what_no_file_may_be_called_is_named() -> None:
    assert forbidden_marks("ana é, 2") == ""
    assert forbidden_marks("b?a:?\n") == "\n:?"


@pytest.mark.parametrize("name", ["CON", "nul.txt", "Com1", "lpt0 .tar.gz"])
def test_devices_of_windows_are_known(name: str) -> None:
    assert is_device(name)


@pytest.mark.parametrize("name", ["console", "my con", "com", "com10", ""])
def test_other_names_are_no_devices(name: str) -> None:
    assert not is_device(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ana é", "ana é"),
        (" a/b ", "a_b"),
        ("aux", "_aux"),
        ("ana. .", "ana"),
        (" . ", "photo"),
        ("x" * 90, "x" * 80),
        ("x" * 79 + ". x", "x" * 79),
    ],
)
def test_a_name_is_made_fit(name: str, expected: str) -> None:
    assert portable_stem(name, "photo") == expected
