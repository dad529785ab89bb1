"""The volumes of the faces looked at last, from which their surfaces are taken anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vrn_core.meshing.kept import KeptVolume

KEPT_FACES = 48
"""Most faces whose volumes are kept, some 80 kB each."""


class VolumeStore:
    """Volumes by photo; those not used for longest go first, a photo at a time."""

    def __init__(self, limit: int = KEPT_FACES) -> None:
        self._limit = limit
        self._photos: OrderedDict[int, tuple[KeptVolume, ...]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(volumes) for volumes in self._photos.values())

    def keep(self, key: int, volumes: Sequence[KeptVolume]) -> None:
        """Keep the volumes of the faces of a photo, in their order."""
        self._photos[key] = tuple(volumes)
        self._photos.move_to_end(key)
        while len(self) > self._limit and len(self._photos) > 1:
            self._photos.popitem(last=False)

    def get(self, key: int, index: int) -> KeptVolume | None:
        """Return the volume of a face, or None if it was dropped."""
        volumes = self._photos.get(key, ())
        if index >= len(volumes):
            return None
        self._photos.move_to_end(key)
        return volumes[index]

    def all_of(self, key: int) -> tuple[KeptVolume, ...]:
        """Return the volumes of a photo, without a word on which were used last."""
        return self._photos.get(key, ())

    def put(self, key: int, index: int, volume: KeptVolume) -> None:
        """Keep the volume of one face, in the place of another or after the last."""
        volumes = self._photos.get(key, ())
        if index <= len(volumes):
            self.keep(key, (*volumes[:index], volume, *volumes[index + 1 :]))

    def drop(self, key: int) -> None:
        """Forget a photo."""
        self._photos.pop(key, None)
