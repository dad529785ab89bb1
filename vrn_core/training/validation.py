"""How good a network is on people that it was not trained on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor

from vrn_core.config import LossConfig
from vrn_core.models.landmarks import LandmarkOutput
from vrn_core.models.parametric import ParametricOutput
from vrn_core.models.vrn import VolumeOutput, resize_volume
from vrn_core.training.batches import Batch
from vrn_core.training.losses import NetworkOutput, compute_losses
from vrn_core.types import UNKNOWN

OUTER_CORNERS = (36, 45)
"""The outer corners of the eyes in iBUG order, counted from 0."""


def volume_iou(logits: Tensor, target: Tensor, unknown: bool = False) -> Tensor:
    """Return the intersection over union at probability 0.5, one a sample.

    `logits` (B, D, H, W); `target` (B, D, H, W) uint8, solid from 128 on; with `unknown`, voxels
    whose target is ``UNKNOWN`` do not count. Two empty volumes agree fully. Result (B,) float32.
    """
    predicted, solid = logits > 0, target >= 128
    if unknown:
        known = target != UNKNOWN
        predicted, solid = predicted & known, solid & known
    union, intersection = _counts(predicted | solid), _counts(predicted & solid)
    return torch.where(union > 0, intersection / union.clamp(min=1), torch.ones_like(union))


def _counts(mask: Tensor) -> Tensor:
    """Return how many voxels are set, one a sample: on a processor ten times faster than a sum."""
    return torch.stack([torch.count_nonzero(one) for one in mask])


def nme_interocular(points: Tensor, target: Tensor) -> Tensor:
    """Return the mean distance in x and y over the distance of the outer eye corners.

    The normalizer is the true distance in space, which does not vanish in profile.
    `points` (B, 68, 2 or 3) and `target` (B, 68, 3) in crop pixels; result (B,).
    """
    distances = (points[..., :2].float() - target[..., :2]).norm(dim=-1).mean(dim=1)
    left, right = OUTER_CORNERS
    normalizer = (target[:, left] - target[:, right]).norm(dim=-1).clamp(min=1e-6)
    return cast(Tensor, distances / normalizer)


@torch.no_grad()
def batch_metrics(output: NetworkOutput, batch: Batch, config: LossConfig) -> dict[str, float]:
    """Return the metrics of one batch, added up over its samples."""
    count = len(batch.images)
    losses = compute_losses(output, batch.volumes, batch.landmarks, config, batch.parameters)
    sums = {"loss": float(losses.total) * count}
    sums.update({f"loss_{name}": float(part) * count for name, part in losses.parts.items()})
    sums.update(accuracy(output, batch, config.unknown))
    return sums


@torch.no_grad()
def accuracy(output: NetworkOutput, batch: Batch, unknown: bool = False) -> dict[str, float]:
    """Return the metrics of one batch without its loss, added up over its samples.

    `unknown` is that of the loss: whether voxels may be left out.
    """
    sums: dict[str, float] = {}
    if isinstance(output, ParametricOutput):
        from vrn_core.training.parametric import parametric_face

        points = parametric_face(output.parameters.device).landmarks(output.parameters)
        sums["nme_interocular"] = float(nme_interocular(points, batch.landmarks).sum())
        return sums
    landmarks = output if isinstance(output, LandmarkOutput) else output.landmarks
    if isinstance(output, VolumeOutput) and batch.volumes is not None:
        depth, height, width = batch.volumes.shape[1:]
        logits = resize_volume(output.logits, (depth, height, width))
        sums["volume_iou"] = float(volume_iou(logits, batch.volumes, unknown).sum())
    if landmarks is not None:
        sums["nme_interocular"] = float(nme_interocular(landmarks.points, batch.landmarks).sum())
        depths = (landmarks.points[..., 2] - batch.landmarks[..., 2]).abs().mean(dim=1)
        sums["depth_error_px"] = float(depths.sum())
    return sums


def score(metrics: Mapping[str, float]) -> float:
    """Return the figure by which the best weights are chosen; higher is better."""
    if "volume_iou" in metrics:
        return metrics["volume_iou"]
    return -metrics["nme_interocular"]
