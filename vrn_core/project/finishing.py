"""A face that is kept, made into the mesh that other programs are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vrn_core.inference.fusion import compose
from vrn_core.meshing.blend import PhotoView
from vrn_core.pose import Similarity, fit_similarity
from vrn_core.progress import CancelToken, Progress
from vrn_core.project.contents import FaceResult
from vrn_core.template.wrap import WrapError
from vrn_core.texture.lay import nearest_vertices
from vrn_core.texture.textured import TextureSettings, finish, full_surface
from vrn_core.types import ByteArray, TexturedMesh, TriangleMesh

IN_PLACE = Similarity(1.0, np.eye(3), np.zeros(3))
"""Maps a photo frame onto itself."""


@dataclass(frozen=True, eq=False)
class FinishedFace:
    """A mesh in the canonical frame, and what could not be done for it."""

    mesh: TriangleMesh | TexturedMesh
    to_canonical: Similarity
    """From the photo frame."""
    refusal: str = ""
    """Why the template was not wrapped onto it though it was asked for; else empty."""


def finished_face(
    face: FaceResult,
    views: Sequence[PhotoView],
    settings: TextureSettings,
    *,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> FinishedFace:
    """Return a kept face with the triangles, the colors and the pictures that were asked for.

    Parameters
    ----------
    face : FaceResult
        With its volume its finest surface is taken, else its mesh as it is.
    views : sequence of PhotoView
        Its photos, mapped from its photo frame, the frame of ``face.mesh``. A face that was
        fused keeps the colors that it has where they do not show it.
    settings : TextureSettings
    cancel : CancelToken, optional
    progress : Progress, optional

    Raises
    ------
    CancelledError
        If `cancel` is set.
    """
    own = face.mesh_canonical
    to_canonical = fit_similarity(face.mesh.vertices, own.vertices)
    back = to_canonical.inverse()
    surface = own if face.volume is None else full_surface(face.volume, face.settings)
    if cancel is not None:
        cancel.check()
    placed = [PhotoView(view.photo, compose(view.to_photo, back)) for view in views]
    known = None
    if own.colors is not None and (face.fused or not views):
        # Photos may be gone; what they showed is in the mesh.
        known = own.colors[nearest_vertices(surface, own)]
    landmarks = to_canonical.apply(face.landmarks)
    mesh, refusal = finish_or_plain(
        surface, placed, settings, landmarks, known, cancel=cancel, progress=progress
    )
    return FinishedFace(mesh, to_canonical, refusal)


def finish_or_plain(
    surface: TriangleMesh,
    views: Sequence[PhotoView],
    settings: TextureSettings,
    landmarks: NDArray[np.floating],
    known_colors: ByteArray | None = None,
    *,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> tuple[TriangleMesh | TexturedMesh, str]:
    """Finish a canonical surface; where the template does not fit it, go without.

    The arguments are as those of :func:`~vrn_core.texture.textured.finish`. The second value
    says why the template does not fit; it is empty if it does or was not asked for.
    """
    points = landmarks.astype(np.float32)
    try:
        return finish(
            surface, views, settings, known_colors, points, cancel=cancel, progress=progress
        ), ""
    except WrapError as error:
        plain = replace(settings, template=False)
        return finish(surface, views, plain, known_colors), str(error)
