"""Training samples of a person's own data, mixed with those that the networks learned from.

Sample `index` is always the same one, as everywhere in training.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from vrn_core.data.augmentation import random_background
from vrn_core.data.config import DataConfig
from vrn_core.data.dataset import PortraitDataset, Sample, draw_framing, draw_roll, finish
from vrn_core.data.portraits import Portrait
from vrn_core.errors import DataError
from vrn_core.evaluation.scan_heads import ScanHead
from vrn_core.evaluation.scan_render import make_light
from vrn_core.finetune.labels import Label, read_scanned
from vrn_core.finetune.relief import ScannedFace
from vrn_core.finetune.shots import Shot, cut, frame_shot, shot_of_photo, shot_of_scan
from vrn_core.finetune.store import TRAIN, VALIDATION, read_labels
from vrn_core.inference.photo import load_photo
from vrn_core.morphable.face_model import load_face_model
from vrn_core.types import CROP_SIZE, ByteArray, TriangleMesh

TURN = 1024
"""Samples near one another that are cut out of the same pictures, in ever other ways: drawing a
scan takes longer than all the rest ..."""
AT_A_TIME = 8
"""... that many scans ..."""
VIEWS = 24
"""... each in so many poses; in the next turn they are others."""
KEPT_SHOTS = 2 * AT_A_TIME * VIEWS
"""Pictures kept in memory, at about a megabyte each."""
PHOTO_SHARE = 0.33
"""Of the samples of a photo with a scan, those that show the photo and not the scan."""
PLAIN_LIGHT = 0.5
"""Share of a scan's pictures that have its own colors, without a lamp."""


@dataclass(frozen=True)
class _Own:
    """An item that is not laid under the face model."""

    label: Label
    folder: Path

    def scanned(self) -> tuple[ScanHead, ScannedFace]:
        return read_scanned(self.folder, self.label.item, self.label.scan, lambda photo: [])


class FinetuneDataset:
    """Samples of a folder's labels.

    Parameters
    ----------
    labels : Path
        Folder written by :func:`vrn_core.finetune.store.write_labels`.
    config : DataConfig
    split : {"train", "validation"}
    mix_share : float
        Share of the training samples that come from the portraits that the shipped networks
        learned from, so that nothing is forgotten.
    """

    def __init__(
        self, labels: Path, config: DataConfig, split: str = TRAIN, mix_share: float = 0.0
    ) -> None:
        found = read_labels(labels)
        # Where nothing is kept for validation, other pictures of the same items serve.
        own = found.of(split) or found.of(TRAIN)
        if not own:
            raise DataError(
                f"no item of {found.folder} is for {split}; check the data and give some that part"
            )
        self.config, self.split, self.mix_share = config, split, mix_share
        self._stream = (TRAIN, VALIDATION).index(split)
        self._own = [_Own(label, found.folder) for label in own if label.fit is None]
        fitted = [_portrait(label, found.folder) for label in own if label.fit is not None]
        self._fitted = None
        if fitted:
            model = load_face_model(Path(found.face_model) if found.face_model else None)
            self._fitted = PortraitDataset(config, split, portraits=fitted, model=model)
        self._mixed = PortraitDataset(config, TRAIN) if mix_share > 0 else None
        self._own_share = len(self._own) / len(own)
        self._scan = lru_cache(maxsize=2 * AT_A_TIME)(self._read_scan)
        self._shot = lru_cache(maxsize=KEPT_SHOTS)(self._make_shot)

    def sample(self, index: int) -> Sample:
        """Return sample `index`, as :meth:`vrn_core.data.dataset.PortraitDataset.sample` does."""
        rng = np.random.default_rng([self.config.seed, self._stream, index, 1])
        if self._mixed is not None and rng.random() < self.mix_share:
            return self._mixed.sample(index)
        if self._fitted is not None and rng.random() >= self._own_share:
            return self._fitted.sample(index)
        number = self._draw_own(rng, index)
        shot = self._shot(number, self._draw_view(rng, index, number))
        other = self._neighbor(rng)
        zoom, shift = draw_framing(rng, self.config)
        framing = frame_shot(shot, draw_roll(rng, self.config), zoom, shift)
        image = cut(shot, framing, random_background(rng, other, CROP_SIZE))
        surest, widest = (
            TriangleMesh(framing.apply(mesh.vertices), mesh.faces)
            for mesh in (shot.surest, shot.widest)
        )
        landmarks = framing.apply(shot.landmarks)
        return finish(rng, self.config, image, landmarks, surest, other, widest).sample

    def _draw_own(self, rng: np.random.Generator, index: int) -> int:
        """Return the number of an item, of those whose turn it is."""
        count = len(self._own)
        turn, chosen = index // TURN, int(rng.integers(min(AT_A_TIME, count)))
        order = np.random.default_rng([self.config.seed, self._stream, 2]).permutation(count)
        return int(order[(turn * AT_A_TIME + chosen) % count])

    def _draw_view(self, rng: np.random.Generator, index: int, number: int) -> int:
        """Return the number of a picture of an item: 0 is its photo, others are of its scan."""
        if self._own[number].label.camera is not None and rng.random() < PHOTO_SHARE:
            return 0
        return 1 + index // TURN * VIEWS + int(rng.integers(VIEWS))

    def _read_scan(self, number: int) -> tuple[ScanHead, ScannedFace]:
        return self._own[number].scanned()

    def _make_shot(self, number: int, view: int) -> Shot:
        head, face = self._scan(number)
        own = self._own[number]
        camera, photo = own.label.camera, own.label.item.photo
        if view == 0 and camera is not None and photo is not None:
            pixels = load_photo(own.folder / photo)
            return shot_of_photo(pixels, own.label.landmarks, camera, face)
        rng = np.random.default_rng([self.config.seed, self._stream, number, view])
        yaw, pitch = self.config.yaw_deg, self.config.pitch_deg
        plain = head.colored and rng.random() < PLAIN_LIGHT
        return shot_of_scan(
            head,
            face,
            float(rng.uniform(-yaw, yaw)),
            float(rng.uniform(-pitch, pitch)),
            None if plain else make_light("random", rng),
        )

    def _neighbor(self, rng: np.random.Generator) -> ByteArray:
        """Return a picture for backgrounds and what covers a face."""
        for source in (self._mixed, self._fitted):
            if source is not None:
                return source.some_photo(rng)
        coarse = rng.uniform(0, 255, (24, 24, 3))
        return np.kron(coarse, np.ones((16, 16, 1))).astype(np.uint8)


def _portrait(label: Label, folder: Path) -> Portrait:
    assert label.fit is not None
    assert label.item.photo is not None
    return Portrait(
        name=label.item.name,
        path=folder / label.item.photo,
        split=TRAIN,
        group="",
        gender="",
        fit=label.fit,
    )
