"""What the tests of the photo benchmarks share: small data sets made on the spot."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import trimesh
from PIL import Image
from scipy import io

from vrn_core.types import TriangleMesh

WIDTH, HEIGHT = 120, 100


def ball(radius: float, center: np.ndarray) -> TriangleMesh:
    sphere = trimesh.creation.icosphere(5, radius)
    return TriangleMesh((sphere.vertices + center).astype(np.float32), sphere.faces.astype("i4"))


@pytest.fixture
def face() -> SimpleNamespace:
    """Return 68 points on a ball round (60, 50, 0) with a radius of 30, and the ball."""
    center = np.array([60.0, 50.0, 0.0])
    directions = np.random.default_rng(3).normal(size=(68, 3))
    directions[36], directions[45] = (-1, 0, 0), (1, 0, 0)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    landmarks = (center + 30 * directions).astype(np.float32)
    return SimpleNamespace(landmarks=landmarks, mesh=ball(30, center), center=center)


def in_matlab(landmarks: np.ndarray) -> np.ndarray:
    """Return points of the photo frame as MATLAB counts: from 1, and z towards the camera."""
    stored = landmarks.astype(np.float64).copy()
    stored[:, :2] += 1
    stored[:, 2:] *= -1
    return stored


def write_photo(path: Path, color: int = 130) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((HEIGHT, WIDTH, 3), color, np.uint8)).save(path)


def pose(yaw_deg: float) -> np.ndarray:
    return np.array([[0.1, np.deg2rad(-yaw_deg), 0.2, 60, 50, 0, 0.001]], np.float32)


@pytest.fixture
def add_aflw():
    """Return a function that adds a photo to a folder of AFLW2000-3D."""

    def add(folder: Path, name: str, landmarks: np.ndarray, yaw_deg: float = 0.0, color=130):
        write_photo(folder / f"{name}.jpg", color)
        facts = {"pt3d_68": in_matlab(landmarks).T, "Pose_Para": pose(yaw_deg)}
        io.savemat(folder / f"{name}.mat", facts, do_compression=True)

    return add


@pytest.fixture
def add_300w():
    """Return a function that adds a photo to 300W-LP's folder."""

    def add(root: Path, part: str, name: str, landmarks: np.ndarray, yaw_deg: float = 0.0):
        write_photo(root / part / f"{name}.jpg")
        # Of the photo before it was turned: reading it would be wrong.
        facts = {"pt2d": np.full((2, 68), 7.0), "Pose_Para": pose(yaw_deg)}
        io.savemat(root / part / f"{name}.mat", facts)
        below = root / "landmarks" / part
        below.mkdir(parents=True, exist_ok=True)
        io.savemat(below / f"{name}_pts.mat", {"pts_3d": in_matlab(landmarks)})

    return add


@pytest.fixture
def finds():
    """Return a maker of methods that find the given faces."""

    def make(*faces: SimpleNamespace):
        return SimpleNamespace(faces=lambda photo: list(faces))

    return make
