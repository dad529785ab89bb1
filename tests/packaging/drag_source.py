"""A window of a program of its own from which a file is dragged: python drag_source.py FILE.

It stands at the lower right of the screen, prints where it can be taken, and ends after the drop.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Something that can be dragged."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        drag = QDrag(self)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        drag.setMimeData(data)
        taken = drag.exec(Qt.DropAction.CopyAction)
        # The other side may still ask for what was dropped.
        QTimer.singleShot(1000, lambda: QApplication.exit(taken != Qt.DropAction.CopyAction))


def main() -> int:
    """Wait to be dragged; return 0 if the file was taken."""
    application = QApplication(sys.argv)
    source = Source("drag me")
    source.setWindowFlags(Qt.WindowType.FramelessWindowHint)
    place = application.primaryScreen().geometry()
    source.setGeometry(place.right() - 100, place.bottom() - 80, 90, 70)
    source.show()
    center = source.geometry().center()
    QTimer.singleShot(500, lambda: print(center.x(), center.y(), flush=True))  # noqa: T201
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
