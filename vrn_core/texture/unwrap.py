"""Laying a face flat: one chart of all that shows, a small one of the back.

Artists paint on a face that they recognize, so that it is cut once, along the rim of the
back, where no one looks, and not into hundreds of splinters. Each of the two pieces is a disk
and is laid out by Floater's method [1]_: the rim goes onto a convex curve and every other vertex
to a weighted mean of its neighbors. With positive weights such a layout is free of
overlaps [2]_. What it squeezes is evened out by dividing weights by the stretch that they led
to [3]_, which keeps them positive.

References
----------
.. [1] Floater, "Mean value coordinates", Computer Aided Geometric Design 2003.
.. [2] Tutte, "How to draw a graph", Proceedings of the London Mathematical Society 1963.
.. [3] Yoshizawa, Belyaev and Seidel, "A fast and simple stretch-minimizing mesh
   parameterization", Shape Modeling International 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import splu

from vrn_core.errors import ExportError
from vrn_core.meshing.geometry import face_cross_products, mean_edge_length
from vrn_core.meshing.repair import is_closed_manifold
from vrn_core.texture.handles import euler_characteristic, without_handles
from vrn_core.types import FloatArray, IntArray, TriangleMesh

BACK_FACING = -0.72
"""Direction along z (its cosine) from which on the surface belongs to the back."""
LABEL_SMOOTHING, MOST_SMOOTHING = 0.1, 15
"""Rounds of averaging of the directions with neighbors, so that the cut runs straight: by edges
along the mesh, and at most."""
STRETCH_ROUNDS = 12
"""Most rounds of evening out; most often some 5 are enough."""
ENOUGH_GAINED = 0.985
"""Stretch after a round, over that before, for the round to have been worth while."""
MOST_STRETCH = 10.0
"""Stretch, of that of an even layout, beyond which a triangle counts no more."""
FRONT_PLACE = (0.012, 0.012, 0.788, 0.976)
"""Where the front lies in the texture: left, bottom, width, height."""
BACK_PLACE = (0.822, 0.012, 0.166, 0.24)
ROUNDNESS = 2.6
"""Exponent of the curve |x|^p + |y|^p = 1 that the rim is laid on: 2 is an ellipse; more fills
the corners of the texture better and bends the triangles there more."""


@dataclass(frozen=True)
class Layout:
    """A mesh laid flat.

    ``uv`` (U, 2) in 0-1, v up; ``corners`` (F, 3) int32, its rows at the triangles' corners;
    ``origin`` (U,) int32, the vertex that a row belongs to; ``chart`` (F,) int32, the piece that
    a triangle lies in. Triangles are counter-clockwise in every chart.
    """

    mesh: TriangleMesh
    uv: FloatArray
    corners: IntArray
    origin: IntArray
    chart: IntArray


def unwrap(mesh: TriangleMesh) -> Layout:
    """Lay a mesh flat without overlaps.

    Parameters
    ----------
    mesh : TriangleMesh
        Canonical frame: a face looks along +z, y is up. Tunnels of a closed one are closed, so
        that the layout's mesh may have more vertices, which follow those of this one.

    Raises
    ------
    ExportError
        If the mesh is too odd even for the general method, which takes many charts.
    """
    if not len(mesh.faces):
        raise ExportError("cannot lay a mesh flat that has no triangles")
    if is_closed_manifold(mesh.faces):
        ball = without_handles(mesh)
        front = _front_faces(ball) if euler_characteristic(ball) == 2 else None
        if front is not None:
            return _two_charts(ball, front)
    return _many_charts(mesh)


def stretches(vertices: FloatArray, faces: IntArray, uv: NDArray[np.floating]) -> FloatArray:
    """Return (F, 2) greatest and least stretch of each triangle from a layout to space.

    They are the singular values of the map; `uv` is (V, 2) for the rows that `faces` name.

    References
    ----------
    .. [1] Sander, Snyder, Gortler and Hoppe, "Texture mapping progressive meshes",
       SIGGRAPH 2001.
    """
    p = vertices.astype(np.float64)[faces]
    q = uv.astype(np.float64)[faces]
    (s1, t1), (s2, t2), (s3, t3) = (q[:, k].T for k in range(3))
    area = ((s2 - s1) * (t3 - t1) - (s3 - s1) * (t2 - t1))[:, None]
    area = np.where(np.abs(area) < 1e-18, 1e-18, area)
    along_s = (p[:, 0] * (t2 - t3)[:, None] + p[:, 1] * (t3 - t1)[:, None]
               + p[:, 2] * (t1 - t2)[:, None]) / area  # fmt: skip
    along_t = (p[:, 0] * (s3 - s2)[:, None] + p[:, 1] * (s1 - s3)[:, None]
               + p[:, 2] * (s2 - s1)[:, None]) / area  # fmt: skip
    a, b, c = (along_s**2).sum(1), (along_s * along_t).sum(1), (along_t**2).sum(1)
    root = np.sqrt(np.maximum((a - c) ** 2 + 4 * b**2, 0))
    values = np.sqrt(np.maximum(np.stack([a + c + root, a + c - root], axis=1) / 2, 0))
    return values.astype(np.float32)


def _front_faces(mesh: TriangleMesh) -> NDArray[np.bool_] | None:
    """Return which triangles (F,) show from the front and sides: a disk, as are the others.

    ``None`` if there are no two disks to be made.
    """
    adjacent = _adjacent_faces(mesh.faces)
    cross = face_cross_products(mesh)
    direction = cross[:, 2] / np.maximum(np.linalg.norm(cross, axis=1), 1e-12)
    extent = float(np.ptp(mesh.vertices, axis=0).max())
    smooth = (adjacent + adjacent.T).astype(np.float64)
    for _ in range(int(min(LABEL_SMOOTHING * extent / mean_edge_length(mesh), MOST_SMOOTHING))):
        direction = (direction + smooth @ direction) / 4
    front = direction > BACK_FACING
    for _ in range(30):
        front = _largest_part(front, adjacent)
        back = _largest_part(~front, adjacent)
        front = ~back
        pinched = _pinched_vertices(mesh.faces, front)
        if not len(pinched):
            break
        # Where two tips of the front meet in one vertex, all round it goes to the front.
        front |= np.isin(mesh.faces, pinched).any(axis=1)
    else:
        return None
    return front if front.any() and not front.all() else None


def _adjacent_faces(faces: IntArray) -> sparse.csr_matrix:
    """Return the (F, F) matrix that has an entry where triangles of a closed mesh share an edge."""
    start, end = faces.ravel().astype(np.int64), faces[:, [1, 2, 0]].ravel().astype(np.int64)
    key = np.minimum(start, end) * (int(faces.max()) + 1) + np.maximum(start, end)
    order = np.argsort(key, kind="stable") // 3
    ones = np.ones(len(order) // 2, np.int8)
    return sparse.csr_matrix((ones, (order[::2], order[1::2])), shape=(len(faces), len(faces)))


def _largest_part(chosen: NDArray[np.bool_], adjacent: sparse.csr_matrix) -> NDArray[np.bool_]:
    """Return which of the chosen triangles hang together with the most others."""
    numbers = np.flatnonzero(chosen)
    if not len(numbers):
        return chosen
    _, label = csgraph.connected_components(adjacent[numbers][:, numbers], directed=False)
    part = np.zeros_like(chosen)
    part[numbers[label == np.bincount(label).argmax()]] = True
    return part


def _pinched_vertices(faces: IntArray, front: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the vertices through which the border of the front passes more than once."""
    start, _ = _border(faces, front)
    vertices, times = np.unique(start, return_counts=True)
    return vertices[times > 1]


