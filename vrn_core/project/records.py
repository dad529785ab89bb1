"""``project.json``: all of a project but its arrays, as settings are read and written.

A project file is a ZIP archive with

- ``project.json``, a :class:`Manifest`;
- ``faces/P-F.safetensors``, the arrays of face F of photo P (see :mod:`.arrays`);
- ``photos/P.SUFFIX``, the files of the photos that are packed.

Every other member, or another key, needs a higher `FORMAT`: an older program then says that it
is too old instead of dropping what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vrn_core.config import JsonConfig, SurfaceSettings, choose, require
from vrn_core.errors import ProjectError

FORMAT = 1
MANIFEST = "project.json"
SUFFIX = ".vrn"
STATES = ("waiting", "done", "failed", "cancelled")
LARGEST_SIDE = 1_000_000
"""Of a photo, in pixels."""
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class VolumeRecord(JsonConfig):
    """A :class:`~vrn_core.meshing.kept.KeptVolume` but its bytes."""

    box: tuple[Span, Span, Span]
    """First voxel and the one after the last, axes (z, y, x)."""
    shape: tuple[int, int, int]
    voxel_size: int
    crop_center: tuple[float, float]
    crop_scale: float
    crop_size: int
    scale: float
    rotation: tuple[float, ...]
    """Nine numbers, row by row."""
    translation: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class FaceRecord(JsonConfig):
    """A face but its arrays."""

    arrays: str
    """Name of the member of the archive."""
    box: tuple[float, float, float, float, float]
    """Left, top, width, height, score."""
    pose_deg: tuple[float, float, float]
    """Yaw, pitch, roll."""
    confidence: float
    milliseconds: float
    settings: SurfaceSettings
    model: str = ""
    fused: bool = False
    volume: VolumeRecord | None = None


@dataclass(frozen=True, kw_only=True)
class PhotoRecord(JsonConfig):
    """A photo: where its file is, and its faces."""

    name: str
    relative: str | None = None
    """Path from the folder of the project file, with slashes."""
    absolute: str | None = None
    file_size: int = 0
    """In bytes; tells the file from another of the same name."""
    packed: str | None = None
    """Name of the member of the archive that holds the file."""
    state: str
    failure: tuple[str, str, str] | None = None
    size: tuple[int, int] | None = None
    selected_face: int = 0
    faces: tuple[FaceRecord, ...] = ()

    def __post_init__(self) -> None:
        choose("state", self.state, STATES)
        require("selected_face", self.selected_face, 0)
        for side in self.size or ():
            require("size", side, 1, LARGEST_SIDE)


@dataclass(frozen=True, kw_only=True)
class Manifest(JsonConfig):
    """The whole but its photos, which are read one by one: a damaged one spoils no other."""

    format: int
    program: str
    """Version of VRN Studio."""
    selected: int | None = None
    origin: str | None = None


def check_format(values: Mapping[str, object], name: str) -> None:
    """Raise :class:`ProjectError` if a manifest is not of a format known here."""
    number = values.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ProjectError(f"{name} is not a VRN Studio project")
    if number > FORMAT:
        program = str(values.get("program", ""))[:20]
        raise ProjectError(
            f"{name} was made by a newer VRN Studio ({program}, format {number}; this one knows "
            f"{FORMAT}); install the newest version to open it"
        )
