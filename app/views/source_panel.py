"""The list of photos: thumbnail, name and state of each."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QSizePolicy, QVBoxLayout

from app.state.photo import PhotoItem, PhotoState
from app.state.session import NOTHING, Session
from app.translation import Counts, translate
from app.views.actions import Actions
from app.views.parts import HEADER_HEIGHT, label, strip, tool_button
from app.views.photo_delegate import PHOTO_ROLE, PhotoDelegate
from app.views.theme import Colors


class PhotoListModel(QAbstractListModel):
    """The session's photos as rows."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._keys = [photo.key for photo in session.photos()]
        session.photo_added.connect(self._on_added)
        session.photo_removed.connect(self._on_removed)
        session.photo_changed.connect(self._on_changed)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return the number of photos."""
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return a photo, or its words for tooltips and screen readers."""
        photo = self._session.photo(self.key_at(index.row()))
        if photo is None:
            return None
        if role == PHOTO_ROLE:
            return photo
        if role == Qt.ItemDataRole.DisplayRole:
            return photo.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{photo.name}, {describe_state(photo)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            place = str(photo.path) if photo.path else photo.name
            return f"{place}\n{photo.failure.message}" if photo.failure else place
        return None

    def key_at(self, row: int) -> int:
        """Return the key of the photo in a row."""
        return self._keys[row] if 0 <= row < len(self._keys) else NOTHING

    def index_of(self, key: int) -> QModelIndex:
        """Return the row of a photo."""
        return self.index(self._keys.index(key)) if key in self._keys else QModelIndex()

    def _on_added(self, key: int) -> None:
        # One that was taken off comes back to its old place.
        row = next(n for n, photo in enumerate(self._session.photos()) if photo.key == key)
        self.beginInsertRows(QModelIndex(), row, row)
        self._keys.insert(row, key)
        self.endInsertRows()

    def _on_removed(self, key: int) -> None:
        row = self._keys.index(key)
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._keys[row]
        self.endRemoveRows()

    def _on_changed(self, key: int) -> None:
        index = self.index_of(key)
        self.dataChanged.emit(index, index)


def describe_state(photo: PhotoItem) -> str:
    """Return how far a photo is, in a few words."""
    if photo.state is PhotoState.WORKING:
        return (photo.stage or translate("PhotoList", "Working")) + "…"
    if photo.state is PhotoState.DONE and photo.missing:
        return translate("PhotoList", "Photo missing")
    if photo.state is PhotoState.DONE:
        return Counts.tr("%n face(s)", "", len(photo.faces))
    if photo.state is PhotoState.FAILED:
        return photo.failure.title if photo.failure else translate("PhotoList", "Failed")
    if photo.state is PhotoState.CANCELLED:
        return translate("PhotoList", "Stopped")
    return translate("PhotoList", "Waiting")


class SourcePanel(QFrame):
    """The panel on the left."""

    photo_chosen = Signal(int)

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._session, self._actions = session, actions
        self.header, row = strip("panelHeader", HEADER_HEIGHT)
        """For the dock to wear as its title bar."""
        self._count = label(name="count")
        self._count.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        row.addWidget(label(translate("PhotoList", "Photos"), "panelTitle"))
        row.addSpacing(4)
        row.addWidget(self._count)
        row.addStretch()
        row.addWidget(tool_button(actions["paste"]))
        row.addWidget(tool_button(actions["open"]))
        self.model = PhotoListModel(session)
        self.delegate = PhotoDelegate(self, describe_state)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(self.delegate)
        self.list.setAccessibleName(translate("PhotoList", "Photos"))
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._on_context_menu)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 8)
        column.setSpacing(6)
        column.addWidget(self.list, 1)
        session.selection_changed.connect(self._on_selection_changed)
        for signal in (session.photo_added, session.photo_removed):
            signal.connect(self._update_count)
        self._update_count()

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self.delegate.colors = colors
        self.list.viewport().update()

    def chosen(self) -> list[int]:
        """Return the keys of the photos that are marked, from the top of the list."""
        rows = sorted(index.row() for index in self.list.selectedIndexes())
        return [self.model.key_at(row) for row in rows]

    def _update_count(self) -> None:
        self._count.setText(str(len(self._session)))
        self._count.setVisible(len(self._session) > 0)

    def _on_selection_changed(self, key: int) -> None:
        index = self.model.index_of(key)
        # Where the list made the choice itself, it may hold others beside it.
        if index != self.list.currentIndex():
            # setCurrentIndex of the list would look at the keys that happen to be held.
            only = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.list.selectionModel().setCurrentIndex(index, only)
        if index.isValid():
            self.list.scrollTo(index)

    def _on_current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self.photo_chosen.emit(self.model.key_at(current.row()))

    def _on_context_menu(self, position: Any) -> None:
        menu = QMenu(self)
        if self.list.indexAt(position).isValid():
            for name in ("export_as", "fuse", "retry", "remove"):
                menu.addAction(self._actions[name])
            menu.addSeparator()
        for name in ("open", "open_folder", "paste"):
            menu.addAction(self._actions[name])
        menu.exec(self.list.viewport().mapToGlobal(position))
        menu.deleteLater()