def _border(
    faces: IntArray, chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return start and end of the border's edges, as the chosen triangles run along them."""
    part = faces[chosen].astype(np.int64)
    start, end = part.ravel(), part[:, [1, 2, 0]].ravel()
    base = int(faces.max()) + 1
    single = ~np.isin(start * base + end, end * base + start)
    return start[single], end[single]


def _two_charts(mesh: TriangleMesh, front: NDArray[np.bool_]) -> Layout:
    rows: list[FloatArray] = []
    origins: list[IntArray] = []
    corners = np.empty_like(mesh.faces)
    count = 0
    for chosen, place, sign in ((front, FRONT_PLACE, 1.0), (~front, BACK_PLACE, -1.0)):
        # Seen from behind, the back has its left at the right.
        looking = mesh.vertices.astype(np.float64) * [sign, 1, sign]
        used, faces = np.unique(mesh.faces[chosen], return_inverse=True)
        faces = faces.reshape(-1, 3)
        flat = _disk_layout(looking[used], faces, place[2] / place[3])
        left, bottom, width, height = place
        rows.append((flat * [width / 2, height / 2] + [left + width / 2, bottom + height / 2])
                    .astype(np.float32))  # fmt: skip
        origins.append(used)
        corners[chosen] = faces + count
        count += len(used)
    return Layout(
        mesh,
        np.concatenate(rows),
        corners,
        np.concatenate(origins).astype(np.int32),
        np.where(front, 0, 1).astype(np.int32),
    )


def _disk_layout(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], aspect: float
) -> NDArray[np.float64]:
    """Lay a disk (V, 3), its triangles (F, 3), into the square from -1 to 1.

    `aspect` is the width over the height that the square will be given.
    """
    rim = _rim(faces)
    flat = np.zeros((len(vertices), 2))
    flat[rim] = _on_curve(vertices[rim], aspect)
    inside = np.ones(len(vertices), bool)
    inside[rim] = False
    weights = _mean_value_weights(vertices, faces)
    shape = np.array([aspect, 1.0])
    best, least = flat, (np.inf, np.inf)
    solid = TriangleMesh(vertices.astype(np.float32), faces.astype(np.int32))
    area = np.linalg.norm(face_cross_products(solid), axis=1)
    shares = np.maximum(np.bincount(faces.ravel(), np.repeat(area, 3), len(vertices)), 1e-12)
    slow = 0
    for _ in range(STRETCH_ROUNDS):
        flat = _solve(weights, flat, inside)
        of_face = stretches(solid.vertices, solid.faces, flat * shape).astype(np.float64)
        square = np.minimum((of_face**2).sum(axis=1) / 2, MOST_STRETCH**2 * area.sum() / aspect)
        found = (_lost(flat, faces), float((square * area).sum()))
        # The first rounds gain by far the most; one that loses may lead to a better one.
        slow += found[0] >= least[0] and found[1] > ENOUGH_GAINED * least[1]
        if found < least:
            best, least = flat, found
        if slow > 1:
            break
        sums = np.bincount(faces.ravel(), np.repeat(square * area, 3), len(vertices))
        stretch = np.sqrt(sums / shares)
        stretch = np.clip(stretch / np.median(stretch), 1e-3, 1e3)
        weights = (weights @ sparse.diags(1 / stretch)).tocsr()
    return best


