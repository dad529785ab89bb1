"""Making a closed mesh two-manifold again after edges were collapsed.

Decimation collapses edges without asking whether the surface stays a manifold: thin handles
are pinched until four triangles share an edge, or folded flat until two triangles cover each
other. Neither opens the mesh, so that both can be undone by counting alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from vrn_core.meshing.geometry import face_cross_products, side_vectors
from vrn_core.types import IntArray, TriangleMesh

MIN_RELATIVE_HEIGHT = 1e-4
"""A triangle lower than this share of the mesh's mean edge counts as having no area."""
SPLIT_SHARE = 0.05
"""How far a split vertex moves towards its neighbours, so that no reader merges it again."""


def is_closed_manifold(faces: IntArray) -> bool:
    """Whether every edge of the triangles (F, 3) is shared by two that agree on its sides."""
    if not len(faces):
        return False
    forward, backward = _edge_keys(faces)
    forward.sort()
    backward.sort()
    return bool(np.array_equal(forward, backward) and (forward[1:] != forward[:-1]).all())


def repair_manifold(mesh: TriangleMesh) -> TriangleMesh:
    """Return the mesh without flat or doubled triangles and with two triangles an edge.

    Flat triangles are collapsed, triangles that cover each other back to back are removed,
    and vertices at which the surface touches itself are split. A closed mesh stays closed;
    an open one keeps its edges of one triangle. Unused vertices go.
    """
    for _ in range(4):
        flat = _flat_faces(mesh)
        if not flat.any():
            break
        mesh = _collapse(mesh, flat)
    faces = _without_back_to_back(mesh.faces)
    mesh = TriangleMesh(mesh.vertices, faces, mesh.colors)
    for _ in range(8):
        if is_closed_manifold(mesh.faces):
            break
        mesh, doubled = _split_touching(mesh)
        if not len(doubled):
            break
        mesh = _with_midpoints(mesh, doubled)
    return without_unused_vertices(mesh)


def without_unused_vertices(mesh: TriangleMesh) -> TriangleMesh:
    """Return the mesh with only the vertices that a triangle uses, in their old order."""
    used = np.zeros(len(mesh.vertices), bool)
    used[mesh.faces.ravel()] = True
    if used.all():
        return mesh
    number = np.cumsum(used, dtype=np.int32) - 1
    colors = None if mesh.colors is None else mesh.colors[used]
    return TriangleMesh(mesh.vertices[used], number[mesh.faces].astype(np.int32), colors)


