"""The set-up: what it decides, what it says, and that it does nothing the second time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import bootstrap
import environment
import pytest
import system_packages
import tasks

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux packages")


@pytest.fixture
def fake_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that stands for `.venv`."""
    folder = tmp_path / ".venv"
    folder.mkdir()
    monkeypatch.setattr(environment, "VENV", folder)
    monkeypatch.setattr(environment, "STAMP", folder / "vrn-setup.json")
    monkeypatch.delenv(environment.TORCH_VARIABLE, raising=False)
    monkeypatch.delenv(environment.TORCH_INDEX_VARIABLE, raising=False)
    return folder


def write_stamp(text: str) -> None:
    environment.STAMP.write_text(text, "utf-8")


def test_every_pin_is_exact_and_no_two_lines_hold_at_once() -> None:
    lines = environment.CONSTRAINTS.read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    pattern = re.compile(r'([\w.-]+)==[\w.]+( ; python_version (<|>=) "3\.\d+")?')
    found: dict[str, list[str]] = {}
    for pin in pins:
        match = pattern.fullmatch(pin)
        assert match, f"not an exact pin: {pin}"
        found.setdefault(match[1].lower(), []).append(match[2] or "")

    assert "torch==2.13.0" in pins
    assert environment.TORCH == "2.13.0"
    for name, markers in found.items():
        if len(markers) > 1:
            older, newer = markers
            assert older.replace("<", ">=") == newer, f"{name}: {markers}"


def test_every_requirement_of_the_project_is_pinned() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    sections = re.findall(r"^(?:dependencies|dev) = \[(.*?)\]$", project, re.DOTALL | re.MULTILINE)
    wanted = {name.lower() for text in sections for name in re.findall(r'"([\w-]+)>=', text)}
    pins = environment.CONSTRAINTS.read_text("utf-8").lower()

    assert len(wanted) > 15
    assert [name for name in sorted(wanted) if f"\n{name}==" not in pins] == []


@pytest.mark.usefixtures("fake_environment")
@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"torch": 3}'])
def test_a_damaged_stamp_counts_as_none(text: str) -> None:
    write_stamp(text)

    assert environment.chosen_torch_build() == "cpu"
    assert not environment.is_ready("cpu")


@pytest.mark.usefixtures("fake_environment")
def test_the_cuda_build_stays_once_it_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    write_stamp('{"torch": "cuda"}')
    assert environment.chosen_torch_build() == "cuda"

    monkeypatch.setenv(environment.TORCH_VARIABLE, "cpu")
    assert environment.chosen_torch_build() == "cpu"


@pytest.mark.usefixtures("fake_environment")
def test_an_unknown_build_of_torch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.TORCH_VARIABLE, "rocm")

    with pytest.raises(
        environment.EnvironmentSetupError, match="'rocm'; expected one of cpu, cuda"
    ):
        environment.chosen_torch_build()


