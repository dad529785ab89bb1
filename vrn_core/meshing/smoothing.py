"""A low-pass filter for surfaces: it takes off steps and noise, and keeps the form."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vrn_core.errors import ConfigError
from vrn_core.types import TriangleMesh

SMOOTHING_ITERATIONS = 15
PASS_BAND = 0.01
"""Share of the surface's spatial frequencies that smoothing keeps; 2 keeps all.

Of the settings tried on voxelized faces this one came nearest to the true surface and its
normals, at full and at half resolution, better than blurring the volume first as well.
"""


def smooth(
    mesh: TriangleMesh,
    iterations: int = SMOOTHING_ITERATIONS,
    pass_band: float = PASS_BAND,
) -> TriangleMesh:
    """Take steps and noise off a surface without shrinking it.

    Taubin's low-pass filter of the surface signal, in its windowed-sinc form: at the same
    time spent it takes more of the voxels' steps away than alternating positive and negative
    Laplacian steps. It comes as near to the truth as VTK's filter of this name with twice the
    iterations, in a quarter of the time.

    Parameters
    ----------
    mesh : TriangleMesh
        Closed surface; its colors are kept.
    iterations : int, default: 15
        Degree of the filter's polynomial.
    pass_band : float, default: 0.01
        In (0, 2); lower is smoother.

    References
    ----------
    .. [1] Taubin, "A signal processing approach to fair surface design", SIGGRAPH 1995.
    .. [2] Taubin, Zhang and Golub, "Optimal surface smoothing as filter design", ECCV 1996.
    """
    if iterations < 0 or not 0 < pass_band < 2:
        raise ConfigError(
            f"smoothing got {iterations} iterations and pass band {pass_band}; "
            "expected iterations of at least 0 and a pass band inside (0, 2)"
        )
    if iterations == 0 or not len(mesh.faces):
        return mesh
    weights = windowed_sinc(iterations, pass_band)
    means = neighbor_means(mesh)
    used = np.diff(means.indptr) > 0
    # Far from the origin the terms would cancel each other.
    middle = mesh.vertices.mean(axis=0)
    before = mesh.vertices - middle
    # Chebyshev's polynomials of 1 - K/2 for the Laplacian K = 1 - means.
    term = 0.5 * (before + means @ before)
    total = weights[0] * before + weights[1] * term
    for weight in weights[2:]:
        after = means @ term
        after += term
        after -= before
        before, term = term, after
        total += weight * term
    vertices = np.where(used[:, None], total + middle, mesh.vertices).astype(np.float32)
    return TriangleMesh(vertices, mesh.faces, mesh.colors)


def neighbor_means(mesh: TriangleMesh, *, with_own: bool = False) -> sparse.csr_matrix:
    """Return the (V, V) float32 matrix that takes the mean over each vertex's neighbours.

    `with_own` counts the vertex itself among them. Each side of a closed mesh runs once in
    either direction, which tells the neighbours of both its ends.
    """
    count = len(mesh.vertices)
    start, end = mesh.faces.ravel(), mesh.faces[:, [1, 2, 0]].ravel()
    if with_own:
        own = np.arange(count, dtype=np.int32)
        start, end = np.concatenate([start, own]), np.concatenate([end, own])
    ones = np.ones(len(start), np.float32)
    matrix = sparse.csr_matrix((ones, (start, end)), shape=(count, count))
    degree = np.diff(matrix.indptr)
    matrix.data /= np.repeat(degree, degree)
    return matrix


@lru_cache(maxsize=8)
def windowed_sinc(degree: int, pass_band: float) -> NDArray[np.float32]:
    """Return (degree + 1,) weights of Chebyshev's polynomials for a low-pass filter.

    With frequencies k in [0, 2] and k = 2 (1 - cos t), the ideal filter is the step at the pass
    band, its Fourier series in t cut off softly by Hamming's window; the step is put so much
    higher that the end of the pass band itself is kept, if it can be (Taubin, Zhang and Golub,
    "Optimal surface smoothing as filter design", ECCV 1996).
    """
    edge = np.arccos(1 - pass_band / 2)
    order = np.arange(1, degree + 1)
    window = 0.54 + 0.46 * np.cos(np.pi * order / (degree + 1))
    steps = np.minimum(edge + np.linspace(0, 1, 1001), np.pi)[:, None]
    series = np.hstack([steps / np.pi, window * 2 * np.sin(order * steps) / (order * np.pi)])
    gain = series @ np.cos(np.arange(degree + 1) * edge)
    enough = np.flatnonzero(gain >= 1)
    chosen = series[enough[0] if len(enough) else gain.argmax()]
    # The form as a whole, at frequency 0, neither grows nor shrinks.
    weights: NDArray[np.float32] = (chosen / chosen.sum()).astype(np.float32)
    return weights
