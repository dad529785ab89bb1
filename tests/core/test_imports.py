"""The core is light to import and free of Qt."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

WINDOW_PACKAGES = {"PySide6", "shiboken6", "qtpy", "pyvista", "pyvistaqt"}


def loaded_after(statement: str) -> set[str]:
    """Return the top-level packages in a fresh interpreter after `statement`."""
    code = f"{statement}; import sys, json; print(json.dumps(sorted(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return {name.partition(".")[0] for name in json.loads(answer.stdout.splitlines()[-1])}


def test_importing_the_core_loads_neither_qt_nor_torch() -> None:
    loaded = loaded_after("import vrn_core")

    assert "vrn_core" in loaded
    assert loaded & (WINDOW_PACKAGES | {"torch"}) == set()


@pytest.mark.parametrize(
    "module",
    [
        "data",
        "evaluation",
        "inference",
        "meshing",
        "models",
        "morphable",
        "project",
        "training",
        "cli",
    ],
)
def test_no_part_of_the_core_loads_qt(module: str) -> None:
    loaded = loaded_after(f"import vrn_core.{module}")

    assert loaded & WINDOW_PACKAGES == set()