@pytest.mark.usefixtures("fake_environment")
def test_cuda_asks_for_the_build_without_a_local_version(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.torch_arguments("cpu") == [["torch==2.13.0"]]
    assert environment.torch_arguments("cuda") == [["torch===2.13.0"]]

    monkeypatch.setenv(environment.TORCH_INDEX_VARIABLE, "file:///wheels")
    wanted = [["--extra-index-url", "file:///wheels", "torch==2.13.0"]]
    assert environment.torch_arguments("cuda") == wanted


def test_an_environment_moved_from_another_folder_is_made_anew(fake_environment: Path) -> None:
    scripts = environment.scripts_folder()
    scripts.mkdir()
    environment.environment_python().write_text("")
    write_stamp('{"root": "/somewhere/else"}')

    assert environment.needs_new_environment()
    assert fake_environment.exists()


@pytest.mark.parametrize(("version", "checked"), [("3.10.13", False), ("3.13.0", True)])
def test_types_are_checked_where_numpy_describes_them_so(
    fake_environment: Path, version: str, checked: bool
) -> None:
    (fake_environment / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n", "utf-8")

    assert ("types (mypy)" in [check.name for check in tasks.lint_checks()]) is checked


@LINUX
def test_missing_libraries_are_named_as_debian_names_them() -> None:
    missing = system_packages.missing_packages(
        needs_display=True,
        needs_venv=False,
        has_library=lambda name: name not in {"libGL.so.1", "libxcb-icccm.so.4"},
        has_program=lambda name: name != "xauth",
    )

    assert missing == ["libgl1", "libxcb-icccm4", "xauth"]


@LINUX
def test_without_rights_the_one_line_to_run_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(system_packages.SKIP_VARIABLE, raising=False)
    monkeypatch.setattr(system_packages, "missing_packages", lambda *_: ["libgl1", "xvfb"])
    monkeypatch.setattr(system_packages, "install_prefix", lambda: None)
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1 xvfb"

    with pytest.raises(system_packages.SystemPackagesError, match=re.escape(line)):
        system_packages.ensure_system_packages(needs_display=True, needs_venv=False)


def test_the_photo_of_make_run_arrives_unharmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOTO", 'my photos/Zoë\'s "face".jpg')

    assert tasks.photo_arguments([]) == [str(Path('my photos/Zoë\'s "face".jpg'))]
    assert tasks.photo_arguments(["other.png"]) == ["other.png"]

    monkeypatch.setenv("PHOTO", "")
    assert tasks.photo_arguments([]) == []


def test_one_failed_check_neither_stops_the_rest_nor_is_forgotten(
    capfd: pytest.CaptureFixture[str],
) -> None:
    fails = tasks.Check("first", [sys.executable, "-c", "raise SystemExit(3)"])
    holds = tasks.Check("second", [sys.executable, "-c", "print('second ran')"])

    assert tasks.run_checks([fails, holds]) == 1
    output = capfd.readouterr().out
    assert "second ran" in output
    assert output.endswith("FAILED: first\n")
    assert tasks.run_checks([holds]) == 0


@LINUX
def test_each_process_of_the_whole_suite_has_a_display_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("xvfb-run") is None:
        pytest.skip("xvfb-run is not installed")
    monkeypatch.setattr(tasks, "environment_python", lambda: Path(sys.executable))
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    tests = [tmp_path / "test_one.py", tmp_path / "test_two.py"]
    for test in tests:
        keep = "open(__file__ + '.display', 'w').write(os.environ['DISPLAY'])"
        test.write_text(f"import os\ndef test_it():\n    {keep}\n", "utf-8")

    finished = subprocess.run(
        tasks.whole_suite_check().command,
        cwd=tmp_path,
        env=tasks.display_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "2 passed" in finished.stdout, finished.stdout + finished.stderr
    displays = [Path(f"{test}.display").read_text("utf-8") for test in tests]
    assert len({*displays, os.environ.get("DISPLAY")}) == 3


def test_the_whole_suite_alone_is_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[list[tasks.Check]] = []
    monkeypatch.setattr(tasks, "run_checks", lambda checks: made.append(checks) or 0)
    monkeypatch.setattr(tasks, "lint_checks", list)

    tasks.perform("test", [])
    tasks.perform("test", ["-x", "tests/core"])

    assert made[0] == [tasks.whole_suite_check()]
    assert made[1] == [tasks.pytest_check(["-x", "tests/core"])]


def test_an_unknown_command_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["fly"]) == 2

    words = capsys.readouterr().err
    assert "Unknown command 'fly'" in words
    assert all(f"  {task} " in words for task in tasks.TASKS)


def test_every_command_of_the_makefile_is_known() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    rule = re.search(r"^(setup .*):$", makefile, re.MULTILINE)

    assert rule is not None
    assert set(rule[1].split()) == set(tasks.TASKS)


def test_a_second_set_up_installs_nothing() -> None:
    if not environment.is_ready(environment.chosen_torch_build()):
        pytest.skip("this environment was not set up by bootstrap.py as it stands")
    finished = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "bootstrap.py"), "setup"],
        env={**os.environ, environment.TORCH_VARIABLE: ""},
        check=False,
        capture_output=True,
        text=True,
    )

    assert finished.returncode == 0
    assert finished.stdout + finished.stderr == ""


def test_a_set_of_packages_is_installed_only_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(environment, "environment_python", lambda: Path(sys.executable))
    monkeypatch.setattr(environment, "_pip", lambda what, arguments: asked.append(arguments))

    environment.ensure_extra("package", "json")
    assert asked == []
    environment.ensure_extra("package", "no_such_module")
    assert asked[0][-1] == f"{environment.ROOT}[package]"
