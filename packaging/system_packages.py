"""The system libraries that Qt, VTK and the tests need on Linux, and how to get them."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

SKIP_VARIABLE = "VRN_SKIP_SYSTEM"
"""Environment variable that turns the check off, for systems laid out otherwise."""

# Shared library -> Debian and Ubuntu package. Without icccm and keysyms Qt aborts with
# the misleading words "xcb-cursor0 is needed".
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
}

# Program -> package; only the tests and the screenshots need a display of their own.
DISPLAY_PROGRAMS = {"xvfb-run": "xvfb", "xauth": "xauth"}


class SystemPackagesError(Exception):
    """System packages are missing and could not be installed; the text says what to do."""


def library_exists(name: str) -> bool:
    """Return whether the dynamic loader finds the shared library `name`."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_packages(
    needs_display: bool,
    needs_venv: bool,
    has_library: Callable[[str], bool] = library_exists,
    has_program: Callable[[str], bool] = lambda name: shutil.which(name) is not None,
) -> list[str]:
    """Return the Debian packages that this machine lacks, in a stable order.

    Parameters
    ----------
    needs_display : bool
        Whether the command works on a virtual display of its own.
    needs_venv : bool
        Whether a virtual environment has yet to be made; Debian packs that part of
        Python separately.
    has_library, has_program : callable
        How to look; the tests replace them.
    """
    missing = []
    if needs_venv and importlib.util.find_spec("ensurepip") is None:
        missing.append("python{}.{}-venv".format(*sys.version_info[:2]))
    missing += [package for name, package in LIBRARIES.items() if not has_library(name)]
    if needs_display:
        missing += [package for name, package in DISPLAY_PROGRAMS.items() if not has_program(name)]
    return missing


def install_prefix() -> list[str] | None:
    """Return what to put before apt-get: nothing as root, sudo without password, else None."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    allowed = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return [sudo, "-n"] if allowed.returncode == 0 else None


def ensure_system_packages(needs_display: bool, needs_venv: bool) -> None:
    """Install the missing system packages, or raise with the one line that does it.

    Raises
    ------
    SystemPackagesError
        If packages are missing and this user may not, or apt-get could not, install them.
    """
    if not sys.platform.startswith("linux") or os.environ.get(SKIP_VARIABLE):
        return
    missing = missing_packages(needs_display, needs_venv)
    if not missing:
        return
    names = " ".join(missing)
    apt = shutil.which("apt-get")
    if apt is None:
        raise SystemPackagesError(
            f"This system lacks what Debian calls: {names}\nInstall them with your own "
            f"package manager and start again ({SKIP_VARIABLE}=1 skips this check)."
        )
    by_hand = f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
    prefix = install_prefix()
    if prefix is None:
        raise SystemPackagesError(f"Run this line once, then start again:\n  {by_hand}")
    print(f"Installing system packages: {names}", flush=True)
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq"]
    # Old package lists are no obstacle as long as the packages can be had. What goes wrong
    # comes by the error stream; the other one names every file unpacked.
    for step in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        subprocess.run([*quiet, *step], stdout=subprocess.DEVNULL, check=False)
    if missing_packages(needs_display, needs_venv):
        raise SystemPackagesError(
            f"apt-get could not install {names} (its words are above).\n"
            f"Run this line once, then start again:\n  {by_hand}"
        )
