"""Where the scans of a benchmark lie, and how it wants them drawn.

Besides any folder of scans these are known, in the layout in which their authors send them:

- BU-4DFE: ``F001/Happy/000.wrl`` with its texture ``000.jpg``, 25 frames a second, for each
  of 101 people (F001 to F058, M001 to M043) and six expressions. An expression comes from the
  neutral face and goes back to it, so that the frame in the middle of a sequence is taken for
  its peak.
- Florence, the 2D/3D face data set of MICC: ``subject_01/Model/frontal1/obj/NUMBER.obj`` with
  its material and texture (.bmp), for each of 53 people; where there is none, frontal2, or the
  same as VRML.

References
----------
.. [1] Yin et al., "A high-resolution 3D dynamic facial expression database", FG 2008.
.. [2] Bagdanov, Del Bimbo and Masi, "The Florence 2D/3D hybrid face dataset", J-HGBU 2011.
.. [3] Jackson et al., "Large Pose 3D Face Reconstruction from a Single Image via Direct
   Volumetric CNN Regression", ICCV 2017, section 4: poses and light.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vrn_core.errors import DataError
from vrn_core.evaluation.scan_files import SCAN_SUFFIXES

EXPRESSIONS = ("Happy", "Surprise")
BU_PERSON = re.compile(r"[FM]\d{3}")
FLORENCE_PERSON = re.compile(r"subject[_-]?\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Views:
    """The poses and the light in which every scan is drawn."""

    yaws_deg: tuple[float, ...]
    pitches_deg: tuple[float, ...]
    light: str
    """One of :data:`~vrn_core.evaluation.scan_render.LIGHTS`."""


@dataclass(frozen=True)
class ScanSet:
    """A benchmark of scans."""

    title: str
    layout: str
    """What its folder should hold."""
    views: Views
    list_names: Callable[[Path], list[str]]
    """Returns the scans below a folder. A name whose scan is missing ends in its pattern."""


def list_scans(benchmark: str, root: Path) -> list[str]:
    """Return the names of a benchmark's scans, as paths below its folder, sorted.

    Raises :class:`DataError` saying what was found if there are none.
    """
    known = SCAN_SETS[benchmark]
    if not root.is_dir():
        raise DataError(f"there is no folder {root}; expected {known.layout}")
    names = sorted(known.list_names(root))
    if not names:
        raise DataError(f"{root} has {_contents(root)}; expected {known.layout}")
    return names


def _contents(root: Path) -> str:
    inside = sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
    if not inside:
        return "nothing in it"
    rest = f" and {len(inside) - 3} more" if len(inside) > 3 else ""
    return f"{', '.join(inside[:3])}{rest} in it"


def _any_scans(root: Path) -> list[str]:
    found = (path.relative_to(root) for path in root.rglob("*"))
    return [
        path.as_posix()
        for path in found
        if path.suffix.lower() in SCAN_SUFFIXES
        and not any(part.startswith(".") for part in path.parts)
    ]


def _folders(root: Path, pattern: re.Pattern[str]) -> list[Path]:
    """Return the folders of people right below the root or one folder further down."""
    inside = [path for path in (*root.glob("*"), *root.glob("*/*")) if path.is_dir()]
    return [path for path in inside if pattern.fullmatch(path.name)]


def _bu_4dfe_peaks(root: Path) -> list[str]:
    names = []
    for person in _folders(root, BU_PERSON):
        for expression in EXPRESSIONS:
            frames = sorted(
                (path for path in (person / expression).glob("*.wrl") if path.stem.isdigit()),
                key=lambda path: int(path.stem),
            )
            peak = frames[len(frames) // 2] if frames else person / expression / "*.wrl"
            names.append(peak.relative_to(root).as_posix())
    return names


def _florence_frontals(root: Path) -> list[str]:
    names = []
    for person in _folders(root, FLORENCE_PERSON):
        frontal = [
            path
            for path in (person / "Model").glob("frontal*/*/*")
            if path.suffix.lower() in (".obj", ".wrl")
        ]
        missing = person / "Model" / "frontal1" / "obj" / "*.obj"
        best = min(frontal, key=_florence_preference, default=missing)
        names.append(best.relative_to(root).as_posix())
    return names


def _florence_preference(path: Path) -> tuple[str, bool, str]:
    """Order scans: the first session before the second, OBJ before VRML."""
    return path.parent.parent.name, path.suffix.lower() != ".obj", path.name


def _evenly(count: int) -> tuple[float, ...]:
    return tuple(float(yaw) for yaw in np.linspace(-80, 80, count))


SCAN_SETS = {
    "scans": ScanSet(
        title="Scans",
        layout=f"a folder with scans in it or below ({', '.join(SCAN_SUFFIXES)})",
        views=Views(_evenly(9), (-20.0, 0.0, 20.0), "ambient"),
        list_names=_any_scans,
    ),
    "bu-4dfe": ScanSet(
        title="BU-4DFE",
        layout="the folder of BU-4DFE with F001/Happy/000.wrl and so on in it",
        views=Views(_evenly(7), (-20.0, 0.0, 20.0), "random"),
        list_names=_bu_4dfe_peaks,
    ),
    "florence": ScanSet(
        title="Florence",
        layout="the folder of Florence with subject_01/Model/frontal1/obj/*.obj and so on in it",
        views=Views(_evenly(5), (-15.0, 20.0, 25.0), "ambient"),
        list_names=_florence_frontals,
    ),
}