def _edge_keys(faces: IntArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a number for each directed side (3 F,), and for the same side reversed."""
    start = faces.astype(np.int64).ravel()
    end = faces[:, [1, 2, 0]].astype(np.int64).ravel()
    count = int(faces.max(initial=0)) + 1
    return start * count + end, end * count + start


def _flat_faces(mesh: TriangleMesh) -> NDArray[np.bool_]:
    """Return (F,) whether a triangle has a repeated corner or hardly any height."""
    if not len(mesh.faces):
        return np.zeros(0, bool)
    longest = np.sqrt((side_vectors(mesh) ** 2).sum(axis=1).max(axis=0))
    twice_area = np.sqrt((face_cross_products(mesh) ** 2).sum(axis=1))
    return twice_area <= MIN_RELATIVE_HEIGHT * longest.mean() * longest  # type: ignore[no-any-return]


def _collapse(mesh: TriangleMesh, flat: NDArray[np.bool_]) -> TriangleMesh:
    """Join the ends of the shortest side of each flat triangle."""
    corners = mesh.faces[flat]
    points = mesh.vertices[corners]
    shortest = ((points - points[:, [1, 2, 0]]) ** 2).sum(axis=2).argmin(axis=1)
    row = np.arange(len(corners))
    count = len(mesh.vertices)
    joined = sparse.coo_matrix(
        (np.ones(len(row), bool), (corners[row, shortest], corners[row, (shortest + 1) % 3])),
        shape=(count, count),
    )
    label = csgraph.connected_components(joined, directed=False)[1]
    _, first = np.unique(label, return_index=True)
    faces = label[mesh.faces].astype(np.int32)
    distinct = (faces != faces[:, [1, 2, 0]]).all(axis=1)
    colors = None if mesh.colors is None else mesh.colors[first]
    return TriangleMesh(mesh.vertices[first], faces[distinct], colors)


def _without_back_to_back(faces: IntArray) -> IntArray:
    """Remove pairs of triangles with the same corners that face opposite ways."""
    corners = faces.T.astype(np.int64)
    low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
    count = int(faces.max(initial=0)) + 1
    key = (low * count + (corners.sum(axis=0) - low - high)) * count + high
    ordered = np.sort(key)
    if (ordered[1:] != ordered[:-1]).all():
        return faces
    _, group, size = np.unique(key, return_inverse=True, return_counts=True)
    # A triangle is even if its corners, turned until the lowest leads, are ascending.
    after_lowest = np.select([faces[:, 0] == low, faces[:, 1] == low], faces[:, 1:].T, faces[:, 0])
    even = after_lowest != high
    evens = np.bincount(group, even, minlength=len(size))
    odds = size - evens
    cancelled = np.minimum(evens, odds)
    keep = np.ones(len(faces), bool)
    for index in np.flatnonzero(cancelled):
        members = np.flatnonzero(group == index)
        for side in (members[even[members]], members[~even[members]]):
            keep[side[: int(cancelled[index])]] = False
    return faces[keep]


def _split_touching(mesh: TriangleMesh) -> tuple[TriangleMesh, NDArray[np.int64]]:
    """Give each sheet of the surface its own vertices where sheets touch.

    Sides are paired with reversed ones, one with one; a vertex is then what can be reached
    from a triangle's corner over paired sides alone. Returned with the mesh are the pairs of
    sides (N, 2) that lead between the same two vertices as another pair still: sheets that
    touch along an edge but are one elsewhere round both its ends.
    """
    faces = mesh.faces
    forward, backward = _edge_keys(faces)
    first, second = np.argsort(forward, kind="stable"), np.argsort(backward, kind="stable")
    # The n-th use of a side is paired with the n-th use of its reverse, if there is one.
    first_key, second_key = (
        _numbered(keys[order]) for keys, order in ((forward, first), (backward, second))
    )
    _, i, j = np.intersect1d(first_key, second_key, assume_unique=True, return_indices=True)
    side, other = first[i], second[j]
    # Side s leads from corner s to the next one; its reverse leads the other way.
    following = np.arange(faces.size).reshape(-1, 3)[:, [1, 2, 0]].ravel()
    joined = sparse.coo_matrix(
        (
            np.ones(2 * len(side), bool),
            (
                np.concatenate([side, following[side]]),
                np.concatenate([following[other], other]),
            ),
        ),
        shape=(faces.size, faces.size),
    )
    count, label = csgraph.connected_components(joined, directed=False)
    _, corner = np.unique(label, return_index=True)
    old = faces.ravel()[corner]
    new_faces = label.reshape(-1, 3).astype(np.int32)
    vertices = mesh.vertices[old].copy()

    copies = np.bincount(old, minlength=len(mesh.vertices))[old] > 1
    if copies.any():
        ends = new_faces[:, [1, 2, 0]].ravel()
        degree = np.bincount(new_faces.ravel(), minlength=count)[:, None]
        total = np.stack(
            [
                np.bincount(new_faces.ravel(), vertices[ends, axis], minlength=count)
                for axis in range(3)
            ],
            axis=1,
        )
        middle = total / np.maximum(degree, 1)
        vertices[copies] += SPLIT_SHARE * (middle[copies] - vertices[copies])
    colors = None if mesh.colors is None else mesh.colors[old]
    split = TriangleMesh(vertices.astype(np.float32), new_faces, colors)

    once = side < other
    pairs = np.stack([side[once], other[once]], axis=1)
    start, end = label[pairs[:, 0]].astype(np.int64), label[following[pairs[:, 0]]]
    key = np.minimum(start, end) * count + np.maximum(start, end)
    _, first_use = np.unique(key, return_index=True)
    return split, np.delete(pairs, first_use, axis=0)


def _with_midpoints(mesh: TriangleMesh, pairs: NDArray[np.int64]) -> TriangleMesh:
    """Halve paired sides (N, 2) by a vertex of their own, so that they differ from others.

    A triangle is halved once only; what is left over waits for the next round.
    """
    faces = mesh.faces.copy()
    colors = None if mesh.colors is None else mesh.colors.astype(np.float64)
    new_faces: list[IntArray] = []
    new_vertices: list[NDArray[np.floating]] = []
    new_colors: list[NDArray[np.floating]] = []
    touched: set[int] = set()
    for pair in pairs:
        sides = [(int(side) // 3, int(side) % 3) for side in pair]
        if touched.intersection(face for face, _ in sides):
            continue
        touched.update(face for face, _ in sides)
        middle = len(mesh.vertices) + len(new_vertices)
        face, corner = sides[0]
        ends = faces[face, [corner, (corner + 1) % 3]]
        tips = [faces[face, (corner + 2) % 3] for face, corner in sides]
        between, beside = mesh.vertices[ends].mean(axis=0), mesh.vertices[tips].mean(axis=0)
        new_vertices.append(between + SPLIT_SHARE * (beside - between))
        if colors is not None:
            new_colors.append(colors[ends].mean(axis=0))
        for face, corner in sides:
            half = faces[face].copy()
            half[corner] = middle
            faces[face, (corner + 1) % 3] = middle
            new_faces.append(half)
    return TriangleMesh(
        np.concatenate([mesh.vertices, np.array(new_vertices, np.float32)]),
        np.concatenate([faces, np.array(new_faces, np.int32)]),
        None if colors is None else np.concatenate([colors, new_colors]).astype(np.uint8),
    )


def _numbered(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Make sorted keys distinct: eight times the key plus how often it came before."""
    start = np.searchsorted(keys, keys)
    numbered: NDArray[np.int64] = keys * 8 + np.minimum(np.arange(len(keys)) - start, 7)
    return numbered
