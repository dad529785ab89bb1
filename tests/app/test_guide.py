"""The user's guide in its window and as files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.dialogs.guide import GuideDialog, first_page
from app.settings import Language
from app.studio import Studio

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
LINK = re.compile(r"\]\(([^)]+)\)")


def test_both_languages_have_the_same_pages_and_no_dead_links() -> None:
    english, spanish = ({p.name for p in (GUIDE / name).iterdir()} for name in ("en", "es"))
    assert english == spanish
    for page in GUIDE.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert text.startswith("# ")
        for link in LINK.findall(text):
            if link.startswith("https://"):
                continue
            assert (page.parent / link).is_file(), f"{page}: {link}"


def test_every_page_is_reached_from_the_contents() -> None:
    for folder in ("en", "es"):
        linked = set(LINK.findall((GUIDE / folder / "index.md").read_text(encoding="utf-8")))
        assert linked == {p.name for p in (GUIDE / folder).iterdir()} - {"index.md"}


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.SPANISH])
def test_guide_is_read_page_by_page(qtbot: QtBot, language: Language) -> None:
    guide = GuideDialog(language)
    qtbot.addWidget(guide)
    guide.show()
    qtbot.waitExposed(guide)
    pages = guide.pages
    start = pages.toPlainText()
    assert "VRN Studio" in start
    pages.anchorClicked.emit(QUrl("first-mesh.md"))
    assert pages.toPlainText() != start
    assert len(pages.toPlainText()) > 500
    # The picture fits into the line, however narrow the window is.
    guide.resize(520, 500)
    QTest.qWait(50)
    assert pages.document().idealWidth() <= pages.viewport().width()
    pages.backward()
    assert pages.toPlainText() == start


def test_language_without_a_guide_reads_english() -> None:
    assert first_page(Language.SYSTEM) == GUIDE / "en" / "index.md"


def test_guide_opens_from_the_keyboard(studio: Studio, qtbot: QtBot) -> None:
    QTest.keyClick(studio.window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    guide = studio.window.findChild(GuideDialog)
    assert guide is not None
    qtbot.waitUntil(guide.isVisible)
    guide.close()
