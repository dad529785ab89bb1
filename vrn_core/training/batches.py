"""Samples by index to batches of tensors, in this process or in workers.

The stream of samples is infinite and every sample is determined by its index, so a batch is
fully described by its first index and training can go on anywhere in the stream.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from vrn_core.errors import DataError


class SampleSource(Protocol):
    """Anything that makes sample number `index`, always the same one."""

    def sample(self, index: int) -> Mapping[str, Any]:
        """Return `image` (3, 192, 192), `landmarks` (68, 3) and what else is to be learned.

        That is `volume` (D, H, W), or `parameters` (P,) of a face model.
        """
        ...


SourceFactory = Callable[[], SampleSource]
"""Makes the source where it is used; must be picklable for workers."""


class Batch(NamedTuple):
    """Samples stacked; the first axis is the batch."""

    images: Tensor
    """(B, 3, 192, 192) float32, RGB in [0, 1]."""
    landmarks: Tensor
    """(B, 68, 3) float32, crop pixels."""
    volumes: Tensor | None
    """(B, D, H, W) uint8, occupancy times 255, axes (z, y, x)."""
    parameters: Tensor | None = None
    """(B, P) float32, of the face model."""

    def to(self, device: torch.device) -> Batch:
        """Move to a device."""
        if device.type == "cpu":
            return self
        images, landmarks, volumes, parameters = (
            None if t is None else t.to(device, non_blocking=True) for t in self
        )
        assert images is not None
        assert landmarks is not None
        return Batch(images, landmarks, volumes, parameters)


class _LazySamples(Dataset[Mapping[str, Any]]):
    """Builds the source on first use, so that a worker receives only its recipe."""

    def __init__(self, factory: SourceFactory) -> None:
        self._factory = factory
        self._source: SampleSource | None = None

    def __getitem__(self, index: int) -> Mapping[str, Any]:
        if self._source is None:
            self._source = self._factory()
        return self._source.sample(index)


def collate(samples: list[Mapping[str, Any]]) -> Batch:
    """Stack samples; raise :class:`DataError` if one lacks a part or has another shape."""
    try:
        images = np.stack([s["image"] for s in samples])
        landmarks = np.stack([s["landmarks"] for s in samples])
        volumes = [s["volume"] for s in samples if s.get("volume") is not None]
        volume = np.stack(volumes) if volumes else None
        told = [s["parameters"] for s in samples if s.get("parameters") is not None]
        parameters = np.stack(told) if told else None
    except (KeyError, ValueError) as error:
        raise DataError(f"the samples of a batch do not fit together: {error}") from error
    return Batch(
        torch.from_numpy(np.asarray(images, np.float32)),
        torch.from_numpy(np.asarray(landmarks, np.float32)),
        None if volume is None else torch.from_numpy(np.asarray(volume, np.uint8)),
        None if parameters is None else torch.from_numpy(np.asarray(parameters, np.float32)),
    )


def _ignore_interrupt(worker: int) -> None:
    # Ctrl-C reaches the whole process group; only the trainer may decide when to stop.
    del worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class BatchStream:
    """Batches of consecutive samples, from any index on.

    Parameters
    ----------
    factory : callable
        Returns the source of samples.
    batch_size : int
    workers : int
        Processes that make samples ahead; 0 makes them when they are asked for.
    pin_memory : bool
        Whether batches of workers are put where a GPU can fetch them by itself.
    """

    def __init__(
        self, factory: SourceFactory, batch_size: int, workers: int = 0, pin_memory: bool = False
    ) -> None:
        self._dataset = _LazySamples(factory)
        self._batch_size, self._workers, self._pin = batch_size, workers, pin_memory

    def batches(self, first_indices: Iterator[int]) -> Iterator[Batch]:
        """Yield one batch for each first index."""
        size = self._batch_size
        runs = (list(range(first, first + size)) for first in first_indices)
        if self._workers == 0:
            for run in runs:
                yield collate([self._dataset[i] for i in run])
            return
        loader: DataLoader[Any] = DataLoader(
            self._dataset,
            batch_sampler=runs,
            num_workers=self._workers,
            collate_fn=collate,
            pin_memory=self._pin,
            multiprocessing_context="spawn",
            worker_init_fn=_ignore_interrupt,
            prefetch_factor=3,
        )
        yield from loader
