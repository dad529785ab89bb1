"""A GPU without memory left: the CPU goes on, and the user is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from app.activity import FELL_BACK
from app.jobs.engine import EngineOptions
from app.jobs.making import LocalMaker
from app.settings import Settings
from app.state.photo import PhotoState
from app.studio import Studio
from tests.app.conftest import StudioMaker, write_photo
from tests.app.fakes import FakeEngine, local
from tests.app.test_correcting import open_photo
from tests.app.test_live import start, video  # noqa: F401 - a fixture
from tests.app.test_preferences import choose

FULL = torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
FULL_MPS = RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)")

Factory = Callable[[EngineOptions], LocalMaker]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[EngineOptions]:
    """Let every engine that is not made for the CPU be out of memory; return what was made."""
    options: list[EngineOptions] = []

    def make(engine: FakeEngine) -> Factory:
        def make_engine(wanted: EngineOptions) -> FakeEngine:
            options.append(wanted)
            return FakeEngine(error=None if wanted.device == "cpu" else FULL)

        return local(make_engine)

    monkeypatch.setattr("tests.app.conftest.factory", make)
    return options


@pytest.fixture
def on_gpu(settings: Settings, made: list[EngineOptions], make_studio: StudioMaker) -> Studio:
    settings.device = "cuda"
    return make_studio()


def test_the_photo_is_made_on_the_cpu_and_the_user_is_told_once(
    qtbot: QtBot, on_gpu: Studio, made: list[EngineOptions], photo: Path, tmp_path: Path
) -> None:
    told: list[object] = []
    on_gpu.inference.fell_back.connect(lambda: told.append(True))
    item = open_photo(qtbot, on_gpu, photo)
    assert item.state is PhotoState.DONE
    assert item.face is not None
    assert on_gpu.window.status.text() == FELL_BACK
    on_gpu.workflow.add_paths([write_photo(tmp_path / "next.jpg")])
    qtbot.waitUntil(lambda: on_gpu.session.counts()[PhotoState.DONE] == 2)
    assert [options.device for options in made] == ["cuda", "cpu"]
    assert len(told) == 1
    assert on_gpu.settings.device == "cuda", "what the user chose was changed"


def test_confirmed_preferences_try_the_gpu_again(
    qtbot: QtBot, on_gpu: Studio, made: list[EngineOptions], photo: Path
) -> None:
    open_photo(qtbot, on_gpu, photo)
    choose(qtbot, on_gpu, lambda dialog: None)
    qtbot.waitUntil(lambda: [options.device for options in made] == ["cuda", "cpu", "cuda"])


def test_the_live_preview_goes_on_too(
    qtbot: QtBot,
    on_gpu: Studio,
    made: list[EngineOptions],
    video: Path,  # noqa: F811 - the fixture
) -> None:
    start(qtbot, on_gpu, video)
    qtbot.waitUntil(lambda: on_gpu.live.last is not None)
    assert [options.device for options in made] == ["cuda", "cpu"]


@pytest.mark.parametrize("error", [FULL, FULL_MPS])
def test_models_that_do_not_fit_are_loaded_for_the_cpu(
    qtbot: QtBot,
    settings: Settings,
    make_studio: StudioMaker,
    photo: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def make(engine: FakeEngine) -> Factory:
        def make_engine(options: EngineOptions) -> FakeEngine:
            if options.device != "cpu":
                raise error
            return engine

        return local(make_engine)

    monkeypatch.setattr("tests.app.conftest.factory", make)
    settings.device = "mps"
    studio = make_studio()
    assert open_photo(qtbot, studio, photo).state is PhotoState.DONE


def test_any_other_error_is_told_as_it_is(
    qtbot: QtBot, studio: Studio, engine: FakeEngine, photo: Path
) -> None:
    engine.error = RuntimeError("shapes do not match")
    assert open_photo(qtbot, studio, photo).state is PhotoState.FAILED
    assert len(engine.options) == 1
    assert not studio.inference.fallen_back
