"""What every test shares: few threads, known seeds, and skips that give their reason."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before numpy or torch is imported: test machines are small, and several OpenMP processes
# on a few cores slow each other tenfold.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

# Results must not hang on what else is installed; the tests of runtimes ask for each.
os.environ.setdefault("VRN_RUNTIME", "torch")

# A shell that runs the tests in the background makes them and what they start deaf to Ctrl+C,
# which some of them send.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that need a GPU where there is none."""
    marked = [item for item in items if item.get_closest_marker("gpu")]
    if not marked:
        return
    import torch

    if not torch.cuda.is_available():
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="torch sees no NVIDIA GPU"))


@pytest.fixture(autouse=True)
def _fixed_seeds() -> None:
    """Start every test from the same random state, whatever ran before it."""
    import random

    import numpy as np

    random.seed(20260)
    np.random.seed(20260)  # noqa: NPY002 - libraries still draw from the old generator


@pytest.fixture(autouse=True)
def _no_own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the models of whoever runs the tests out of them."""
    monkeypatch.setenv("VRN_MODELS", str(tmp_path / "own-models"))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of training data; skip the test where it is absent."""
    from vrn_core import resources

    folder = resources.data_folder()
    if not folder.is_dir():
        pytest.skip(f"no training data at {folder}; set {resources.SHARED_VARIABLE}")
    return folder


MEASURED = "measured"


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Return lines that are printed at the end of the run: what a test measured."""
    lines: list[str] = []
    yield lines
    # They travel with the report of the test, also from another process.
    request.node.user_properties += [(MEASURED, line) for line in lines]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    lines = [
        line
        for report in reports
        # The last report of a test is the one that has them all.
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for name, line in report.user_properties
        if name == MEASURED
    ]
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(str(line))
