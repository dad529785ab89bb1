"""Build the program that needs no Python, and on Linux its installer: ``make package``.

The folder is ``dist/vrn-studio``; what weighs what in it is printed and written into
docs/packaging.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from installer import make_installer
from left_out import is_stripped
from tables import fill, markdown_table

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
PROGRAM = DIST / "vrn-studio"
PAGE = ROOT / "docs" / "packaging.md"
SMALL_MB = 5.0
"""Parts that weigh less are told as one."""
MEGABYTE = 1e6


def main() -> int:
    """Build, or only print what the folder weighs; return the exit code."""
    parser = argparse.ArgumentParser(prog="make package", description=__doc__)
    parser.add_argument("--weigh", action="store_true", help="only print what weighs what")
    parser.add_argument("--pack", action="store_true", help="only pack the folder that is built")
    parser.add_argument("--level", default="-6", help="how hard xz tries, -0 to -9e (default: -6)")
    parser.add_argument("--no-installer", action="store_true", help="only build the folder")
    given = parser.parse_args()
    if not (given.weigh or given.pack):
        build()
    if not PROGRAM.is_dir():
        sys.stderr.write(f"there is no {PROGRAM}; run make package\n")
        return 1
    installer = None
    linux = sys.platform.startswith("linux")
    if linux and not given.weigh and not given.no_installer:
        name = f"vrn-studio-{version()}-linux-{os.uname().machine}.run"
        installer = make_installer(
            PROGRAM, DIST / name, version(), glibc=oldest_glibc(PROGRAM), level=given.level
        )
    table = describe(weights(PROGRAM))
    print(table)
    if installer is not None:
        packed = installer.stat().st_size / MEGABYTE
        print(f"\n{installer}: {packed:.0f} MB, for glibc {oldest_glibc(PROGRAM)} or newer")
        text = f"{table}\n\nThe installer, packed by `xz {given.level}`, weighs {packed:.0f} MB."
        PAGE.write_text(fill(PAGE.read_text("utf-8"), "weights", text), "utf-8")
    return 0


def build() -> None:
    """Make the folder of the program anew."""
    command = [
        sys.executable, "-m", "PyInstaller", str(ROOT / "packaging" / "vrn-studio.spec"),
        "--noconfirm", "--log-level=WARN", f"--distpath={DIST}",
        f"--workpath={ROOT / 'build' / 'pyinstaller'}",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)
    if sys.platform.startswith("linux"):
        strip(PROGRAM)


def strip(program: Path) -> None:
    """Take the names for debuggers out of the largest libraries, where there is a tool for it."""
    if shutil.which("strip") is None:
        print("There is no command strip; the program will be larger (Debian: binutils).")
        return
    inside = program / "_internal"
    for path in sorted(inside.rglob("*.so*")):
        if not path.is_symlink() and is_stripped(str(path.relative_to(inside))):
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def version() -> str:
    """Return the version of the program."""
    text = (ROOT / "vrn_core" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "(.+?)"', text)
    if found is None:
        raise ValueError("vrn_core/__init__.py names no __version__")
    return found[1]


def oldest_glibc(program: Path) -> str:
    """Return the oldest C library of Linux that has all that the program's libraries ask for."""
    newest = (2, 17)
    for path in program.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        if ".so" in path.name or os.access(path, os.X_OK):
            # The names of the versions that are needed stand in the file as they are.
            for major, minor in re.findall(rb"\0GLIBC_(\d)\.(\d+)(?=[\0.])", path.read_bytes()):
                newest = max(newest, (int(major), int(minor)))
    return f"{newest[0]}.{newest[1]}"


def weights(program: Path) -> Counter[str]:
    """Return the bytes of each part of the built folder, libraries with their packages."""
    found: Counter[str] = Counter()
    for path in program.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        parts = path.relative_to(program).parts
        if parts[0] != "_internal":
            name = "the programs and all Python modules"
        elif len(parts) == 2:
            name = "Python and libraries of the system"
        else:
            name = parts[1].removesuffix(".libs")
        found[name] += path.stat().st_size
    return found


def describe(found: Counter[str]) -> str:
    """Return the weights as a table, the heaviest first."""
    rows, small = [], 0
    for name, size in found.most_common():
        if size < SMALL_MB * MEGABYTE:
            small += size
        else:
            rows.append([name, f"{size / MEGABYTE:.0f}"])
    rows.append(["all others", f"{small / MEGABYTE:.0f}"])
    rows.append(["**together**", f"**{found.total() / MEGABYTE:.0f}**"])
    return markdown_table(["part", "MB"], rows)


if __name__ == "__main__":
    sys.exit(main())
