"""What the commands that write meshes share: their names, files and reports."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrn_core.errors import ExportError
from vrn_core.files import ADVICE

if TYPE_CHECKING:
    from vrn_core.meshing.export import MeshFrame
    from vrn_core.project.contents import FaceResult
    from vrn_core.types import Reconstruction, TexturedMesh, TriangleMesh


@dataclass
class MeshNames:
    """Hands out names of mesh files, none of them twice in one run."""

    taken: set[str] = field(default_factory=set)

    def choose(self, stem: str, count: int) -> list[str]:
        """Return the names, without extension, of the meshes of `count` faces of a photo.

        One face is named as its photo, several are numbered from 1. Where another photo of
        the run has taken one of the names, all get a further number: ``a.jpg`` of a second
        folder becomes ``a_2``.
        """
        for attempt in range(1, len(self.taken) + 2):
            base = stem if attempt == 1 else f"{stem}_{attempt}"
            names = [base] if count == 1 else [f"{base}-{n + 1}" for n in range(count)]
            # On many disks names that differ in case only are one file.
            folded = {name.casefold() for name in names}
            if not folded & self.taken:
                self.taken |= folded
                return names
        raise AssertionError("more names tried than were taken")  # pragma: no cover


@dataclass(frozen=True)
class MeshFiles:
    """Where meshes are written, and as what."""

    folder: Path
    formats: Sequence[str]
    frame: MeshFrame

    def save(self, mesh: TriangleMesh | TexturedMesh, name: str) -> Path:
        """Write a mesh in every format; return the first file."""
        from vrn_core.meshing.export import save_mesh

        files = [self.folder / f"{name}.{format}" for format in self.formats]
        for file in files:
            save_mesh(mesh, file, frame=self.frame)
        return files[0]


def safe_stem(name: str) -> str:
    """Return the stem of a photo's name, whatever it was called, as the name of a file."""
    from vrn_core.project.loading import safe_name

    return Path(safe_name(name, f"photo{Path(name).suffix.lower() or '.png'}")).stem


def tell_outcome(report: Sequence[dict[str, Any]], folder: Path) -> str:
    """Return a line on how many faces of how many photos were written."""
    meshes = sum(len(entry["faces"]) for entry in report)
    failed = sum(entry["error"] is not None for entry in report)
    return (
        f"{meshes} {'face' if meshes == 1 else 'faces'} from {len(report) - failed} "
        f"of {len(report)} {'photo' if len(report) == 1 else 'photos'} in {folder}"
    )


def face_report(face: Reconstruction | FaceResult, mesh: Path) -> dict[str, Any]:
    """Return a face's entry in the report."""
    box, pose = face.box, face.pose
    timings = getattr(face, "timings_ms", None) or {"total": getattr(face, "milliseconds", 0.0)}
    return {
        "box": [round(v, 2) for v in (box.x, box.y, box.width, box.height)],
        "landmarks": [[round(float(v), 3) for v in point] for point in face.landmarks],
        "pose": {
            "yaw": round(pose.yaw_deg, 2),
            "pitch": round(pose.pitch_deg, 2),
            "roll": round(pose.roll_deg, 2),
        },
        "mesh": str(mesh),
        "confidence": round(face.confidence, 4),
        "timings_ms": {name: round(spent, 2) for name, spent in timings.items()},
    }


def check_report(report: Path) -> None:
    """Raise :class:`ExportError` if a report cannot be written, now rather than after the work."""
    if report.is_dir():
        raise ExportError(f"cannot write the report {report}: it is a folder")
    check_writable(report.parent)


def check_writable(folder: Path) -> None:
    """Make the folder; raise :class:`ExportError` if no file can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".vrn.", dir=folder)
        os.close(handle)
        os.unlink(name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        advice = ADVICE.get(error.errno or 0, "choose another folder")
        raise ExportError(f"cannot write into {folder}: {reason}; {advice}") from error
