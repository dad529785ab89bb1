"""Faces without networks, and a log of what is done; the workers of the tests preload this."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np

from vrn_core.commands import folder_results, reconstruct
from vrn_core.errors import NoFaceFoundError
from vrn_core.types import FaceBox, FaceCrop, Pose, Reconstruction, TriangleMesh

NO_FACE, BROKEN, DEADLY = 0, 200, 250
"""What the first pixel of a photo sets off, in place of a number of faces."""
LOG = "VRN_TEST_LOG"
SECONDS = "VRN_TEST_SECONDS"


def note(what: str, name: object) -> None:
    """Add a line to the log, which several processes share."""
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("ab", buffering=0) as file:
            file.write(f"{what} {name} {os.getpid()}\n".encode())


def face(number: int) -> Reconstruction:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32) + number
    triangles = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], np.int32)
    mesh = TriangleMesh(vertices, triangles, np.full((4, 3), 90, np.uint8))
    return Reconstruction(
        box=FaceBox(number, 2, 30, 40, 0.9),
        crop=FaceCrop((10, 10), 1.0),
        landmarks=np.full((68, 3), number, np.float32),
        pose=Pose(10.0, -5.0, 2.0),
        make_volume=lambda: np.zeros((200, 192, 192), np.uint8),
        mesh=mesh,
        mesh_canonical=mesh,
        confidence=0.75,
        timings_ms={"detect": 1.5},
    )


class FakeReconstructor:
    """Finds as many faces as the photo's first pixel says, each told by the second and third."""

    def accelerate(self) -> None:
        note("accelerate", "-")

    def reconstruct(self, photo: Any, cancel: Any = None, progress: Any = None) -> Any:
        count, high, low = (int(value) for value in photo[0, 0])
        number = 256 * high + low
        note("begin", number)
        time.sleep(float(os.environ.get(SECONDS, "0")))
        if count == NO_FACE:
            raise NoFaceFoundError("no face was found in the photo; try another")
        if count == BROKEN:
            raise RuntimeError("the network\nexploded")
        if count == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        return [face(number + n) for n in range(count)]


def dask_setup(worker: object) -> None:
    """Take the place of networks and results in a worker; Dask calls this as it starts."""
    reconstruct.make_reconstructor = lambda options: FakeReconstructor()  # type: ignore
    usual = folder_results.ResultFolder.commit

    def commit(self: Any, staged: Path, photo: str, record: Any) -> bool:
        won = usual(self, staged, photo, record)
        note("won" if won else "lost", photo)
        return won

    folder_results.ResultFolder.commit = commit  # type: ignore
    note("ready", "-")
