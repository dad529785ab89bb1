"""The program that ``make package`` has built, as one who has only that: ``make package-test``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image, ImageGrab

from vrn_core.frozen import RUN_MODULE, TRAINING
from vrn_core.resources import data_folder

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "dist" / "vrn-studio"
TIMEOUT_S = 300
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="the templates try it on other systems"
    ),
    pytest.mark.skipif(
        not (PROGRAM / "vrn-studio").exists(), reason="nothing is built; run make package"
    ),
]


class Stranger:
    """Somebody with an empty home, no sources and no Python, who starts the program."""

    def __init__(self, folder: Path) -> None:
        self.home, self.work = folder / "home", folder / "at work"
        self.home.mkdir()
        self.work.mkdir()
        self.photo = self.work / "my photo é.jpg"
        shutil.copy(ROOT / "resources" / "sample.jpg", self.photo)
        self.environment = {
            "HOME": str(self.home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }

    @property
    def log(self) -> Path:
        return self.home / ".local" / "state" / "vrn-studio" / "studio.log"

    def start(self, *command: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            cwd=self.work,
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )

    def start_window(self, *command: object, **more: str) -> subprocess.CompletedProcess[str]:
        if "DISPLAY" not in os.environ:
            pytest.skip("the window needs a display; run under xvfb-run")
        display = {k: v for k, v in os.environ.items() if k in ("DISPLAY", "XAUTHORITY")}
        return self.start(*command, **display, **more)


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    return Stranger(tmp_path)


def check_face(path: Path) -> None:
    """Check that a GLB file, in meters, holds one closed mesh of a head's size."""
    mesh = trimesh.load(path, force="mesh", process=False)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    assert len(mesh.faces) > 10_000
    assert mesh.is_watertight
    assert mesh.volume > 0
    assert np.all((mesh.extents > 0.08) & (mesh.extents < 0.4))


