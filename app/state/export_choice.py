"""What a mesh is exported as: the choices, the presets, and which choices exclude each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from app.marks import QT_TRANSLATE_NOOP

FORMATS = ("glb", "obj", "usdz", "ply", "stl")
TRIANGLES = (2_000, 10_000, 50_000, 0)
"""To choose from; 0 is all there are."""
FEWEST, MOST = 100, 2_000_000
SIZES = (0, 512, 1024, 2048, 4096)
"""Sides of a texture; 0 keeps the photo's pixels."""
DETAILS = tuple(step / 10 for step in range(11))
VERSION = 1
"""Of what is kept; raised when a field changes its meaning."""


class Scope(Enum):
    """Which faces are exported."""

    FACE = "face"
    PHOTO = "photo"
    LIST = "list"


@dataclass(frozen=True, kw_only=True)
class ExportChoice:
    """A full set of choices."""

    formats: tuple[str, ...] = ("glb",)
    template: bool = False
    """Whether the template's quads with expressions are wrapped onto the face."""
    triangles: int = 50_000
    textured: bool = True
    size: int = 0
    normal_map: bool = False
    detail: float = 0.0
    even_light: bool = False

    def __post_init__(self) -> None:
        if not self.formats or not set(self.formats) <= set(FORMATS):
            raise ValueError(f"formats are {self.formats}; expected some of {FORMATS}")
        if self.triangles and not FEWEST <= self.triangles <= MOST:
            raise ValueError(f"triangles is {self.triangles}; expected 0 or {FEWEST} to {MOST}")
        if self.size not in SIZES:
            raise ValueError(f"size is {self.size}; expected one of {SIZES}")
        if not 0 <= self.detail <= 1:
            raise ValueError(f"detail is {self.detail}; expected 0 to 1")

    def possible(self) -> ExportChoice:
        """Return the choice without what its other parts exclude."""
        without = blocked(self)
        choice = self
        if "formats/stl" in without and "stl" in choice.formats:
            # The head cannot be printed; of the two the later wish of the user is the head.
            rest = tuple(name for name in choice.formats if name != "stl") or ("glb",)
            choice = replace(choice, formats=rest)
            without = blocked(choice)
        off: dict[str, Any] = {
            "textured": False,
            "normal_map": False,
            "detail": 0.0,
            "even_light": False,
        }
        return replace(choice, **{name: no for name, no in off.items() if name in without})


PRESETS: Mapping[str, ExportChoice] = MappingProxyType(
    {
        "blender": ExportChoice(),
        "unreal": ExportChoice(template=True, size=2048, even_light=True),
        "print": ExportChoice(formats=("stl",), triangles=0, textured=False),
        "web": ExportChoice(triangles=10_000, size=1024, normal_map=True),
    }
)
OWN = "own"

NO_PICTURES = QT_TRANSLATE_NOOP(
    "Export", "PLY and STL hold no pictures. Choose GLB, OBJ or USDZ as well."
)
OPEN_NECK = QT_TRANSLATE_NOOP(
    "Export", "The head of quads is open at the neck and cannot be printed. Leave STL out."
)
NO_PRINT = QT_TRANSLATE_NOOP(
    "Export", "The head of quads is open at the neck. For STL, choose the shape as reconstructed."
)
OWN_NUMBER = QT_TRANSLATE_NOOP("Export", "The head of quads has a number of its own.")
OWN_RELIEF = QT_TRANSLATE_NOOP(
    "Export", "A normal map of the surface goes with the shape as reconstructed only."
)
NO_TEXTURE = QT_TRANSLATE_NOOP(
    "Export", "Fine relief is told from the texture. Turn the texture on."
)
NO_PICTURE = QT_TRANSLATE_NOOP("Export", "There is no picture to have a size.")
NO_COLORS = QT_TRANSLATE_NOOP("Export", "STL holds no colors.")
NO_USD = QT_TRANSLATE_NOOP(
    "Export", "USDZ needs the package usd-core. Install it with: pip install usd-core"
)


def blocked(choice: ExportChoice, usd: bool = True) -> dict[str, str]:
    """Return the fields that do not go with the rest of a choice, and why, marked words.

    A format is a field as ``formats/stl``; `usd` tells whether USDZ can be written.
    """
    why: dict[str, str] = {}
    if not usd:
        why["formats/usdz"] = NO_USD
    if choice.template:
        why["formats/stl"] = NO_PRINT
        why["triangles"] = OWN_NUMBER
        why["normal_map"] = OWN_RELIEF
    elif "stl" in choice.formats:
        why["template"] = OPEN_NECK
    if set(choice.formats) <= {"ply", "stl"}:
        why |= dict.fromkeys(("textured", "size", "normal_map", "detail"), NO_PICTURES)
        if choice.formats == ("stl",):
            why["even_light"] = NO_COLORS
        return why
    if not choice.textured:
        why["detail"] = NO_TEXTURE
        if not choice.normal_map or choice.template:
            why["size"] = NO_PICTURE
    return why


def preset_of(choice: ExportChoice) -> str:
    """Return the name of the preset that a choice is, or :data:`OWN`."""
    return next((name for name, preset in PRESETS.items() if preset == choice), OWN)


def encode(choice: ExportChoice) -> str:
    """Return a choice as JSON."""
    return json.dumps({"version": VERSION, **asdict(choice)})


def decode(stored: Any) -> ExportChoice:
    """Return a choice that was kept; what is damaged in it takes its usual value.

    Raises
    ------
    ValueError
        If it is no choice at all, or one of a newer version.
    """
    if not isinstance(stored, str):
        raise ValueError(stored)
    values = json.loads(stored)
    if not isinstance(values, dict) or values.get("version") != VERSION:
        raise ValueError(stored)
    usual = ExportChoice()
    good: dict[str, Any] = {}
    for field in fields(ExportChoice):
        value: Any = values.get(field.name)
        like = getattr(usual, field.name)
        if isinstance(like, tuple) and isinstance(value, list):
            value = tuple(value)
        if isinstance(like, float) and type(value) is int:
            value = float(value)
        if type(value) is not type(like):
            continue
        try:
            # The fields are checked one by one.
            ExportChoice(**dict[str, Any]({field.name: value}))
        except (TypeError, ValueError):
            continue
        good[field.name] = value
    return ExportChoice(**good)
