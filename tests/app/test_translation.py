"""The texts for translators: complete, of one piece with the sources, and rightly read."""

from __future__ import annotations

import ast
import re
import shutil
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
import translations
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app import translation
from app.settings import Language
from app.translation import number, percent, resolve, speak

FOLDER = translations.FOLDER
APP = Path(__file__).resolve().parents[2] / "app"
SHOWING = {
    *("Failure", "QAction", "QCheckBox", "QLabel", "QMenu", "QPushButton"),
    *("addAction", "addButton", "addItem", "addMenu", "addRow", "addSection"),
    *("announce", "ask", "label", "question", "set_state", "set_words", "tell", "tell_progress"),
    *("setAccessibleName", "setSpecialValueText", "setText", "setToolTip", "setWindowTitle"),
    *("getExistingDirectory", "getOpenFileName", "getOpenFileNames", "getSaveFileName"),
}
"""Functions whose words reach the user."""
NAMES_OF_STYLES = {"done", "info", "warning", "primary"}
LANGUAGES = list(translations.LANGUAGES)


class Locale:
    """A system that wants some languages."""

    def __init__(self, *wanted: str) -> None:
        self.wanted = list(wanted)

    def uiLanguages(self) -> list[str]:
        return self.wanted


def messages(path: Path) -> dict[tuple[str, str], list[str]]:
    """Return the translations of a file, one for each number, by context and source."""
    found = {}
    for context in ElementTree.parse(path).iter("context"):
        for message in context.iter("message"):
            entry = message.find("translation")
            assert entry is not None
            words = [form.text or "" for form in entry.iter("numerusform")] or [entry.text or ""]
            found[context.findtext("name", ""), message.findtext("source", "")] = words
    return found


SPANISH = messages(FOLDER / "vrn_es.ts")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_sources_is_translated(tmp_path: Path, language: str) -> None:
    if translations.tool("lupdate") is None:
        pytest.skip("there is no lupdate here; it comes with PySide6-Essentials")
    kept = FOLDER / f"vrn_{language}.ts"
    fresh = Path(shutil.copy(kept, tmp_path))
    translations.update(fresh, language)
    assert translations.untranslated(fresh) == [], "translate it, then `make translations`"
    assert messages(fresh) == messages(kept), "`make translations` was forgotten"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("qapp")
def test_what_qt_reads_is_what_was_translated(language: str) -> None:
    translator = QTranslator()
    assert translator.load(f"vrn_{language}", str(FOLDER))
    for (context, source), words in messages(FOLDER / f"vrn_{language}.ts").items():
        counts = (1, 2) if len(words) > 1 else (-1,)
        read = [translator.translate(context, source, "", count) for count in counts]
        assert read == words, "`make translations` was forgotten"


def words_in(node: ast.expr) -> bool:
    """Return whether a text has words of its own, beside what is put into it."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [part.value for part in parts if isinstance(part, ast.Constant)]
    own = " ".join(text for text in texts if isinstance(text, str))
    return re.search(r"[A-Za-z]{3,}", re.sub(r"\*\.\w+|VRN Studio", "", own)) is not None


def test_no_text_reaches_the_user_untranslated() -> None:
    bare = []
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            # The second word of a label is its name for the style sheet.
            texts = node.args[:1] if name == "label" else node.args
            bare += [
                f"{path.name}:{text.lineno}: {ast.unparse(text)}"
                for text in texts
                if name in SHOWING
                and isinstance(text, (ast.Constant, ast.JoinedStr))
                and words_in(text)
                and ast.unparse(text).strip("'") not in NAMES_OF_STYLES
            ]
    assert bare == [], "\n".join(bare)


def test_english_has_its_own_words_for_counts_only() -> None:
    assert set(messages(FOLDER / "vrn_en.ts")) == {key for key in SPANISH if key[0] == "Counts"}


@pytest.mark.parametrize(("context", "source"), SPANISH)
def test_placeholders_and_endings_agree(context: str, source: str) -> None:
    def parts(text: str) -> Counter[str]:
        return Counter(re.findall(r"\{\w*\}|<\w+>|&(?=\w)|…$|^\s|\s$", text))

    for words in SPANISH[context, source]:
        assert words
        if context == "Counts":
            # What is one thing may be named in the place of its number.
            assert set(parts(words)) <= set(parts(source))
        else:
            assert parts(words) == parts(source)
            assert "%n" not in source, "lupdate did not find the number"


def test_no_menu_and_no_field_shares_its_letter_with_another() -> None:
    for context in ("Menus", "Preferences"):
        texts = [words[0] for (place, _), words in SPANISH.items() if place == context]
        letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)) > 4


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["es-MX", "es-Latn-MX", "es"], Language.SPANISH),
        (["de-DE", "de", "es-ES", "en-US"], Language.SPANISH),
        (["en-GB", "es-ES"], Language.ENGLISH),
        (["fr-FR"], Language.ENGLISH),
        (["C"], Language.ENGLISH),
        ([], Language.ENGLISH),
    ],
)
def test_the_language_of_the_system_is_spoken_if_it_is_known(
    monkeypatch: pytest.MonkeyPatch, wanted: list[str], language: Language
) -> None:
    monkeypatch.setattr(translation, "system_locale", lambda: Locale(*wanted))
    assert resolve(Language.SYSTEM) is language
    assert resolve(Language.SPANISH) is Language.SPANISH


@pytest.mark.parametrize(
    ("language", "system", "texts"),
    [
        (Language.ENGLISH, "de_DE", ["20,000", "63.5", "90%"]),
        (Language.SPANISH, "de_DE", ["20.000", "63,5", "90 %"]),
        (Language.SPANISH, "es_MX", ["20,000", "63.5", "90 %"]),
    ],
)
def test_numbers_are_written_as_the_language_and_its_country_do(
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
    system: str,
    texts: list[str],
) -> None:
    monkeypatch.setattr(translation, "system_locale", lambda: QLocale(system))
    try:
        speak(qapp, language)
        assert [number(20_000), number(63.5, 1), percent(0.9)] == texts
    finally:
        monkeypatch.undo()
        speak(qapp, Language.ENGLISH)


def test_a_language_whose_file_is_gone_is_told_to_the_log_and_english_is_spoken(
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(translation, "resource", lambda *_: tmp_path)
        speak(qapp, Language.SPANISH)
    try:
        assert "vrn_es" in caplog.text
        assert translation.translate("Mesh", "Mesh") == "Mesh"
    finally:
        speak(qapp, Language.ENGLISH)
