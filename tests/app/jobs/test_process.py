from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from app.failures import describe
from app.jobs.process import WorkerDiedError, WorkProcess
from tests.app.jobs import work
from vrn_core.errors import CancelledError, EmptyVolumeError, VrnError
from vrn_core.progress import CancelToken


@pytest.fixture(scope="module")
def process() -> Iterator[WorkProcess]:
    process = WorkProcess()
    yield process
    process.close()


def test_work_is_done_by_another_process_that_lasts(process: WorkProcess) -> None:
    first = process.call(work.process_id)
    assert first != os.getpid()
    assert process.call(work.process_id) == first


def test_arrays_go_there_and_back(process: WorkProcess) -> None:
    values = np.arange(100_000).astype(np.uint8)
    np.testing.assert_array_equal(process.call(work.double, values), np.uint8(2) * values)


def test_an_error_is_raised_here_as_it_was_there(process: WorkProcess) -> None:
    with pytest.raises(EmptyVolumeError, match="nothing is in it; try another"):
        process.call(work.fail, "own")
    with pytest.raises(VrnError, match=r"volume has shape \(1, 2\)"):
        process.call(work.fail, "unsendable")


def test_the_report_of_an_unexpected_error_tells_where_it_was(process: WorkProcess) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        process.call(work.fail, "unexpected")
    report = describe(raised.value).report
    assert report is not None
    assert "work.py" in report


def test_progress_is_told_while_the_work_goes_on(process: WorkProcess) -> None:
    told: list[tuple[float, str]] = []

    def note(fraction: float, stage: str) -> None:
        told.append((fraction, stage))

    assert process.call(work.count, 4, cancel=CancelToken(), progress=note) == 4
    assert told == [(0.0, "step 0"), (0.25, "step 1"), (0.5, "step 2"), (0.75, "step 3")]


def test_a_cancel_reaches_the_work_and_the_process_goes_on(process: WorkProcess) -> None:
    before, cancel = process.call(work.process_id), CancelToken()

    def stop(fraction: float, stage: str) -> None:
        cancel.cancel()

    with pytest.raises(CancelledError):
        process.call(work.count, 1000, cancel=cancel, progress=stop)
    assert process.call(work.process_id) == before


def test_a_cancel_that_comes_too_late_does_not_stop_the_next_work(process: WorkProcess) -> None:
    assert process._pipe is not None
    # As if it crossed the answer on its way.
    process._pipe.send(process._number)
    assert process.call(work.count, 3, cancel=CancelToken()) == 3


def test_a_process_that_dies_is_told_kindly_and_another_takes_its_place() -> None:
    process = WorkProcess()
    try:
        before = process.call(work.process_id)
        with pytest.raises(WorkerDiedError, match="try again"):
            process.call(work.die)
        assert process.call(work.process_id) != before
    finally:
        process.close()


def test_closing_ends_work_in_the_middle() -> None:
    process, ends = WorkProcess(), []

    def run() -> None:
        try:
            process.call(work.count, 10_000, cancel=CancelToken())
        except CancelledError as error:
            ends.append(error)

    process.call(work.process_id)
    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.2)
    process.close()
    thread.join(5)
    assert len(ends) == 1
    with pytest.raises(CancelledError):
        process.call(work.process_id)
