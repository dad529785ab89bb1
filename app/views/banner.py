"""A strip over the panels: news that wait for an answer, but not in the way of the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolBar

from app.translation import translate
from app.views.icons import pixmap
from app.views.parts import label
from app.views.theme import Colors

Choice = tuple[str, Callable[[], object]]
"""A button's words and what it does; the banner goes away first."""


class Banner(QToolBar):
    """Shows one piece of news at a time; others wait until it was answered.

    A tool bar is what a window with docks puts above all of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setWindowTitle(translate("Banner", "News"))
        self.setMovable(False)
        self._waiting: list[tuple[object, str, str, Sequence[Choice]]] = []
        self._icon = QLabel()
        self._title = label(name="panelTitle")
        self._text = label(name="muted")
        self.buttons: list[QPushButton] = []
        sheet = QFrame()
        sheet.setObjectName("bannerSheet")
        self.addWidget(sheet)
        self._row = QHBoxLayout(sheet)
        self._row.setContentsMargins(16, 8, 8, 8)
        self._row.setSpacing(10)
        for words in (self._title, self._text):
            # The names of files are in it.
            words.setTextFormat(Qt.TextFormat.PlainText)
        for part in (self._icon, self._title, self._text):
            self._row.addWidget(part)
        self._row.addStretch()
        self.hide()

    def ask(self, owner: object, title: str, text: str, choices: Sequence[Choice]) -> None:
        """Show news with buttons, the first of which is the proposed one."""
        self._waiting.append((owner, title, text, choices))
        if len(self._waiting) == 1:
            self.refresh()

    def withdraw(self, owner: object) -> None:
        """Take back what was asked by someone, for it is of no account any more."""
        self._waiting = [news for news in self._waiting if news[0] is not owner]
        self.refresh()

    def text(self) -> str:
        """Return what is shown."""
        return f"{self._title.text()} {self._text.text()}"

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._icon.setPixmap(pixmap("info", colors.accent, QSize(20, 20)))

    def refresh(self) -> None:
        """Show the news that come first, or nothing if there are none."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            return
        _, title, text, choices = self._waiting[0]
        self._title.setText(title)
        self._text.setText(text)
        for number, (words, act) in enumerate(choices):
            button = QPushButton(words)
            button.setObjectName("" if number else "primary")
            button.clicked.connect(lambda _=False, act=act: self._answer(act))
            self._row.addWidget(button)
            self.buttons.append(button)

    def _answer(self, act: Callable[[], object]) -> None:
        del self._waiting[0]
        self.refresh()
        act()
