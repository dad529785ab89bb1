"""``vrn reconstruct --fuse`` and ``vrn export --fuse``: photos of one person in, one mesh out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrn_core.commands.outputs import check_report, check_writable, face_report
from vrn_core.commands.photos import chosen_photos
from vrn_core.commands.reconstruct import ReconstructOptions, make_reconstructor
from vrn_core.commands.terminal import progress_bar, say, write_json
from vrn_core.config import SurfaceSettings
from vrn_core.errors import FusionError, NoFaceFoundError
from vrn_core.progress import Progress
from vrn_core.types import Reconstruction

if TYPE_CHECKING:
    from vrn_core.inference.fusion import FusedFace

ALL_TRIANGLES = 10**9
"""More than any surface has."""


@dataclass(frozen=True)
class FusedPhotos:
    """One face and the photos that it was made from."""

    face: FusedFace
    photos: Sequence[Path]
    faces: Sequence[Reconstruction]
    """The largest face of each photo."""
    settings: SurfaceSettings
    """How its surface was taken."""

    @property
    def name(self) -> str:
        """What to call its files."""
        return f"{self.photos[0].stem}-fused"

    def report(self, mesh: Path, options: ReconstructOptions) -> None:
        """Write the report, if one was asked for, and say what was done."""
        if options.report is not None:
            entries: list[dict[str, Any]] = [
                {
                    "photo": str(path),
                    "error": None,
                    "agreement": round(agreement, 4),
                    "faces": [face_report(face, mesh)],
                }
                for path, face, agreement in zip(
                    self.photos, self.faces, self.face.agreement, strict=True
                )
            ]
            write_json(options.report, {"photos": entries})
        if not options.quiet:
            say(f"1 face fused from {len(self.photos)} photos in {mesh}")


def run_fused(options: ReconstructOptions) -> bool:
    """Fuse the largest face of every photo; one photo that cannot be used stops the work."""
    with progress_bar() as progress:
        fused = fuse_photos(options, progress)
    fused.report(options.files.save(fused.face.surface.mesh_canonical, fused.name), options)
    return True


def fuse_photos(options: ReconstructOptions, progress: Progress) -> FusedPhotos:
    """Return the largest faces of all photos fused into one.

    Raises :class:`FusionError` if they may be of different people, and what reading a photo
    raises.
    """
    from vrn_core.inference.fusion import View, fuse
    from vrn_core.inference.identity import same_person
    from vrn_core.inference.photo import load_photo

    photos = chosen_photos(options.photos)
    if len(photos) < 2:
        raise FusionError("--fuse needs two or more photos of one person; 1 was given")
    check_writable(options.output)
    if options.report is not None:
        check_report(options.report)
    reconstructor = make_reconstructor(options)
    views: list[View] = []
    faces: list[Reconstruction] = []
    for number, path in enumerate(photos):
        progress(0.6 * number / len(photos), path.name)
        photo = load_photo(path)
        try:
            face = reconstructor.reconstruct(photo)[0]
        except NoFaceFoundError as error:
            raise NoFaceFoundError(f"{path}: {error}, or leave this one out") from error
        faces.append(face)
        views.append(View.of(face, photo, path.name))
    if not options.same_person:
        progress(0.6, "comparing the faces")
        verdict = same_person([(view.photo, view.landmarks) for view in views])
        if not verdict.same:
            one, other = (photos[n] for n in verdict.least_alike)
            raise FusionError(
                f"{one} and {other} may show different people (distance "
                f"{verdict.score:.2f}); give --same-person if they do not"
            )
    settings = SurfaceSettings(
        iso_level=reconstructor.iso_level,
        smoothing=reconstructor.smoothing,
        triangles=reconstructor.triangles or ALL_TRIANGLES,
    )
    fused = fuse(views, settings, progress=lambda done, stage: progress(0.7 + 0.3 * done, stage))
    return FusedPhotos(fused, photos, faces, settings)
