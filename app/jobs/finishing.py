"""Meshes finished for other programs, looked at and written; for a process of its own.

The last one is kept in that process: it is turned before the eye and then written without being
made again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.state.export_choice import ExportChoice
from vrn_core.progress import CancelToken, Progress
from vrn_core.project.contents import FaceResult
from vrn_core.texture.viewpoint import Viewpoint
from vrn_core.types import ByteArray, TexturedMesh, TriangleMesh

if TYPE_CHECKING:
    from vrn_core.meshing.blend import PhotoView
    from vrn_core.pose import Similarity
    from vrn_core.project.finishing import FinishedFace
    from vrn_core.texture.picture import FinishedScene
    from vrn_core.texture.textured import TextureSettings

BAND, BANDS = 16, 12
"""Rows and number of the bands of a picture whose compressed size tells that of the whole."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A face to be finished."""

    face: FaceResult
    """With its volume where that is at hand."""
    photos: tuple[tuple[Path | ByteArray, Similarity | None], ...]
    """Files or pixels (H, W, 3) RGB, and the maps from the photo frame of the face; ``None`` for
    the photo that it lies on."""
    number: int
    """Told apart by it from all others of this session of the program."""


@dataclass(frozen=True)
class Facts:
    """What is told about a finished mesh."""

    triangles: int
    quads: int
    """0 if it is of triangles."""
    expressions: int
    texture: int
    """Side in texels; 0 without."""
    normal_map: int
    size_mm: tuple[float, float, float]
    """Width, height and depth."""
    bytes: int
    """Of all files, about."""
    refusal: str
    """Why the template was not wrapped, in the core's words; else empty."""
    photos_gone: bool
    """Whether photos that it was made from are not there any more."""


@dataclass(frozen=True, eq=False)
class _Kept:
    key: tuple[int, TextureSettings]
    finished: FinishedFace
    photos_gone: bool


_kept: list[_Kept] = []
_scene: list[FinishedScene] = []


def make(subject: Subject, choice: ExportChoice, cancel: CancelToken, progress: Progress) -> Facts:
    """Finish a face, unless it is the last that was, and return what is told about it."""
    return _facts(_finished(subject, choice, cancel, progress), choice)


def draw(
    subject: int, choice: ExportChoice, size: tuple[int, int], viewpoint: Viewpoint
) -> ByteArray | None:
    """Return a picture (H, W, 3) RGB of the mesh made last; ``None`` if that is another."""
    from vrn_core.texture.picture import FinishedScene

    if not _kept or _kept[0].key != (subject, texture_settings(choice)):
        return None
    if not _scene:
        _scene.append(FinishedScene(_kept[0].finished.mesh))
    return _scene[0].draw(size, viewpoint)


def write(
    subject: Subject,
    choice: ExportChoice,
    folder: Path,
    name: str,
    cancel: CancelToken,
    progress: Progress,
) -> Facts:
    """Write a face into a folder in all formats of a choice."""
    from vrn_core.meshing.export import save_mesh

    kept = _finished(subject, choice, cancel, lambda done, stage: progress(0.7 * done, stage))
    for number, format in enumerate(choice.formats):
        cancel.check()
        progress(0.7 + 0.3 * number / len(choice.formats), "writing the files")
        save_mesh(kept.finished.mesh, folder / f"{name}.{format}")
    return _facts(kept, choice)


def forget() -> None:
    """Give back the memory of the mesh made last."""
    _kept.clear()
    while _scene:
        _scene.pop().close()


def texture_settings(choice: ExportChoice) -> TextureSettings:
    """Return a choice in the core's terms."""
    from vrn_core.texture.textured import TextureSettings

    choice = choice.possible()
    return TextureSettings(
        triangles=choice.triangles,
        textured=choice.textured,
        size=choice.size or None,
        normal_map=choice.normal_map,
        even_light=choice.even_light,
        detail=choice.detail,
        template=choice.template,
    )


