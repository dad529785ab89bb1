"""The template wrapped onto what the reconstructor found, and back into its photo."""

from __future__ import annotations

import numpy as np

from vrn_core.pose import Similarity, fit_similarity
from vrn_core.progress import CancelToken, Progress
from vrn_core.template.template import Template, shipped_template
from vrn_core.template.wrap import WrapError, WrappedFace, wrap
from vrn_core.types import Reconstruction


def wrap_reconstruction(
    face: Reconstruction,
    template: Template | None = None,
    *,
    expressions: bool = True,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> WrappedFace:
    """Wrap a template, by default the shipped one, onto a reconstructed face.

    The result is in the canonical frame; ``result.transformed(photo_frame(face))`` lies in the
    photo. What is raised is told at :func:`vrn_core.template.wrap.wrap`.
    """
    template = template or shipped_template()
    if not len(face.mesh.vertices):
        raise WrapError("the mesh is empty; there is nothing to wrap the template onto")
    landmarks = photo_frame(face).inverse().apply(face.landmarks).astype(np.float32)
    return wrap(
        template,
        face.mesh_canonical,
        landmarks,
        expressions=expressions,
        cancel=cancel,
        progress=progress,
    )


def photo_frame(face: Reconstruction) -> Similarity:
    """Return the map from the canonical frame of a face to the photo frame."""
    return fit_similarity(face.mesh_canonical.vertices, face.mesh.vertices)
