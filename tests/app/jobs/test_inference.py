from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.failures import Failure
from app.jobs.engine import EngineOptions
from app.jobs.inference import Inference
from app.jobs.making import Outcome
from tests.app.fakes import FakeEngine, factory, local
from vrn_core.errors import ModelFileError
from vrn_core.types import FaceBox

PIXELS = np.zeros((20, 30, 3), np.uint8)


@pytest.fixture
def inference(engine: FakeEngine) -> Iterator[Inference]:
    jobs = Inference(factory(engine), EngineOptions())
    jobs.start()
    yield jobs
    engine.hold.set()
    assert jobs.shut_down()


def test_a_job_tells_its_start_its_progress_and_one_end(qtbot: QtBot, inference: Inference) -> None:
    told: list[tuple[str, int]] = []
    for name in ("started", "progress", "finished", "failed", "cancelled"):
        getattr(inference, name).connect(lambda job, *_, name=name: told.append((name, job)))
    with qtbot.waitSignal(inference.finished):
        job = inference.submit(PIXELS)
    assert told[0] == ("started", job)
    assert told[-1] == ("finished", job)
    assert {name for name, _ in told[1:-1]} == {"progress"}


def test_a_result_carries_the_photo_and_its_faces(qtbot: QtBot, inference: Inference) -> None:
    with qtbot.waitSignal(inference.finished) as blocker:
        inference.submit(PIXELS)
    outcome = blocker.args[1]
    assert isinstance(outcome, Outcome)
    assert outcome.photo.shape == (20, 30, 3)
    assert len(outcome.faces) == 1


def test_jobs_run_in_order_in_one_thread_that_is_not_the_window_s(
    qtbot: QtBot, inference: Inference, engine: FakeEngine
) -> None:
    done: list[int] = []
    inference.finished.connect(lambda job, _: done.append(job))
    jobs = [inference.submit(PIXELS) for _ in range(4)]
    qtbot.waitUntil(lambda: len(done) == 4)
    assert done == jobs
    assert len(set(engine.threads)) == 1
    assert threading.get_ident() not in engine.threads


def test_the_engine_is_made_once_in_the_worker_thread(qtbot: QtBot) -> None:
    made: list[int] = []

    def make(options: EngineOptions) -> FakeEngine:
        made.append(threading.get_ident())
        return FakeEngine()

    inference = Inference(local(make), EngineOptions())
    inference.start()
    done: list[int] = []
    inference.finished.connect(lambda job, _: done.append(job))
    inference.submit(PIXELS)
    inference.submit(PIXELS)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert inference.shut_down()
    assert len(made) == 1
    assert made[0] != threading.get_ident()


def test_missing_models_fail_the_job_and_are_looked_for_again(qtbot: QtBot) -> None:
    absent = [True]

    def make(options: EngineOptions) -> FakeEngine:
        if absent[0]:
            raise ModelFileError("vrn-guided-lite.safetensors is missing")
        return FakeEngine()

    inference = Inference(local(make), EngineOptions())
    inference.start()
    with qtbot.waitSignal(inference.failed) as blocker:
        inference.submit(PIXELS)
    failure = blocker.args[1]
    assert isinstance(failure, Failure)
    assert "vrn-guided-lite.safetensors" in failure.message
    absent[0] = False
    with qtbot.waitSignal(inference.finished):
        inference.submit(PIXELS)
    assert inference.shut_down()


@pytest.mark.parametrize("error", [ValueError("bug"), RuntimeError("CUDA error: unknown")])
def test_an_unexpected_error_ends_one_job_not_the_thread(
    qtbot: QtBot, inference: Inference, engine: FakeEngine, error: Exception
) -> None:
    engine.error = error
    with qtbot.waitSignal(inference.failed) as blocker:
        inference.submit(PIXELS)
    assert blocker.args[1].report is not None
    engine.error = None
    with qtbot.waitSignal(inference.finished):
        inference.submit(PIXELS)


def test_no_faces_is_a_failure_with_a_next_step(
    qtbot: QtBot, inference: Inference, engine: FakeEngine
) -> None:
    engine.boxes = []
    with qtbot.waitSignal(inference.failed) as blocker:
        inference.submit(PIXELS)
    assert blocker.args[1].title == "No face found"


