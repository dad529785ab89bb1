"""Taking the photo's light off a face, as far as its soft shading goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vrn_core.types import FloatArray

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Of linear sRGB, Rec. 709."""
SURE = 0.6
"""Visibility from which on a vertex's color tells about the light."""
ROUNDS = 8
"""Of fitting, each with less weight on what the light does not explain: eyes, brows, beard."""
DAMPING = 0.02
"""Share by which the coefficients other than the mean are held back: normals that are hardly
there must not decide about them."""
LEAST, MOST = 0.5, 1.7
"""Shading, of its mean, beyond which it is taken for a cast shadow or a gloss, which stay."""
OUTLYING = 8.0
"""Percent of the seen surface with the least and the greatest shading: beyond what the rest has
nothing is believed, for there the fit only guesses."""


def harmonics(normals: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return (N, 9) the real spherical harmonics of order 0 to 2 for unit normals (N, 3).

    Whatever the lamps, the light on a matt surface is nearly a sum of these nine functions of
    its normal [1]_. Factors that are the same for all normals are left out.

    References
    ----------
    .. [1] Ramamoorthi and Hanrahan, "An efficient representation for irradiance environment
       maps", SIGGRAPH 2001, equation 3.
    """
    x, y, z = np.asarray(normals, np.float64).T
    return np.stack(
        [np.ones_like(x), x, y, z, x * y, y * z, x * z, 3 * z**2 - 1, x**2 - y**2], axis=1
    )


def even_light(colors: FloatArray, normals: FloatArray, visibility: FloatArray) -> FloatArray:
    """Return the factors (V,) on sRGB values that take the soft shading off colors.

    Parameters
    ----------
    colors : (V, 3) float32
        sRGB in 0-255.
    normals : (V, 3) float32
        Unit normals.
    visibility : (V,) float32
        In 0-1; only what is seen well tells about the light.

    Notes
    -----
    Luminance, in linear light, is fitted by :func:`harmonics` of the normals by iteratively
    reweighted least squares with Tukey's biweight, and divided by what the fit says, over its
    mean. That factor is applied to encoded values, of which light is about the power 2.2.
    """
    seen = np.flatnonzero(visibility >= SURE)
    if len(seen) < 100:
        return np.ones(len(colors), np.float32)
    luminance = (np.clip(colors[seen] / 255, 0, 1).astype(np.float64) ** 2.2) @ LUMINANCE
    basis = harmonics(normals[seen])
    weights = np.ones(len(seen))
    hold = np.diag([0.0] + [1.0] * 8)
    coefficients = np.zeros(9)
    for _ in range(ROUNDS):
        weighted = basis * weights[:, None]
        gram = weighted.T @ basis
        coefficients = np.linalg.solve(gram + DAMPING * gram[0, 0] * hold, weighted.T @ luminance)
        residual = luminance - basis @ coefficients
        # 4.685 standard deviations, which 1.4826 times the median residual stands for.
        reach = 4.685 * 1.4826 * max(float(np.median(np.abs(residual))), 1e-6)
        weights = np.maximum(1 - (residual / reach) ** 2, 0) ** 2
    middle = max(float((basis @ coefficients).mean()), 1e-6)
    shading = harmonics(normals) @ coefficients / middle
    least, most = np.percentile(shading[seen], [OUTLYING, 100 - OUTLYING])
    shading = np.clip(shading, max(least, LEAST), min(most, MOST))
    factors: FloatArray = (shading ** (-1 / 2.2)).astype(np.float32)
    return factors
