from __future__ import annotations

import pytest

from app.failures import describe, sentence
from vrn_core.errors import (
    ExportError,
    ModelFileError,
    NoFaceFoundError,
    PhotoError,
    ShapeError,
    VrnError,
)


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (NoFaceFoundError("no face was found"), "No face found"),
        (PhotoError("ana.jpg is empty"), "This photo cannot be opened"),
        (ModelFileError("vrn.safetensors is missing"), "The face model is missing or damaged"),
        (ExportError("the disk is full"), "The mesh could not be saved"),
        (VrnError("odd"), "That did not work"),
        (MemoryError(), "Not enough memory"),
    ],
)
def test_every_known_error_has_its_words_and_a_next_step(error: Exception, title: str) -> None:
    failure = describe(error)
    assert failure.title == title
    assert failure.next_step.endswith(".")
    assert failure.report is None


def test_an_unexpected_error_keeps_its_trace_for_the_report_only() -> None:
    try:
        raise ZeroDivisionError("secret detail")
    except ZeroDivisionError as error:
        failure = describe(error)
    shown = failure.title + failure.message + failure.next_step
    assert "secret" not in shown
    assert "Traceback" not in shown
    assert failure.report is not None
    assert "secret detail" in failure.report
    assert "Traceback" in failure.report


def test_a_core_error_of_no_special_kind_is_told_in_its_own_words() -> None:
    error = ShapeError("volume", (1, 2), "(200, 192, 192)")
    assert "expected (200, 192, 192)" in describe(error).message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no face", "No face."),
        ("ana.jpg is empty", "ana.jpg is empty."),
        ("Done!", "Done!"),
        ("", ""),
    ],
)
def test_sentences_are_sentences_but_file_names_stay_as_they_are(text: str, expected: str) -> None:
    assert sentence(text) == expected


def test_a_message_that_says_what_to_do_is_not_followed_by_a_second_advice() -> None:
    failure = describe(ExportError("cannot write a.glb: disk full; free some space"))
    assert failure.text == failure.message
    assert failure.text.endswith("free some space.")
