"""What each command of `bootstrap.py` does once the environment stands."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from environment import (
    ROOT,
    environment_python,
    environment_version,
    scripts_folder,
)

TASKS = {
    "setup": "make or refresh .venv, nothing more",
    "run": "open the window, or without a display write out/sample.*; takes a photo's path",
    "test": "format, lint, types, import contracts and tests; arguments go to pytest",
    "test-slow": "only the slow tests; arguments go to pytest",
    "lint": "format, lint, types and import contracts",
    "format": "put the sources into shape",
    "translations": "gather the texts of the window and compile their translations",
    "screenshots": "make the pictures of docs/images again",
    "soak": "use the window for hours; print its memory and its longest halts",
    "table": "measure accuracy and speed and write them into the README",
    "experiments": "train and score what docs/experiments.md compares",
    "demo-finetune": "show that fine-tuning helps: 15 minutes, with figures",
    "bench": "measure speed and memory",
    "guide": "build the user's guide as a site that opens without a server, in dist/guide",
    "package": "build the program that needs no Python, and on Linux its installer",
    "package-test": "try the built program as one who has only that",
    "clean": "remove caches and build products; .venv, out and runs stay",
}

# These work on a virtual display, the same everywhere, and leave the user's own alone.
DISPLAY_TASKS = {"test", "test-slow", "screenshots", "soak", "package-test"}

CACHES = (".cache", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache")


@dataclass(frozen=True)
class Check:
    """One check: what it is called and the command that makes it."""

    name: str
    command: list[str]


def lint_checks() -> list[Check]:
    """Return the checks that read the sources without running them."""
    python = str(environment_python())
    contracts = str(scripts_folder() / "lint-imports")
    # The last numpy for Python 3.10 describes the shapes of its arrays in another way, so
    # the same annotations cannot satisfy both.
    types = (
        [] if environment_version() < (3, 11) else [Check("types (mypy)", [python, "-m", "mypy"])]
    )
    return [
        Check("format (ruff format --check)", [python, "-m", "ruff", "format", "--check", "."]),
        Check("lint (ruff check)", [python, "-m", "ruff", "check", "."]),
        *types,
        Check("import contracts (lint-imports)", [contracts]),
    ]


def pytest_check(arguments: list[str]) -> Check:
    """Return the check that runs the tests, on a virtual display on Linux."""
    command = [str(environment_python()), "-m", "pytest"]
    return Check("tests (pytest)", [*on_display(command), *arguments])


def whole_suite_check() -> Check:
    """Return the check that runs all quick tests, half the time on Linux: in two processes.

    Each has a virtual display to itself, since windows on the same one take the focus and the
    clipboard from each other. Where there is one screen for all, there is one process.
    """
    if not sys.platform.startswith("linux"):
        return pytest_check([])
    # The word that pytest-xdist takes apart as a shell would.
    worker = shlex.join(on_display([str(environment_python())]))
    # A file stays in one process, so that what its tests share is made once.
    shared = [f"--tx=2*popen//python={worker}", "--dist=loadfile"]
    return Check("tests (pytest, two processes)", pytest_check(shared).command)


def on_display(command: list[str]) -> list[str]:
    """Return `command` put on a virtual display where the system has such a thing."""
    if not sys.platform.startswith("linux"):
        return command
    return ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", *command]


def display_environment() -> dict[str, str]:
    """Return the environment for a virtual display: X11, even in a Wayland session."""
    environment = dict(os.environ)
    if sys.platform.startswith("linux"):
        environment.pop("WAYLAND_DISPLAY", None)
        environment["QT_QPA_PLATFORM"] = "xcb"
    return environment


def run_checks(checks: list[Check]) -> int:
    """Run every check, also after one failed, and return 0 only if all held."""
    failed = []
    for check in checks:
        print(f"\n== {check.name}", flush=True)
        finished = subprocess.run(check.command, cwd=ROOT, env=display_environment(), check=False)
        if finished.returncode != 0:
            failed.append(check.name)
    if failed:
        print(f"\nFAILED: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def replace_process(command: list[str]) -> int:
    """Hand over to `command`, so that signals and the exit code are its own."""
    if os.name == "nt":
        return subprocess.run(command, check=False).returncode
    sys.stdout.flush()
    os.execv(command[0], command)


def clean() -> int:
    """Remove what can be made again, except `.venv`, and return 0."""
    for name in (*CACHES, "build", "dist", "vrn_studio.egg-info"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in ("app", "packaging", "tests", "vrn_core"):
        for cache in list((ROOT / folder).rglob("__pycache__")):
            shutil.rmtree(cache, ignore_errors=True)
    shutil.rmtree(ROOT / "__pycache__", ignore_errors=True)
    return 0


def perform(task: str, arguments: list[str]) -> int:
    """Do one task of `TASKS` other than "setup" and return its exit code."""
    python = str(environment_python())
    if task == "run":
        return replace_process([python, str(ROOT / "main.py"), *photo_arguments(arguments)])
    if task == "test":
        # With arguments pytest is told what to do: `-s` and `--pdb`, say, want a single process.
        suite = pytest_check(arguments) if arguments else whole_suite_check()
        return run_checks([*lint_checks(), suite])
    if task == "test-slow":
        return run_checks([pytest_check(["-m", "slow", *arguments])])
    if task == "lint":
        return run_checks(lint_checks())
    if task == "format":
        fix = [python, "-m", "ruff", "check", "--fix", "."]
        return run_checks(
            [Check("fix", fix), Check("format", [python, "-m", "ruff", "format", "."])]
        )
    if task == "translations":
        return replace_process([python, str(ROOT / "packaging" / "translations.py")])
    if task == "screenshots":
        command = on_display([python, str(ROOT / "packaging" / "screenshots.py"), *arguments])
        return run_checks([Check("screenshots", command)])
    if task == "soak":
        command = on_display([python, str(ROOT / "packaging" / "soak.py"), *arguments])
        return run_checks([Check("soak", command)])
    if task == "table":
        return replace_process([python, str(ROOT / "packaging" / "tables.py"), *arguments])
    if task == "experiments":
        return replace_process([python, str(ROOT / "packaging" / "experiments.py"), *arguments])
    if task == "demo-finetune":
        return replace_process([python, str(ROOT / "packaging" / "demo_finetune.py"), *arguments])
    if task == "bench":
        return replace_process([str(scripts_folder() / "vrn"), "bench", *arguments])
    if task == "guide":
        config = str(ROOT / "packaging" / "guide" / "mkdocs.yml")
        return replace_process([python, "-m", "mkdocs", "build", "--strict", "-f", config])
    if task == "package":
        return replace_process([python, str(ROOT / "packaging" / "package.py"), *arguments])
    if task == "package-test":
        tests = str(ROOT / "tests" / "packaging" / "test_built_program.py")
        return run_checks([pytest_check(["-m", "slow or not slow", tests, *arguments])])
    return clean()


def photo_arguments(arguments: list[str]) -> list[str]:
    """Return the arguments of the program: as given, else the photo of `make run PHOTO=...`."""
    photo = os.environ.get("PHOTO", "")
    if arguments or not photo:
        return arguments
    return [str(Path(photo).expanduser())]
