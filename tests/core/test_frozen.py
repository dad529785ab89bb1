"""What is different in the built program."""

from __future__ import annotations

import sys

import pytest

from vrn_core import frozen
from vrn_core.frozen import TRAINING, module_command, restore_environment, start


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/vrn-studio")
    monkeypatch.setattr(frozen, "freeze_support", lambda: None)


def test_a_module_is_run_by_python_from_the_sources() -> None:
    assert module_command(TRAINING) == [sys.executable, "-m", "vrn_core.training"]


@pytest.mark.usefixtures("built")
def test_what_the_built_program_starts_is_itself_and_does_what_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = module_command(TRAINING)
    assert command[0] == "/opt/vrn-studio"
    monkeypatch.setattr(sys, "argv", [*command, "config.json"])
    seen: list[list[str]] = []

    def train() -> int:
        seen.append(list(sys.argv))
        return 7

    assert start(lambda: 0, {TRAINING: train}) == 7
    assert seen == [["/opt/vrn-studio", "config.json"]]


@pytest.mark.usefixtures("built")
def test_other_arguments_are_the_programs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["vrn-studio", "photo.jpg"])
    assert start(lambda: len(sys.argv), {TRAINING: lambda: 9}) == 2


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(("more", "named"), [(["os"], "os"), ([], "nothing")])
def test_no_other_module_is_run(
    more: list[str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["vrn-studio", "--run-module", *more])
    with pytest.raises(SystemExit, match=f"got {named}; expected one of: vrn_core.training"):
        start(lambda: 0, {TRAINING: lambda: 0})


@pytest.mark.usefixtures("built")
def test_programs_of_the_system_find_its_own_libraries() -> None:
    environment = {"LD_LIBRARY_PATH": "/opt/_internal:/mine", "LD_LIBRARY_PATH_ORIG": "/mine"}
    restore_environment(environment)
    assert environment == {"LD_LIBRARY_PATH": "/mine", "PYINSTALLER_RESET_ENVIRONMENT": "1"}
    environment = {"LD_LIBRARY_PATH": "/opt/_internal"}
    restore_environment(environment)
    assert "LD_LIBRARY_PATH" not in environment


def test_from_the_sources_the_environment_stays() -> None:
    environment = {"LD_LIBRARY_PATH": "/mine"}
    restore_environment(environment)
    assert environment == {"LD_LIBRARY_PATH": "/mine"}
