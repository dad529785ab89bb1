"""``vrn reconstruct``: photos in, meshes and a report out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrn_core.commands.outputs import (
    MeshFiles,
    MeshNames,
    check_report,
    check_writable,
    face_report,
    tell_outcome,
)
from vrn_core.commands.photos import chosen_photos, process_photos
from vrn_core.commands.terminal import say, write_json
from vrn_core.config import Runtime
from vrn_core.models.library import default_model
from vrn_core.progress import Progress

if TYPE_CHECKING:
    from vrn_core.inference.reconstructor import Reconstructor
    from vrn_core.meshing.export import MeshFrame
    from vrn_core.types import Reconstruction, TriangleMesh

MANY_PHOTOS = 12
"""From so many on it is worth while to start a faster runtime than torch."""


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
    runtime: Runtime = "auto"
    report: Path | None = None
    quiet: bool = False
    trace: bool = False
    fuse: bool = False
    """Whether the photos show one person and become one mesh."""
    same_person: bool = False
    """Whether that is certain and not to be checked."""
    scheduler: str | None = None
    """Address of the Dask scheduler whose workers do it."""
    resume: bool = False
    """Whether each photo has a record, and those that have one are not done again."""

    @property
    def files(self) -> MeshFiles:
        """Where the meshes go."""
        return MeshFiles(self.output, self.formats, self.frame)


def run(options: ReconstructOptions) -> bool:
    """Reconstruct every photo; return whether all succeeded.

    Errors that concern all photos, such as missing weights, are raised before any is read.
    """
    if options.fuse:
        from vrn_core.commands.fuse import run_fused

        return run_fused(options)
    if options.resume or options.scheduler is not None:
        from vrn_core.commands.large_folder import run_large

        return run_large(options)
    photos = chosen_photos(options.photos)
    check_writable(options.output)
    if options.report is not None:
        check_report(options.report)
    reconstructor = make_reconstructor(options)
    if len(photos) >= MANY_PHOTOS:
        reconstructor.accelerate()
    names = MeshNames()

    def work(path: Path, progress: Progress) -> list[dict[str, Any]]:
        from vrn_core.inference.photo import load_photo

        faces = reconstructor.reconstruct(load_photo(path), progress=progress)
        chosen = names.choose(path.stem, len(faces))
        return [
            face_report(face, options.files.save(framed_mesh(face, options), name))
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
    say(tell_outcome(report, options.output))
    return succeeded


def make_reconstructor(options: ReconstructOptions) -> Reconstructor:
    """Load the models."""
    from vrn_core.commands.models import tell_missing_default
    from vrn_core.inference.reconstructor import Reconstructor

    if options.model is None:
        tell_missing_default()
    chosen = {
        "volume_model": options.model or default_model(),
        "landmark_model": options.landmark_model,
        "triangles": options.triangles,
        "iod_mm": options.iod_mm,
        "iso_level": options.iso_level,
    }
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    if options.triangles == 0:
        given["triangles"] = None
    reconstructor = Reconstructor(device=options.device, flip=not options.fast, **given)
    if options.runtime != "auto":
        reconstructor.accelerate(options.runtime)
    return reconstructor


def framed_mesh(face: Reconstruction, options: ReconstructOptions) -> TriangleMesh:
    """Return a face's mesh in the frame asked for."""
    return face.mesh if options.frame == "photo" else face.mesh_canonical
