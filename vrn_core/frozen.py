"""What is different where the program is built into a folder that needs no Python.

There `sys.executable` is the program itself, not a Python: it cannot take ``-m``. So the built
programs, window and command line alike, also stand for the modules that run as processes of
their own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from multiprocessing import freeze_support

RUN_MODULE = "--run-module"
"""First argument of a built program that is to run a module instead of itself."""
TRAINING = "vrn_core.training"
TRIAL = "vrn_core.finetune.trial"
LIBRARY_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
RESET_VARIABLE = "PYINSTALLER_RESET_ENVIRONMENT"
"""Tells another of the built programs to find its own libraries, as if started by a person."""


def is_frozen() -> bool:
    """Whether this is the built program."""
    return bool(getattr(sys, "frozen", False))


def module_command(module: str) -> list[str]:
    """Return the command, without its arguments, that runs a module in a process of its own."""
    return [sys.executable, RUN_MODULE if is_frozen() else "-m", module]


def start(program: Callable[[], int], modules: Mapping[str, Callable[[], int]]) -> int:
    """Run a built program, or the module that its command line asks for; return the exit code.

    Parameters
    ----------
    program : callable
    modules : mapping
        What runs each of the modules that :func:`module_command` may name. It finds its own
        arguments in `sys.argv`.
    """
    # What multiprocessing starts ends in here.
    freeze_support()
    restore_environment(os.environ)
    if sys.argv[1:2] != [RUN_MODULE]:
        return program()
    module = "".join(sys.argv[2:3])
    if module not in modules:
        names = ", ".join(modules)
        sys.exit(f"{RUN_MODULE} got {module or 'nothing'}; expected one of: {names}")
    del sys.argv[1:3]
    return modules[module]()


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
