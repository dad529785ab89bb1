"""What the inference worker needs of the core, as a protocol, and the core behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from vrn_core.progress import CancelToken, Progress
from vrn_core.types import ByteArray, FaceBox, FloatArray, Reconstruction

if TYPE_CHECKING:
    from vrn_core.inference.live import LiveFace
    from vrn_core.inference.reconstructor import Reconstructor


@dataclass(frozen=True)
class EngineOptions:
    """What the user may choose about reconstructions."""

    model: str = "vrn-guided-lite"
    device: str = "auto"
    iod_mm: float = 63.0
    """Distance between the centers of the eyes."""
    threads: int = 0
    """Of torch; 0 takes as many as there are cores."""


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

    def follow(self) -> Follower:
        """Return what follows a face through live frames."""
        ...


class Follower(Protocol):
    """Follows one face."""

    def feed(self, frame: ByteArray, time_s: float) -> LiveFace | None:
        """Return the face in the next frame (H, W, 3) RGB."""
        ...


class CoreEngine:
    """The core's reconstructor; making one imports torch and loads the models."""

    def __init__(self, options: EngineOptions | None = None) -> None:
        from vrn_core.inference.reconstructor import Reconstructor

        options = options or EngineOptions()
        self._threads, self._accelerated = options.threads, False
        self._reconstructor = Reconstructor(
            options.model, device=options.device, iod_mm=options.iod_mm
        )

    def load_photo(self, path: Path) -> ByteArray:
        """Return a photo (H, W, 3) RGB, upright."""
        from vrn_core.inference.photo import load_photo

        return load_photo(path)

    def reconstruct(
        self, photo: ByteArray, cancel: CancelToken, progress: Progress
    ) -> list[Reconstruction]:
        """Return all faces of a photo (H, W, 3) RGB."""
        faces = self._ready().reconstruct(photo, cancel=cancel, progress=progress)
        self._accelerate()
        return faces

    def reconstruct_box(
        self, photo: ByteArray, box: FaceBox, cancel: CancelToken
    ) -> Reconstruction:
        """Return the face in a box of a photo (H, W, 3) RGB."""
        return self._ready().reconstruct_box(photo, box, cancel)

    def reconstruct_from_landmarks(
        self, photo: ByteArray, landmarks: FloatArray, cancel: CancelToken
    ) -> Reconstruction:
        """Return the face with landmarks (68, 3) in a photo (H, W, 3) RGB."""
        return self._ready().reconstruct_from_landmarks(photo, landmarks, cancel)

    def follow(self) -> Follower:
        """Return what follows a face through live frames."""
        self._accelerate()
        return _LiveFollower(self._reconstructor.follow(), self._threads)

    def _accelerate(self) -> None:
        """Start the fastest runtime beside the work, once the first face has been shown."""
        if not self._accelerated:
            self._accelerated = True
            Thread(target=self._reconstructor.accelerate, daemon=True).start()

    def _ready(self) -> Reconstructor:
        from vrn_core.inference.device import use_threads

        use_threads(self._threads)
        return self._reconstructor


class _LiveFollower:
    """Leaves a processor to the window, which draws one mesh while it makes the next."""

    def __init__(self, follower: Follower, threads: int) -> None:
        self._follower, self._threads = follower, threads

    def feed(self, frame: ByteArray, time_s: float) -> LiveFace | None:
        """Return the face in the next frame (H, W, 3) RGB."""
        from vrn_core.inference.device import DEFAULT_THREADS, use_threads

        use_threads(self._threads or max(DEFAULT_THREADS - 1, 1))
        return self._follower.feed(frame, time_s)
