from __future__ import annotations

from dataclasses import replace

import pytest

from app.state.volumes import VolumeStore
from tests.app.fakes import reconstruction
from vrn_core.meshing.kept import KeptVolume
from vrn_core.types import FaceBox


@pytest.fixture(scope="module")
def volume() -> KeptVolume:
    return KeptVolume.of(reconstruction(FaceBox(0, 0, 50, 50)))


def test_memory_stays_flat_over_many_photos_and_the_oldest_go_first(volume: KeptVolume) -> None:
    store = VolumeStore(limit=10)
    for key in range(500):
        store.keep(key, [volume, volume])
        assert len(store) <= 10
    assert store.get(494, 0) is None
    assert store.get(495, 1) is volume


def test_what_was_looked_at_stays_longer(volume: KeptVolume) -> None:
    store = VolumeStore(limit=2)
    store.keep(1, [volume])
    store.keep(2, [volume])
    assert store.get(1, 0) is volume
    store.keep(3, [volume])
    assert store.get(1, 0) is volume
    assert store.get(2, 0) is None


def test_a_photo_of_more_faces_than_fit_is_kept_alone(volume: KeptVolume) -> None:
    store = VolumeStore(limit=2)
    store.keep(1, [volume])
    crowd = [replace(volume, voxel_size=1) for _ in range(5)]
    store.keep(2, crowd)
    assert store.get(2, 4) is crowd[4]
    assert store.get(1, 0) is None
    assert store.get(2, 5) is None


def test_a_removed_photo_is_forgotten(volume: KeptVolume) -> None:
    store = VolumeStore()
    store.keep(1, [volume])
    store.drop(1)
    store.drop(1)
    assert len(store) == 0
