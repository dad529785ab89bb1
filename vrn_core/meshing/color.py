"""Vertex colors from the photo, with plausible ones where the photo shows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from vrn_core.errors import ConfigError, ShapeError
from vrn_core.meshing.geometry import mean_edge_length, vertex_normals
from vrn_core.meshing.smoothing import neighbor_means
from vrn_core.meshing.symmetry import SymmetryPlane
from vrn_core.meshing.visibility import vertex_visibility
from vrn_core.types import ByteArray, FloatArray, TriangleMesh

UNSEEN_COLOR = (160.0, 140.0, 130.0)
"""RGB of a mesh of which the photo shows nothing at all."""
CLUSTERS_ALONG = 16
"""Cells along the longest side of the mesh in which seen colors are averaged for spreading."""
MAX_CORRECTION = 60.0
"""Most that the light of a mirrored color is adapted, of 255: more is another surface."""
NORMAL_STEPS = 3
"""Rounds of averaging with the neighbours for the normals that tell seen from unseen."""
BLEND_STEPS = 10
"""Rounds of averaging with the neighbours that take the seams off the unseen colors."""


def color_from_photo(
    mesh: TriangleMesh, photo: ByteArray, symmetry: SymmetryPlane | None = None
) -> TriangleMesh:
    """Return a mesh colored by the photo that it was made from.

    Vertices the camera sees take the photo's color. The others take the color of their mirror
    image, if a symmetry plane is given and the camera sees that one, with the brightness
    adapted; else a mean of the seen surface that is the broader the farther it is, so that
    no color runs along the side walls in streaks. Towards flat angles the one gives way to
    the other.

    Parameters
    ----------
    mesh : TriangleMesh
        Photo frame.
    photo : (H, W, 3) uint8
        RGB.
    symmetry : SymmetryPlane, optional
        In the photo frame.
    """
    skin = Skin.of(mesh)
    return complete_colors(skin, *seen_colors(mesh, skin.normals, photo), symmetry)


@dataclass(frozen=True)
class Skin:
    """A mesh and what its coloring needs to know."""

    mesh: TriangleMesh
    neighbors: sparse.csr_matrix
    """(V, V), takes the mean over a vertex and its neighbours."""
    normals: FloatArray
    """(V, 3), averaged: steps left in the surface would make stripes of seen and unseen."""

    @classmethod
    def of(cls, mesh: TriangleMesh) -> Skin:
        """Return what coloring needs to know of a mesh."""
        neighbors = neighbor_means(mesh, with_own=True)
        normals = vertex_normals(mesh)
        for _ in range(NORMAL_STEPS):
            normals = neighbors @ normals
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
        return cls(mesh, neighbors, normals)


def seen_colors(
    mesh: TriangleMesh, normals: FloatArray, photo: ByteArray
) -> tuple[FloatArray, FloatArray]:
    """Return the photo's color (V, 3) at each vertex and how well it sees it, (V,) in 0-1.

    `mesh` and its normals (V, 3) are in the photo frame, `photo` is (H, W, 3) uint8 RGB.
    """
    sampled, inside = sample_photo(photo, mesh.vertices[:, :2], mean_edge_length(mesh))
    return sampled, vertex_visibility(mesh, normals) * inside


@dataclass(frozen=True)
class MirrorImage:
    """For vertices that no photo shows well, which seen ones their mirror images are."""

    numbers: NDArray[np.intp]
    """(N,) of the vertices that have one."""
    partner: NDArray[np.intp]
    """(N,) of the seen vertices."""
    share: FloatArray
    """(N, 1) in 0-1 how surely."""
    correction: FloatArray
    """(N, 3) what to add to the mirrored color for the light of this side."""


def complete_colors(
    skin: Skin,
    sampled: FloatArray,
    visibility: FloatArray,
    symmetry: SymmetryPlane | None = None,
) -> TriangleMesh:
    """Return the mesh colored as it is seen, and where it is not as in :func:`color_from_photo`.

    `sampled` (V, 3) is RGB in 0-255, `visibility` (V,) in 0-1 how well a vertex is seen;
    `symmetry` is in the frame of the mesh.
    """
    mesh = skin.mesh
    colors = completed_colors(skin, sampled, visibility, symmetry)
    return TriangleMesh(mesh.vertices, mesh.faces, _to_bytes(colors))


def completed_colors(
    skin: Skin,
    sampled: FloatArray,
    visibility: FloatArray,
    symmetry: SymmetryPlane | None = None,
) -> FloatArray:
    """Return the colors (V, 3) of :func:`complete_colors`, unrounded."""
    mesh, neighbors = skin.mesh, skin.neighbors
    seen = visibility >= 0.5 * visibility.max(initial=0)
    if not visibility.any():
        return np.full(mesh.vertices.shape, UNSEEN_COLOR, np.float32)
    colors = sampled.copy()
    unseen = np.flatnonzero(visibility < 1)
    colors[unseen] = _spread(mesh.vertices[seen], sampled[seen], mesh.vertices[unseen])
    mirror = None
    if symmetry is not None:
        mirror = mirror_image(skin, colors, unseen, visibility, symmetry)
    if mirror is not None:
        # Towards the edge of what has a mirror image its color gives way to the spread one.
        wanted = colors[mirror.partner] + mirror.correction
        colors[mirror.numbers] += mirror.share * (wanted - colors[mirror.numbers])
    colors[unseen] += visibility[unseen, None] * (sampled[unseen] - colors[unseen])
    _blend(colors, neighbors, visibility)
    return colors


def sample_photo(
    photo: ByteArray, points: FloatArray, spacing: float = 1.0
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Sample a photo bilinearly.

    Parameters
    ----------
    photo : (H, W, 3) uint8
        RGB.
    points : (N, 2) float32
        x, y in pixels; the center of the top-left pixel is (0, 0).
    spacing : float, default: 1.0
        Distance between the points in pixels: of a photo finer than that, blocks of pixels
        are averaged first, so that its noise does not speckle the mesh.

    Returns
    -------
    colors : (N, 3) float32
        RGB in 0-255; the border's color for points outside the photo.
    inside : (N,) bool
        Whether the point lies on the photo.
    """
    if photo.ndim != 3 or photo.shape[2] != 3:
        raise ShapeError("photo", photo.shape, "(H, W, 3), RGB")
    if photo.dtype != np.uint8:
        raise ConfigError(f"photo has data type {photo.dtype}; expected uint8 RGB")
    height, width = photo.shape[:2]
    limit = np.array([width - 1, height - 1], np.float32)
    inside = np.logical_and.reduce(((points >= -0.5) & (points <= limit + 0.5)).T)
    clipped = np.clip(points, 0, limit)
    pixels: NDArray[Any] = photo
    block = max(int(spacing), 1)
    if block > 1:
        pixels, clipped = _averaged(photo, clipped, block)
        limit = np.array([pixels.shape[1] - 1, pixels.shape[0] - 1], np.float32)
        clipped = np.clip(clipped, 0, limit)
    corner = np.minimum(clipped.astype(np.int64), np.maximum(limit.astype(np.int64) - 1, 0))
    x_part, y_part = (clipped - corner).astype(np.float32).T[:, :, None]
    left, top = corner.T
    right, bottom = np.minimum(corner + 1, limit.astype(np.int64)).T
    # Rows of one long list are taken several times faster than by two indices.
    listed, across = pixels.reshape(-1, 3), pixels.shape[1]
    upper, lower = (
        listed.take(row * across + left, axis=0) * (1 - x_part)
        + listed.take(row * across + right, axis=0) * x_part
        for row in (top, bottom)
    )
    return (upper * (1 - y_part) + lower * y_part).astype(np.float32), inside


