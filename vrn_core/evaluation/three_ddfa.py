"""3DDFA: a network that regresses a linear model's parameters, by weights of the user's own.

The weights and the Basel Face Model of the project 3DDFA_V2 may not be given on, so they come
from a folder of the user's: ``mb1_120x120.onnx``, and two .npz files made from its pickles
(the README says how), ``param_mean_std.npz`` (mean, std: 62 values each) and
``bfm_noneck_v3.npz`` (u, w_shp, w_exp, tri, keypoints).

References
----------
.. [1] Guo et al., "Towards Fast, Accurate and Stable 3D Dense Face Alignment", ECCV 2020.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import DataError
from vrn_core.evaluation.methods import FaceShape, LandmarkMethod, MethodSettings, peer_file
from vrn_core.imaging import warp_image
from vrn_core.resources import data_folder
from vrn_core.types import ByteArray, FaceCrop, FloatArray, IntArray, TriangleMesh

SIZE = 120
"""Side of the network's input in pixels."""
PARAMETERS, SHAPES, EXPRESSIONS = 62, 40, 10
LARGEST = 500_000_000
"""Bytes that one of the files may have."""
NETWORK = "mb1_120x120.onnx"
STATISTICS = "param_mean_std.npz"
MODEL = "bfm_noneck_v3.npz"
HOW = "the README says how to make it from 3DDFA_V2; name its folder with --three-ddfa-folder"

Network = Callable[[FloatArray], FloatArray]
"""Maps images (1, 3, 120, 120) to standardized parameters (62,)."""


class ThreeDdfaMethod(LandmarkMethod):
    """3DDFA_V2, on the square that it cuts round known landmarks: ours."""

    def __init__(self, settings: MethodSettings) -> None:
        folder = settings.three_ddfa_folder
        default = data_folder() / "3ddfa"
        network, statistics, model = (
            peer_file(folder, default, name, HOW) for name in (NETWORK, STATISTICS, MODEL)
        )
        fit = ThreeDdfaFit(load_network(network), read_arrays(statistics, model))
        super().__init__(settings, fit)


@dataclass(frozen=True, eq=False)
class LinearFace:
    """The linear face model and how its parameters are standardized."""

    mean: FloatArray
    """(62,) ..."""
    std: FloatArray
    """(62,) ... of the parameters: 12 of the camera, 40 of shape, 10 of expression."""
    neutral: FloatArray
    """(3 V,) x, y, z of one vertex after the other."""
    shapes: FloatArray
    """(3 V, 40)."""
    expressions: FloatArray
    """(3 V, 10)."""
    triangles: IntArray
    """(T, 3)."""
    landmark_vertices: IntArray
    """(68,) iBUG order."""

    def vertices(self, standardized: FloatArray) -> FloatArray:
        """Return vertices (V, 3) of parameters (62,), in the input's pixels, y up."""
        values = standardized * self.std + self.mean
        camera = values[:12].reshape(3, 4)
        flat = self.neutral + self.shapes @ values[12:52] + self.expressions @ values[52:]
        placed: FloatArray = flat.reshape(-1, 3) @ camera[:, :3].T + camera[:, 3]
        return placed


class ThreeDdfaFit:
    """Network and face model together."""

    def __init__(self, network: Network, face: LinearFace) -> None:
        self._network, self._face = network, face

    def __call__(self, photo: ByteArray, landmarks: FloatArray) -> FaceShape:
        """Return the face in the square round landmarks (68, 3) of the photo frame.

        The camera is orthographic, so the face's depth as a whole is that of the landmarks.
        """
        corner, side = square_of(landmarks)
        scale = SIZE / side
        matrix = np.array([[scale, 0, -scale * corner[0]], [0, scale, -scale * corner[1]]])
        pixels = warp_image(photo, matrix, SIZE).astype(np.float32)
        # Blue first, as OpenCV reads photos, which is what it was trained on.
        images = (pixels[:, :, ::-1].transpose(2, 0, 1)[None] - 127.5) / 128
        vertices = self._face.vertices(self._network(np.ascontiguousarray(images)))
        # From MATLAB's pixels, counted from one and y up, to ours; its z looks at the camera.
        placed = np.column_stack([vertices[:, 0] - 1, SIZE - vertices[:, 1], -vertices[:, 2]])
        placed = placed / scale + np.array([*corner, 0.0])
        placed = placed.astype(np.float32)
        found = placed[self._face.landmark_vertices]
        shift = float(landmarks[:, 2].mean() - found[:, 2].mean())
        placed[:, 2] += shift
        return FaceShape(
            landmarks=placed[self._face.landmark_vertices],
            mesh=TriangleMesh(placed, self._face.triangles),
            crop=FaceCrop.around_landmarks(landmarks),
        )


