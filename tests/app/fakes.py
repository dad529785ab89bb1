"""Stand-ins for the core: faces from a formula, engines that do what a test tells them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from app.jobs.engine import Engine, EngineOptions
from app.jobs.making import LocalMaker
from vrn_core.errors import NoFaceFoundError, PhotoError
from vrn_core.inference.live import LiveFace
from vrn_core.progress import CancelToken, Progress
from vrn_core.project.contents import FaceResult
from vrn_core.types import (
    ByteArray,
    FaceBox,
    FaceCrop,
    FloatArray,
    Pose,
    Reconstruction,
    TriangleMesh,
)

Result = TypeVar("Result")

# Outer corners, brows, eyes, nose and lips of a face in a square from -1 to 1, y down.
_JAW = [(np.sin(a) * 0.8, 0.15 - 0.9 * np.cos(a)) for a in np.linspace(-1.9, -4.38, 17)]


def _arc(x: float, y: float, width: float, height: float, count: int) -> list[tuple[float, float]]:
    angles = np.linspace(np.pi, -np.pi, count, endpoint=False)
    return [(x + width * np.cos(a), y - height * np.sin(a)) for a in angles]


def landmarks_in(box: FaceBox) -> FloatArray:
    """Return 68 landmarks of a simple face (68, 3) in a box."""
    points = (
        _JAW
        + [(-0.62 + 0.11 * i, -0.42 - 0.06 * np.sin(i * 0.78)) for i in range(5)]
        + [(0.18 + 0.11 * i, -0.42 - 0.06 * np.sin(i * 0.78)) for i in range(5)]
        + [(0.0, -0.25 + 0.11 * i) for i in range(4)]
        + [(-0.16 + 0.08 * i, 0.18 + 0.03 * np.sin(i * 0.78)) for i in range(5)]
        + _arc(-0.38, -0.22, 0.15, 0.06, 6)
        + _arc(0.38, -0.22, 0.15, 0.06, 6)
        + _arc(0.0, 0.48, 0.3, 0.12, 12)
        + _arc(0.0, 0.48, 0.22, 0.04, 8)
    )
    center = np.asarray(box.center)
    half = np.asarray([box.width, box.height]) / 2
    flat = center + np.asarray(points) * half
    return np.column_stack([flat, np.zeros(68)]).astype(np.float32)


def face_mesh(rows: int = 60, columns: int = 80) -> TriangleMesh:
    """Return a closed, colored, face-like mesh in the canonical frame."""
    latitude = np.linspace(0, np.pi, rows)[1:-1]
    longitude = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    theta, phi = (grid.ravel() for grid in np.meshgrid(latitude, longitude, indexing="ij"))
    x = 70 * np.sin(theta) * np.sin(phi)
    y = 95 * np.cos(theta) - 25
    z = 62 * np.sin(theta) * np.cos(phi)
    front = z > 0
    bumps = ((0, -28, 9, 15, 22), (-30, 0, 13, 8, -9), (30, 0, 13, 8, -9), (0, -62, 20, 7, 7))
    for bump_x, bump_y, width, height, amount in bumps:
        near = np.exp(-(((x - bump_x) / width) ** 2) - ((y - bump_y) / height) ** 2)
        z = z + np.where(front, near * amount, 0)
    poles = np.asarray([(0, 70, 0), (0, -120, 0)])
    vertices = np.concatenate([np.column_stack([x, y, z]), poles]).astype(np.float32)
    faces = []
    top, bottom = len(vertices) - 2, len(vertices) - 1
    for column in range(columns):
        after = (column + 1) % columns
        faces.append((top, column, after))
        last = (rows - 3) * columns
        faces.append((bottom, last + after, last + column))
        for row in range(rows - 3):
            a, b = row * columns + column, row * columns + after
            faces += [(a, a + columns, b), (b, a + columns, b + columns)]
    lips = np.exp(-((vertices[:, 0] / 20) ** 2) - ((vertices[:, 1] + 62) / 7) ** 2)[:, None]
    colors = np.asarray([214, 168, 140]) * (1 - lips) + np.asarray([180, 80, 80]) * lips
    return TriangleMesh(vertices, np.asarray(faces, np.int32), colors.astype(np.uint8))


@lru_cache(maxsize=1)
def soft_ball() -> ByteArray:
    """Return a half volume that holds a ball of radius 40 crop pixels, soft over 12."""
    z, y, x = np.ogrid[:100, :96, :96]
    distance = np.sqrt((z - 49.5) ** 2 + (2 * y - 95) ** 2 + (2 * x - 95) ** 2)
    inside = np.clip((40 - distance) / 12 + 0.5, 0, 1)
    return np.rint(255 * inside).astype(np.uint8)


def reconstruction(box: FaceBox, confidence: float = 0.9) -> Reconstruction:
    """Return a result for a face in a box, around the formula's face."""
    landmarks = landmarks_in(box)
    mesh = face_mesh()
    # As large as its box, which is 220 mm high.
    placed = mesh.vertices * np.float32([1, -1, -1]) * np.float32(box.height / 220)
    placed[:, :2] += np.float32(box.center) - (placed[:, :2].min(0) + placed[:, :2].max(0)) / 2
    photo_mesh = TriangleMesh(placed, mesh.faces, mesh.colors)
    return Reconstruction(
        box=box,
        crop=FaceCrop.around_landmarks(landmarks),
        landmarks=landmarks,
        pose=Pose(4.0, -2.0, 1.0),
        make_volume=lambda: np.zeros((200, 192, 192), np.uint8),
        solid=soft_ball(),
        mesh=photo_mesh,
        mesh_canonical=mesh,
        confidence=confidence,
        timings_ms={"detect": 20.0, "network": 100.0},
    )


