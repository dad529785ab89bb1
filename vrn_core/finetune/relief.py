"""The closed solid of a scanned face, made as the networks' training volumes are.

Seen straight from the front a face is a relief: one depth for every place. Sampled on a grid
within the average face's outline, bent to the scan's own landmarks, and closed by walls that run
straight back to a flat plane, it is the same kind of solid as that of the face model, without
one: see :mod:`vrn_core.morphable.solid`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import distance_transform_edt

from vrn_core.errors import DataError
from vrn_core.evaluation.scan_render import Camera, Surface, visible_depth
from vrn_core.ibug import INNER, MOUTH
from vrn_core.morphable import mean_landmarks
from vrn_core.morphable.outline import mean_outline
from vrn_core.morphable.solid import MAX_MOUTH_DEPTH_MM, MOUTH_DEPTH
from vrn_core.pose import fit_similarity
from vrn_core.types import ByteArray, FloatArray, IntArray, TriangleMesh

GRID = 240
"""Side of the grid in places; no face is as large."""
PLACES_PER_MM = 0.75
"""Finer than the crop, whose pixels are about 1.5 mm wide."""
BEND = 25.0
"""How stiffly the outline follows the landmarks, mm^2: those of the jaw are not certain."""
STILL = [0, 1, 2, 14, 15, 16, *range(17, 48)]
"""Temples, brows, nose and eyes, which tell the head's pose whatever the mouth does."""
MOST_MISSING = 0.3
"""Of the face, what a scan may lack; it is filled from what lies around it."""
SURE_MM, WIDE_MM = 4.0, 12.0
"""How far within and beyond the outline it is not certain whether a place belongs to the face:
found landmarks err, and those of brows and jaw most on scans without colors."""
LIP_MM = 2.5
"""How far beyond the lips' inner edge, as found, the hole between them may reach."""
THINNEST_MM = 1.0
"""How far before the flat back the relief stays at least."""


@dataclass(frozen=True)
class ScannedFace:
    """The part of a scan that a network is to learn, in the scan's placed frame (mm)."""

    solid: TriangleMesh
    """Closed and outward."""
    surest: TriangleMesh
    """The part of it that belongs to the face wherever exactly that ends ..."""
    widest: TriangleMesh
    """... and all that may belong to it, likewise closed."""
    front: FloatArray
    """(N, 3) the relief itself."""
    center: FloatArray
    """(3,) the point whose depth is the middle of the volume, however the head is turned."""
    missing: float
    """Share of the face that the scan lacks."""


def scanned_face(surface: Surface, landmarks: FloatArray) -> ScannedFace:
    """Return the closed face of a scan.

    Parameters
    ----------
    surface : Surface
        In millimetres, y up, looking along +z, as :class:`~vrn_core.evaluation.scan_heads.ScanHead`
        has it.
    landmarks : (68, 3) float32
        Its landmarks, in the same frame.

    Raises
    ------
    DataError
        If most of the face is missing.
    """
    head = fit_similarity(mean_landmarks()[STILL], landmarks[STILL])
    outline = mean_outline()
    origin = head.apply(np.zeros((1, 3)))[0]
    upright = (landmarks - origin) @ head.rotation
    edge = _bent_edge(outline.edge * head.scale, mean_landmarks() * head.scale, upright)
    camera = Camera(head.rotation.T, PLACES_PER_MM, GRID)
    shifted = replace(
        surface,
        mesh=TriangleMesh((surface.mesh.vertices - origin.astype(np.float32)), surface.mesh.faces),
    )
    depth = visible_depth(shifted, camera)
    mask = np.zeros((GRID, GRID), np.uint8)
    places = camera.to_photo((edge @ head.rotation.T).astype(np.float32))[:, :2]
    cv2.fillPoly(mask, [np.rint(places).astype(np.int32)], 1)
    inside = mask > 0
    missing = float(np.isnan(depth[inside]).mean()) if inside.any() else 1.0
    if missing > MOST_MISSING:
        raise DataError(
            f"{missing:.0%} of the front of the face is missing on it; expected at most "
            f"{MOST_MISSING:.0%}: close its holes, or use a scan from ear to ear"
        )
    back = -outline.back_mm * head.scale * PLACES_PER_MM
    lips = camera.to_photo((landmarks[MOUTH] - origin).astype(np.float32))
    filled = _without_cavity(_filled(depth), lips)
    filled = np.minimum(filled, back - THINNEST_MM * PLACES_PER_MM)
    solid, count = _closed(filled, inside, back)
    vertices = _to_scan(camera, solid.vertices, origin)
    surest, widest = (
        TriangleMesh(_to_scan(camera, bound.vertices, origin), bound.faces)
        for bound, _ in (
            _closed(filled, change(mask, _disk(reach)) > 0, back)
            for change, reach in ((cv2.erode, SURE_MM), (cv2.dilate, WIDE_MM))
        )
    )
    # The face's vertices lie about as densely as its landmarks, and move with them; how deep those
    # of the jaw lie is not certain.
    moved = landmarks - head.apply(mean_landmarks())
    moved_by = np.append(moved[:, :2].mean(axis=0), moved[INNER, 2].mean())
    center = (head.apply(outline.center[None])[0] + moved_by).astype(np.float32)
    whole = TriangleMesh(vertices, solid.faces)
    return ScannedFace(whole, surest, widest, vertices[:count], center, missing)