def square_of(landmarks: FloatArray) -> tuple[NDArray[np.float64], float]:
    """Return corner (2,) and side of the square that 3DDFA_V2 cuts round landmarks (68, 2+).

    It stands on the middle of their box, as wide as the box's square is across.
    """
    low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    radius = float((high - low).max()) / 2
    side = 2 * radius * np.sqrt(2)
    middle = (low + high) / 2
    return np.asarray(middle - side / 2, np.float64), float(side)


def load_network(path: Path) -> Network:
    """Return the network of an ONNX file, run by OpenCV."""
    _check_size(path)
    try:
        network = cv2.dnn.readNetFromONNX(str(path))
    except cv2.error as error:
        raise DataError(f"{path} is no network that can be read; {HOW}") from error

    def run(images: FloatArray) -> FloatArray:
        try:
            network.setInput(images)
            output = np.asarray(network.forward(), np.float32).reshape(-1)
        except cv2.error as error:
            raise DataError(f"{path} does not take images (1, 3, 120, 120); {HOW}") from error
        if output.shape != (PARAMETERS,):
            raise DataError(f"{path} gives {output.size} values; expected {PARAMETERS}; {HOW}")
        return output

    return run


def read_arrays(statistics: Path, model: Path) -> LinearFace:
    """Read the two .npz files; raise :class:`DataError` naming what is wrong with which."""
    mean, std = _arrays(statistics, "mean", "std")
    neutral, shapes, expressions, triangles, keypoints = _arrays(
        model, "u", "w_shp", "w_exp", "tri", "keypoints"
    )
    size = neutral.size
    faces = triangles.T if triangles.shape[0] == 3 and triangles.shape[-1] != 3 else triangles
    vertices = keypoints.reshape(-1)[::3] // 3
    sound = (
        mean.size == std.size == PARAMETERS
        and size % 3 == 0
        and shapes.shape[0] == expressions.shape[0] == size
        and shapes.shape[1] >= SHAPES
        and expressions.shape[1] >= EXPRESSIONS
        and faces.ndim == 2
        and faces.shape[1] == 3
        and len(vertices) == 68
        and 0 <= int(faces.min()) <= int(faces.max()) < size // 3
        and 0 <= int(vertices.min()) <= int(vertices.max()) < size // 3
    )
    if not sound:
        raise DataError(f"the arrays of {statistics} and {model} do not fit together; {HOW}")
    return LinearFace(
        mean=mean.reshape(-1).astype(np.float32),
        std=std.reshape(-1).astype(np.float32),
        neutral=neutral.reshape(-1).astype(np.float32),
        shapes=shapes[:, :SHAPES].astype(np.float32),
        expressions=expressions[:, :EXPRESSIONS].astype(np.float32),
        triangles=np.ascontiguousarray(faces.astype(np.int32)),
        landmark_vertices=vertices.astype(np.int32),
    )


def _arrays(path: Path, *names: str) -> list[NDArray[Any]]:
    _check_size(path)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return [np.atleast_1d(arrays[name]) for name in names]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, MemoryError) as error:
        raise DataError(f"{path} has no arrays {', '.join(names)}: {error}; {HOW}") from error


def _check_size(path: Path) -> None:
    if path.stat().st_size > LARGEST:
        raise DataError(f"{path} has {path.stat().st_size:,} bytes; expected {LARGEST:,} at most")
