"""One photo of the session: where it comes from, how far it is, what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.failures import Failure
from vrn_core.config import SurfaceSettings
from vrn_core.types import (
    ByteArray,
    FaceBox,
    FloatArray,
    Pose,
    Reconstruction,
    TriangleMesh,
)

if TYPE_CHECKING:
    from vrn_core.meshing.remesh import KeptVolume


class PhotoState(Enum):
    """How far the work on a photo is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class FaceResult:
    """What the window keeps of a reconstruction: all but its volume, which is 7 MB a face."""

    box: FaceBox
    landmarks: FloatArray
    """(68, 3), photo frame."""
    pose: Pose
    mesh: TriangleMesh
    mesh_canonical: TriangleMesh
    confidence: float
    milliseconds: float
    vertex_confidence: FloatArray
    """(V,) in [0, 1] how far each vertex can be trusted."""
    settings: SurfaceSettings = field(default_factory=SurfaceSettings)
    """How the surface was taken from the volume."""
    fused_volume: KeptVolume | None = None
    """Of a face fused from several photos: it cannot be made again from the photo alone."""

    @classmethod
    def of(cls, result: Reconstruction, vertex_confidence: FloatArray) -> FaceResult:
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
        )


@dataclass
class PhotoItem:
    """A photo in the list; changed only by the session, which tells of every change."""

    key: int
    name: str
    path: Path | None = None
    pixels: ByteArray | None = None
    """(H, W, 3) RGB of a pasted image, which has no file."""
    state: PhotoState = PhotoState.WAITING
    thumbnail: QImage | None = None
    stage: str = ""
    fraction: float = 0.0
    faces: tuple[FaceResult, ...] = ()
    selected_face: int = 0
    failure: Failure | None = None
    size: tuple[int, int] | None = field(default=None)
    """Width and height in pixels, once known."""

    @property
    def face(self) -> FaceResult | None:
        """The selected face, if any was found."""
        return self.faces[self.selected_face] if self.faces else None

    @property
    def is_fused(self) -> bool:
        """Whether its face was fused from several photos; the photo is the most frontal one."""
        return any(face.fused_volume is not None for face in self.faces)

    @property
    def stem(self) -> str:
        """Name of the photo without its suffix, for files made from it."""
        return self.path.stem if self.path else self.name
