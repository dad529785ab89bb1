from __future__ import annotations

import os
import signal

import pytest

from vrn_core.progress import CancelToken
from vrn_core.training import command
from vrn_core.training.command import stopping_on_signals


def test_signals_at_once_are_one_wish_to_stop() -> None:
    cancel = CancelToken()
    with stopping_on_signals(cancel):
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), number)
        assert cancel.cancelled


def test_a_later_signal_has_its_usual_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "SAME_WISH_SECONDS", 0.0)
    with stopping_on_signals(CancelToken()), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_handlers_are_as_they_were_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stopping_on_signals(CancelToken()):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
