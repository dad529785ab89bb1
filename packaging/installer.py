"""The installer for Linux: one shell script that holds the built program.

Which files go where is the scripts' own knowledge, see ``packaging/linux``.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from icons import DRAWING, write_icons

PARTS = Path(__file__).resolve().parent / "linux"
SPARE = 1.05
"""The space asked for, over that of the files."""
COPY_BYTES = 1 << 20


def make_installer(
    program: Path, target: Path, version: str, *, glibc: str, level: str = "-6"
) -> Path:
    """Write the installer of a built program; return it.

    Parameters
    ----------
    program : Path
        The built folder, with ``vrn-studio`` and ``vrn`` in it.
    target : Path
        The installer; it is there whole or not at all.
    version : str
    glibc : str
        The oldest version of the C library that the program runs with, as "2.31".
    level : str
        How hard xz tries.

    Raises
    ------
    FileNotFoundError
        If the folder is no built program, or the command xz is missing.
    """
    for name in ("vrn-studio", "vrn"):
        if not os.access(program / name, os.X_OK):
            raise FileNotFoundError(f"{program} holds no program {name}; build it first")
    if shutil.which("xz") is None:
        raise FileNotFoundError("the command xz is missing; on Debian: apt-get install xz-utils")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        staged = Path(folder)
        menu = staged / "menu"
        write_icons(menu / "icons")
        for name in ("vrn-studio.desktop", "vrn-studio.xml"):
            shutil.copy(PARTS / name, menu / name)
        shutil.copy(DRAWING, menu / "vrn-studio.svg")
        shutil.copy(PARTS / "uninstall.sh", staged / "uninstall.sh")
        packed = staged / "packed"
        uninstaller = staged / "uninstall.sh"
        pack({"program": program, "menu": menu, "uninstall.sh": uninstaller}, packed, level)
        values = {
            "VERSION": version,
            "MACHINE": platform.machine(),
            "GLIBC": glibc,
            "KILOBYTES": str(int(SPARE * folder_bytes(program) / 1024) + 1),
            "CHECKSUM": checksum(packed),
        }
        script = fill((PARTS / "install.sh").read_text(encoding="utf-8"), values)
        whole = staged / "installer"
        with whole.open("wb") as output, packed.open("rb") as source:
            output.write(script.encode())
            shutil.copyfileobj(source, output, COPY_BYTES)
        whole.chmod(0o755)
        whole.replace(target)
    return target


def fill(script: str, values: dict[str, str]) -> str:
    """Return the script with ``@NAME@`` replaced, and with the number of its own lines."""
    for name, value in {**values, "LINES": str(script.count("\n"))}.items():
        script = script.replace(f"@{name}@", value)
    left = set(re.findall(r"@[A-Z]+@", script)) - {"@HOME@"}
    if left:
        raise ValueError(f"the script asks for {', '.join(sorted(left))}, which nothing gives")
    return script


def pack(parts: Mapping[str, Path], target: Path, level: str) -> None:
    """Pack files and folders, by name; the same ones are packed to the same bytes."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    with target.open("wb") as output:
        xz = ["xz", "--threads=0", level, "--stdout"]
        with subprocess.Popen(xz, stdin=subprocess.PIPE, stdout=output) as packing:
            with tarfile.open(fileobj=packing.stdin, mode="w|", format=tarfile.GNU_FORMAT) as tar:
                for name, path in parts.items():
                    tar.add(path, name, filter=plain)
            packing.communicate()
        if packing.returncode != 0:
            raise OSError(f"xz could not pack the program; it ended with {packing.returncode}")


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, as text."""
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while block := content.read(COPY_BYTES):
            digest.update(block)
    return digest.hexdigest()


def folder_bytes(folder: Path) -> int:
    """Return what the files of a folder weigh together, links not counted."""
    return sum(
        path.lstat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )
