"""The line at the bottom: what is going on, how far it is, and the ways to hold and to stop it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.translation import translate
from app.views.icons import pixmap
from app.views.parts import label, tool_button
from app.views.theme import DARK, Colors

LINGER_MS = 8000
STEPS = 1000


class StatusStrip(QFrame):
    """A lasting state, news that pass, and a bar while work is going on."""

    def __init__(self, hold: QAction, stop: QAction) -> None:
        super().__init__()
        self.setObjectName("statusStrip")
        self.setFixedHeight(34)
        self._colors: Colors = DARK
        self._state, self._news, self._mark = "", "", "info"
        self._icon = QLabel()
        self._text = label(name="muted")
        self._link = QPushButton()
        self._link.setObjectName("link")
        more = translate("StatusStrip", "More about the news")
        self._link.setAccessibleName(more)
        self._link.setToolTip(more)
        self._link.hide()
        self._link.clicked.connect(self._on_link)
        self._follow: Callable[[], object] | None = None
        self._bar = QProgressBar()
        self._bar.setRange(0, STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(180)
        self._bar.setAccessibleName(translate("StatusStrip", "Progress"))
        self._left = label(name="muted")
        self._hold, self._stop = tool_button(hold, 16), tool_button(stop, 16)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 2)
        row.setSpacing(8)
        parts: tuple[QWidget, ...] = (self._icon, self._text, self._link)
        for part in parts:
            row.addWidget(part)
        row.addStretch()
        for part in (self._left, self._bar, self._hold, self._stop):
            row.addWidget(part)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(LINGER_MS)
        self._fade.timeout.connect(self._clear_news)
        self.set_progress(None)

    def set_state(self, text: str) -> None:
        """Say what is going on; shown whenever there is no news."""
        self._state = text
        self._update()

    def tell(
        self,
        text: str,
        mark: str = "done",
        link: str = "",
        follow: Callable[[], object] | None = None,
    ) -> None:
        """Tell news that pass after a while, with an optional link to follow."""
        self._news, self._mark, self._follow = text, mark, follow
        self._link.setText(link)
        self._link.setAccessibleName(link)
        self._link.setToolTip(link)
        self._link.setVisible(bool(link))
        self._fade.start()
        self._update()

    def set_progress(self, fraction: float | None, left: str = "") -> None:
        """Show how far the work is in [0, 1], None when there is none; `left` is how long yet."""
        self._left.setText(left)
        for part in (self._left, self._bar, self._hold, self._stop):
            part.setVisible(fraction is not None)
        self._hold.setVisible(fraction is not None and self._hold.isEnabled())
        if fraction is not None:
            self._bar.setValue(round(min(max(fraction, 0.0), 1.0) * STEPS))

    def text(self) -> str:
        """Return what is shown."""
        return self._text.text()

    def left(self) -> str:
        """Return the time left that is shown."""
        return self._left.text()

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._colors = colors
        self._update()

    def _update(self) -> None:
        self._text.setText(self._news or self._state)
        shades = {"done": self._colors.success, "warning": self._colors.error}
        color = shades.get(self._mark, self._colors.muted) if self._news else ""
        self._icon.setVisible(bool(self._news))
        if color:
            self._icon.setPixmap(pixmap(self._mark, color, QSize(16, 16)))

    def _clear_news(self) -> None:
        self._news, self._follow = "", None
        self._link.hide()
        self._update()

    def _on_link(self) -> None:
        if self._follow:
            self._follow()
