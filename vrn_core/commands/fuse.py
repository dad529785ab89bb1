"""``vrn reconstruct --fuse``: photos of one person in, one mesh out."""

from __future__ import annotations

from typing import Any

from vrn_core.commands.photos import chosen_photos
from vrn_core.commands.reconstruct import (
    ReconstructOptions,
    check_report,
    check_writable,
    face_report,
    make_reconstructor,
    save_formats,
)
from vrn_core.commands.terminal import progress_bar, say, write_json
from vrn_core.config import SurfaceSettings
from vrn_core.errors import FusionError, NoFaceFoundError
from vrn_core.types import Reconstruction


def run_fused(options: ReconstructOptions) -> bool:
    """Fuse the largest face of every photo; one photo that cannot be used stops the work."""
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
    with progress_bar() as progress:
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
        fused = fuse(
            views, settings, progress=lambda done, stage: progress(0.7 + 0.3 * done, stage)
        )
    name = f"{photos[0].stem}-fused"
    written = save_formats(fused.surface.mesh_canonical, options, name)
    if options.report is not None:
        entries: list[dict[str, Any]] = [
            {
                "photo": str(path),
                "error": None,
                "agreement": round(agreement, 4),
                "faces": [face_report(face, written)],
            }
            for path, face, agreement in zip(photos, faces, fused.agreement, strict=True)
        ]
        write_json(options.report, {"photos": entries})
    if not options.quiet:
        say(f"1 face fused from {len(photos)} photos in {written}")
    return True


ALL_TRIANGLES = 10**9
"""More than any surface has."""
