from __future__ import annotations

import multiprocessing
import operator
import os
import signal
import threading
import time

import pytest

from vrn_core.errors import CancelledError
from vrn_core.evaluation.workers import gather, shared_work
from vrn_core.progress import CancelToken


@pytest.mark.parametrize("workers", [1, 2])
def test_outcomes_come_in_the_order_of_the_items(workers):
    with shared_work(operator.neg, range(5), workers) as outcomes:
        assert list(outcomes) == [0, -1, -2, -3, -4]


def test_errors_of_a_worker_arrive():
    with pytest.raises(TypeError), shared_work(operator.neg, ["a"], 2) as outcomes:
        list(outcomes)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_stopping_twice_leaves_no_process_behind():
    again = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    naps = [0.0, *1000 * [0.5]]
    before = set(multiprocessing.active_children())
    began = time.monotonic()

    def stopped():
        with shared_work(time.sleep, naps, 2) as outcomes:
            next(outcomes)
            again.start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    again.join()
    assert time.monotonic() - began < 120, "the rest of the naps was taken"
    assert set(multiprocessing.active_children()) <= before


def test_outcomes_are_taken_in_order_and_saved_now_and_then():
    taken, saved, told = [], [], []
    gather(
        abs,
        [-1, -2, -3],
        taken.append,
        save=lambda: saved.append(len(taken)),
        save_every=2,
        name=lambda item: f"number {item}",
        progress=lambda fraction, stage: told.append((round(fraction, 2), stage)),
    )
    assert taken == [1, 2, 3]
    assert saved == [2, 3]
    assert told == [(0.33, "number -1"), (0.67, "number -2"), (1.0, "number -3")]


def test_what_was_done_is_saved_when_the_work_stops():
    taken, saved, cancel = [], [], CancelToken()

    def take(outcome):
        taken.append(outcome)
        if outcome == 2:
            cancel.cancel()

    with pytest.raises(CancelledError):
        gather(
            abs, [-1, -2, -3], take, save=lambda: saved.extend(taken), save_every=9, cancel=cancel
        )
    assert saved == [1, 2]
