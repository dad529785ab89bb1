"""What the inference worker needs of the core, as a protocol, and the core behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from vrn_core.progress import CancelToken, Progress
from vrn_core.types import ByteArray, FaceBox, FloatArray, Reconstruction


class Engine(Protocol):
    """Reads photos and reconstructs their faces; used from one thread only."""

    def load_photo(self, path: Path) -> ByteArray:
        """Return a photo (H, W, 3) RGB, upright."""
        ...

    def reconstruct(
        self, photo: ByteArray, cancel: CancelToken, progress: Progress
    ) -> list[Reconstruction]:
        """Return all faces of a photo (H, W, 3) RGB."""
        ...

    def reconstruct_box(
        self, photo: ByteArray, box: FaceBox, cancel: CancelToken
    ) -> Reconstruction:
        """Return the face in a box of a photo (H, W, 3) RGB."""
        ...

    def reconstruct_from_landmarks(
        self, photo: ByteArray, landmarks: FloatArray, cancel: CancelToken
    ) -> Reconstruction:
        """Return the face with landmarks (68, 3) in a photo (H, W, 3) RGB."""
        ...


class CoreEngine:
    """The core's reconstructor; making one imports torch and loads the models."""

    def __init__(self) -> None:
        from vrn_core.inference.reconstructor import Reconstructor

        self._reconstructor = Reconstructor()

    def load_photo(self, path: Path) -> ByteArray:
        """Return a photo (H, W, 3) RGB, upright."""
        from vrn_core.inference.photo import load_photo

        return load_photo(path)

    def reconstruct(
        self, photo: ByteArray, cancel: CancelToken, progress: Progress
    ) -> list[Reconstruction]:
        """Return all faces of a photo (H, W, 3) RGB."""
        return self._reconstructor.reconstruct(photo, cancel=cancel, progress=progress)

    def reconstruct_box(
        self, photo: ByteArray, box: FaceBox, cancel: CancelToken
    ) -> Reconstruction:
        """Return the face in a box of a photo (H, W, 3) RGB."""
        return self._reconstructor.reconstruct_box(photo, box, cancel)

    def reconstruct_from_landmarks(
        self, photo: ByteArray, landmarks: FloatArray, cancel: CancelToken
    ) -> Reconstruction:
        """Return the face with landmarks (68, 3) in a photo (H, W, 3) RGB."""
        return self._reconstructor.reconstruct_from_landmarks(photo, landmarks, cancel)
