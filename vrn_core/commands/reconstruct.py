"""``vrn reconstruct``: photos in, meshes and a report out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrn_core.commands.photos import chosen_photos, process_photos
from vrn_core.commands.terminal import say, write_json
from vrn_core.errors import ExportError
from vrn_core.files import ADVICE
from vrn_core.progress import Progress

if TYPE_CHECKING:
    from vrn_core.inference.reconstructor import Reconstructor
    from vrn_core.meshing.export import MeshFrame
    from vrn_core.types import Reconstruction, TriangleMesh


@dataclass(frozen=True, kw_only=True)
class ReconstructOptions:
    """What the command line asked for; ``None`` leaves the core's default.

    ``triangles`` is how many a mesh has at most, 0 for all there are.
    """

    photos: Sequence[Path]
    output: Path
    formats: Sequence[str] = ("glb",)
    frame: MeshFrame = "canonical"
    model: str | None = None
    landmark_model: str | None = None
    device: str = "auto"
    triangles: int | None = None
    iod_mm: float | None = None
    iso_level: float | None = None
    fast: bool = False
    report: Path | None = None
    quiet: bool = False
    trace: bool = False
    fuse: bool = False
    """Whether the photos show one person and become one mesh."""
    same_person: bool = False
    """Whether that is certain and not to be checked."""


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


def run(options: ReconstructOptions) -> bool:
    """Reconstruct every photo; return whether all succeeded.

    Errors that concern all photos, such as missing weights, are raised before any is read.
    """
    if options.fuse:
        from vrn_core.commands.fuse import run_fused

        return run_fused(options)
    photos = chosen_photos(options.photos)
    check_writable(options.output)
    if options.report is not None:
        check_report(options.report)
    reconstructor = make_reconstructor(options)
    names = MeshNames()

    def work(path: Path, progress: Progress) -> list[dict[str, Any]]:
        from vrn_core.inference.photo import load_photo

        faces = reconstructor.reconstruct(load_photo(path), progress=progress)
        chosen = names.choose(path.stem, len(faces))
        return [
            face_report(face, write_meshes(face, options, name))
            for face, name in zip(faces, chosen, strict=True)
        ]

    report: list[dict[str, Any]] = []
    try:
        succeeded = process_photos(photos, work, report, options.trace, options.quiet)
    finally:
        # Also when it is stopped half-way: what was done is worth knowing.
        if options.report is not None:
            write_json(options.report, {"photos": report})
    if options.quiet:
        return succeeded
    meshes = sum(len(entry["faces"]) for entry in report)
    failed = sum(entry["error"] is not None for entry in report)
    say(
        f"{meshes} {'face' if meshes == 1 else 'faces'} from {len(photos) - failed} "
        f"of {len(photos)} {'photo' if len(photos) == 1 else 'photos'} in {options.output}"
    )
    return succeeded


def make_reconstructor(options: ReconstructOptions) -> Reconstructor:
    """Load the models."""
    from vrn_core.inference.reconstructor import Reconstructor

    chosen = {
        "volume_model": options.model,
        "landmark_model": options.landmark_model,
        "triangles": options.triangles,
        "iod_mm": options.iod_mm,
        "iso_level": options.iso_level,
    }
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    if options.triangles == 0:
        given["triangles"] = None
    return Reconstructor(device=options.device, flip=not options.fast, **given)


def write_meshes(face: Reconstruction, options: ReconstructOptions, name: str) -> Path:
    """Write a face in every format asked for; return the first file."""
    mesh = face.mesh if options.frame == "photo" else face.mesh_canonical
    return save_formats(mesh, options, name)


def save_formats(mesh: TriangleMesh, options: ReconstructOptions, name: str) -> Path:
    """Write a mesh in every format asked for; return the first file."""
    from vrn_core.meshing.export import save_mesh

    files = [options.output / f"{name}.{format}" for format in options.formats]
    for file in files:
        save_mesh(mesh, file, frame=options.frame)
    return files[0]


def face_report(face: Reconstruction, mesh: Path) -> dict[str, Any]:
    """Return a face's entry in the report."""
    box, pose = face.box, face.pose
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
        "timings_ms": {name: round(spent, 2) for name, spent in face.timings_ms.items()},
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
