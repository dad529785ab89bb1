"""The program's settings: typed, described by one table, repaired when damaged."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from app.state import export_choice
from vrn_core.errors import VrnError
from vrn_core.models.choice import chosen
from vrn_core.models.library import default_model, missing_default, set_default_model

log = logging.getLogger(__name__)

SCHEMA_VERSION = 1
"""Raised with every change of meaning of a stored value; see :meth:`Settings._migrate`."""

MODEL_KEY = "reconstruction/model"
"""Told by :attr:`Settings.changed`; the choice itself lies with the models."""

T = TypeVar("T")
N = TypeVar("N", int, float)


class Theme(Enum):
    """Which colors the window wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Language(Enum):
    """Which language the window speaks."""

    SYSTEM = "system"
    ENGLISH = "en"
    SPANISH = "es"


class Coloring(Enum):
    """How the surface of a mesh is painted."""

    SHADED = "shaded"
    PHOTO = "photo"
    WIREFRAME = "wireframe"
    NORMALS = "normals"
    CONFIDENCE = "confidence"


DEVICES = ("auto", "cpu", "cuda", "mps")
IOD_RANGE_MM = (40.0, 80.0)
"""From a small child's to the widest."""


class Option(Generic[T]):
    """A setting as an attribute of :class:`Settings`; a value that cannot be read is reset."""

    def __init__(self, key: str, default: T, decode: Callable[[Any], T]) -> None:
        self.key, self.default, self.decode = key, default, decode

    @overload
    def __get__(self, owner: None, kind: type) -> Option[T]: ...
    @overload
    def __get__(self, owner: Settings, kind: type) -> T: ...
    def __get__(self, owner: Settings | None, kind: type) -> Option[T] | T:
        if owner is None:
            return self
        stored = owner.store.value(self.key)
        if stored is None:
            return self.default
        try:
            return self.decode(stored)
        except (TypeError, ValueError):
            log.warning("setting %s is damaged (%r) and was reset", self.key, stored)
            owner.store.remove(self.key)
            return self.default

    def __set__(self, owner: Settings, value: T) -> None:
        if value == self.__get__(owner, type(owner)):
            return
        owner.store.setValue(self.key, value.value if isinstance(value, Enum) else value)
        owner.changed.emit(self.key)


def _flag(stored: Any) -> bool:
    if isinstance(stored, bool):
        return stored
    if stored in ("true", "false"):
        return bool(stored == "true")
    raise ValueError(stored)


def _text(stored: Any) -> str:
    if not isinstance(stored, str):
        raise TypeError(stored)
    return stored


def _texts(stored: Any) -> list[str]:
    # The file does not tell a list of one from a text.
    texts = stored if isinstance(stored, list) else [stored]
    return [_text(text) for text in texts]


def _device(stored: Any) -> str:
    if stored not in DEVICES:
        raise ValueError(stored)
    return str(stored)


def _threads(stored: Any) -> int:
    return _between(int(stored), 0, 256)


def _iod_mm(stored: Any) -> float:
    return _between(float(stored), *IOD_RANGE_MM)


def _between(value: N, low: float, high: float) -> N:
    if not low <= value <= high:
        raise ValueError(value)
    return value


def _export_choice(stored: Any) -> str:
    return export_choice.encode(export_choice.decode(stored)) if stored else ""


def _bytes(stored: Any) -> QByteArray:
    if not isinstance(stored, QByteArray):
        raise TypeError(stored)
    return stored


class Light(Enum):
    """How the mesh is lit."""

    STUDIO = "studio"
    SOFT = "soft"
    SIDE = "side"
    ABOVE = "above"


class Settings(QObject):
    """Typed access to what is remembered between sessions."""

    changed = Signal(str)
    """The key of the option that has a new value."""

    theme = Option("appearance/theme", Theme.SYSTEM, Theme)
    language = Option("appearance/language", Language.SYSTEM, Language)
    window_geometry = Option("window/geometry", QByteArray(), _bytes)
    layout_state = Option("window/layout", QByteArray(), _bytes)
    open_folder = Option("folders/open", "", _text)
    project_folder = Option("folders/project", "", _text)
    recent_projects = Option[list[str]]("project/recent", [], _texts)
    pack_photos = Option("project/pack_photos", False, _flag)
    export_folder = Option("folders/export", "", _text)
    runs_folder = Option("folders/runs", "", _text)
    face_model_folder = Option("folders/face-model", "", _text)
    export_format = Option("export/format", "glb", _text)
    export_choice = Option("export/choice", "", _export_choice)
    """As :func:`app.state.export_choice.encode` writes it; empty until there was one."""
    device = Option("reconstruction/device", "auto", _device)
    threads = Option("reconstruction/threads", 0, _threads)
    iod_mm = Option("reconstruction/iod_mm", 63.0, _iod_mm)
    show_boxes = Option("photo/boxes", True, _flag)
    show_landmarks = Option("photo/landmarks", True, _flag)
    show_adjust = Option("mesh/adjust", False, _flag)
    coloring = Option("mesh/coloring", Coloring.SHADED, Coloring)
    light = Option("mesh/light", Light.STUDIO, Light)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if path is None:
            self.store = QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "VRN Studio", "VRN Studio"
            )
        else:
            self.store = QSettings(str(path), QSettings.Format.IniFormat)
        if self.store.status() != QSettings.Status.NoError:
            log.warning("settings file %s cannot be read: starting fresh", self.store.fileName())
            self.store.clear()
        self._migrate()

    @property
    def model(self) -> str:
        """The model to reconstruct by: one choice for the window and the command line.

        Setting it raises a :class:`VrnError` if there is no such model, or if the choice
        cannot be kept.
        """
        return default_model()

    @model.setter
    def model(self, name: str) -> None:
        if name != self.model or missing_default() is not None:
            set_default_model(name)
            self.changed.emit(MODEL_KEY)

    def save(self) -> None:
        """Write what was changed to the disk now."""
        self.store.sync()

    def _migrate(self) -> None:
        """Bring settings of another schema to this one; those of a newer one are set aside."""
        try:
            version = int(str(self.store.value("schema", SCHEMA_VERSION)))
        except (TypeError, ValueError):
            version = SCHEMA_VERSION
        if version > SCHEMA_VERSION:
            source = Path(self.store.fileName())
            if source.exists():
                source.with_suffix(f".schema{version}").write_bytes(source.read_bytes())
            log.warning("settings are of a newer version %d: set aside, starting fresh", version)
            self.store.clear()
        self.store.setValue("schema", SCHEMA_VERSION)
        self._hand_over_model()

    def _hand_over_model(self) -> None:
        """Make the model that was chosen here, before the command line knew of it, the default."""
        stored = self.store.value(MODEL_KEY)
        if stored is None:
            return
        self.store.remove(MODEL_KEY)
        try:
            if stored != self.model and chosen() is None:
                set_default_model(str(stored))
        except VrnError as error:
            log.warning("the chosen model is not kept: %s", error)
