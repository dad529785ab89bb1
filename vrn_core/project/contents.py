"""What a project holds, as values that are handed to and fro between threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vrn_core.config import SurfaceSettings
from vrn_core.types import ByteArray, FaceBox, FloatArray, Pose, Reconstruction, TriangleMesh

if TYPE_CHECKING:
    from vrn_core.meshing.kept import KeptVolume


@dataclass(frozen=True, eq=False)
class FaceResult:
    """What is kept of a face: its mesh and all that it was made from, but the photo."""

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
    """(V,) in [0, 1] how far each vertex can be trusted."""
    settings: SurfaceSettings = field(default_factory=SurfaceSettings)
    """How the surface was taken from the volume."""
    model: str = ""
    """Name of the network that predicted the volume; empty where it is not known."""
    fused: bool = False
    """Whether it was made from several photos, so that only its volume can make it again."""
    volume: KeptVolume | None = None
    """None if it is kept elsewhere or not at all; then it is made again from the photo."""

    @classmethod
    def of(
        cls, result: Reconstruction, vertex_confidence: FloatArray, model: str = ""
    ) -> FaceResult:
        """Return what is kept of a reconstruction."""
        timings = dict(result.timings_ms)
        total = timings.pop("total", None)
        return cls(
            box=result.box,
            landmarks=result.landmarks,
            pose=result.pose,
            mesh=result.mesh,
            mesh_canonical=result.mesh_canonical,
            confidence=result.confidence,
            milliseconds=sum(timings.values()) if total is None else total,
            vertex_confidence=vertex_confidence,
            model=model,
        )

    @property
    def fused_volume(self) -> KeptVolume | None:
        """The volume of a face that was made from several photos."""
        return self.volume if self.fused else None


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
    faces: tuple[FaceResult, ...] = ()


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