def _disk(radius_mm: float) -> ByteArray:
    side = 2 * round(radius_mm * PLACES_PER_MM) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(np.uint8)


def _bent_edge(edge: FloatArray, mean: FloatArray, landmarks: FloatArray) -> FloatArray:
    """Return the outline moved as the landmarks are, seen from the front."""
    bend = RBFInterpolator(
        mean[:, :2], landmarks[:, :2] - mean[:, :2], kernel="thin_plate_spline", smoothing=BEND
    )
    moved = edge.copy()
    moved[:, :2] += bend(edge[:, :2])
    return moved


def _filled(depth: FloatArray) -> FloatArray:
    """Return a relief whose holes have the depth of the nearest place."""
    holes = np.isnan(depth)
    nearest = distance_transform_edt(holes, return_distances=False, return_indices=True)
    filled: FloatArray = depth[tuple(nearest)]
    return filled


def _without_cavity(depth: FloatArray, lips: FloatArray) -> FloatArray:
    """Return a relief whose open mouth is closed between the lips, as the face model's is.

    `lips` (20, 3), the landmarks of the mouth, in the relief's places.
    """
    outer, inner = lips[:12].astype(np.float64), lips[12:]
    opening = float(np.linalg.norm(inner[2] - inner[6]))
    deepest = min(MOUTH_DEPTH * opening, MAX_MOUTH_DEPTH_MM * PLACES_PER_MM)
    between = np.zeros(depth.shape, np.uint8)
    cv2.fillConvexPoly(between, cv2.convexHull(np.rint(inner[:, :2]).astype(np.int32)), 1)
    rows, columns = np.nonzero(cv2.dilate(between, _disk(LIP_MM)))
    # From corner to corner lips are bent like the teeth behind them.
    x, y, z = (outer - [outer[:, 0].mean(), 0, 0]).T
    bent, *_ = np.linalg.lstsq(np.stack([x * x, x, y, np.ones(12)], axis=1), z, rcond=None)
    x, y = columns - outer[:, 0].mean(), rows.astype(np.float64)
    cap = np.stack([x * x, x, y, np.ones(len(x))], axis=1) @ bent + deepest
    closed = depth.copy()
    closed[rows, columns] = np.minimum(closed[rows, columns], cap)
    return closed


def _closed(depth: FloatArray, inside: NDArray[np.bool_], back: float) -> tuple[TriangleMesh, int]:
    """Return the solid between a relief and a plane, and how many vertices are the relief's.

    Vertices are (column, row, depth); those of the plane follow those of the relief.
    """
    rows, columns = np.nonzero(inside)
    number = np.full(inside.shape, -1, np.int32)
    number[rows, columns] = np.arange(len(rows), dtype=np.int32)
    front = np.column_stack([columns, rows, depth[rows, columns]])
    behind = front.copy()
    behind[:, 2] = back
    # In the photo frame, y down and z away, a triangle that faces the viewer runs clockwise on
    # paper: from the upper left to the lower left corner and on to the right.
    a, b = number[:-1, :-1].ravel(), number[:-1, 1:].ravel()
    c, d = number[1:, :-1].ravel(), number[1:, 1:].ravel()
    whole = (a >= 0) & (b >= 0) & (c >= 0) & (d >= 0)
    a, b, c, d = a[whole], b[whole], c[whole], d[whole]
    faces = np.concatenate([np.stack([a, c, b], 1), np.stack([b, c, d], 1)])
    count = len(front)
    walls = _walls(faces, count)
    faces = np.concatenate([faces, faces[:, ::-1] + count, walls]).astype(np.int32)
    vertices = np.concatenate([front, behind]).astype(np.float32)
    return TriangleMesh(vertices, faces), count


def _walls(faces: IntArray, count: int) -> IntArray:
    """Return triangles that join the free edges of a surface with those of its copy behind it."""
    directed = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    key = directed[:, 0].astype(np.int64) * count + directed[:, 1]
    turned = directed[:, 1].astype(np.int64) * count + directed[:, 0]
    first, second = directed[~np.isin(turned, key)].T
    return np.concatenate(
        [
            np.stack([second, first, first + count], 1),
            np.stack([second, first + count, second + count], 1),
        ]
    )


def _to_scan(camera: Camera, photo: FloatArray, origin: NDArray[np.float64]) -> FloatArray:
    points: FloatArray = (camera.to_points(photo) + origin).astype(np.float32)
    return points
