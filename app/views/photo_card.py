"""The photo as a card that stands in space behind the face that was found in it.

The same card, half clear, hangs before the face as a veil: seen through it the mesh fades into
the photo evenly, which a mesh that is itself half clear would not, where it lies in folds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from app.views.cameras import Vector
from vrn_core.pose import Similarity, fit_similarity
from vrn_core.project.contents import FaceResult
from vrn_core.types import ByteArray, FloatArray

LONGEST_SIDE = 2048
"""Of the card in pixels; larger photos are shrunk."""
NAMES = ("photo", "veil")
UV = ((0, 1), (1, 1), (1, 0), (0, 0))
GAP_PX = 2.0
"""Between the mesh and the card, in pixels of the photo."""


@dataclass(frozen=True, eq=False)
class PhotoCard:
    """A photo, and where it stands in the canonical frame."""

    image: QImage
    placement: Similarity
    """From the photo frame to the canonical frame."""
    corners: FloatArray
    """(2, 4, 3) in the canonical frame, behind the mesh and before it: top left, top right,
    bottom right, bottom left."""

    @classmethod
    def behind(cls, face: FaceResult, image: QImage, size: tuple[int, int]) -> PhotoCard:
        """Return the card for a face of a photo that is `size` (width, height) pixels large.

        `image` is the photo as it is shown, which may be smaller.
        """
        placement = fit_similarity(face.mesh.vertices, face.mesh_canonical.vertices)
        depths = face.mesh.vertices[:, 2]
        # The middle of the first pixel is at 0, so the photo begins half a pixel before it.
        left, top = -0.5, -0.5
        right, bottom = size[0] - 0.5, size[1] - 0.5
        outline = [(left, top), (right, top), (right, bottom), (left, bottom)]
        places = (float(depths.max()) + GAP_PX, float(depths.min()) - GAP_PX)
        corners = [placement.apply([(x, y, z) for x, y in outline]) for z in places]
        return cls(image, placement, np.asarray(corners, np.float32))

    def stands_like(self, other: PhotoCard | None) -> bool:
        """Return whether a camera that matches the other card matches this one too."""
        if other is None:
            return False
        mine, others = self.placement, other.placement
        # The depth of a mesh that was taken anew may differ; the camera does not see it.
        return np.allclose(mine.rotation, others.rotation, atol=1e-3) and np.allclose(
            mine.apply(np.zeros((1, 3))), others.apply(np.zeros((1, 3))), atol=0.1
        )

    def faces_camera(self, position: Vector, target: Vector) -> bool:
        """Return whether a camera looks the way the photo's did."""
        toward = np.asarray(target) - np.asarray(position)
        along = float(toward @ self.placement.rotation[:, 2]) / float(np.linalg.norm(toward))
        return along > 1 - 1e-6

    def add_to(self, plotter: Any) -> tuple[Any, Any]:
        """Put the card and its veil into a pyvista plotter and return their actors."""
        import pyvista

        texture = pyvista.Texture(_pixels(self.image))
        texture.interpolate = True
        make_surface: Any = pyvista.PolyData.from_regular_faces
        actors = []
        for name, corners in zip(NAMES, self.corners, strict=True):
            surface = make_surface(corners, np.array([[0, 1, 2], [0, 2, 3]]))
            surface.active_texture_coordinates = np.array(UV, np.float32)
            actor = plotter.add_mesh(
                surface,
                name=name,
                texture=texture,
                lighting=False,
                reset_camera=False,
                render=False,
                pickable=False,
            )
            actors.append(actor)
        card, veil = actors
        return card, veil

    @staticmethod
    def remove_from(plotter: Any) -> None:
        """Take the card and its veil away."""
        for name in NAMES:
            plotter.remove_actor(name, render=False)


def _pixels(image: QImage) -> ByteArray:
    """Return the pixels (H, W, 3) RGB of an image, shrunk where it is large."""
    size: QSize = image.size()
    if max(size.width(), size.height()) > LONGEST_SIDE:
        size.scale(LONGEST_SIDE, LONGEST_SIDE, Qt.AspectRatioMode.KeepAspectRatio)
        image = image.scaled(size)
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
