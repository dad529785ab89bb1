"""The scripted user and the watchdog over the window, in short; the long use is ``make soak``."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import has_display
from app.studio import make_application
from app.views.mesh_view import viewport_works

ROOT = Path(__file__).resolve().parents[2]

if not has_display(sys.platform, os.environ):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture
def soak(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import soak

    yield soak
    sys.modules.pop("soak")


def test_the_watchdog_notices_a_halt(qtbot: QtBot, soak: ModuleType) -> None:
    watchdog = soak.Watchdog()
    qtbot.wait(50)
    watchdog.reset()
    QTimer.singleShot(20, lambda: time.sleep(0.15))
    qtbot.wait(250)
    assert 100 < watchdog.longest_ms < 1000


def test_a_user_who_loads_changes_and_exports_is_watched(
    qapp: QApplication, soak: ModuleType, tmp_path: Path, figures: list[str]
) -> None:
    if not viewport_works(qapp.platformName()):
        pytest.skip("the viewport needs a display; run under xvfb-run")
    lines: list[str] = []
    user = soak.ScriptedUser(tmp_path, lines.append)
    user.load(3)
    user.change(4)
    user.export()
    user.leave()
    figures += ["The window in the hands of a scripted user", *lines]
    parts = [re.split(r" {2,}", line)[0].strip() for line in lines]
    assert [part.split(" (")[0] for part in parts[1:]] == [
        "start",
        "the first photos",
        "all photos",
        "the first changes",
        "all changes",
        "undone",
        "exports",
        "closed in time",
    ]
