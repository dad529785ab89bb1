"""What a project holds, as values that are handed to and fro between threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vrn_core.config import SurfaceSettings
from vrn_core.meshing.kept import KeptVolume
from vrn_core.types import ByteArray, FaceBox, FloatArray, Pose, TriangleMesh


@dataclass(frozen=True, eq=False)
class SavedFace:
    """A face: its mesh and all that it was made from, but the photo."""

    box: FaceBox
    landmarks: FloatArray
    """(68, 3), photo frame."""
    pose: Pose
    mesh: TriangleMesh
    """Photo frame."""
    mesh_canonical: TriangleMesh
    """Canonical frame, millimeters."""
    confidence: float
    milliseconds: float
    """That it took to make."""
    vertex_confidence: FloatArray
    """(V,) in [0, 1]."""
    settings: SurfaceSettings = field(default_factory=SurfaceSettings)
    model: str = ""
    """The network that made it, if known."""
    fused: bool = False
    """Whether it was made from several photos, so that only its volume can make it again."""
    volume: KeptVolume | None = None
    """None if it was not kept; then it is made again from the photo."""


@dataclass(frozen=True, eq=False)
class SavedPhoto:
    """A photo and its faces; it is a file, or pixels where there is none."""

    name: str
    path: Path | None = None
    """Absolute."""
    pixels: ByteArray | None = None
    """(H, W, 3) RGB."""
    packed: bool = False
    """Whether the file at `path` is the project's own, and has to go with it."""
    missing: bool = False
    """Whether there was no file at `path`."""
    state: str = "waiting"
    failure: tuple[str, str, str] | None = None
    """Title, message and next step, if no face could be made."""
    size: tuple[int, int] | None = None
    """Width and height in pixels, if known."""
    selected_face: int = 0
    faces: tuple[SavedFace, ...] = ()


@dataclass(frozen=True, eq=False)
class Project:
    """The photos in their order."""

    photos: tuple[SavedPhoto, ...] = ()
    selected: int | None = None
    """Place of the selected photo."""
    origin: Path | None = None
    """Of an autosave: the project file that it belongs to."""


@dataclass(frozen=True)
class Summary:
    """What is in a project, told without reading its arrays."""

    photos: int
    faces: int
    origin: Path | None = None


@dataclass(frozen=True, eq=False)
class LoadedProject:
    """A project that was read, and what could not be."""

    project: Project
    problems: tuple[str, ...] = ()
    """A sentence each."""
