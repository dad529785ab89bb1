"""How the threads of numeric libraries behave."""

from __future__ import annotations

import os


def share_processors() -> None:
    """Let threads that wait for each other spin for some microseconds only, then sleep.

    By default they spin for milliseconds. Those of torch then take the processors from OpenCV
    and VTK, and where other programs are busy as well from the very threads that they wait for:
    a reconstruction took from 2 to 13 seconds instead of 0.7. Sleeping at once costs as much as
    it saves (``vrn bench`` on two idle cores: 360 ms a photo, against 196). GNU's OpenMP, which
    torch uses on Linux, reads this once, when torch is imported, so it is for a program to call
    as it starts.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "20000")