def _finished(
    subject: Subject, choice: ExportChoice, cancel: CancelToken, progress: Progress
) -> _Kept:
    from vrn_core.project.finishing import finished_face

    key = (subject.number, texture_settings(choice))
    if _kept and _kept[0].key == key:
        return _kept[0]
    forget()
    progress(0.0, "reading the photo")
    views = _views(subject)
    cancel.check()
    progress(0.1, "finishing the mesh")
    finished = finished_face(
        subject.face,
        views,
        key[1],
        cancel=cancel,
        progress=lambda done, stage: progress(0.1 + 0.8 * done, stage),
    )
    cancel.check()
    _kept.append(_Kept(key, finished, len(views) < len(subject.photos)))
    return _kept[0]


def _views(subject: Subject) -> list[PhotoView]:
    """Return the photos of a face that are still there."""
    from vrn_core.inference.photo import load_photo
    from vrn_core.meshing.blend import PhotoView
    from vrn_core.project.finishing import IN_PLACE

    views = []
    for source, to_photo in subject.photos:
        if isinstance(source, Path) and not source.is_file():
            continue
        pixels = load_photo(source) if isinstance(source, Path) else source
        views.append(PhotoView(pixels, IN_PLACE if to_photo is None else to_photo))
    return views


def _facts(kept: _Kept, choice: ExportChoice) -> Facts:
    face = kept.finished.mesh
    textured = face if isinstance(face, TexturedMesh) else None
    mesh = face.mesh if isinstance(face, TexturedMesh) else face
    extent = mesh.vertices.max(axis=0) - mesh.vertices.min(axis=0)
    pictures = [textured.texture, textured.normal_map] if textured else [None, None]
    sides = [0 if picture is None else len(picture) for picture in pictures]
    count = len(mesh.faces)
    quads = textured is not None and textured.quads
    morphs = textured.morphs if textured else None
    return Facts(
        triangles=count,
        quads=count // 2 if quads else 0,
        expressions=0 if morphs is None else len(morphs.names),
        texture=sides[0],
        normal_map=sides[1],
        size_mm=(float(extent[0]), float(extent[1]), float(extent[2])),
        bytes=sum(_bytes(face, format) for format in choice.formats),
        refusal=kept.finished.refusal,
        photos_gone=kept.photos_gone,
    )


def _bytes(face: TriangleMesh | TexturedMesh, format: str) -> int:
    """Return about how large a mesh is as a file, with the files that go with it."""
    from vrn_core.meshing.pictures import jpeg_bytes, png_bytes

    textured = face if isinstance(face, TexturedMesh) else None
    mesh = face.mesh if isinstance(face, TexturedMesh) else face
    vertices, triangles = len(mesh.vertices), len(mesh.faces)
    if format == "stl":
        return 84 + 50 * triangles
    if format == "ply":
        return 27 * vertices + 13 * triangles
    if format == "obj":
        geometry = 62 * vertices + 40 * triangles
    else:
        geometry = 36 * vertices + 12 * triangles
    if textured is None:
        return geometry
    encode = png_bytes if format == "obj" else jpeg_bytes
    places = len(textured.uv)
    if textured.texture is not None:
        geometry += 8 * places + _picture_bytes(textured.texture, encode)
    if textured.normal_map is not None:
        geometry += 16 * places + _picture_bytes(textured.normal_map, png_bytes)
    if format == "glb" and textured.morphs is not None:
        # Positions and normals.
        geometry += 24 * places * len(textured.morphs.names)
    return geometry


def _picture_bytes(picture: ByteArray, encode: Callable[[ByteArray], bytes]) -> int:
    """Return about how large a picture is, by bands of it that are compressed."""
    import numpy as np

    starts = np.linspace(0, len(picture) - BAND, BANDS).astype(int)
    sample = np.concatenate([picture[start : start + BAND] for start in starts])
    return round(len(encode(sample)) * len(picture) / len(sample))
