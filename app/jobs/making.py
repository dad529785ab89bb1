"""From a photo to what the window keeps of its faces, in this process or in one of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.jobs.engine import CoreEngine, Engine, EngineOptions, Follower
from app.jobs.process import WorkProcess
from app.state.correction import Known
from app.state.frames import Frame
from vrn_core.errors import NoFaceFoundError
from vrn_core.progress import CancelToken, Progress
from vrn_core.project.contents import FaceResult
from vrn_core.types import ByteArray, FaceBox, Reconstruction

if TYPE_CHECKING:
    from vrn_core.inference.live import LiveFace
    from vrn_core.meshing.kept import KeptVolume


@dataclass(frozen=True)
class Outcome:
    """The photo as the core read it, and its faces."""

    photo: ByteArray
    """(H, W, 3) RGB, upright."""
    faces: tuple[FaceResult, ...]
    volumes: tuple[KeptVolume, ...]
    """Of each face, to take its surface anew."""


class Maker(Protocol):
    """Makes the faces of photos and of live frames; used from one thread only."""

    def prepare(self) -> None:
        """Load the models, which the first photo would else wait for."""
        ...

    def make(
        self,
        source: Path | ByteArray,
        known: Sequence[Known],
        cancel: CancelToken,
        progress: Progress,
        model: str = "",
    ) -> Outcome:
        """Return the faces of a file or pixels (H, W, 3) RGB.

        They are looked for unless it is `known` where they are. `model` names a network to
        take this once in the place of the usual one.
        """
        ...

    def follow(self, frame: Frame) -> LiveFace | None:
        """Return the face in the next live frame."""
        ...

    def unfollow(self) -> None:
        """Forget the face that was followed."""
        ...

    def close(self) -> None:
        """End what is going on; may come from any thread."""
        ...


class LocalMaker:
    """Makes faces in this process, by an engine that is made when it is needed."""

    def __init__(
        self,
        make_engine: Callable[[EngineOptions], Engine],
        options: EngineOptions | None = None,
    ) -> None:
        self._make_engine, self._options = make_engine, options or EngineOptions()
        self._engine: Engine | None = None
        self._follower: Follower | None = None

    def prepare(self) -> None:
        """Make the engine."""
        with _telling_of_memory():
            self._ready_engine()

    def make(
        self,
        source: Path | ByteArray,
        known: Sequence[Known],
        cancel: CancelToken,
        progress: Progress,
        model: str = "",
    ) -> Outcome:
        """Return the faces of a file or pixels (H, W, 3) RGB."""
        cancel.check()
        options = replace(self._options, model=model or self._options.model)
        with _telling_of_memory():
            photo, results = self._make(options, source, known, cancel, progress)
        cancel.check()
        return _outcome(photo, results, options.model)

    def follow(self, frame: Frame) -> LiveFace | None:
        """Return the face in the next live frame."""
        with _telling_of_memory():
            if self._follower is None:
                self._follower = self._ready_engine().follow()
            return self._follower.feed(frame.image, frame.time_s)

    def unfollow(self) -> None:
        """Forget the face that was followed."""
        self._follower = None

    def close(self) -> None:
        """Nothing goes on by itself."""

    def _make(
        self,
        options: EngineOptions,
        source: Path | ByteArray,
        known: Sequence[Known],
        cancel: CancelToken,
        progress: Progress,
    ) -> tuple[ByteArray, list[Reconstruction]]:
        if options == self._options:
            engine = self._ready_engine()
        else:
            progress(0.0, "Loading the network")
            # Beside the lasting one, and gone with this work: it is seldom asked for.
            engine = self._make_engine(options)
        if isinstance(source, Path):
            progress(0.0, "Reading the photo")
            photo = engine.load_photo(source)
        else:
            photo = source
        if known:
            return photo, _make_known(engine, photo, known, cancel, progress)
        results = engine.reconstruct(photo, cancel, progress)
        if not results:
            raise NoFaceFoundError("no face was found in this photo")
        # People count faces from the left.
        return photo, sorted(results, key=lambda result: result.box.center[0])

    def _ready_engine(self) -> Engine:
        if self._engine is None:
            self._engine = self._make_engine(self._options)
        return self._engine


class RemoteMaker:
    """Makes faces by the core, in a process of its own."""

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        self._process = WorkProcess()

    def prepare(self) -> None:
        """Start the process and load the models."""
        self._process.call(_prepare, self._options)

    def make(
        self,
        source: Path | ByteArray,
        known: Sequence[Known],
        cancel: CancelToken,
        progress: Progress,
        model: str = "",
    ) -> Outcome:
        """Return the faces of a file or pixels (H, W, 3) RGB."""
        cancel.check()
        arguments = (self._options, source, tuple(known), model)
        return self._process.call(_make, *arguments, cancel=cancel, progress=progress)

    def follow(self, frame: Frame) -> LiveFace | None:
        """Return the face in the next live frame."""
        return self._process.call(_follow, self._options, frame)

    def unfollow(self) -> None:
        """Forget the face that was followed."""
        self._process.call(_unfollow, self._options)

    def close(self) -> None:
        """End the process."""
        self._process.close()


@contextmanager
def _telling_of_memory() -> Iterator[None]:
    """Let errors of a GPU's memory be known without torch, which the window does without."""
    try:
        yield
    except RuntimeError:
        # Whoever raised it has loaded torch by now.
        from vrn_core.inference.device import telling_of_memory

        with telling_of_memory():
            raise


def _make_known(
    engine: Engine,
    photo: ByteArray,
    known: Sequence[Known],
    cancel: CancelToken,
    progress: Progress,
) -> list[Reconstruction]:
    results = []
    for number, where in enumerate(known):
        progress(number / len(known), "Making the mesh")
        if isinstance(where, FaceBox):
            results.append(engine.reconstruct_box(photo, where, cancel))
        else:
            results.append(engine.reconstruct_from_landmarks(photo, where, cancel))
    return results


def _outcome(photo: ByteArray, results: Sequence[Reconstruction], model: str) -> Outcome:
    """Return what is kept of the faces of a photo (H, W, 3) that a network made."""
    # Imported by the job, so that the program starts without them.
    from vrn_core.meshing.confidence import reconstruction_confidence
    from vrn_core.meshing.kept import KeptVolume

    size = (photo.shape[1], photo.shape[0])
    faces = [FaceResult.of(face, reconstruction_confidence(face, size), model) for face in results]
    return Outcome(photo, tuple(faces), tuple(map(KeptVolume.of, results)))


# What follows runs in the process of a RemoteMaker.


@lru_cache(maxsize=1)
def _maker(options: EngineOptions) -> LocalMaker:
    return LocalMaker(CoreEngine, options)


def _prepare(options: EngineOptions) -> None:
    _maker(options).prepare()


def _make(
    options: EngineOptions,
    source: Path | ByteArray,
    known: tuple[Known, ...],
    model: str,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    return _maker(options).make(source, known, cancel, progress, model)


def _follow(options: EngineOptions, frame: Frame) -> LiveFace | None:
    return _maker(options).follow(frame)


def _unfollow(options: EngineOptions) -> None:
    _maker(options).unfollow()