def _lost(flat: NDArray[np.float64], faces: NDArray[np.int64]) -> int:
    """Return how many triangles are too small to keep their orientation in single precision."""
    p = flat.astype(np.float32).astype(np.float64)[faces]
    one, other = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    return int((one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0] <= 0).sum())


def _rim(faces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the vertices of a disk's rim in order, counter-clockwise."""
    start, end = _border(faces.astype(np.int32), np.ones(len(faces), bool))
    following = dict(zip(start.tolist(), end.tolist(), strict=True))
    loop = [int(start[0])]
    while following[loop[-1]] != loop[0]:
        loop.append(following[loop[-1]])
    if len(loop) != len(start):
        raise ExportError("cannot lay the mesh flat: a piece of it has more than one rim")
    return np.array(loop)


def _on_curve(rim: NDArray[np.float64], aspect: float) -> NDArray[np.float64]:
    """Return places (N, 2) on the curve round the square for the points of a rim (N, 3).

    They lie as far apart as the points in space, and as a whole in their direction.
    """
    angle = np.linspace(0, 2 * np.pi, 4096, endpoint=False)
    cosine, sine = np.cos(angle), np.sin(angle)
    curve = np.stack(
        [np.sign(v) * np.abs(v) ** (2 / ROUNDNESS) for v in (cosine, sine)], axis=1
    ) * [aspect, 1.0]  # fmt: skip
    closed = np.concatenate([curve, curve[:1]])
    run = np.concatenate([[0], np.linalg.norm(np.diff(closed, axis=0), axis=1).cumsum()])
    steps = np.linalg.norm(np.roll(rim, -1, axis=0) - rim, axis=1)
    share = np.concatenate([[0], np.maximum(steps, 1e-9).cumsum()])
    share = share[:-1] / share[-1]
    middle = (rim[:, :2].min(axis=0) + rim[:, :2].max(axis=0)) / 2
    half = np.maximum(np.ptp(rim[:, :2], axis=0) / 2, 1e-9)
    wanted = (rim[:, :2] - middle) / half * [aspect, 1.0]

    def placed(offset: float) -> NDArray[np.float64]:
        along = ((share + offset) % 1) * run[-1]
        return np.stack([np.interp(along, run, closed[:, k]) for k in (0, 1)], axis=1)

    offsets = np.linspace(0, 1, 360, endpoint=False)
    best = min(offsets, key=lambda o: float(((placed(float(o)) - wanted) ** 2).sum()))
    return placed(float(best)) / [aspect, 1.0]


def _mean_value_weights(
    vertices: NDArray[np.float64], faces: NDArray[np.int64]
) -> sparse.csr_matrix:
    """Return (V, V) Floater's weights, all positive: (tan(a/2) + tan(b/2)) / distance."""
    rows, columns, values = [], [], []
    for k in range(3):
        i, j, h = faces[:, k], faces[:, (k + 1) % 3], faces[:, (k + 2) % 3]
        one, other = vertices[j] - vertices[i], vertices[h] - vertices[i]
        lengths = [np.maximum(np.linalg.norm(v, axis=1), 1e-9) for v in (one, other)]
        cosine = (one * other).sum(axis=1) / (lengths[0] * lengths[1])
        # tan(a / 2) = sqrt((1 - cos a) / (1 + cos a))
        tangent = np.sqrt((1 - cosine).clip(1e-6) / (1 + cosine).clip(1e-6))
        rows += [i, i]
        columns += [j, h]
        values += [tangent / lengths[0], tangent / lengths[1]]
    count = len(vertices)
    return sparse.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(count, count),
    )


