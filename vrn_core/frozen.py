"""What is different where the program is built into a folder that needs no Python.

There `sys.executable` is the program itself, not a Python: it cannot take ``-m``. So the built
programs, window and command line alike, also stand for the modules that run as processes of
their own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, MutableMapping, Sequence

RUN_MODULE = "--run-module"
"""First argument of a built program that is to run a module instead of itself."""
TRAINING = "vrn_core.training"
LIBRARY_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
RESET_VARIABLE = "PYINSTALLER_RESET_ENVIRONMENT"
"""Tells another of the built programs to find its own libraries, as if started by a person."""


def is_frozen() -> bool:
    """Whether this is the built program."""
    return bool(getattr(sys, "frozen", False))


def module_command(module: str) -> list[str]:
    """Return the command, without its arguments, that runs a module in a process of its own."""
    return [sys.executable, RUN_MODULE if is_frozen() else "-m", module]


def module_asked_for(arguments: Sequence[str]) -> Callable[[], int] | None:
    """Return what runs the module that the command line of a built program asks for, if any.

    Only the modules that :func:`module_command` is meant for can be run: another one raises
    :class:`ValueError`. The function returned works on `sys.argv`, see :func:`start`.
    """
    if not arguments or arguments[0] != RUN_MODULE:
        return None
    module = arguments[1] if len(arguments) > 1 else "nothing"
    if module != TRAINING:
        raise ValueError(f"{RUN_MODULE} got {module}; expected {TRAINING}")

    def train() -> int:
        from vrn_core.training.command import main

        return main()

    return train


def start(program: Callable[[], int]) -> int:
    """Run a program, or what its command line asks for instead; return the exit code.

    For the built programs, which also are their own other processes.
    """
    # Here ends what multiprocessing starts.
    from multiprocessing import freeze_support

    freeze_support()
    restore_environment(os.environ)
    try:
        other = module_asked_for(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
    if other is None:
        return program()
    del sys.argv[1:3]
    return other()


def restore_environment(environment: MutableMapping[str, str]) -> None:
    """Let programs of the system that are started from here find the system's own libraries.

    The start of the built program has put its folder before them, and kept what was there.
    """
    if not is_frozen():
        return
    for name in LIBRARY_VARIABLES:
        before = environment.pop(f"{name}_ORIG", None)
        if before is not None:
            environment[name] = before
        else:
            environment.pop(name, None)
    environment[RESET_VARIABLE] = "1"
