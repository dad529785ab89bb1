"""The user's guide, read in a window of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from app.settings import Language
from app.translation import translate
from vrn_core.resources import project_root

SIZE = QSize(860, 760)
MARGIN = 48
"""Pixels of a line that pictures leave free."""


class GuideDialog(QDialog):
    """Shows the pages of docs/guide in the language of the window."""

    def __init__(self, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Actions", "User's Guide"))
        self.pages = Pages()
        back = QPushButton(translate("Guide", "Back"))
        contents = QPushButton(translate("Guide", "Contents"))
        close = QPushButton(translate("Guide", "Close"))
        back.setEnabled(False)
        self.pages.backwardAvailable.connect(back.setEnabled)
        back.clicked.connect(self.pages.backward)
        contents.clicked.connect(self.pages.home)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(back)
        row.addWidget(contents)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.pages, 1)
        column.addLayout(row)
        self.resize(SIZE)
        self.pages.setSource(QUrl.fromLocalFile(str(first_page(language))))


class Pages(QTextBrowser):
    """Markdown pages whose pictures are as wide as the window lets them be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(MARGIN / 2)
        self.anchorClicked.connect(self._follow)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Return a page or a picture; pictures are made to fit."""
        if kind == QTextDocument.ResourceType.ImageResource.value:
            image = QImage(self.source().resolved(QUrl(name)).toLocalFile())
            width = max(self.viewport().width() - MARGIN, 100)
            if image.width() <= width:
                return image
            return image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        return super().loadResource(kind, name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let pictures fit the new width."""
        super().resizeEvent(event)
        if not self.source().isEmpty():
            place = self.verticalScrollBar().value()
            self.reload()
            self.verticalScrollBar().setValue(place)

    def _follow(self, link: QUrl) -> None:
        whole = self.source().resolved(link)
        if whole.isLocalFile():
            self.setSource(whole)
        else:
            QDesktopServices.openUrl(whole)


def first_page(language: Language) -> Path:
    """Return the contents of the guide in a language, in English where there is none."""
    folder = project_root() / "docs" / "guide"
    page = folder / language.value / "index.md"
    return page if page.is_file() else folder / "en" / "index.md"
