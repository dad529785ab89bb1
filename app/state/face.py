"""One face of a photo: what the window keeps of its reconstruction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vrn_core.config import SurfaceSettings
from vrn_core.types import FaceBox, FloatArray, Pose, Reconstruction, TriangleMesh

if TYPE_CHECKING:
    from vrn_core.meshing.kept import KeptVolume


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
    model: str = ""
    """Name of the network that predicted the volume; empty where it is not known."""

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
