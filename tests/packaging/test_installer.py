"""The installer for Linux, with a tiny program in it."""

from __future__ import annotations

import mimetypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from installer import PARTS, make_installer

from app.state.sources import PHOTO_SUFFIXES

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("xz") is None,
    reason="the installer is for Linux, and xz packs it",
)
ENTRY = "share/applications/vrn-studio.desktop"
Install = Callable[..., subprocess.CompletedProcess[str]]


def make_program(folder: Path, words: str = "one") -> Path:
    (folder / "_internal").mkdir(parents=True)
    (folder / "_internal" / "words.txt").write_text(words)
    # A copy of a program, so that one that runs can be seen in the list of processes.
    shutil.copy(shutil.which("sleep") or "", folder / "vrn-studio")
    (folder / "vrn").symlink_to("vrn-studio")
    return folder


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    program = make_program(folder / "program")
    return make_installer(program, folder / "vrn.run", "1.0", glibc="2.17", level="-0")


@pytest.fixture
def install(packed: Path, tmp_path: Path) -> Install:
    # The tools of the desktop take a second each time; that they are called is seen here.
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("update-mime-database", "update-desktop-database"):
        (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "{tools}/called.txt"\n')
        (tools / name).chmod(0o755)

    def run(
        *arguments: object, script: Path = packed, code: int = 0
    ) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": str(tmp_path / "home"), "PATH": f"{tools}:{os.environ['PATH']}"}
        command = ["sh", str(script), *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return done

    return run


def files(folder: Path) -> dict[str, str]:
    """Return all that is in a folder and what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = str(path.read_bytes())
    return found


def changed(packed: Path, target: Path, before: bytes, after: bytes) -> Path:
    content = packed.read_bytes()
    assert content.count(before) == 1
    target.write_bytes(content.replace(before, after))
    return target


def test_it_is_installed_with_menu_icons_types_and_commands_and_removed_again(
    install: Install, tmp_path: Path
) -> None:
    prefix = tmp_path / "a place"
    said = install("--prefix", prefix).stdout

    home = prefix / "share" / "vrn-studio"
    assert str(home / "vrn-studio") in said
    assert (home / "_internal" / "words.txt").read_text() == "one"
    for name in ("vrn-studio", "vrn"):
        assert (prefix / "bin" / name).resolve() == home / "vrn-studio"
        assert os.access(prefix / "bin" / name, os.X_OK)
    entry = (prefix / ENTRY).read_text()
    assert f'Exec="{home}/vrn-studio" %F' in entry
    assert "@" not in entry
    assert (prefix / "share/mime/packages/vrn-studio.xml").is_file()
    for size in (16, 48, 256):
        icon = prefix / f"share/icons/hicolor/{size}x{size}/apps/vrn-studio.png"
        assert icon.read_bytes().startswith(b"\x89PNG")
    assert not list(prefix.rglob(".vrn-*"))

    called = (tmp_path / "tools" / "called.txt").read_text()
    assert f"update-mime-database {prefix}/share/mime" in called
    assert f"{prefix}/share/applications" in called

    subprocess.run(["sh", home / "uninstall.sh"], check=True, capture_output=True)
    shutil.rmtree(prefix / "share/mime")
    (prefix / "share/applications/mimeinfo.cache").unlink(missing_ok=True)
    left = files(prefix)
    assert set(left.values()) <= {"folder"}
    assert not home.exists()


def test_without_a_prefix_it_goes_to_the_users_own_folder(install: Install, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    install()
    assert (tmp_path / "home/.local/share/vrn-studio/vrn-studio").is_file()
    assert (tmp_path / "home/.local" / ENTRY).is_file()


def test_a_newer_version_takes_the_place_of_the_older(install: Install, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    install("--prefix", prefix)
    program = make_program(tmp_path / "newer", "two")
    newer = make_installer(program, tmp_path / "newer.run", "2.0", glibc="2.17", level="-0")
    home = prefix / "share" / "vrn-studio"
    gone = prefix / "share" / "of-the-older.txt"
    gone.write_text("")
    with (home / "installed-files").open("a") as known:
        known.write(f"{gone}\n")

    install("--prefix", prefix, script=newer)

    assert (home / "_internal" / "words.txt").read_text() == "two"
    assert not gone.exists()
    assert not list(prefix.rglob(".vrn-*"))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("relative", "does not begin with /"),
        ("{tmp}/file", "is a file, not a folder"),
        ("{tmp}/file/below", "is a file, not a folder"),
        ('{tmp}/with "quotes"', "character that menus cannot hold"),
        ("{tmp}/a|b", "character that menus cannot hold"),
        ("{tmp}/of-others", "which is no VRN Studio"),
        ("{tmp}/command", "already another"),
    ],
)
def test_a_bad_target_is_refused_and_nothing_is_made(
    target: str, words: str, install: Install, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "of-others/share/vrn-studio").mkdir(parents=True)
    (tmp_path / "command/bin").mkdir(parents=True)
    (tmp_path / "command/bin/vrn").write_text("mine")
    before = files(tmp_path)

    answer = install("--prefix", target.format(tmp=tmp_path), code=1)

    assert words in answer.stderr
    assert answer.stderr.startswith("VRN Studio was not installed: ")
    assert files(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to the administrator")
def test_a_folder_of_another_user_is_refused(install: Install) -> None:
    assert "may not write" in install("--prefix", "/usr", code=1).stderr


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b"GLIBC='2.17'", b"GLIBC='99.1'", "needs glibc 99.1 or newer"),
        (f"MACHINE='{os.uname().machine}'".encode(), b"MACHINE='vax'", "is for vax"),
        (b"CHECKSUM='", b"CHECKSUM='0", "damaged or was not downloaded to its end"),
        (b"KILOBYTES='", b"KILOBYTES='99999999999", "MB left"),
    ],
)
def test_a_system_that_cannot_run_it_is_told_so(
    before: bytes, after: bytes, words: str, packed: Path, install: Install, tmp_path: Path
) -> None:
    script = changed(packed, tmp_path / "other.run", before, after)
    assert words in install("--prefix", tmp_path / "prefix", script=script, code=1).stderr
    assert not (tmp_path / "prefix").exists()


def test_an_installer_cut_short_is_refused(packed: Path, install: Install, tmp_path: Path) -> None:
    script = tmp_path / "short.run"
    script.write_bytes(packed.read_bytes()[:-1000])
    assert "damaged" in install("--prefix", tmp_path / "prefix", script=script, code=1).stderr
    assert not (tmp_path / "prefix").exists()


@pytest.mark.parametrize("installed", [False, True])
def test_what_fails_half_way_leaves_all_as_it_was(
    installed: bool, install: Install, tmp_path: Path
) -> None:
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    if installed:
        install("--prefix", prefix)
        shutil.rmtree(prefix / "share/mime")
    else:
        (prefix / "share").mkdir()
    # Where a folder for the type of project files should go.
    (prefix / "share/mime").write_text("in the way")
    before = files(prefix)

    answer = install("--prefix", prefix, code=1)

    assert "everything is as it was before" in answer.stderr
    assert files(prefix) == before


@pytest.fixture
def running(install: Install, tmp_path: Path) -> Iterator[Path]:
    prefix = tmp_path / "prefix"
    install("--prefix", prefix)
    program = subprocess.Popen([prefix / "bin" / "vrn-studio", "60"])
    yield prefix
    program.kill()
    program.wait()


def test_a_program_that_runs_is_neither_replaced_nor_removed(
    running: Path, install: Install
) -> None:
    before = files(running)
    assert "is running; close it" in install("--prefix", running, code=1).stderr
    uninstaller = running / "share/vrn-studio/uninstall.sh"
    answer = subprocess.run(["sh", uninstaller], capture_output=True, text=True)
    assert answer.returncode == 1
    assert "is running; close it" in answer.stderr
    assert files(running) == before


def test_help_is_given_and_unknown_options_are_refused(install: Install) -> None:
    assert "--prefix FOLDER" in install("--help").stdout
    assert install("--version").stdout == "1.0\n"
    assert "unknown option --fly" in install("--fly", code=2).stderr
    assert "needs a folder" in install("--prefix", code=2).stderr


def test_a_folder_that_is_no_program_is_not_packed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no program vrn-studio; build it first"):
        make_installer(tmp_path, tmp_path / "vrn.run", "1.0", glibc="2.17")
    assert not (tmp_path / "vrn.run").exists()


def test_the_types_of_the_menu_entry_are_those_that_the_window_opens() -> None:
    lines = (PARTS / "vrn-studio.desktop").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("MimeType="))
    types = mimetypes.MimeTypes()
    types.add_type("image/avif", ".avif")
    types.add_type("image/webp", ".webp")
    photos = {types.guess_type(f"photo{suffix}")[0] for suffix in PHOTO_SUFFIXES}
    photos -= {"image/x-ms-bmp"}
    assert set(line.removeprefix("MimeType=").strip(";").split(";")) == photos | {
        "image/bmp",
        "application/x-vrn-studio-project",
    }
    project = ElementTree.parse(PARTS / "vrn-studio.xml")
    (glob,) = project.iter("{http://www.freedesktop.org/standards/shared-mime-info}glob")
    assert glob.get("pattern") == "*.vrn"


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="needs desktop-file-utils"
)
def test_the_menu_entry_is_valid(install: Install, tmp_path: Path) -> None:
    install("--prefix", tmp_path / "prefix")
    entry = tmp_path / "prefix" / ENTRY
    done = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
