"""The people of the validation that a run shows to whoever looks at it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import torch

from vrn_core.errors import ExportError
from vrn_core.models.vrn import VolumeOutput
from vrn_core.training.batches import Batch
from vrn_core.training.losses import NetworkOutput
from vrn_core.training.showcase import COUNT, SHOWCASE_NAME, reconstruct, write_showcase


def first_people(batch: Batch) -> Batch:
    """Return the people of a batch that are shown, without the others' memory."""
    images, landmarks, volumes, parameters = (
        None if tensor is None else tensor[:COUNT].clone() for tensor in batch
    )
    assert images is not None
    assert landmarks is not None
    return Batch(images, landmarks, volumes, parameters)


def show_people(folder: Path, step: int, found: Sequence[tuple[Batch, NetworkOutput]]) -> None:
    """Write what a network makes of people, one a batch, if it makes volumes.

    A disk that cannot be written to loses the picture and does not hold up training.
    """
    faces = []
    for person, output in found:
        if isinstance(output, VolumeOutput):
            image, logits = person.images[0].float(), output.logits[0].float()
            faces.append(reconstruct(image.cpu().numpy(), torch.sigmoid(logits).cpu().numpy()))
    if faces:
        with contextlib.suppress(ExportError):
            write_showcase(folder / SHOWCASE_NAME, step, faces)
