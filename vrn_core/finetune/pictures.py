"""Labels drawn on their pictures, for people to see whether they are right."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from vrn_core.data.raster import rasterize
from vrn_core.finetune.comparison import shot_of_label
from vrn_core.finetune.labels import Label
from vrn_core.finetune.shots import Shot
from vrn_core.imaging import warp_image
from vrn_core.types import ByteArray, FaceCrop, TriangleMesh

SIDE = 192
POINT = (255, 214, 64)
EDGE = (79, 211, 191)
YAW_DEG = 25.0
"""A little from the side, where the shape can be told."""


def draw_label(label: Label, folder: Path, face_model: Path | None = None) -> ByteArray:
    """Return the crop (192, 192, 3) uint8 RGB of an item with landmarks and the face's outline.

    `folder` is where the item's files lie; `face_model` is the folder of the model that was
    fitted to it, if one was.
    """
    return _draw(shot_of_label(label, folder, face_model, YAW_DEG))


def _draw(shot: Shot) -> ByteArray:
    crop = FaceCrop.around_landmarks(shot.landmarks)
    picture = warp_image(shot.picture, crop.matrix(), SIDE)
    solid = TriangleMesh(crop.to_crop(shot.solid.vertices), shot.solid.faces)
    index, _ = rasterize(solid.vertices, np.ascontiguousarray(solid.faces), SIDE)
    covered = (index >= 0).astype(np.uint8)
    edges, _ = cv2.findContours(covered, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    drawn = np.ascontiguousarray(picture)
    cv2.drawContours(drawn, edges, -1, EDGE, 1, cv2.LINE_AA)
    for x, y in crop.to_crop(shot.landmarks)[:, :2]:
        cv2.circle(drawn, (round(float(x)), round(float(y))), 1, POINT, -1, cv2.LINE_AA)
    return drawn
