"""Work in a process of its own, so that the window never waits for it.

Threads of one Python process take turns: a library that is being loaded, or a native function
that does not let go of the interpreter, halts the window for as long as it takes. VTK in one
thread and the drawing by VTK in another can even wait for each other for ever. A second process
does not, and if it runs out of memory it takes nothing with it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

from vrn_core.errors import CancelledError, VrnError, describe_error
from vrn_core.progress import CancelToken, Progress

log = logging.getLogger(__name__)

Result = TypeVar("Result")

WATCH_S = 0.02
"""How often the caller looks whether the work was cancelled."""
NICENESS = 5
"""How far the work stands back behind the window, which needs little time but at once."""
PATIENCE_S = 2.0
"""For a process to end by itself before it is ended."""


class Workplace(Protocol):
    """Where work is done while its caller waits."""

    def call(
        self,
        work: Callable[..., Result],
        *arguments: Any,
        cancel: CancelToken | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Return ``work(*arguments)``."""
        ...

    def close(self) -> None:
        """End what is going on."""
        ...


class WorkerDiedError(VrnError):
    """The process that did the work is gone."""


@dataclass(frozen=True)
class _Order:
    number: int
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    watched: bool
    """Whether the work wants to be told of a cancel, and tells its progress."""


@dataclass(frozen=True)
class _Told:
    fraction: float
    stage: str


@dataclass(frozen=True)
class _Done:
    result: Any


@dataclass(frozen=True)
class _Failed:
    error: Exception
    trace: str


class _RemoteTrace(Exception):
    """Where in the other process an error came from."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class WorkProcess:
    """A process that does one piece of work after the other; started when there is some.

    If it dies, the work it was at raises :class:`WorkerDiedError`, and the next starts another.
    It may be used from any thread; those that come while it is at work wait.
    """

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._turn, self._lock = threading.Lock(), threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._closed = False
        self._number = 0

    def call(
        self,
        work: Callable[..., Result],
        *arguments: Any,
        cancel: CancelToken | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Return ``work(*arguments)``, done by the process.

        `work` is a function of a module, and what it takes and gives can be pickled. If there is
        a `cancel` or a `progress`, `work` is called with the keywords ``cancel`` and
        ``progress``, which reach the caller's.

        Raises
        ------
        WorkerDiedError
            If the process ended meanwhile.
        Exception
            What `work` raised; where is told by its cause.
        """
        watched = cancel is not None or progress is not None
        with self._turn:
            self._number += 1
            pipe = self._ready_pipe()
            try:
                pipe.send(_Order(self._number, work, arguments, watched))
                return self._answer(pipe, cancel or CancelToken(), progress)  # type: ignore[no-any-return]
            except (EOFError, OSError) as error:
                raise self._death() from error

    def close(self) -> None:
        """End the process; work that is going on raises."""
        self._closed = True
        with self._lock:
            process, pipe = self._process, self._pipe
            self._process = None
        if process is None or pipe is None:
            return
        process.terminate()
        process.join(PATIENCE_S)
        if process.is_alive():
            process.kill()
            process.join()

    def _answer(self, pipe: Connection, cancel: CancelToken, progress: Progress | None) -> Any:
        told = False
        while True:
            if cancel.cancelled and not told:
                pipe.send(self._number)
                told = True
            if not pipe.poll(WATCH_S):
                continue
            message = pipe.recv()
            if isinstance(message, _Done):
                return message.result
            if isinstance(message, _Failed):
                raise message.error from _RemoteTrace(message.trace)
            if progress is not None:
                progress(message.fraction, message.stage)

    def _ready_pipe(self) -> Connection:
        with self._lock:
            if self._closed:
                raise CancelledError("the program is being closed")
            if self._process is None or self._pipe is None or not self._process.is_alive():
                self._pipe, theirs = self._context.Pipe()
                self._process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
                self._process.start()
                # Else the end of the process would not be noticed.
                theirs.close()
            return self._pipe

    def _death(self) -> VrnError:
        with self._lock:
            process, self._process = self._process, None
        if self._closed or process is None:
            return CancelledError("the program is being closed")
        process.join(PATIENCE_S)
        log.warning("the working process ended with %s", process.exitcode)
        return WorkerDiedError(
            "the process that makes the meshes ended unexpectedly, most likely for want of "
            "memory; close other programs or use a smaller photo, then try again"
        )


class _PipeToken(CancelToken):
    """Hears of a cancel through the pipe."""

    def __init__(self, pipe: Connection, number: int) -> None:
        super().__init__()
        self._pipe, self._number = pipe, number

    @property
    def cancelled(self) -> bool:
        """Whether the work was asked to stop; so it is too if nobody waits for it any more."""
        try:
            while self._pipe.poll():
                if self._pipe.recv() == self._number:
                    self.cancel()
        except (EOFError, OSError):
            self.cancel()
        return super().cancelled


def _serve(pipe: Connection) -> None:
    """Do what is ordered through the pipe until it is closed."""
    # Ctrl+C in a terminal reaches all processes; the window decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    while True:
        try:
            order = pipe.recv()
            # A number is a cancel that came too late.
            if isinstance(order, _Order):
                pipe.send(_do(order, pipe))
        except (EOFError, OSError):
            return


def _do(order: _Order, pipe: Connection) -> _Done | _Failed:
    watch: dict[str, Any] = {}
    if order.watched:
        watch["cancel"] = _PipeToken(pipe, order.number)
        watch["progress"] = lambda fraction, stage: pipe.send(_Told(fraction, stage))
    try:
        return _Done(order.work(*order.arguments, **watch))
    except Exception as error:  # noqa: BLE001 - the process boundary: raised by the caller
        return _Failed(_portable(error), traceback.format_exc())


def _portable(error: Exception) -> Exception:
    """Return an error that can be sent, of a known kind if the error itself cannot be."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - pickling may fail in any way
        if isinstance(error, VrnError):
            return VrnError(str(error))
        return RuntimeError(describe_error(error))
    return error
