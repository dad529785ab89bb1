"""What the core says is known to the window by its form, so that it can be translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.core_texts import ERRORS, REASONS, STAGES, translate_core, translate_stage
from app.failures import describe
from app.settings import Language
from app.translation import speak
from vrn_core.errors import ExportError, PhotoError, VrnError
from vrn_core.files import ADVICE, write_atomically
from vrn_core.inference.photo import load_photo

ROOT = Path(__file__).resolve().parents[2]
KINDS = (
    "CancelledError",
    "EmptyVolumeError",
    "ExportError",
    "FusionError",
    "GpuMemoryError",
    "LibraryError",
    "ModelFileError",
    "NoFaceFoundError",
    "PhotoError",
    "ProjectError",
    "WorkerDiedError",
    "WrapError",
)
"""Errors that photos, disks and machines bring about; the others are mistakes in programs."""
NOT_OF_THE_WINDOW = (
    "cannot save a mesh in the x; choose one of x",
    "frame is x; expected one of x",
)
SAY = ("tell", "_tell", "progress", "report")


@pytest.fixture
def spanish(qapp: QApplication) -> Iterator[None]:
    speak(qapp, Language.SPANISH)
    yield
    speak(qapp, Language.ENGLISH)


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Return every call in the sources that the window uses, and the name of what is called."""
    names = ("inference", "meshing", "models", "project", "template", "texture")
    folders = [ROOT / "vrn_core" / name for name in names]
    paths = [path for folder in (*folders, ROOT / "app" / "jobs") for path in folder.glob("*.py")]
    for path in (*paths, ROOT / "vrn_core" / "files.py", ROOT / "vrn_core" / "progress.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func.id, node


def example(node: ast.expr) -> str | None:
    """Return a text as it may come out, with an x for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = node.values
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in parts)
    return None


def known(text: str, table: tuple[str, ...]) -> bool:
    """Return whether a text of the core has its place in a table."""
    from app.core_texts import _form

    return any(_form(one).fullmatch(text) for one in table)


def test_every_error_that_may_be_shown_is_known() -> None:
    texts = {
        text
        for name, call in calls()
        if name in KINDS and call.args and (text := example(call.args[0]))
    }
    assert len(texts) > 25
    unknown = [text for text in texts if not known(text, ERRORS) and text not in NOT_OF_THE_WINDOW]
    assert unknown == [], "put them into app/core_texts.py"


def test_every_stage_of_the_work_is_known() -> None:
    texts = {
        text[:1].lower() + text[1:]
        for name, call in calls()
        if name in SAY and call.args and (text := example(call.args[-1]))
    }
    assert len(texts) > 8
    assert [text for text in texts if not known(text, STAGES)] == []


def test_every_advice_about_disks_is_known() -> None:
    assert [text for text in ADVICE.values() if not known(text, REASONS)] == []


def test_in_english_the_core_is_told_as_it_speaks() -> None:
    for text in (*ERRORS, *STAGES, *REASONS):
        assert translate_core(text) == text


@pytest.mark.usefixtures("spanish")
def test_errors_of_the_core_are_told_in_spanish(tmp_path: Path) -> None:
    empty = tmp_path / "año{1}.jpg"
    empty.touch()
    with pytest.raises(PhotoError) as caught:
        load_photo(empty)
    failure = describe(caught.value)
    assert failure.title == "No se puede abrir la foto"
    assert failure.message == "año{1}.jpg está vacío; se esperaba una foto."
    with pytest.raises(ExportError) as refused:
        write_atomically(tmp_path / "no" / "a.glb", b"")
    told = describe(refused.value).text
    assert told.startswith("No se puede escribir")
    assert told.endswith("no existe el archivo o la carpeta; cree antes la carpeta o elija otra.")


@pytest.mark.usefixtures("spanish")
def test_what_is_not_known_stays_as_it_is() -> None:
    failure = describe(VrnError("the moon is full"))
    assert failure.message == "The moon is full."
    assert failure.next_step == "Inténtelo de nuevo o pruebe con otra foto."


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("Reading the photo", "Leyendo la foto"),
        ("Reading the beach.jpg", "Leyendo the beach.jpg"),
        ("face 2 of 3", "Cara 2 de 3"),
        ("counting hairs", "Counting hairs"),
        ("", ""),
    ],
)
def test_stages_are_told_in_spanish(stage: str, words: str) -> None:
    assert translate_stage(stage) == words
