"""The virtual environment `.venv`: made, filled with the tested versions, and remembered."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
STAMP = VENV / "vrn-setup.json"

TORCH = "2.13.0"
TORCH_VARIABLE = "VRN_TORCH"
TORCH_INDEX_VARIABLE = "VRN_TORCH_INDEX"
TORCH_BUILDS = ("cpu", "cuda")

LAYOUT = 1
"""Raised when this module fills the environment differently, so that old ones are refreshed."""


class EnvironmentSetupError(Exception):
    """The environment could not be made; the text says why and what to do."""


def scripts_folder() -> Path:
    """Return where the programs of the environment lie."""
    return VENV / ("Scripts" if os.name == "nt" else "bin")


def environment_python() -> Path:
    """Return the interpreter of the environment, there or not."""
    return scripts_folder() / ("python.exe" if os.name == "nt" else "python")


def environment_version() -> tuple[int, int]:
    """Return the Python version of the environment, which need not be the one running this."""
    lines = (VENV / "pyvenv.cfg").read_text("utf-8").splitlines()
    version = dict(line.replace(" ", "").partition("=")[::2] for line in lines)["version"]
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def wanted_stamp(torch_build: str) -> dict[str, object]:
    """Return what the environment is made from; equal to the stamp when nothing changed."""
    # The settings of the tools, from [tool.ruff] on, do not change what is installed.
    project = (ROOT / "pyproject.toml").read_text("utf-8").split("\n[tool.ruff]")[0]
    digest = hashlib.sha256()
    digest.update(CONSTRAINTS.read_bytes())
    digest.update(project.encode())
    return {
        "layout": LAYOUT,
        "packages": digest.hexdigest(),
        "root": str(ROOT),
        "torch": torch_build,
    }


def read_stamp() -> dict[str, object]:
    """Return the stamp of the last complete set-up, empty if there is none to trust."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def chosen_torch_build() -> str:
    """Return "cpu" or "cuda": the switch if it is set, else as before, else "cpu".

    Raises
    ------
    EnvironmentSetupError
        If the switch holds something else.
    """
    choice = os.environ.get(TORCH_VARIABLE, "").strip().lower()
    if not choice:
        # Once chosen, CUDA stays: `make run` after `make setup VRN_TORCH=cuda` keeps it.
        before = read_stamp().get("torch")
        return str(before) if before in TORCH_BUILDS else "cpu"
    if choice not in TORCH_BUILDS:
        raise EnvironmentSetupError(
            f"{TORCH_VARIABLE} is {choice!r}; expected one of {', '.join(TORCH_BUILDS)}."
        )
    return choice


def is_ready(torch_build: str) -> bool:
    """Return whether the environment stands as wanted, so that nothing has to be done."""
    return environment_python().exists() and read_stamp() == wanted_stamp(torch_build)


def needs_new_environment() -> bool:
    """Return whether `.venv` is absent, broken or was moved here from another folder."""
    if not environment_python().exists():
        return True
    stamp = read_stamp()
    if stamp and stamp.get("root") != str(ROOT):
        return True
    probe = "import sys, pip; sys.exit(not (3, 10) <= sys.version_info < (3, 14))"
    tried = subprocess.run([str(environment_python()), "-c", probe], capture_output=True)
    return tried.returncode != 0


def prepare_environment(torch_build: str) -> None:
    """Make `.venv` if needed and install the tested versions into it.

    Torch comes first and by itself: pip then takes the CPU build wherever it is told of
    one, before any package that asks for torch could settle on another.

    Raises
    ------
    EnvironmentSetupError
        If a step fails.
    """
    if needs_new_environment():
        print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
        try:
            shutil.rmtree(VENV, ignore_errors=True)
            venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
        except (OSError, subprocess.CalledProcessError) as error:
            raise EnvironmentSetupError(f"Could not make {VENV}: {error}.") from error
    # An interrupted set-up must not look like a finished one.
    STAMP.unlink(missing_ok=True)
    print(f"Installing torch {TORCH}, {torch_build} build", flush=True)
    for arguments in torch_arguments(torch_build):
        _pip("torch", arguments)
    print("Installing the other packages", flush=True)
    _pip("setuptools", ["setuptools"])
    _pip("the packages of the program", ["--no-build-isolation", "--editable", f"{ROOT}[dev]"])
    _check_torch(torch_build)
    stamp = STAMP.with_suffix(".new")
    stamp.write_text(json.dumps(wanted_stamp(torch_build), indent=2) + "\n", "utf-8")
    os.replace(stamp, STAMP)


def ensure_extra(extra: str, module: str) -> None:
    """Install one of the optional sets of packages, known by a module of it, if it is missing.

    Raises
    ------
    EnvironmentSetupError
        If pip fails.
    """
    probe = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    if subprocess.run([str(environment_python()), "-c", probe], check=False).returncode != 0:
        print(f"Installing the packages of {extra!r}", flush=True)
        arguments = ["--no-build-isolation", "--editable", f"{ROOT}[{extra}]"]
        _pip(f"the packages of {extra!r}", arguments)


def torch_arguments(torch_build: str) -> list[list[str]]:
    """Return the arguments of pip for each step that brings the wanted build of torch."""
    index = os.environ.get(TORCH_INDEX_VARIABLE, "").strip()
    source = ["--extra-index-url", index] if index else []
    if torch_build == "cuda":
        # `===` compares the text, so 2.13.0+cpu does not count as 2.13.0. An index of
        # one's own names its builds as it likes (2.13.0+cu130), so there `==` it is.
        return [[*source, f"torch=={TORCH}" if index else f"torch==={TORCH}"]]
    steps = [[*source, f"torch=={TORCH}"]]
    if _installed_torch_has_cuda() and os.environ.get(TORCH_VARIABLE, "").strip():
        # The CUDA build satisfies `==`, so the way back to the CPU build needs force.
        steps.append(["--force-reinstall", "--no-deps", *steps[0]])
    return steps


def _pip(what: str, arguments: list[str]) -> None:
    command = [str(environment_python()), "-m", "pip", "install", "--no-input"]
    command += ["--disable-pip-version-check", "--constraint", str(CONSTRAINTS)]
    if not sys.stdout.isatty():
        command.append("--quiet")
    finished = subprocess.run([*command, *arguments], cwd=ROOT, check=False)
    if finished.returncode != 0:
        raise EnvironmentSetupError(
            f"pip could not install {what}; its words are above. Check the network and the "
            "free space of the disk, then start again: what is there already is kept."
        )


def _torch_cuda_version() -> str:
    """Return the CUDA version torch was built for, "" if none or if torch is not there."""
    probe = "import torch; print(torch.version.cuda or '')"
    answer = subprocess.run(
        [str(environment_python()), "-c", probe], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()


def _installed_torch_has_cuda() -> bool:
    return bool(environment_python().exists() and _torch_cuda_version())


def _check_torch(torch_build: str) -> None:
    cuda = _torch_cuda_version()
    if torch_build == "cuda" and not cuda and sys.platform != "darwin":
        raise EnvironmentSetupError(
            "The torch that pip found has no CUDA. Set "
            f"{TORCH_INDEX_VARIABLE} to the address of PyTorch's wheels for your CUDA version "
            "(its page 'Get started' names it) and start again."
        )
    if torch_build == "cpu" and not cuda and shutil.which("nvidia-smi"):
        print(
            "An NVIDIA GPU seems to be here, but torch was installed for the CPU; "
            f"{TORCH_VARIABLE}=cuda changes that.",
            flush=True,
        )