def test_the_window_opens_a_photo_writes_its_mesh_and_closes(stranger: Stranger) -> None:
    target = stranger.work / "mesh.glb"
    done = stranger.start_window(
        PROGRAM / "vrn-studio", stranger.photo, "--export", target, "--quit"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"wrote {target}\n"
    check_face(target)
    assert not stranger.log.exists(), stranger.log.read_text()


def test_the_mesh_is_seen_in_the_window(stranger: Stranger, tmp_path: Path) -> None:
    if "DISPLAY" not in os.environ:
        pytest.skip("the window needs a display; run under xvfb-run")
    display = {k: v for k, v in os.environ.items() if k in ("DISPLAY", "XAUTHORITY")}
    program = subprocess.Popen(
        [PROGRAM / "vrn-studio", stranger.photo],
        cwd=stranger.work,
        env={**stranger.environment, **display},
    )
    try:
        deadline = time.monotonic() + TIMEOUT_S
        while not _mesh_is_seen(picture := ImageGrab.grab(xdisplay=os.environ["DISPLAY"])):
            assert program.poll() is None, "the program ended"
            if time.monotonic() > deadline:
                picture.save(tmp_path / "screen.png")
                pytest.fail(f"no mesh is seen, look at {tmp_path / 'screen.png'}")
            time.sleep(1)
    finally:
        program.terminate()
        program.wait(30)
    assert not stranger.log.exists(), stranger.log.read_text()


def _mesh_is_seen(screen: Image.Image) -> bool:
    """Whether in the right half of the window there is more than words and icons.

    A shaded mesh has thousands of places that are neither dark nor of the same brightness as
    their neighbors; text has few.
    """
    pixels = np.asarray(screen.convert("L"), np.int16)
    # The window stands at the top left, by itself, on the black screen.
    rows, columns = (np.flatnonzero((pixels > 10).any(axis)) for axis in (1, 0))
    if rows.size == 0:
        return False
    window = pixels[: rows[-1], : columns[-1]]
    view = window[window.shape[0] // 6 : -window.shape[0] // 6, window.shape[1] * 62 // 100 :]
    return float((view > 60).mean()) > 0.1


def test_a_photo_that_cannot_be_read_is_told_and_the_exit_code_says_so(
    stranger: Stranger,
) -> None:
    stranger.photo.write_bytes(b"no photo")
    target = stranger.work / "mesh.glb"
    done = stranger.start_window(
        PROGRAM / "vrn-studio", stranger.photo, "--export", target, "--quit"
    )
    assert done.returncode == 1
    assert "y photo é.jpg is not a photo that can be read" in done.stderr
    assert not target.exists()


def test_the_command_line_reconstructs(stranger: Stranger) -> None:
    done = stranger.start(PROGRAM / "vrn", "reconstruct", stranger.photo, "-o", "meshes")
    assert (done.returncode, done.stderr) == (0, "")
    (mesh,) = (stranger.work / "meshes").iterdir()
    check_face(mesh)


def test_compiled_functions_work_and_are_kept(stranger: Stranger) -> None:
    # The texture is painted by numba.
    done = stranger.start(
        PROGRAM / "vrn", "export", stranger.photo, "--texture", "256", "-o", "meshes"
    )
    assert done.returncode == 0, done.stderr
    (mesh,) = (stranger.work / "meshes").iterdir()
    painted = trimesh.load(mesh, force="mesh", process=False)
    assert painted.visual.material.baseColorTexture.size == (256, 256)


def test_a_training_is_a_process_of_the_program_itself(stranger: Stranger) -> None:
    done = stranger.start(PROGRAM / "vrn-studio", RUN_MODULE, TRAINING, "missing.json")
    assert done.returncode == 1
    assert done.stderr.startswith("vrn train: ")
    assert "missing.json" in done.stderr
    refused = stranger.start(PROGRAM / "vrn-studio", RUN_MODULE, "this")
    assert refused.returncode == 1
    assert f"expected one of: {TRAINING}, " in refused.stderr


@pytest.mark.skipif(not data_folder().is_dir(), reason="no training data; set VRN_DATA")
def test_a_training_with_workers_runs_to_its_end(stranger: Stranger) -> None:
    config = stranger.work / "tiny.json"
    shutil.copy(ROOT / "resources" / "configs" / "landmarks-lite.json", config)
    settings = ("run_folder=run", "steps=2", "workers=1", "batch_size=2", "warmup_steps=1")
    done = stranger.start(
        PROGRAM / "vrn",
        "train",
        config,
        *(part for setting in settings for part in ("--set", setting)),
        VRN_DATA=str(data_folder()),
    )
    assert done.returncode == 0, done.stderr
    assert (stranger.work / "run" / "final.safetensors").is_file()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Return a copy of the program of which a part may be taken away."""
    copy = tmp_path / "copy"
    # Links to the same files: the program is large.
    shutil.copytree(PROGRAM, copy, symlinks=True, copy_function=_link)
    return copy


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("resources/styles/studio.qss", "could not start"),
        ("PySide6/QtSvg.abi3.so", "A part of the program is missing or damaged"),
    ],
)
def test_a_missing_part_is_shown_in_a_dialog_and_in_the_log(
    part: str, words: str, broken: Path, stranger: Stranger
) -> None:
    (broken / "_internal" / part).unlink()
    programs = stranger.home / "bin"
    programs.mkdir()
    shown = stranger.home / "shown.txt"
    (programs / "zenity").write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" "[$LD_LIBRARY_PATH]" > "$SHOWN"\n'
    )
    (programs / "zenity").chmod(0o755)

    done = stranger.start_window(
        broken / "vrn-studio", stranger.photo, PATH=f"{programs}:/usr/bin:/bin", SHOWN=str(shown)
    )

    assert done.returncode == 1
    text = shown.read_text()
    assert words in text
    assert str(stranger.log) in text
    # Programs of the system find the system's libraries, not those of the program.
    assert text.endswith("[]\n")
    assert "Traceback" not in text + done.stderr
    assert "Traceback" in stranger.log.read_text()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the installer has put the program."""
    installers = sorted((ROOT / "dist").glob("vrn-studio-*-linux-*.run"))
    if not installers:
        pytest.skip("there is no installer; run make package")
    stranger = Stranger(tmp_path_factory.mktemp("installed"))
    done = stranger.start("sh", installers[-1])
    assert done.returncode == 0, done.stderr
    return stranger.home / ".local"


def hidden(*command: object) -> list[object]:
    """Return the command as it runs where sources, Python and the network are not in reach."""
    enter = ["unshare", "--mount", "--net"]
    if os.geteuid() != 0:
        enter += ["--user", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*enter, "true"], check=False).returncode:
        pytest.skip("nothing can be hidden from programs here (unshare)")
    places = {ROOT, Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    # What lies in another of them is covered with it, and no place to mount at any more.
    outer = [place for place in sorted(places) if places.isdisjoint(place.parents)]
    cover = " && ".join(f"mount -t tmpfs none '{place}'" for place in outer)
    return [*enter, "sh", "-c", f'{cover} && exec "$@"', "sh", *command]


def test_what_is_installed_works_where_no_sources_are(installed: Path, stranger: Stranger) -> None:
    seen = stranger.start(*hidden("find", ROOT, Path(sys.base_prefix).resolve()))
    assert (seen.returncode, len(seen.stdout.splitlines())) == (0, 2), seen.stderr
    vrn = installed / "bin" / "vrn"
    done = stranger.start(*hidden(vrn, "export", stranger.photo, "--texture", "256", "-o", "plain"))
    assert done.returncode == 0, done.stderr
    done = stranger.start(*hidden(vrn, "export", stranger.photo, "--template", "-o", "template"))
    assert done.returncode == 0, done.stderr
    (head,) = (stranger.work / "template").glob("*.glb")
    content = head.read_bytes()
    described = json.loads(content[20 : 20 + int.from_bytes(content[12:16], "little")])
    morphs = {len(p.get("targets", ())) for m in described["meshes"] for p in m["primitives"]}
    assert max(morphs) == 52


def test_a_photo_dropped_on_the_installed_window_is_exported_by_its_keys(
    installed: Path, stranger: Stranger, tmp_path: Path
) -> None:
    if "DISPLAY" not in os.environ or shutil.which("xdotool") is None:
        pytest.skip("needs a display and xdotool")
    display = {k: v for k, v in os.environ.items() if k in ("DISPLAY", "XAUTHORITY")}
    program = subprocess.Popen(
        [str(part) for part in hidden(installed / "bin" / "vrn-studio")],
        cwd=stranger.work,
        env={**stranger.environment, **display},
    )
    try:
        window = _window("^(.* )?VRN Studio$")
        where = dict(
            line.split("=") for line in _xdotool("getwindowgeometry", "--shell", window).split()
        )
        x = int(where["X"]) + int(where["WIDTH"]) // 3
        y = int(where["Y"]) + int(where["HEIGHT"]) // 2
        _drop(stranger.photo, x, y)
        _wait(lambda: _mesh_is_seen(ImageGrab.grab(xdisplay=os.environ["DISPLAY"])), "a mesh")
        ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).save(tmp_path / "dropped.png")
        _xdotool("windowfocus", "--sync", window, "key", "ctrl+e")
        dialog = _window("^Export$")
        ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).save(tmp_path / "export.png")
        _xdotool("windowfocus", "--sync", dialog, "key", "Return")
        documents = stranger.home / "Documents"
        _wait(lambda: list(documents.rglob("*.glb")), "an exported file")
        _xdotool("windowfocus", "--sync", window, "key", "ctrl+q")
        assert program.wait(60) == 0
    finally:
        ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).save(tmp_path / "end.png")
        program.kill()
        program.wait(30)
    (mesh,) = documents.rglob("*.glb")
    # A new window shows a sample too.
    assert mesh.stem == stranger.photo.stem
    painted = trimesh.load(mesh, force="mesh", process=False)
    assert len(painted.faces) > 5000
    assert painted.visual.material.baseColorTexture is not None
    assert not stranger.log.exists(), stranger.log.read_text()


