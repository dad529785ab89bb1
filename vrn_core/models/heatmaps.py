"""Landmarks to heatmaps and back.

A heatmap's cell (row r, column c) is centred on crop pixel
``(stride * (c + 0.5) - 0.5, stride * (r + 0.5) - 0.5)``.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def to_cells(points: Tensor, stride: int) -> Tensor:
    """Map crop pixels (..., 2) to heatmap cells (column, row)."""
    return (points + 0.5) / stride - 0.5


def to_pixels(cells: Tensor, stride: int) -> Tensor:
    """Map heatmap cells (column, row) to crop pixels; undoes :func:`to_cells`."""
    return (cells + 0.5) * stride - 0.5


def draw_gaussians(points: Tensor, size: int, stride: int, sigma: float) -> Tensor:
    """Draw each landmark as a Gaussian of peak 1.

    Parameters
    ----------
    points : (B, N, 2)
        Crop pixels (x, y).
    size : int
        Side of the heatmaps in cells.
    stride : int
        Crop pixels a cell.
    sigma : float
        Standard deviation in cells.

    Returns
    -------
    (B, N, size, size) float32, axes (batch, landmark, y, x).
    """
    cells = to_cells(points.float(), stride)
    grid = torch.arange(size, dtype=torch.float32, device=points.device)
    # The Gaussian is separable: two rows of `size` values instead of size * size exponentials.
    rows = torch.exp(-0.5 * ((grid - cells[..., 1:2]) / sigma) ** 2)
    columns = torch.exp(-0.5 * ((grid - cells[..., 0:1]) / sigma) ** 2)
    return rows[..., :, None] * columns[..., None, :]


def soft_argmax(logits: Tensor, stride: int) -> tuple[Tensor, Tensor]:
    """Return the expected position under each heatmap's softmax, and the softmax.

    Parameters
    ----------
    logits : (B, N, H, W)
    stride : int
        Crop pixels a cell.

    Returns
    -------
    points : (B, N, 2) float32 in crop pixels (x, y)
    probabilities : (B, N, H, W) float32, each heatmap summing to one

    References
    ----------
    .. [1] Sun et al., "Integral Human Pose Regression", ECCV 2018.
    """
    height, width = logits.shape[-2:]
    probabilities = torch.softmax(logits.float().flatten(2), dim=2).unflatten(2, (height, width))
    columns = torch.arange(width, dtype=torch.float32, device=logits.device)
    rows = torch.arange(height, dtype=torch.float32, device=logits.device)
    x = (probabilities.sum(dim=2) * columns).sum(dim=-1)
    y = (probabilities.sum(dim=3) * rows).sum(dim=-1)
    return to_pixels(torch.stack([x, y], dim=-1), stride), probabilities


def concentration(probabilities: Tensor, sigma: float) -> Tensor:
    """Return how concentrated heatmaps (B, N, H, W) are, (B, N) in [0, 1].

    The sum of squared probabilities over that of a Gaussian of `sigma` cells,
    ``1 / (4 pi sigma^2)``, which is what the networks are trained towards.
    """
    collision = probabilities.square().sum(dim=(2, 3))
    return (collision * (4 * math.pi * sigma**2)).clamp(max=1.0)
