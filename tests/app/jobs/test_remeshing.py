from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.failures import Failure
from app.jobs import remeshing
from app.jobs.process import Workplace
from app.jobs.remeshing import Remeshing, Wish
from tests.app.fakes import SameProcess, face_result, reconstruction
from vrn_core.config import SurfaceSettings
from vrn_core.meshing.kept import KeptVolume
from vrn_core.meshing.remesh import Surface
from vrn_core.types import ByteArray, FaceBox

BOX = FaceBox(40, 30, 60, 70)
PHOTO = np.full((120, 160, 3), 120, np.uint8)


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Remeshing]:
    jobs = Remeshing(SameProcess())
    yield jobs
    assert jobs.shut_down()


def wish(iso_level: float = 0.5, photo: ByteArray | None = None, key: int = 1) -> Wish:
    settings = SurfaceSettings(iso_level=iso_level, triangles=2000)
    return Wish((key, 0), KeptVolume.of(reconstruction(BOX)), settings, face_result(BOX), photo)


def test_a_preview_has_all_triangles_and_a_mesh_as_many_as_wished(
    qtbot: QtBot, jobs: Remeshing
) -> None:
    counts = []
    for photo in (None, PHOTO):
        with qtbot.waitSignal(jobs.finished) as told:
            jobs.request(wish(photo=photo))
        surface = told.args[1]
        assert isinstance(surface, Surface)
        counts.append(len(surface.mesh.faces))
    assert counts[0] > 5000
    assert counts[1] <= 2000


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold all work back until the gate is opened; the surfaces tell the levels."""
    gate = threading.Event()

    def fulfil(wish: Wish, process: Workplace) -> float:
        gate.wait(10)
        return wish.settings.iso_level

    monkeypatch.setattr(remeshing, "fulfil", fulfil)
    yield gate
    gate.set()


def test_only_the_newest_of_the_waiting_wishes_is_fulfilled(
    qtbot: QtBot, jobs: Remeshing, gate: threading.Event
) -> None:
    told: list[float] = []
    jobs.finished.connect(lambda _, level: told.append(level))
    for level in (0.1, 0.2, 0.3, 0.4):
        jobs.request(wish(level))
    assert jobs.busy
    gate.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert told == [0.1, 0.4]


def test_a_whole_mesh_that_comes_too_late_is_dropped(
    qtbot: QtBot, jobs: Remeshing, gate: threading.Event
) -> None:
    told: list[float] = []
    jobs.finished.connect(lambda _, level: told.append(level))
    jobs.request(wish(0.1, PHOTO))
    jobs.request(wish(0.2))
    gate.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert told == [0.2]


def test_what_was_wished_for_a_forgotten_photo_is_not_told(
    qtbot: QtBot, jobs: Remeshing, gate: threading.Event
) -> None:
    told: list[float] = []
    jobs.finished.connect(lambda _, level: told.append(level))
    jobs.request(wish(0.1, key=1))
    jobs.request(wish(0.2, key=2))
    jobs.forget(1)
    gate.set()
    qtbot.waitUntil(lambda: told == [0.2])


def test_a_level_that_cannot_be_reached_is_a_failure(qtbot: QtBot, jobs: Remeshing) -> None:
    faint = reconstruction(BOX)
    assert faint.solid is not None
    volume = KeptVolume.of(replace(faint, solid=faint.solid // 2))
    with qtbot.waitSignal(jobs.failed) as told:
        jobs.request(replace(wish(0.9), volume=volume))
    assert isinstance(told.args[1], Failure)
    assert not jobs.busy
