"""How the threads of numeric libraries behave."""

from __future__ import annotations

import os


def share_processors() -> None:
    """Let threads that wait for each other sleep; they spin by default.

    Where other programs keep the processors busy, spinning threads take the time of those that
    they wait for: a reconstruction then took from 2 to 13 seconds instead of 0.7. OpenMP reads
    this once, when torch is imported, so it is for a program to call as it starts.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
