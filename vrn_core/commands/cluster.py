"""Sharing the photos of a large folder among the workers of a Dask scheduler.

Dask moves only names of photos and counts; photos and results lie in folders that all machines
share. What a worker had begun when it died is given to another one, which leaves finished photos
alone (see :mod:`vrn_core.commands.folder_results`).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from vrn_core import __version__
from vrn_core.commands.folder_work import Job, Outcome, unfitness, work_on
from vrn_core.commands.terminal import complain
from vrn_core.errors import ClusterError, VrnError, describe_error

if TYPE_CHECKING:
    from distributed import Client, Future

ADDRESS = re.compile(r"((tcp|tls)://)?(\[[\da-f:.]+\]|[^\s/:\[\]]+):\d{1,5}", re.IGNORECASE)
CHUNK = 8
"""Photos a task: seconds of work, beside which the millisecond that Dask takes does not count."""
TASKS_A_THREAD = 3
"""Tasks given out for each thread of the workers: one at work, the others ready."""
CONNECT_S = 10.0
FIRST_WORKER_S = 30.0
LOST = "the scheduler was lost; once it runs again, go on with --resume"
LOOK_S = 5.0
"""How often the workers are counted."""


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler that has workers.

    Raises
    ------
    ClusterError
        If the address is none, Dask is not installed, nothing answers, or there is no worker.
    """
    try:
        import distributed
    except ImportError as error:
        raise ClusterError(
            "--scheduler needs Dask, which is not installed; run pip install "
            '"vrn-studio[cluster]" on every machine'
        ) from error
    if ADDRESS.fullmatch(address) is None:
        raise ClusterError(f"{address!r} is no address of a scheduler; expected tcp://host:port")
    # What goes wrong is told once, in our words.
    for name in ("distributed", "distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=CONNECT_S)
    except (OSError, asyncio.TimeoutError, ValueError, TypeError, RuntimeError) as error:
        raise ClusterError(
            f"there is no scheduler at {address}; start one by dask scheduler, and check address, "
            "port and firewall"
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=FIRST_WORKER_S)
        except (TimeoutError, asyncio.TimeoutError) as error:
            raise ClusterError(
                f"the scheduler at {address} has no worker; start some by dask worker {address} "
                "--nthreads 1"
            ) from error
        yield client
    finally:
        client.close(timeout=CONNECT_S)


def check_workers(client: Client, job: Job) -> None:
    """Raise :class:`ClusterError` if a worker could not do the job."""
    run_folder = str(job.results.own / job.run)
    facts = (__version__, str(job.photos), run_folder, job.models)
    answers: dict[str, Any] = client.run(unfitness, *facts, on_error="return")
    for worker, answer in answers.items():
        if isinstance(answer, ImportError):
            raise ClusterError(
                f"the worker {worker} lacks VRN Studio, or has another version: {answer}; install "
                f"{__version__} there"
            )
        if isinstance(answer, BaseException):
            text = describe_error(answer) if isinstance(answer, Exception) else repr(answer)
            raise ClusterError(f"the worker {worker} cannot be asked: {text}")
        if answer is not None:
            raise ClusterError(answer)


def share(client: Client, job: Job, photos: Iterator[str], take: Callable[[Outcome], None]) -> None:
    """Let the workers do a job; no more photos are read from the iterator than they need.

    Parameters
    ----------
    client : distributed.Client
    job : Job
    photos : iterator of str
    take : callable
        Receives what came of some photos, as it comes.

    Raises
    ------
    VrnError
        What concerns all photos, and :class:`ClusterError` if the scheduler is lost.
    """
    _Sharing(client, job, photos, take).run()


class _Sharing:
    def __init__(
        self, client: Client, job: Job, photos: Iterator[str], take: Callable[[Outcome], None]
    ) -> None:
        self._client, self._job, self._photos, self._take = client, job, photos, take
        self._again: deque[list[str]] = deque()
        self._given: dict[Future[Outcome], list[str]] = {}
        self._number = 0
        self._told = False

    def run(self) -> None:
        import distributed

        room = self._room()
        while self._give_out(room):
            try:
                done, _ = distributed.wait(
                    list(self._given), timeout=LOOK_S, return_when="FIRST_COMPLETED"
                )
            # Python 3.10 knows two of them.
            except (TimeoutError, asyncio.TimeoutError):
                done = set()
            except distributed.CancelledError as error:
                raise ClusterError(LOST) from error
            for future in done:
                self._take_in(future, self._given.pop(future))
            room = self._room()

    def _room(self) -> int:
        """Return how many tasks there may be at a time."""
        try:
            threads = int(sum(self._client.nthreads().values()))
        except OSError as error:
            raise ClusterError(LOST) from error
        if threads == 0 and not self._told:
            complain("no worker is left; waiting for new ones (Ctrl-C stops)")
        self._told = threads == 0
        return max(1, TASKS_A_THREAD * threads)

    def _give_out(self, room: int) -> bool:
        """Give tasks out while there is room; return whether there is something to wait for."""
        while len(self._given) < room:
            chunk = self._again.popleft() if self._again else self._next_chunk()
            if not chunk:
                break
            self._number += 1
            future = self._client.submit(
                work_on, self._job, chunk, key=f"{self._job.run}-{self._number}", pure=False
            )
            self._given[future] = chunk
        return bool(self._given)

    def _next_chunk(self) -> list[str]:
        return list(islice(self._photos, CHUNK))

    def _take_in(self, future: Future[Outcome], chunk: list[str]) -> None:
        if future.status == "finished":
            self._take(future.result())
            return
        error = future.exception()
        if isinstance(error, VrnError):
            raise error
        if len(chunk) > 1:
            # One of them may have brought the workers down; the others are not to suffer.
            self._again.extend([photo] for photo in chunk)
            return
        self._take(Outcome(undone=[(chunk[0], _reason(error))]))


def _reason(error: BaseException | None) -> str:
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return (
            "every worker that took it died, as when memory is short; give the workers more "
            "(--memory-limit) or start fewer on a machine"
        )
    return describe_error(error) if isinstance(error, Exception) else repr(error)
