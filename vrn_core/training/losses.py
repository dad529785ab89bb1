"""The losses of volumes and landmarks.

The volume's cross-entropy meets millions of voxels a step, which on a processor with little
memory bandwidth can cost as much as the network. So loss and gradient are made together, a
piece that fits the cache at a time, and nothing but the gradient is kept.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor
from torch.nn import functional

from vrn_core.config import LossConfig
from vrn_core.errors import ShapeError
from vrn_core.models.heatmaps import draw_gaussians
from vrn_core.models.landmarks import STRIDE, LandmarkOutput
from vrn_core.models.parametric import ParametricOutput
from vrn_core.models.vrn import VolumeOutput, resize_volume
from vrn_core.types import UNKNOWN

NetworkOutput = VolumeOutput | LandmarkOutput | ParametricOutput
"""What any of the networks predicts."""

CHUNK = 1 << 17
"""Voxels treated at a time on the processor: a few float32 pieces fit the L2 cache."""


class Losses(NamedTuple):
    """The weighted sum to go down, and its parts, unweighted, for the log."""

    total: Tensor
    parts: dict[str, Tensor]


class _VolumeCrossEntropy(torch.autograd.Function):
    """Mean sigmoid cross-entropy with uint8 targets, in float32 whatever the logits' type."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, target: Tensor, surface: float, unknown: bool) -> Tensor:
        if logits.is_contiguous(memory_format=torch.channels_last):
            # The same order for both, so that they can be walked as flat arrays.
            flat_logits = logits.permute(0, 2, 3, 1).reshape(-1)
            target = target.permute(0, 2, 3, 1)
        else:
            flat_logits = logits.reshape(-1)
        flat_target = target.reshape(-1)
        gradient = torch.empty_like(flat_logits) if ctx.needs_input_grad[0] else None
        count = flat_logits.numel()
        chunk = CHUNK if logits.device.type == "cpu" else count
        total = torch.zeros((), dtype=torch.float64 if chunk < count else torch.float32)
        total = total.to(logits.device)
        for start in range(0, count, chunk):
            # Of float32 logits this is a view, so x itself must stay as it is.
            x = flat_logits[start : start + chunk].float()
            target_bytes = flat_target[start : start + chunk]
            t = target_bytes.float().mul_(1 / 255)
            if surface or unknown:
                # 4 t (1 - t) is 1 where the surface halves a voxel, 0 inside and outside.
                weight = torch.addcmul(t, t, t, value=-1).mul_(4 * surface).add_(1)
                if unknown:
                    weight.mul_(target_bytes != UNKNOWN)
                losses = functional.softplus(x).addcmul_(x, t, value=-1)
                total += torch.dot(losses, weight)
                slope = x.sigmoid().sub_(t).mul_(weight)
            else:
                total += functional.softplus(x).sum() - torch.dot(x, t)
                slope = x.sigmoid().sub_(t)
            if gradient is not None:
                gradient[start : start + chunk] = slope.mul_(1 / count)
        if gradient is not None:
            if logits.is_contiguous(memory_format=torch.channels_last):
                b, d, h, w = logits.shape
                gradient = gradient.view(b, h, w, d).permute(0, 3, 1, 2)
            else:
                gradient = gradient.view(logits.shape)
            ctx.save_for_backward(gradient)
        return (total / count).float()

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor | None, None, None, None]:
        (gradient,) = ctx.saved_tensors
        # Reading the factor would make a GPU wait, so only the processor saves the product.
        if gradient.device.type != "cpu" or float(grad_output) != 1.0:
            gradient = gradient * grad_output.to(gradient.dtype)
        return gradient, None, None, None


def volume_loss(
    logits: Tensor, target: Tensor, surface: float = 0.0, unknown: bool = False
) -> Tensor:
    """Return the mean sigmoid cross-entropy of occupancy logits.

    Parameters
    ----------
    logits : (B, D, H, W) float32 or bfloat16
        Axes (batch, z, y, x).
    target : (B, D, H, W) uint8
        Occupancy times 255, which may be anything between empty (0) and solid (255).
    surface : float, default: 0
        Additional weight, at most, of voxels which the surface cuts. The mean is over the
        number of voxels, not over their weights.
    unknown : bool, default: False
        Whether voxels whose target is ``UNKNOWN`` weigh nothing.

    Returns
    -------
    () float32, differentiable with respect to `logits`.
    """
    if logits.shape != target.shape or target.dtype != torch.uint8:
        raise ShapeError("target", target.shape, f"{tuple(logits.shape)} like the logits, uint8")
    loss = _VolumeCrossEntropy.apply(logits, target, surface, unknown)  # type: ignore[no-untyped-call]
    return cast(Tensor, loss)


def _resized_volume_loss(logits: Tensor, target: Tensor, config: LossConfig) -> Tensor:
    depth, height, width = target.shape[1:]
    resized = resize_volume(logits, (depth, height, width))
    return volume_loss(resized, target, config.surface, config.unknown)


class HeatmapTargets(NamedTuple):
    """The distributions that heatmaps are trained towards, made once for all stacks."""

    probabilities: Tensor
    """(B, N, size * size) float32, each summing to one."""
    entropy: Tensor
    """(B, N) nats."""
    inside: Tensor
    """(B, N) 1 for points on the heatmap, 0 for those beyond its border."""