def test_a_running_job_stops_when_cancelled(
    qtbot: QtBot, inference: Inference, engine: FakeEngine
) -> None:
    engine.hold.clear()
    with qtbot.waitSignal(inference.progress):
        job = inference.submit(PIXELS)
    with qtbot.waitSignal(inference.cancelled) as blocker:
        inference.cancel(job)
    assert blocker.args == [job]


def test_cancel_all_drops_what_waits_and_stops_what_runs(
    qtbot: QtBot, inference: Inference, engine: FakeEngine
) -> None:
    engine.hold.clear()
    ended: list[int] = []
    inference.cancelled.connect(ended.append)
    with qtbot.waitSignal(inference.progress):
        jobs = [inference.submit(PIXELS) for _ in range(3)]
    inference.cancel_all()
    qtbot.waitUntil(lambda: len(ended) == 3)
    assert sorted(ended) == jobs
    assert len(engine.photos) == 1


def test_a_hurried_job_comes_next(qtbot: QtBot, inference: Inference, engine: FakeEngine) -> None:
    engine.hold.clear()
    done: list[int] = []
    inference.finished.connect(lambda job, _: done.append(job))
    with qtbot.waitSignal(inference.progress):
        first, second, third = (inference.submit(PIXELS) for _ in range(3))
    inference.hurry(third)
    engine.hold.set()
    qtbot.waitUntil(lambda: len(done) == 3)
    assert done == [first, third, second]


def test_shutting_down_in_the_middle_of_a_job_is_quick_and_silent(
    qtbot: QtBot, engine: FakeEngine
) -> None:
    inference = Inference(factory(engine), EngineOptions())
    inference.start()
    engine.hold.clear()
    told: list[object] = []
    with qtbot.waitSignal(inference.progress):
        inference.submit(PIXELS)
    for signal in (inference.finished, inference.failed, inference.cancelled):
        signal.connect(lambda *args: told.append(args))
    assert inference.shut_down(2000)
    qtbot.wait(20)
    assert told == []


def test_a_file_is_read_in_the_worker_thread(
    qtbot: QtBot, inference: Inference, engine: FakeEngine, photo: Path
) -> None:
    engine.boxes = [FaceBox(1, 1, 50, 50)]
    with qtbot.waitSignal(inference.finished):
        inference.submit(photo)
    assert engine.photos == [(120, 160, 3)]


def test_faces_are_counted_from_the_left(
    qtbot: QtBot, inference: Inference, engine: FakeEngine
) -> None:
    engine.boxes = [FaceBox(300, 0, 90, 90), FaceBox(10, 0, 50, 50), FaceBox(150, 0, 70, 70)]
    with qtbot.waitSignal(inference.finished) as blocker:
        inference.submit(PIXELS)
    assert [face.box.x for face in blocker.args[1].faces] == [10, 150, 300]


def test_another_network_is_asked_once_and_the_usual_one_stays(
    qtbot: QtBot, inference: Inference, engine: FakeEngine
) -> None:
    usual = EngineOptions()
    models = []
    inference.finished.connect(lambda _, outcome: models.append(outcome.faces[0].model))
    for model in ("", "vrn-lite", "", usual.model):
        inference.submit(PIXELS, model=model)
    qtbot.waitUntil(lambda: len(models) == 4)
    assert models == [usual.model, "vrn-lite", usual.model, usual.model]
    assert engine.options == [usual, replace(usual, model="vrn-lite")]
    assert len(set(engine.threads)) == 1, "two engines may work at a time"


def test_another_network_that_is_damaged_leaves_the_usual_one(qtbot: QtBot) -> None:
    def make(options: EngineOptions) -> FakeEngine:
        if options.model == "vrn-lite":
            raise ModelFileError("vrn-lite.safetensors is damaged")
        return FakeEngine()

    jobs = Inference(local(make), EngineOptions())
    jobs.start()
    with qtbot.waitSignal(jobs.failed) as told:
        jobs.submit(PIXELS, model="vrn-lite")
    assert "damaged" in told.args[1].text
    with qtbot.waitSignal(jobs.finished):
        jobs.submit(PIXELS)
    assert jobs.shut_down()