def _xdotool(*arguments: object) -> str:
    command = ["xdotool", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def _window(title: str) -> str:
    """Return the number of the window with a title, as soon as it is on the screen."""
    found = ""

    def look() -> bool:
        nonlocal found
        search = ["xdotool", "search", "--onlyvisible", "--name", title]
        answer = subprocess.run(search, capture_output=True, text=True, check=False).stdout
        found = answer.split()[-1] if answer.split() else ""
        return bool(found)

    _wait(look, f"the window {title}")
    # What is drawn is there a moment later.
    time.sleep(2)
    return found


def _drop(photo: Path, x: int, y: int) -> None:
    """Drag a photo from another program's window to a place of the screen and let it go."""
    command = [sys.executable, Path(__file__).parent / "drag_source.py", photo]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as source:
        assert source.stdout is not None
        start = [int(number) for number in source.stdout.readline().split()]
        _xdotool("mousemove", *start, "mousedown", 1)
        for part in np.linspace(0, 1, 20):
            place = np.add(start, part * np.subtract((x, y), start)).astype(int)
            _xdotool("mousemove", *place)
            time.sleep(0.05)
        time.sleep(0.5)
        _xdotool("mouseup", 1)
        assert source.wait(30) == 0, "the photo was not taken"


def _wait(ready: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + TIMEOUT_S / 3
    while not ready():
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(0.5)


def test_the_installer_installs_the_program_and_takes_it_away(stranger: Stranger) -> None:
    installers = sorted((ROOT / "dist").glob("vrn-studio-*-linux-*.run"))
    if not installers:
        pytest.skip("there is no installer; run make package")
    done = stranger.start("sh", installers[-1])
    assert done.returncode == 0, done.stderr
    prefix = stranger.home / ".local"
    assert stranger.start(prefix / "bin" / "vrn", "--version").stdout.startswith("vrn ")
    done = stranger.start(prefix / "bin" / "vrn", "detect", stranger.photo)
    assert done.returncode == 0, done.stderr
    assert stranger.start("sh", prefix / "share/vrn-studio/uninstall.sh").returncode == 0
    left = [path for path in prefix.rglob("*vrn-studio*") if "mime" not in path.parts]
    assert left == []
