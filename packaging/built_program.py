"""Where the built programs begin: ``vrn`` is the command line, any other name the window."""

from __future__ import annotations

import sys
from pathlib import PurePath

from vrn_core.frozen import TRAINING, TRIAL, start


def run() -> int:
    """Run the one that the name of the program stands for; return the exit code."""
    if PurePath(sys.argv[0]).stem.lower() == "vrn":
        from vrn_core import cli

        return cli.main()
    from app import first_aid

    return first_aid.main()


def train() -> int:
    """Train, in the process of a training; return the exit code."""
    from vrn_core.training.command import main

    return main()


def try_step() -> int:
    """Measure one step of a training, in a process that may run out of memory."""
    from vrn_core.finetune.trial import main

    main(sys.argv[1:])
    return 0


if __name__ == "__main__":
    sys.exit(start(run, {TRAINING: train, TRIAL: try_step}))
