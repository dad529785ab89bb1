"""Closing the small tunnels of a closed mesh, so that it is a ball and can be laid flat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from vrn_core.types import ByteArray, TriangleMesh

MOST_HANDLES = 50
"""A surface with more than that is no face."""
STUMP_RINGS, STUMP_ROUNDS = 3, 30
"""Rings of vertices round a slit that are averaged with their neighbors, and how often."""


def euler_characteristic(mesh: TriangleMesh) -> int:
    """Return vertices - edges + triangles: 2 for a closed ball, 2 less for every handle."""
    used = len(np.unique(mesh.faces))
    return used - len(np.unique(_edge_keys(mesh.faces))) + len(mesh.faces)


def without_handles(mesh: TriangleMesh) -> TriangleMesh:
    """Return a mesh cut at its handles, the cuts covered: what is left is a ball.

    Surfaces taken from volumes have a tunnel here and there, behind a nostril, say, a few
    triangles wide. Each is found as a loop of edges that does not divide the surface, the
    shortest of those that a tree of shortest paths and a tree of triangles across the other
    edges leave over [1]_. The surface is slit along it and both lips are covered.

    Parameters
    ----------
    mesh : TriangleMesh
        Closed, manifold and in one part. Its vertices keep their numbers; new ones follow.

    References
    ----------
    .. [1] Erickson and Whittlesey, "Greedy optimal homotopy and homology generators",
       SODA 2005.
    """
    for _ in range(MOST_HANDLES):
        if euler_characteristic(mesh) >= 2:
            break
        loop = handle_loop(mesh)
        mesh = _relaxed(_slit(mesh, loop), loop)
    return mesh


def _relaxed(mesh: TriangleMesh, loop: NDArray[np.int64]) -> TriangleMesh:
    """Return a mesh whose stumps, left where it was slit along a loop, are drawn in."""
    start, end = mesh.faces.ravel(), mesh.faces[:, [1, 2, 0]].ravel()
    count = len(mesh.vertices)
    edges = sparse.csr_matrix((np.ones(len(start), np.float32), (start, end)), (count, count))
    moved = np.zeros(count, bool)
    moved[loop] = moved[-len(loop) - 2 :] = True
    for _ in range(STUMP_RINGS):
        moved = moved | (edges @ moved > 0)
    rows = edges[moved]
    weight = np.asarray(rows.sum(axis=1))
    vertices = mesh.vertices.copy()
    for _ in range(STUMP_ROUNDS):
        vertices[moved] = (rows @ vertices) / weight
    return TriangleMesh(vertices, mesh.faces, mesh.colors)


def _edge_keys(faces: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return (3 F,) a number for the edge behind each corner, the same from both sides."""
    start, end = faces.ravel().astype(np.int64), faces[:, [1, 2, 0]].ravel().astype(np.int64)
    return np.minimum(start, end) * (int(faces.max()) + 1) + np.maximum(start, end)


