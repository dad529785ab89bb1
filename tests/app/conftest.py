"""A display, fresh settings and a watch over threads and viewports for every window test."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.application import has_display

WITHOUT_DISPLAY = not has_display(sys.platform, os.environ)
if WITHOUT_DISPLAY:
    # Widgets can still be tested; the viewport cannot (see the `viewport` fixture).
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QLocale, QSettings, QThread  # noqa: E402 - the platform is chosen first
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app import translation  # noqa: E402
from app.jobs.pool import TaskRunner  # noqa: E402
from app.jobs.process import WorkProcess  # noqa: E402
from app.settings import Language, Settings  # noqa: E402
from app.studio import Studio, make_application  # noqa: E402
from app.views.mesh_view import MeshView, viewport_works  # noqa: E402
from tests.app.fakes import FakeEngine, factory  # noqa: E402

StudioMaker = Callable[..., Studio]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    application = make_application()
    translation.speak(application, Language.ENGLISH)
    return application


@pytest.fixture(autouse=True)
def _fresh_settings(tmp_path: Path) -> None:
    folder = str(tmp_path / "settings")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


@pytest.fixture(autouse=True)
def _english_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "system_locale", lambda: QLocale("en_US"))


@pytest.fixture(autouse=True)
def _nothing_left_running(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test that leaves a thread running or a viewport open."""
    threads: list[QThread] = []
    runners: list[TaskRunner] = []
    views: list[MeshView] = []
    start, make_runner, build = QThread.start, TaskRunner.__init__, MeshView.build

    def record_start(thread: QThread, *arguments: object) -> None:
        threads.append(thread)
        start(thread, *arguments)

    def record_runner(runner: TaskRunner, *arguments: object, **named: object) -> None:
        make_runner(runner, *arguments, **named)
        runners.append(runner)

    def record_build(view: MeshView) -> bool:
        views.append(view)
        return build(view)

    monkeypatch.setattr(QThread, "start", record_start)
    monkeypatch.setattr(TaskRunner, "__init__", record_runner)
    monkeypatch.setattr(MeshView, "build", record_build)
    yield
    assert not any(thread.isRunning() for thread in threads), "a thread was left running"
    assert not any(runner.active for runner in runners), "a pool task was left running"
    assert not any(view.is_ready for view in views), "a viewport was left open"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


class SharedProcess(WorkProcess):
    """One for all windows: it takes a second to start."""

    def close(self) -> None:
        """Leave it open for the next window."""

    def end(self) -> None:
        """End it."""
        super().close()


@pytest.fixture(scope="session")
def surfaces() -> Iterator[SharedProcess]:
    """Return where surfaces are made: VTK and the viewport cannot share a process."""
    process = SharedProcess()
    yield process
    process.end()


@pytest.fixture
def make_studio(
    qapp: QApplication,
    settings: Settings,
    engine: FakeEngine,
    surfaces: SharedProcess,
    tmp_path: Path,
) -> Iterator[StudioMaker]:
    """Return a function that opens the window around the fake engine."""
    made: list[Studio] = []

    def make(**options: bool) -> Studio:
        options.setdefault("viewport", False)
        studio = Studio(
            qapp,
            settings,
            factory(engine),
            make_process=lambda: surfaces,
            data_folder=tmp_path / "data",
            **options,
        )
        studio.window.mesh.view.animated = False
        made.append(studio)
        studio.show()
        # Shortcuts are heard by the active window only.
        studio.window.activateWindow()
        QTest.qWaitForWindowActive(studio.window)
        return studio

    yield make
    for studio in made:
        studio.shut_down()
        studio.window.deleteLater()


@pytest.fixture
def studio(make_studio: StudioMaker) -> Studio:
    """Return the open window, without its 3-D viewport."""
    return make_studio()


@pytest.fixture
def viewport(qapp: QApplication) -> None:
    """Skip where no OpenGL can be shown."""
    if not viewport_works(qapp.platformName()):
        pytest.skip("the viewport needs a display; run under xvfb-run")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a photo of 160 x 120 pixels."""
    return write_photo(tmp_path / "photos" / "ana.jpg")


def write_photo(path: Path, size: tuple[int, int] = (160, 120)) -> Path:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.linear_gradient("L").convert("RGB").resize(size).save(path)
    return path
