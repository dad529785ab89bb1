"""Colors, font and style sheet of the window, light and dark."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.settings import Theme
from app.views.icons import icon_file
from vrn_core.resources import resource


@dataclass(frozen=True)
class Colors:
    """The few colors that everything is drawn with."""

    dark: bool
    window: str
    panel: str
    raised: str
    hover: str
    pressed: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    error: str
    error_soft: str
    success: str
    canvas: str
    viewport_top: str
    viewport_bottom: str
    sheet: str
    clay: str
    wire: str


DARK = Colors(
    dark=True,
    window="#131418",
    panel="#1b1d22",
    raised="#262931",
    hover="#2e323b",
    pressed="#373c47",
    border="#2b2e36",
    text="#eceef3",
    muted="#a0a6b5",
    faint="#6f7584",
    accent="#4fd3bf",
    accent_hover="#6fe0cf",
    accent_soft="#173b38",
    on_accent="#04231f",
    error="#ff8a80",
    error_soft="#3a2326",
    success="#7fd48b",
    canvas="#15161a",
    viewport_top="#343842",
    viewport_bottom="#17181c",
    sheet="rgba(27, 29, 34, 0.82)",
    clay="#d8cdc3",
    wire="#1f5f57",
)
LIGHT = Colors(
    dark=False,
    window="#eceef2",
    panel="#ffffff",
    raised="#f1f3f7",
    hover="#e6e9f0",
    pressed="#dadeea",
    border="#dfe2e9",
    text="#1c1f27",
    muted="#5b6271",
    faint="#8a909d",
    accent="#08756a",
    accent_hover="#065f56",
    accent_soft="#d9f1ed",
    on_accent="#ffffff",
    error="#c62f3a",
    error_soft="#fdecec",
    success="#2e7d32",
    canvas="#f4f5f8",
    viewport_top="#ffffff",
    viewport_bottom="#ccd2dd",
    sheet="rgba(255, 255, 255, 0.86)",
    clay="#d9cfc6",
    wire="#3f6f69",
)

FONT_FILES = ("Manrope-Regular.ttf", "Manrope-Medium.ttf", "Manrope-SemiBold.ttf")


class ThemeManager(QObject):
    """Dresses the application, and again when the system changes between light and dark."""

    changed = Signal(object)
    """The new :class:`Colors`."""

    def __init__(self, application: QApplication, choice: Theme) -> None:
        super().__init__(application)
        self._application, self._choice = application, choice
        self._shown: Colors | None = None
        self.colors = DARK
        application.setStyle("Fusion")
        _use_font(application)
        self._system = application.styleHints()
        self._system.colorSchemeChanged.connect(self._apply)
        self._apply()

    def stop(self) -> None:
        """Follow the system no more: the window is gone."""
        self._system.colorSchemeChanged.disconnect(self._apply)

    def choose(self, choice: Theme) -> None:
        """Wear light, dark, or what the system wears."""
        self._choice = choice
        self._apply()

    def _apply(self) -> None:
        colors = self._wanted()
        if colors is self._shown:
            return
        self.colors = self._shown = colors
        self._application.setPalette(_palette(colors))
        self._application.setStyleSheet(style_sheet(colors))
        self.changed.emit(colors)

    def _wanted(self) -> Colors:
        if self._choice is Theme.SYSTEM:
            scheme = self._application.styleHints().colorScheme()
            return LIGHT if scheme is Qt.ColorScheme.Light else DARK
        return LIGHT if self._choice is Theme.LIGHT else DARK


def style_sheet(colors: Colors) -> str:
    """Return the style sheet with the colors filled in."""
    template = Template(resource("styles", "studio.qss").read_text(encoding="utf-8"))
    icons = {
        "icon_menu": icon_file("next", colors.muted).as_posix(),
        "icon_check": icon_file("done", colors.accent).as_posix(),
        "icon_open": icon_file("open-menu", colors.muted).as_posix(),
    }
    return template.substitute({**asdict(colors), **icons})


def _palette(colors: Colors) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colors.window,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.panel,
        QPalette.ColorRole.AlternateBase: colors.raised,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.Button: colors.raised,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.ToolTipBase: colors.raised,
        QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.faint,
        QPalette.ColorRole.Highlight: colors.accent,
        QPalette.ColorRole.HighlightedText: colors.on_accent,
        QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.Mid: colors.border,
    }
    for role, name in roles.items():
        palette.setColor(role, QColor(name))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(disabled, role, QColor(colors.faint))
    return palette


def _use_font(application: QApplication) -> None:
    """Use our own font where the system has no good one of its own."""
    if sys.platform in ("win32", "darwin"):
        return
    for name in FONT_FILES:
        number = QFontDatabase.addApplicationFont(str(resource("fonts", name)))
        if number < 0:
            return
    font = QFont("Manrope")
    font.setPointSizeF(application.font().pointSizeF())
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    application.setFont(font)
