"""Sharing the items of a benchmark among processes."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from vrn_core.progress import CancelToken, Progress

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


@contextmanager
def shared_work(
    work: Callable[[Item], Outcome], items: Sequence[Item], workers: int
) -> Iterator[Iterator[Outcome]]:
    """Give the outcomes in the order of the items; an error drops what has not begun.

    Parameters
    ----------
    work : callable
        Can be sent to another process: a function of a module, or a partial of one.
    items : sequence
    workers : int
        Processes; 1 works in this one.
    """
    if workers == 1:
        yield map(work, items)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_ignore_interrupts)
    try:
        yield pool.map(work, items)
    finally:
        with _without_interrupts():
            pool.shutdown(cancel_futures=True)


def gather(
    work: Callable[[Item], Outcome],
    items: Sequence[Item],
    take: Callable[[Outcome], None],
    *,
    workers: int = 1,
    save: Callable[[], None] | None = None,
    save_every: int = 1,
    name: Callable[[Item], str] = str,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Work on all items and take in what comes of each, in their order.

    Parameters
    ----------
    work, items, workers
        As for :func:`shared_work`.
    take : callable
        Receives every outcome.
    save : callable, optional
        Called every `save_every` items and at the end, also when the work is stopped, but
        never without something new.
    name : callable
        Tells the progress what an item is called.
    """
    unsaved = 0
    with shared_work(work, items, workers) as outcomes:
        try:
            for number, (item, outcome) in enumerate(zip(items, outcomes, strict=True), 1):
                take(outcome)
                unsaved += 1
                if save is not None and unsaved == save_every:
                    save()
                    unsaved = 0
                if cancel is not None:
                    cancel.check()
                if progress is not None:
                    progress(number / len(items), name(item))
        finally:
            if save is not None and unsaved:
                save()


def _ignore_interrupts() -> None:
    # Ctrl-C reaches every process of a terminal; it is the parent that stops the work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let a second Ctrl-C pass unheard while the workers end what they have begun.

    Python 3.11 would forget the pool's thread, and the processes would wait for work forever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
