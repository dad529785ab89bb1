"""``vrn export``: photos and projects in, textured meshes for other programs out."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vrn_core.commands.outputs import (
    MeshNames,
    check_report,
    check_writable,
    face_report,
    safe_stem,
    tell_outcome,
)
from vrn_core.commands.photos import chosen_photos, process_photos
from vrn_core.commands.reconstruct import MANY_PHOTOS, ReconstructOptions, make_reconstructor
from vrn_core.commands.terminal import complain, progress_bar, say, write_json
from vrn_core.config import SurfaceSettings
from vrn_core.errors import ExportError, VrnError
from vrn_core.meshing.blend import PhotoView
from vrn_core.progress import Progress
from vrn_core.project.finishing import IN_PLACE, finish_or_plain, finished_face
from vrn_core.texture.textured import TextureSettings, full_surface, moved

if TYPE_CHECKING:
    from vrn_core.inference.reconstructor import Reconstructor
    from vrn_core.pose import Similarity
    from vrn_core.project.contents import FaceResult, SavedPhoto
    from vrn_core.types import ByteArray, TexturedMesh, TriangleMesh

PROJECT_SUFFIX = ".vrn"


@dataclass(frozen=True, kw_only=True)
class ExportOptions(ReconstructOptions):
    """What the command line asked for; `photos` may be projects as well."""

    settings: TextureSettings = field(default_factory=TextureSettings)


def run(options: ExportOptions) -> bool:
    """Export every face of every photo and project; return whether all succeeded.

    Errors that concern all, such as a folder that cannot be written to, are raised before any
    is read.
    """
    if "usdz" in options.formats:
        from vrn_core.meshing.usd import check_usd

        check_usd()
    if options.fuse:
        return _run_fused(options)
    photos = chosen_photos(options.photos)
    check_writable(options.output)
    if options.report is not None:
        check_report(options.report)
    names = MeshNames()

    @cache
    def reconstructor() -> Reconstructor:
        # Projects need none, nor the networks that it loads.
        return make_reconstructor(options)

    pictures = sum(not _is_project(path) for path in photos)
    if pictures:
        reconstructor()
    if pictures >= MANY_PHOTOS:
        reconstructor().accelerate()

    def work(path: Path, progress: Progress) -> list[dict[str, Any]]:
        if _is_project(path):
            return _export_project(path, options, names, progress)
        return _export_photo(path, options, names, reconstructor(), progress)

    report: list[dict[str, Any]] = []
    try:
        succeeded = process_photos(photos, work, report, options.trace, options.quiet)
    finally:
        if options.report is not None:
            write_json(options.report, {"photos": report})
    if not options.quiet:
        say(tell_outcome(report, options.output))
    return succeeded


def _is_project(path: Path) -> bool:
    return path.suffix.lower() == PROJECT_SUFFIX and not path.is_dir()


def _export_photo(
    path: Path,
    options: ExportOptions,
    names: MeshNames,
    reconstructor: Reconstructor,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Export the faces of a photo; return their reports."""
    from vrn_core.inference.photo import load_photo
    from vrn_core.meshing.kept import KeptVolume

    photo = load_photo(path)
    faces = reconstructor.reconstruct(
        photo, progress=lambda done, stage: progress(0.5 * done, stage)
    )
    surface = SurfaceSettings(iso_level=reconstructor.iso_level, smoothing=reconstructor.smoothing)
    reports = []
    chosen = names.choose(path.stem, len(faces))
    for number, (face, name) in enumerate(zip(faces, chosen, strict=True)):
        progress(0.5 + 0.5 * number / len(faces), f"texture {number + 1} of {len(faces)}")
        kept = KeptVolume.of(face)
        view = PhotoView(photo, kept.to_canonical.inverse())
        landmarks = kept.to_canonical.apply(face.landmarks)
        mesh = _finished(full_surface(kept, surface), [view], landmarks, options, name)
        reports.append(face_report(face, _save(mesh, kept.to_canonical, options, name)))
    return reports


def _export_project(
    path: Path, options: ExportOptions, names: MeshNames, progress: Progress
) -> list[dict[str, Any]]:
    """Export the faces of a project; return their reports.

    Raises :class:`ExportError` at the end if some could not be exported.
    """
    from vrn_core.project.loading import load_project

    reports: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_project(path, Path(folder))
        problems = list(loaded.problems)
        photos = [photo for photo in loaded.project.photos if photo.faces]
        for number, photo in enumerate(photos):
            progress(number / len(photos), photo.name)
            chosen = names.choose(safe_stem(photo.name), len(photo.faces))
            try:
                pixels = _pixels(photo)
                for face, name in zip(photo.faces, chosen, strict=True):
                    reports.append(_export_saved(face, pixels, options, name))
            except VrnError as error:
                problems.append(f"{photo.name}: {error}")
    if problems:
        raise ExportError(f"{'; '.join(problems)}; {len(reports)} faces of it were exported")
    if not reports:
        raise ExportError("it holds no face; open it in the window and let faces be made")
    return reports


def _pixels(photo: SavedPhoto) -> ByteArray | None:
    """Return a project's photo (H, W, 3); ``None`` if its file has gone."""
    from vrn_core.inference.photo import load_photo

    if photo.pixels is not None or photo.path is None or photo.missing:
        return photo.pixels
    return load_photo(photo.path)


def _export_saved(
    face: FaceResult, pixels: ByteArray | None, options: ExportOptions, name: str
) -> dict[str, Any]:
    """Export a face of a project; return its report."""
    views = [] if pixels is None else [PhotoView(pixels, IN_PLACE)]
    finished = finished_face(face, views, options.settings)
    _tell_refusal(name, finished.refusal)
    return face_report(face, _save(finished.mesh, finished.to_canonical, options, name))


def _run_fused(options: ExportOptions) -> bool:
    """Export one face of several photos."""
    from vrn_core.commands.fuse import fuse_photos
    from vrn_core.inference.fusion import compose

    with progress_bar() as progress:
        fused = fuse_photos(options, lambda done, stage: progress(0.7 * done, stage))
        progress(0.7, "texture")
        kept = fused.face.volume
        back = kept.to_canonical.inverse()
        views = [PhotoView(view.photo, compose(view.to_photo, back)) for view in fused.face.photos]
        landmarks = kept.to_canonical.apply(fused.faces[fused.face.reference].landmarks)
        surface = full_surface(kept, fused.settings)
        mesh = _finished(surface, views, landmarks, options, fused.name)
        file = _save(mesh, kept.to_canonical, options, fused.name)
    fused.report(file, options)
    return True


def _finished(
    surface: TriangleMesh,
    views: Sequence[PhotoView],
    landmarks: NDArray[np.floating],
    options: ExportOptions,
    name: str,
) -> TriangleMesh | TexturedMesh:
    """Return a canonical face as it was asked for; say where the template does not fit."""
    mesh, refusal = finish_or_plain(surface, views, options.settings, landmarks)
    _tell_refusal(name, refusal)
    return mesh


def _tell_refusal(name: str, refusal: str) -> None:
    if refusal:
        complain(f"{name}: {refusal}; it is exported as it was reconstructed")


def _save(
    mesh: TriangleMesh | TexturedMesh, to_canonical: Similarity, options: ExportOptions, name: str
) -> Path:
    """Write a canonical mesh in the frame and the formats asked for; return the first file."""
    if options.frame == "photo":
        mesh = moved(mesh, to_canonical.inverse())
    return options.files.save(mesh, name)
