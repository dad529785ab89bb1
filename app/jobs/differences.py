"""How far two meshes lie apart, measured in a process: only the newest pair counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs.pool import TaskRunner
from app.jobs.process import Workplace
from vrn_core.types import TriangleMesh

if TYPE_CHECKING:
    from vrn_core.evaluation.surfaces import SurfaceDifference

Pair = tuple[TriangleMesh, TriangleMesh]


class Differences(QObject):
    """Measures a pair at a time; keeps the last result."""

    found = Signal()

    def __init__(self, runner: TaskRunner, process: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._runner, self._process = runner, process
        self._wanted: Pair | None = None
        self._running = False
        self._last: tuple[Pair, SurfaceDifference | None] | None = None

    def get(self, mesh: TriangleMesh, other: TriangleMesh) -> SurfaceDifference | None:
        """Return how far `mesh` is from `other`; if it is not known, ``found`` will tell.

        A pair that cannot be measured stays unknown; that is in the log.
        """
        pair = (mesh, other)
        if self._last is not None and _same(self._last[0], pair):
            return self._last[1]
        self._wanted = pair
        self._dispatch()
        return None

    def forget(self) -> None:
        """Keep no mesh alive."""
        self._wanted = self._last = None

    def _dispatch(self) -> None:
        if not self._running and self._wanted is not None:
            pair, self._wanted, self._running = self._wanted, None, True
            self._runner.submit(
                partial(self._process.call, difference_of, *pair),
                partial(self._end, pair),
                lambda failure: self._end(pair, None),
            )

    def _end(self, pair: Pair, difference: SurfaceDifference | None) -> None:
        self._running = False
        self._last = (pair, difference)
        self.found.emit()
        self._dispatch()


def _same(one: Pair, other: Pair) -> bool:
    return one[0] is other[0] and one[1] is other[1]


def difference_of(mesh: TriangleMesh, other: TriangleMesh) -> SurfaceDifference:
    """Return how far a mesh is from another; for a process of its own."""
    # Imported by the job, so that the program starts without the core's mesh tools.
    from vrn_core.evaluation.surfaces import surface_difference

    return surface_difference(mesh, other)
