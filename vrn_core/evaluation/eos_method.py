"""EOS: the Surrey Face Model fitted to 68 landmarks in the image, by the package eos-py.

References
----------
.. [1] Huber et al., "A Multiresolution 3D Morphable Face Model and Fitting Framework",
   VISAPP 2016.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from vrn_core.errors import DataError
from vrn_core.evaluation.methods import FaceShape, LandmarkMethod, MethodSettings, peer_file
from vrn_core.resources import data_folder
from vrn_core.types import ByteArray, FaceCrop, FloatArray, TriangleMesh

MODEL = "sfm_shape_3448.bin"
BLENDSHAPES = "expression_blendshapes_3448.bin"
MAPPING = "ibug_to_sfm.txt"
CONTOURS = "sfm_model_contours.json"
HOW = "take it from share/ of the project eos and name its folder with --eos-folder"


class EosMethod(LandmarkMethod):
    """Fits shape, expression and a scaled orthographic camera to our own landmarks."""

    def __init__(self, settings: MethodSettings) -> None:
        super().__init__(settings, SurreyFit(settings.eos_folder))


class SurreyFit:
    """The Surrey Face Model with six expressions, ready to be fitted."""

    def __init__(self, folder: str | None = None) -> None:
        try:
            import eos
        except ImportError as error:
            raise DataError(
                "the package eos-py is not installed; install it with pip install eos-py"
            ) from error
        self._eos: Any = eos
        default = data_folder() / "eos"
        files = {
            name: str(peer_file(folder, default, name, HOW))
            for name in (MODEL, BLENDSHAPES, MAPPING, CONTOURS)
        }
        try:
            shape = eos.morphablemodel.load_model(files[MODEL])
            expressions = eos.morphablemodel.load_blendshapes(files[BLENDSHAPES])
            self._model = eos.morphablemodel.MorphableModel(
                shape.get_shape_model(), expressions, eos.morphablemodel.PcaModel()
            )
            self._mapper = eos.core.LandmarkMapper(files[MAPPING])
            self._landmark_vertices = read_mapping(Path(files[MAPPING]))
            self._sides = read_contours(Path(files[CONTOURS]))
        # The library tells of a damaged file by whatever its parser throws.
        except (RuntimeError, ValueError, KeyError, OSError) as error:
            raise DataError(f"the files of eos are damaged: {error}; {HOW}") from error

    def __call__(self, photo: ByteArray, landmarks: FloatArray) -> FaceShape:
        """Return the face fitted to landmarks (68, 3) of the photo frame.

        Only their places in the image are fitted. An orthographic camera leaves the depth of
        the whole face open: it is that of the landmarks, by the mean.
        """
        eos = self._eos
        height, width = photo.shape[:2]
        points = [
            eos.core.Landmark(str(number + 1), [float(x), float(y)])
            for number, (x, y) in enumerate(landmarks[:, :2])
        ]
        # Without its search along the contour: that takes the jaw's landmarks for points of
        # the outline, which those of a turned face in 3-D are not (error 0.06 against 0.10).
        mesh, camera, _, _ = eos.fitting.fit_shape_and_pose(
            self._model, points, self._mapper, width, height
        )
        vertices = to_photo_frame(np.asarray(mesh.vertices), camera, width, height)
        faces = np.asarray(mesh.tvi, np.int32)
        found = self._landmarks_of(vertices, landmarks)
        shift = float(landmarks[:, 2].mean() - found[:, 2].mean())
        vertices[:, 2] += shift
        found[:, 2] += shift
        return FaceShape(
            landmarks=found,
            mesh=TriangleMesh(vertices, faces),
            crop=FaceCrop.around_landmarks(landmarks),
        )

    def _landmarks_of(self, vertices: FloatArray, target: FloatArray) -> FloatArray:
        """Return the 68 landmarks of fitted vertices (V, 3).

        The model has no vertex of its own for the sides of the jaw and the inner corners of
        the lips: there it is the vertex of that side's contour, or of the mesh, that lies
        nearest in the image to the landmark given.
        """
        found = np.empty((68, 3), np.float32)
        for number in range(68):
            vertex = self._landmark_vertices.get(number)
            if vertex is None:
                side = 0 if number < 8 else 1
                allowed = self._sides[side] if number < 17 else np.arange(len(vertices))
                away = np.linalg.norm(vertices[allowed, :2] - target[number, :2], axis=1)
                vertex = int(allowed[int(np.argmin(away))])
            found[number] = vertices[vertex]
        return found


def to_photo_frame(vertices: FloatArray, camera: Any, width: int, height: int) -> FloatArray:
    """Map the model's vertices (V, 3) to the photo frame, z from the model's origin.

    The camera is a scaled orthographic one: a pixel is as long in depth as across.
    """
    modelview = np.asarray(camera.get_modelview(), np.float64)
    projection = np.asarray(camera.get_projection(), np.float64)
    clip = (projection @ modelview)[:3]
    # The viewport's y runs down in the photo; its z is recomputed from the other two.
    matrix = np.diag([0.5 * width, -0.5 * height, 1.0]) @ clip[:, :3]
    offset = np.array([0.5 * width * (clip[0, 3] + 1), 0.5 * height * (1 - clip[1, 3]), 0.0])
    across, down = matrix[0], matrix[1]
    matrix[2] = np.cross(across, down) / np.linalg.norm(across)
    placed: FloatArray = (vertices[:, :3] @ matrix.T + offset).astype(np.float32)
    return placed


def read_mapping(path: Path) -> dict[int, int]:
    """Return the model's vertex for each landmark (from 0, iBUG order) that has one."""
    mapping = {}
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text.startswith("["):
            inside = text == "[landmark_mappings]"
        elif inside and "=" in text:
            landmark, vertex = text.split("=")
            mapping[int(landmark) - 1] = int(vertex)
    return mapping


def read_contours(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices along the right and the left side of the jaw."""
    contours = json.loads(path.read_text(encoding="utf-8"))["model_contour"]
    right, left = (np.array(contours[f"{side}_contour"], np.int64) for side in ("right", "left"))
    return right, left
