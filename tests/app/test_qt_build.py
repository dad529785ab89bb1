"""What the window needs of Qt's bindings themselves."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal


class _Emitter(QObject):
    happened = Signal(int)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True lives forever since Python 3.12")
def test_signals_leave_the_references_of_true_alone() -> None:
    emitter = _Emitter()
    emitter.happened.emit(0)
    before = sys.getrefcount(True)
    for number in range(200):
        emitter.happened.emit(number)
    # 6.12.0 lost one each time; the interpreter aborts when none is left.
    assert sys.getrefcount(True) > before - 100
