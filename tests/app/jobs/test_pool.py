from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.failures import Failure
from app.jobs.pool import TaskRunner
from vrn_core.errors import ExportError


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    pool = TaskRunner()
    yield pool
    assert pool.shut_down()


def test_work_is_done_elsewhere_and_answered_here(qtbot: QtBot, runner: TaskRunner) -> None:
    answers: list[tuple[int, int]] = []
    runner.submit(
        threading.get_ident, lambda worker: answers.append((worker, threading.get_ident()))
    )
    qtbot.waitUntil(lambda: bool(answers))
    worker, here = answers[0]
    assert worker != here
    assert here == threading.get_ident()


def test_a_failure_is_told_in_words(qtbot: QtBot, runner: TaskRunner) -> None:
    failures: list[Failure] = []

    def work() -> None:
        raise ExportError("the disk is full")

    runner.submit(work, lambda _: None, failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert failures[0].message == "The disk is full."


def test_nothing_is_answered_after_shutting_down(qtbot: QtBot) -> None:
    pool = TaskRunner(threads=1)
    gate = threading.Event()
    answers: list[object] = []
    pool.submit(lambda: gate.wait(5), answers.append)
    pool.submit(lambda: 2, answers.append)
    threading.Timer(0.05, gate.set).start()
    assert pool.shut_down()
    qtbot.wait(20)
    assert answers == []


def test_exports_are_finished_before_the_program_ends(qtbot: QtBot) -> None:
    pool = TaskRunner(threads=1)
    done: list[int] = []
    for number in range(3):
        pool.submit(lambda number=number: done.append(number), lambda _: None)
    assert pool.shut_down(finish=True)
    assert done == [0, 1, 2]