@torch.no_grad()
def heatmap_targets(points: Tensor, size: int, sigma: float) -> HeatmapTargets:
    """Return Gaussians of `sigma` cells round points (B, N, 2 or 3) in crop pixels."""
    gaussians = draw_gaussians(points[..., :2], size, STRIDE, sigma).flatten(2)
    mass = gaussians.sum(dim=2, keepdim=True)
    probabilities = gaussians / mass.clamp(min=1e-6)
    entropy = -torch.special.xlogy(probabilities, probabilities).sum(dim=2)
    # A point beyond the border leaves too little of its Gaussian to aim at.
    inside = (mass[..., 0] > 0.05 * 2 * math.pi * sigma**2).float()
    return HeatmapTargets(probabilities, entropy, inside)


def heatmap_loss(logits: Tensor, targets: HeatmapTargets) -> Tensor:
    """Return the cross-entropy of heatmaps (B, N, H, W) with their targets.

    Each heatmap's softmax over its cells is the predicted distribution. The target's
    entropy is taken off, so that the loss, () float32 in nats, is 0 for a perfect network.
    """
    flat = logits.float().flatten(2)
    # log-softmax under the target's expectation, without another map of its size.
    cross = torch.logsumexp(flat, dim=2) - (flat * targets.probabilities).sum(dim=2)
    inside = targets.inside
    return ((cross - targets.entropy) * inside).sum() / inside.sum().clamp(min=1)


def coordinate_loss(points: Tensor, target: Tensor) -> Tensor:
    """Return the mean smooth L1 distance in x and y, (B, N, 2 or 3) in crop pixels."""
    return functional.smooth_l1_loss(points[..., :2].float(), target[..., :2], beta=1.0)


def depth_loss(points: Tensor, target: Tensor) -> Tensor:
    """Return the mean absolute error of depth, (B, N, 3) in crop pixels."""
    return functional.l1_loss(points[..., 2].float(), target[..., 2])


def landmark_losses(output: LandmarkOutput, target: Tensor, config: LossConfig) -> Losses:
    """Return the losses of every stack (intermediate supervision), added over the stacks.

    `target` (B, 68, 3) in crop pixels. The logged parts are the last stack's.
    """
    total = target.new_zeros(())
    parts: dict[str, Tensor] = {}
    size = output.heatmap_logits[0].shape[-1]
    targets = heatmap_targets(target, size, config.heatmap_sigma) if config.heatmap else None
    for logits, points in zip(output.heatmap_logits, output.stage_points, strict=True):
        if targets is not None:
            parts["heatmap"] = heatmap_loss(logits, targets)
            total = total + config.heatmap * parts["heatmap"]
        if config.coordinates:
            parts["coordinates"] = coordinate_loss(points, target)
            total = total + config.coordinates * parts["coordinates"]
        if config.depth:
            parts["depth"] = depth_loss(points, target)
            total = total + config.depth * parts["depth"]
    return Losses(total, parts)


def _parametric_losses(
    output: ParametricOutput, target: Tensor | None, config: LossConfig
) -> Losses:
    if target is None:
        raise ShapeError("parameters", (), "(B, P): the samples hold no parameters")
    # Read here because it wants the face model, which the other networks do without.
    from vrn_core.training.parametric import parameter_cost, vertex_cost

    total = target.new_zeros(())
    parts: dict[str, Tensor] = {}
    for name, weight, cost in (
        ("parameters", config.parameters, parameter_cost),
        ("vertices", config.vertices, vertex_cost),
    ):
        if weight:
            parts[name] = cost(output.parameters, target)
            total = total + weight * parts[name]
    return Losses(total, parts)


def compute_losses(
    output: NetworkOutput,
    volume: Tensor | None,
    landmarks: Tensor,
    config: LossConfig,
    parameters: Tensor | None = None,
) -> Losses:
    """Return the losses of any network's output.

    Parameters
    ----------
    output : VolumeOutput, LandmarkOutput or ParametricOutput
    volume : (B, D, H, W) uint8
        Target occupancy; the logits are resampled to its grid. Unused for landmarks.
    landmarks : (B, 68, 3) float32
        Target landmarks in crop pixels. Unused for a volume alone.
    config : LossConfig
    parameters : (B, P) float32
        Of a face model; used by the parametric network alone.
    """
    if isinstance(output, LandmarkOutput):
        return landmark_losses(output, landmarks, config)
    if isinstance(output, ParametricOutput):
        return _parametric_losses(output, parameters, config)
    if volume is None:
        raise ShapeError("volume", (), "(B, D, H, W): the samples hold no volume")
    if config.binary_targets:
        solid = (volume >= 128).to(torch.uint8) * 255
        volume = torch.where(volume == UNKNOWN, volume, solid) if config.unknown else solid
    part = _resized_volume_loss(output.logits, volume, config)
    total, parts = config.volume * part, {"volume": part}
    for early in output.early_logits:
        total = total + config.volume * _resized_volume_loss(early, volume, config)
    if output.landmarks is not None:
        more = landmark_losses(output.landmarks, landmarks, config)
        total, parts = total + more.total, {**parts, **more.parts}
    return Losses(total, parts)


__all__ = [
    "HeatmapTargets",
    "Losses",
    "NetworkOutput",
    "compute_losses",
    "coordinate_loss",
    "depth_loss",
    "heatmap_loss",
    "heatmap_targets",
    "landmark_losses",
    "volume_loss",
]