def face_result(box: FaceBox) -> FaceResult:
    """Return what the window keeps of a face in a box."""
    result = reconstruction(box)
    return FaceResult.of(result, np.ones(len(result.mesh.vertices), np.float32))


class FakeFollower:
    """Finds a face in every frame that is not black; waits while its engine's `hold` is cleared."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine
        self._mesh = face_mesh(20, 24)

    def feed(self, frame: ByteArray, time_s: float) -> LiveFace | None:
        """Note the frame; return the face, moved a little from frame to frame."""
        engine = self._engine
        engine.hold.wait(10)
        if engine.error is not None:
            raise engine.error
        engine.fed.append((frame, time_s))
        if frame.max() < 10:
            return None
        moved = self._mesh.vertices + np.array([0, 0, len(engine.fed) % 5], np.float32)
        mesh = TriangleMesh(moved, self._mesh.faces, self._mesh.colors)
        landmarks = landmarks_in(FaceBox(40, 30, 60, 70))
        return LiveFace(landmarks, Pose(0.0, 0.0, 0.0), mesh, mesh, mesh, 0.9)


class FakeEngine:
    """Finds the faces it was told of; waits in the middle while `hold` is cleared."""

    def __init__(
        self,
        boxes: list[FaceBox] | None = None,
        error: BaseException | None = None,
    ) -> None:
        self.boxes = [FaceBox(40, 30, 60, 70)] if boxes is None else boxes
        self.error = error
        self.hold = threading.Event()
        self.hold.set()
        self.threads: list[int] = []
        self.photos: list[tuple[int, ...]] = []
        self.asked: list[FaceBox] = []
        self.fed: list[tuple[ByteArray, float]] = []
        self.options: list[EngineOptions] = []

    def load_photo(self, path: Path) -> ByteArray:
        """Read a photo by Pillow."""
        from PIL import Image, UnidentifiedImageError

        try:
            with Image.open(path) as image:
                return np.asarray(image.convert("RGB"))
        except (OSError, UnidentifiedImageError) as error:
            raise PhotoError(f"{path.name} is not an image") from error

    def reconstruct(
        self, photo: ByteArray, cancel: CancelToken, progress: Progress
    ) -> list[Reconstruction]:
        """Return the faces that this engine was told of."""
        self.threads.append(threading.get_ident())
        self.photos.append(photo.shape)
        progress(0.2, "Finding faces")
        while not self.hold.wait(0.01):
            cancel.check()
        cancel.check()
        if self.error is not None:
            raise self.error
        if not self.boxes:
            raise NoFaceFoundError("no face was found in the photo")
        progress(0.8, "Making the mesh")
        return [reconstruction(box) for box in self.boxes]

    def follow(self) -> FakeFollower:
        """Return what finds a face in every live frame that is not black."""
        return FakeFollower(self)

    def reconstruct_box(
        self, photo: ByteArray, box: FaceBox, cancel: CancelToken
    ) -> Reconstruction:
        """Return a face in the box."""
        self.asked.append(box)
        while not self.hold.wait(0.01):
            cancel.check()
        if self.error is not None:
            raise self.error
        return reconstruction(box)

    def reconstruct_from_landmarks(
        self, photo: ByteArray, landmarks: FloatArray, cancel: CancelToken
    ) -> Reconstruction:
        """Return a face with the landmarks."""
        low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
        box = FaceBox(*(float(value) for value in (*low, *(high - low))))
        crop = FaceCrop.around_landmarks(landmarks)
        return replace(self.reconstruct_box(photo, box, cancel), landmarks=landmarks, crop=crop)


def factory(engine: FakeEngine) -> Callable[[EngineOptions], LocalMaker]:
    """Return a function that makes faces by an engine in this process."""

    def make(options: EngineOptions) -> FakeEngine:
        engine.options.append(options)
        return engine

    return local(make)


def local(make_engine: Callable[[EngineOptions], Engine]) -> Callable[[EngineOptions], LocalMaker]:
    """Return a function that makes faces in this process, by an engine made by options."""
    return lambda options: LocalMaker(make_engine, options)


class SameProcess:
    """Does work where it is called, in the place of a process of its own."""

    def call(
        self,
        work: Callable[..., Result],
        *arguments: Any,
        cancel: CancelToken | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Return ``work(*arguments)``."""
        watch = {"cancel": cancel, "progress": progress}
        return work(*arguments, **{name: it for name, it in watch.items() if it is not None})

    def close(self) -> None:
        """Nothing goes on by itself."""