def handle_loop(mesh: TriangleMesh) -> NDArray[np.int64]:
    """Return the vertices, in order, of a short loop that does not divide the surface."""
    best = _shortest_loop(mesh, int(mesh.faces[0, 0]))
    # Seen from the handle itself the loops are shorter.
    for _ in range(3):
        again = _shortest_loop(mesh, int(best[len(best) // 2]))
        if len(again) >= len(best):
            break
        best = again
    return best


def _shortest_loop(mesh: TriangleMesh, root: int) -> NDArray[np.int64]:
    faces, count = mesh.faces, int(mesh.faces.max()) + 1
    keys, edge_of = np.unique(_edge_keys(faces), return_inverse=True)
    ends = np.stack([keys // count, keys % count], axis=1)
    length = np.linalg.norm(mesh.vertices[ends[:, 0]] - mesh.vertices[ends[:, 1]], axis=1)
    length = np.maximum(length, 1e-9)
    graph = sparse.csr_matrix((length, (ends[:, 0], ends[:, 1])), shape=(count, count))
    distance, before = csgraph.dijkstra(
        graph, directed=False, indices=root, return_predecessors=True
    )
    in_tree = (before[ends[:, 0]] == ends[:, 1]) | (before[ends[:, 1]] == ends[:, 0])

    # A tree of the triangles that crosses no edge of the first tree: it takes the edges
    # farthest from the root, so that those left over lie near their handle.
    order = np.argsort(edge_of, kind="stable")
    one, other = (order[::2] // 3, order[1::2] // 3)
    reach = distance[ends[:, 0]] + distance[ends[:, 1]] + length
    free = np.flatnonzero(~in_tree)
    cost = reach.max() - reach[free] + 1
    dual = sparse.csr_matrix((cost, (one[free], other[free])), shape=(len(faces), len(faces)))
    tree = csgraph.minimum_spanning_tree(dual).tocoo()
    pair = np.minimum(one, other).astype(np.int64) * len(faces) + np.maximum(one, other)
    crossed = np.minimum(tree.row, tree.col).astype(np.int64) * len(faces)
    crossed += np.maximum(tree.row, tree.col)
    left = free[~np.isin(pair[free], crossed)]
    loops = [_loop_through(ends[e], before) for e in left]
    return min(loops, key=len)


def _loop_through(edge: NDArray[np.int64], before: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the loop of an edge and the ways from its ends to where they meet in the tree."""
    ways: list[list[int]] = []
    for end in edge.tolist():
        way = [end]
        while before[way[-1]] >= 0:
            way.append(int(before[way[-1]]))
        ways.append(way[::-1])
    shared = 0
    while shared < min(map(len, ways)) and ways[0][shared] == ways[1][shared]:
        shared += 1
    return np.array([*ways[0][shared - 1 :], *ways[1][shared:][::-1]])


def _slit(mesh: TriangleMesh, loop: NDArray[np.int64]) -> TriangleMesh:
    """Return a mesh slit along a loop of edges, with a fan of triangles over each lip."""
    faces = mesh.faces.copy()
    following = dict(zip(loop.tolist(), np.roll(loop, -1).tolist(), strict=True))
    # The triangles on the left of the loop: those round its vertices, from one loop edge to
    # the other. They are found by walking across edges that are not on the loop.
    on_loop = np.isin(faces, loop).any(axis=1)
    near = np.flatnonzero(on_loop)
    across: dict[tuple[int, int], int] = {}
    for t in near.tolist():
        a, b, c = faces[t].tolist()
        across[a, b] = across[b, c] = across[c, a] = t
    left: set[int] = set()
    for a, b in following.items():
        # Round b from the triangle left of the edge that arrives to that of the one that leaves.
        t, corner, last = across[a, b], a, following[b]
        while True:
            left.add(t)
            third = next(v for v in faces[t].tolist() if v not in (corner, b))
            if third == last:
                break
            t, corner = across[third, b], third
    count = len(mesh.vertices)
    copies = {v: count + n for n, v in enumerate(loop.tolist())}
    for t in left:
        faces[t] = [copies.get(v, v) for v in faces[t].tolist()]
    middle_left, middle_right = count + len(loop), count + len(loop) + 1
    after = np.roll(loop, -1)
    fan_left = [
        [copies[b], copies[a], middle_left]
        for a, b in zip(loop.tolist(), after.tolist(), strict=True)
    ]
    fan_right = [[a, b, middle_right] for a, b in zip(loop.tolist(), after.tolist(), strict=True)]
    middle = mesh.vertices[loop].mean(axis=0)
    vertices = np.concatenate([mesh.vertices, mesh.vertices[loop], [middle, middle]])
    colors: ByteArray | None = None
    if mesh.colors is not None:
        mean = np.rint(mesh.colors[loop].mean(axis=0)).astype(np.uint8)
        colors = np.concatenate([mesh.colors, mesh.colors[loop], [mean, mean]])
    whole = np.concatenate([faces, np.array(fan_left + fan_right)]).astype(np.int32)
    return TriangleMesh(vertices.astype(np.float32), whole, colors)
