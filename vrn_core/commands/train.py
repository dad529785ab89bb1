"""``vrn train``: train a network by a configuration file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from vrn_core.commands.terminal import complain
from vrn_core.training.command import print_to
from vrn_core.training.command import run as run_training


def run(config: Path, resume: bool, overrides: Sequence[str]) -> int:
    """Train; return the exit code, 0 if the last step was reached and 130 if stopped."""
    result = run_training(config, resume, overrides, print_to(sys.stdout))
    if result.finished:
        return 0
    complain(f"stopped at step {result.step}; go on with --resume")
    return 130