def _averaged(
    photo: ByteArray, points: FloatArray, block: int
) -> tuple[NDArray[np.float32], FloatArray]:
    """Average blocks of the part of a photo that the points (N, 2) need; map the points."""
    height, width = photo.shape[:2]
    low = np.maximum(np.floor(points.min(axis=0)).astype(int) - block, 0)
    high = np.ceil(points.max(axis=0)).astype(int) + 2 * block
    columns, rows = np.maximum((np.minimum(high, (width, height)) - low) // block, 1)
    part = photo[low[1] : low[1] + rows * block, low[0] : low[0] + columns * block]
    small = np.zeros((rows, columns, 3), np.float32)
    for dy in range(block):
        for dx in range(block):
            # Slices, because a mean over a reshaped array is several times slower. A photo
            # smaller than a block leaves out what is not there.
            piece = part[min(dy, part.shape[0] - 1) :: block, min(dx, part.shape[1] - 1) :: block]
            small += piece
    mapped: FloatArray = ((points - low - (block - 1) / 2) / block).astype(np.float32)
    small /= block**2
    return small, mapped


def _spread(seen_points: FloatArray, values: FloatArray, points: FloatArray) -> FloatArray:
    """Return values (N, C) at points (N, 3) as a mean of the seen ones.

    The weight falls with the fourth power of the distance: next to the seen surface the
    nearest values count alone, far from it all do, and fine detail fades with distance.
    """
    low = seen_points.min(axis=0)
    cell = max(float((seen_points.max(axis=0) - low).max()) / CLUSTERS_ALONG, 1e-6)
    index = ((seen_points - low) // cell).astype(np.int64)
    key = (index[:, 0] * 4096 + index[:, 1]) * 4096 + index[:, 2]
    _, group, size = np.unique(key, return_inverse=True, return_counts=True)

    def group_mean(columns: FloatArray) -> FloatArray:
        sums = [np.bincount(group, column, minlength=len(size)) for column in columns.T]
        return (np.stack(sums, axis=1) / size[:, None]).astype(np.float32)

    centers, means = group_mean(seen_points - low), group_mean(values)
    # |target - center|^2 as one matrix product, and a last column that sums the weights.
    targets = (points - low).astype(np.float32)
    ones = np.ones((len(targets), 1), np.float32)
    left = np.hstack([targets, (targets**2).sum(axis=1, keepdims=True), ones])
    squares = (centers**2).sum(axis=1, keepdims=True) + np.float32(0.25 * cell**2)
    right = np.hstack([-2 * centers, np.ones_like(squares), squares]).T.copy()
    means = np.hstack([means, np.ones((len(means), 1), np.float32)])
    totals = np.empty((len(targets), means.shape[1]), np.float32)
    # In pieces that stay in the processor's cache.
    for start in range(0, len(targets), 512):
        weights = left[start : start + 512] @ right
        np.maximum(weights, np.float32(0.2 * cell**2), out=weights)
        np.multiply(weights, weights, out=weights)
        np.reciprocal(weights, out=weights)
        totals[start : start + 512] = weights @ means
    return totals[:, :-1] / totals[:, -1:]


def mirror_image(
    skin: Skin,
    colors: FloatArray,
    wanted: NDArray[np.intp],
    visibility: FloatArray,
    symmetry: SymmetryPlane,
) -> MirrorImage | None:
    """Return the mirror images of the wanted vertices (N,) as far as they are seen well.

    Light differs between the sides: by how much is measured where both are seen, near the
    middle of the face, and spread. `colors` (V, 3) count where `visibility` (V,) is 1.
    """
    vertices, normals = skin.mesh.vertices, skin.normals
    seen_numbers = np.flatnonzero(visibility == 1)
    if not len(seen_numbers):
        return None
    tree = cKDTree(vertices[seen_numbers])
    reach = 0.04 * float(np.ptp(vertices, axis=0).max())

    def partners(
        numbers: NDArray[np.intp],
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]:
        """Return those that have a seen mirror image, its numbers, and how surely (N, 1)."""
        images = symmetry.reflect(vertices[numbers])
        distance, neighbor = tree.query(images, distance_upper_bound=reach)
        found = np.isfinite(distance)
        numbers, partner = numbers[found], seen_numbers[neighbor[found]]
        directions = symmetry.reflect_directions(normals[numbers])
        agrees = (directions * normals[partner]).sum(axis=1) > 0.5
        share = np.clip(2 * (1 - distance[found] / reach), 0, 1)[:, None].astype(np.float32)
        return numbers[agrees], partner[agrees], share[agrees]

    filled, mirrored, share = partners(wanted)
    if not len(filled):
        return None
    correction = np.zeros((len(filled), 3), np.float32)
    both, other, _ = partners(seen_numbers[:: max(len(seen_numbers) // 1000, 1)])
    if len(both) > 20:
        difference = np.clip(colors[both] - colors[other], -MAX_CORRECTION, MAX_CORRECTION)
        correction = _spread(vertices[both], difference, vertices[filled])
    return MirrorImage(filled, mirrored, share, correction)


def _blend(colors: FloatArray, neighbors: sparse.csr_matrix, visibility: FloatArray) -> None:
    """Average unseen colors with their neighbours' a few times, in place."""
    share = 0.5 * (1 - visibility[:, None])
    for _ in range(BLEND_STEPS):
        colors += share * (neighbors @ colors - colors)


def _to_bytes(colors: NDArray[np.floating]) -> ByteArray:
    """Round colors (N, 3) in 0-255 to bytes."""
    rounded: ByteArray = np.clip(np.rint(colors), 0, 255).astype(np.uint8)
    return rounded
