r"""Set VRN Studio up and start it: `python packaging/bootstrap.py run`.

The Makefile calls this; on Windows one calls it oneself (`py packaging\bootstrap.py run`).
It needs nothing but the standard library of Python 3.10 to 3.13. What is in place is left
alone, so every call but the first takes a moment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from environment import (
    TORCH_VARIABLE,
    EnvironmentSetupError,
    chosen_torch_build,
    ensure_extra,
    is_ready,
    needs_new_environment,
    prepare_environment,
)
from system_packages import SystemPackagesError, ensure_system_packages
from tasks import DISPLAY_TASKS, TASKS, clean, perform

OLDEST, NEWEST = (3, 10), (3, 13)


def usage() -> str:
    """Return the help text."""
    lines = [
        "usage: bootstrap.py [--cuda | --cpu] COMMAND [ARGUMENTS]",
        "",
        *(f"  {name:<12} {text}" for name, text in TASKS.items()),
        "",
        f"  --cuda       install torch for NVIDIA GPUs (as {TORCH_VARIABLE}=cuda)",
        f"  --cpu        install torch for the CPU (as {TORCH_VARIABLE}=cpu; the default)",
    ]
    return "\n".join(lines)


def other_python() -> list[str] | None:
    """Return the command of a fitting Python on this machine, None if none is found."""
    for minor in (12, 11, 13, 10):
        if os.name == "nt":
            command = ["py", f"-3.{minor}"]
        else:
            command = [f"python3.{minor}"]
        if shutil.which(command[0]) is None:
            continue
        # A launcher may be there without the version it is asked for.
        if subprocess.run([*command, "-c", ""], capture_output=True, check=False).returncode == 0:
            return command
    return None


def set_up(task: str) -> int | None:
    """Make everything that `task` needs; return an exit code if another Python did it all."""
    torch_build = chosen_torch_build()
    needs_venv = not is_ready(torch_build) and needs_new_environment()
    if needs_venv and not OLDEST <= sys.version_info[:2] <= NEWEST:
        command = other_python()
        if command is None:
            raise EnvironmentSetupError(
                f"This is Python {sys.version.split()[0]}; VRN Studio needs 3.10 to 3.13. "
                "Install one of these and start again."
            )
        return subprocess.run([*command, *sys.argv], check=False).returncode
    ensure_system_packages(task in DISPLAY_TASKS, needs_venv)
    if not is_ready(torch_build):
        prepare_environment(torch_build)
        print("Set-up complete.", flush=True)
    if task == "package":
        ensure_extra("package", "PyInstaller")
    if task == "guide":
        ensure_extra("docs", "mkdocs")
    return None


def main(arguments: list[str]) -> int:
    """Carry out the command line and return the exit code."""
    arguments = list(arguments)
    while arguments and arguments[0] in ("--cuda", "--cpu"):
        os.environ[TORCH_VARIABLE] = arguments.pop(0)[2:]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(usage())
        return 0 if arguments else 2
    task, *rest = arguments
    if task not in TASKS:
        print(f"Unknown command {task!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    if task == "clean":
        return clean()
    try:
        exit_code = set_up(task)
    except (EnvironmentSetupError, SystemPackagesError) as error:
        print(f"Set-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up stopped. Start again to go on from here.", file=sys.stderr)
        return 130
    if exit_code is not None:
        return exit_code
    return 0 if task == "setup" else perform(task, rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
