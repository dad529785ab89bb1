from __future__ import annotations

import pytest

from app.state.pace import Pace, time_left


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_time_left_follows_from_the_pace_so_far() -> None:
    clock = Clock()
    pace = Pace(clock)
    for photo in range(5):
        pace.note(photo)
        clock.now += 3
    pace.note(5)
    assert pace.left_s(20) == pytest.approx(60)


def test_nothing_is_said_before_a_second_has_passed() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.note(0)
    clock.now += 0.5
    pace.note(0.4)
    assert pace.left_s(1) is None


def test_time_on_hold_does_not_count() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.note(0)
    clock.now += 10
    pace.note(5)
    pace.hold(True)
    clock.now += 3600
    assert pace.left_s(5) == pytest.approx(10)
    pace.hold(False)
    assert pace.left_s(5) == pytest.approx(10)


def test_only_the_last_minute_counts() -> None:
    clock = Clock()
    pace = Pace(clock)
    done = 0
    for seconds in (10.0, 1.0):
        for _ in range(100):
            pace.note(done)
            clock.now += seconds
            done += 1
    pace.note(done)
    assert pace.left_s(30) == pytest.approx(30, rel=0.05)


def test_less_done_than_before_is_other_work() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.note(0)
    clock.now += 10
    pace.note(5)
    pace.note(0)
    assert pace.left_s(5) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.4, ""),
        (4, "a few seconds left"),
        (12, "about 10 s left"),
        (54, "about 55 s left"),
        (70, "about 1 min left"),
        (130, "about 2 min left"),
        (3700, "about an hour left"),
        (3 * 3600, "about 3 h left"),
    ],
)
def test_a_time_is_told_as_exactly_as_it_is_known(seconds: float | None, words: str) -> None:
    assert time_left(seconds) == words
