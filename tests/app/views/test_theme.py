from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor

from app.views.theme import DARK, LIGHT, Colors, style_sheet

THEMES = pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])


def luminance(name: str) -> float:
    color = QColor(name)
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@THEMES
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("text", "panel"),
        ("text", "window"),
        ("text", "accent_soft"),
        ("text", "error_soft"),
        ("muted", "panel"),
        ("muted", "window"),
        ("muted", "error_soft"),
        ("muted", "accent_soft"),
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("error", "panel"),
        ("error", "accent_soft"),
        ("accent", "window"),
    ],
)
def test_words_are_readable_by_the_accessibility_guideline(
    colors: Colors, ink: str, paper: str
) -> None:
    assert contrast(getattr(colors, ink), getattr(colors, paper)) >= 4.5


@THEMES
@pytest.mark.usefixtures("qapp")
def test_the_style_sheet_has_every_color_filled_in(colors: Colors) -> None:
    sheet = style_sheet(colors)
    assert "$" not in sheet
    assert colors.accent in sheet
    assert all(re.search(r"\.svg$", path) for path in re.findall(r'url\("([^"]+)"\)', sheet))
