"""What fails before there is a window."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import first_aid
from app.first_aid import (
    describe,
    dialog_command,
    guarded,
    load_fault,
    log_file,
    missing_qt_library,
    write_log,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    handlers = list(logging.getLogger().handlers)
    yield
    for handler in set(logging.getLogger().handlers) - set(handlers):
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="by the dialogs of Linux")
def test_a_broken_part_is_shown_in_a_dialog_and_in_the_log(tmp_path: Path) -> None:
    broken = tmp_path / "broken" / "PySide6"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text('raise ImportError("libodd.so.3 is not of this world")')
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "zenity").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$SHOWN"\n')
    (programs / "zenity").chmod(0o755)
    shown = tmp_path / "shown.txt"
    environment = {
        "PATH": f"{programs}:{os.defpath}",
        "HOME": str(tmp_path),
        "DISPLAY": ":4711",
        "SHOWN": str(shown),
        "PYTHONPATH": str(broken.parent),
    }
    done = subprocess.run(
        [sys.executable, ROOT / "main.py"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    text = shown.read_text()
    assert "A part of the program is missing or damaged: libodd.so.3" in text
    log = tmp_path / ".local" / "state" / "vrn-studio" / "studio.log"
    assert str(log) in text
    assert "Traceback" not in text
    assert "Traceback" not in done.stderr
    assert "Traceback" in log.read_text()


def test_missing_library_is_named_with_its_package(tmp_path: Path) -> None:
    fault = "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"
    text = describe(OSError(fault))
    assert "lacks libxcb-cursor.so.0" in text
    assert "apt-get install libxcb-cursor0" in text
    library = tmp_path / "libodd.so"
    library.write_bytes(b"no library")
    assert load_fault(library)
    assert missing_qt_library() is None


def test_what_is_said_is_in_the_language_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "es_MX.UTF-8")
    assert describe(RuntimeError("x")) == "VRN Studio no pudo iniciarse: x"
    assert {key: set(text) for key, text in first_aid.TEXTS.items()}.keys() == {"en", "es"}
    assert first_aid.TEXTS["en"].keys() == first_aid.TEXTS["es"].keys()


def test_each_system_has_its_place_for_the_log() -> None:
    home = {"HOME": "/home/ana"}
    linux = log_file("linux", home)
    assert linux == Path("/home/ana/.local/state/vrn-studio/studio.log")
    assert log_file("linux", {**home, "XDG_STATE_HOME": "/s"}) == Path("/s/vrn-studio/studio.log")
    assert log_file("darwin", home).parent == Path("/home/ana/Library/Logs/VRN Studio")
    windows = log_file("win32", {**home, "LOCALAPPDATA": "/local"})
    assert windows == Path("/local/vrn-studio/Logs/studio.log")


def test_the_dialog_is_of_what_the_system_has(tmp_path: Path) -> None:
    (tmp_path / "kdialog").write_text("#!/bin/sh\n")
    (tmp_path / "kdialog").chmod(0o755)
    display = {"DISPLAY": ":0", "PATH": str(tmp_path)}
    command = dialog_command("it failed", "linux", display)
    assert command is not None
    assert command[0] == "kdialog"
    assert "it failed" in command
    assert dialog_command("it failed", "linux", {"PATH": str(tmp_path)}) is None
    spoken = dialog_command('a "b"', "darwin", {})
    assert spoken is not None
    assert '\\"b\\"' in spoken[-1]


def test_a_log_that_cannot_be_written_hinders_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    write_log(tmp_path / "file" / "studio.log")
    monkeypatch.setattr(first_aid, "log_file", lambda *_: tmp_path / "file" / "studio.log")
    assert guarded(lambda: 3) == 3


def test_warnings_go_to_the_log_and_old_ones_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_aid, "LOG_BYTES", 2000)
    write_log(tmp_path / "studio.log")
    for number in range(200):
        logging.getLogger("app.test").warning("warning %d", number)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 1 + first_aid.LOG_FILES
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "warning 199" in (tmp_path / "studio.log").read_text()
