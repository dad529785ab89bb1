from __future__ import annotations

import multiprocessing
import operator
import os
import signal
import threading
import time

import pytest

from vrn_core.evaluation.workers import shared_work


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
    naps = [0.0, *60 * [0.5]]
    began = time.monotonic()

    def stopped():
        with shared_work(time.sleep, naps, 2) as outcomes:
            next(outcomes)
            again.start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    again.join()
    assert time.monotonic() - began < 10
    assert not multiprocessing.active_children()
