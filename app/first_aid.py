"""What fails before there is a window is told all the same: in a dialog and in a log.

Started by a double-click the program has no terminal to complain in, and of Qt it cannot be
sure. So the dialog is that of whatever the system has. Nothing but the standard library is
imported here.
"""

from __future__ import annotations

import ctypes
import importlib.util
import locale
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

TITLE = "VRN Studio"
LOG_BYTES, LOG_FILES = 500_000, 3
TEXTS = {
    "en": {
        "missing part": "A part of the program is missing or damaged: {fault}. Install it again.",
        "missing library": "The system lacks {library}, which windows need. Install it and start "
        "again; on Debian and Ubuntu: sudo apt-get install {package}",
        "unexpected": "VRN Studio could not start: {fault}",
        "log": "More is told in {path}",
    },
    "es": {
        "missing part": "Falta una parte del programa o está dañada: {fault}. Vuelva a instalarlo.",
        "missing library": "Al sistema le falta {library}, que las ventanas necesitan. Instálela y "
        "vuelva a empezar; en Debian y Ubuntu: sudo apt-get install {package}",
        "unexpected": "VRN Studio no pudo iniciarse: {fault}",
        "log": "Encontrará más en {path}",
    },
}
PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
}
"""Debian's names for the libraries of Qt that are most often not there; of others the name is
that of the library."""

log = logging.getLogger(__name__)


def main() -> int:
    """Run the program with the arguments of the process; return the exit code."""

    def work() -> int:
        fault = missing_qt_library()
        if fault:
            raise OSError(fault)
        from app.application import main as run

        return run(sys.argv[1:])

    return guarded(work)


def guarded(work: Callable[[], int]) -> int:
    """Return the exit code of the work; what it fails at is logged and shown."""
    path = log_file(sys.platform, os.environ)
    write_log(path)
    try:
        return work()
    # The last place at which it can be told to a person.
    except Exception as error:
        log.exception("the program could not start")
        text = describe(error)
        if path.is_file():
            text += "\n\n" + _texts()["log"].format(path=path)
        tell(text)
        return 1


def log_file(platform: str, environment: Mapping[str, str]) -> Path:
    """Return where the log lies: in the place that each system has for such files."""
    home = Path(environment.get("HOME") or Path.home())
    if platform == "darwin":
        return home / "Library" / "Logs" / "VRN Studio" / "studio.log"
    if platform == "win32":
        base = environment.get("LOCALAPPDATA")
        return (Path(base) if base else home) / "vrn-studio" / "Logs" / "studio.log"
    base = environment.get("XDG_STATE_HOME")
    return (Path(base) if base else home / ".local" / "state") / "vrn-studio" / "studio.log"


def write_log(path: Path) -> None:
    """Let warnings and errors of the whole program go to a file, of which old parts are dropped.

    Where it cannot be written the program goes without.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def missing_qt_library() -> str | None:
    """Return what the system's loader says if Qt cannot open windows here, else nothing.

    Qt itself would end the process without a word to the person who started it.
    """
    if not sys.platform.startswith("linux") or not os.environ.get("DISPLAY"):
        return None
    if os.environ.get("QT_QPA_PLATFORM", "xcb").split(":")[0] != "xcb":
        return None
    found = importlib.util.find_spec("PySide6")
    for folder in found.submodule_search_locations or () if found else ():
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        if plugin.is_file():
            return load_fault(plugin)
    return None


def load_fault(library: Path) -> str | None:
    """Return why a library cannot be loaded, nothing if it can."""
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return str(error)
    return None


def describe(error: BaseException) -> str:
    """Return what is told of an error: what is wrong and what to do, without a trace."""
    texts = _texts()
    fault = " ".join(str(error).split()) or type(error).__name__
    library, _, rest = fault.partition(":")
    if "cannot open shared object file" in rest:
        package = PACKAGES.get(library, library)
        return texts["missing library"].format(library=library, package=package)
    if isinstance(error, ImportError):
        return texts["missing part"].format(fault=fault)
    return texts["unexpected"].format(fault=fault)


def tell(text: str) -> None:
    """Say something to whoever started the program, by a window if there is no terminal."""
    if sys.stderr is not None:
        sys.stderr.write(f"{TITLE}: {text}\n")
        if sys.stderr.isatty():
            return
    command = dialog_command(text, sys.platform, os.environ)
    if command is not None:
        # The text is in the log and on the error stream if that fails too.
        subprocess.run(command, check=False, capture_output=True)
    elif sys.platform == "win32":
        ctypes.windll.user32.MessageBoxW(None, text, TITLE, 0x10)


def dialog_command(text: str, platform: str, environment: Mapping[str, str]) -> list[str] | None:
    """Return the command that shows a text in a window, if the system has one."""
    if platform == "darwin":
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        return ["osascript", "-e", f'display alert "{TITLE}" message "{quoted}" as critical']
    if platform == "win32" or not (
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    ):
        return None
    commands = (
        ["zenity", "--error", "--no-markup", f"--title={TITLE}", "--width=480", f"--text={text}"],
        ["kdialog", "--title", TITLE, "--error", text],
        ["xmessage", "-center", "-title", TITLE, text],
        ["notify-send", "--urgency=critical", TITLE, text],
    )
    for command in commands:
        if shutil.which(command[0], path=environment.get("PATH")):
            return command
    # Python's own window, where Tk is there; a process of its own, for it may be broken too.
    if importlib.util.find_spec("tkinter") is None or getattr(sys, "frozen", False):
        return None
    show = (
        "import sys, tkinter; from tkinter import messagebox; tkinter.Tk().withdraw(); "
        "messagebox.showerror(*sys.argv[1:3])"
    )
    return [sys.executable, "-c", show, TITLE, text]


def _texts() -> dict[str, str]:
    """Return the sentences in the language of the system."""
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return TEXTS["es" if language.lower().startswith(("es", "spanish")) else "en"]