def _solve(
    weights: sparse.csr_matrix, flat: NDArray[np.float64], inside: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the layout in which each vertex inside is the weighted mean of its neighbors."""
    solved = flat.copy()
    if not inside.any():
        return solved
    own = weights[inside]
    total = np.asarray(own.sum(axis=1)).ravel()
    own = sparse.diags(1 / total) @ own
    system = (sparse.identity(int(inside.sum())) - own[:, inside]).tocsc()
    # The matrix is dominated by its diagonal, so that no row need be exchanged for another.
    factors = splu(
        system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0, options={"SymmetricMode": True}
    )
    solved[inside] = factors.solve(own[:, ~inside] @ flat[~inside])
    return solved


def _many_charts(mesh: TriangleMesh) -> Layout:
    """Lay any mesh flat, in as many charts as the library xatlas thinks fit."""
    import xatlas

    charts, packing = xatlas.ChartOptions(), xatlas.PackOptions()
    charts.fix_winding = True
    packing.padding, packing.resolution = 4, 1024
    atlas = xatlas.Atlas()
    try:
        atlas.add_mesh(np.ascontiguousarray(mesh.vertices), mesh.faces.astype(np.uint32))
        atlas.generate(charts, packing)
        origin, corners, uv = atlas[0]
    except RuntimeError as error:
        raise ExportError(f"cannot lay the mesh flat: {error}") from error
    corners = corners.astype(np.int32)
    start, end = corners.ravel(), corners[:, [1, 2, 0]].ravel()
    graph = sparse.csr_matrix((np.ones(len(start), np.int8), (start, end)), (len(uv), len(uv)))
    _, label = csgraph.connected_components(graph, directed=False)
    chart = label[corners[:, 0]].astype(np.int32)
    uv = (0.01 + 0.98 * uv).astype(np.float32)
    return Layout(mesh, uv, corners, origin.astype(np.int32), chart)
