"""The plane in which a face's surface is most like its own mirror image."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.symmetry import SymmetryPlane
from vrn_core.pose import fit_similarity
from vrn_core.types import TriangleMesh

SAMPLES = 3000
"""About how many vertices are compared."""
ROUNDS = 12
REACH_MM = 12.0
"""Farthest that a mirror image may lie from the surface to be compared, at first."""
MOST_TURN_DEG, MOST_SHIFT_MM = 12.0, 8.0
"""How far the plane may lie from the canonical one: more is no face."""


def mirror_plane(surface: TriangleMesh) -> SymmetryPlane:
    """Return the plane, near x = 0, in which a canonical surface (mm) mirrors onto itself best.

    The canonical frame is found by landmarks, whose errors misplace a cheek's mirror image by
    some millimeters. From there closest points are matched in rounds [1]_; the orthogonal map
    that fits the matches is a mirror image and a small motion, and the plane is that in which
    it mirrors.

    References
    ----------
    .. [1] Besl and McKay, "A method for registration of 3-D shapes", PAMI 1992.
    """
    middle = SymmetryPlane(np.zeros(3), np.array([1.0, 0.0, 0.0]))
    normals = vertex_normals(surface)
    # Not the back, which is flat for want of room, and as a mirror tells nothing.
    front = np.flatnonzero(normals[:, 2] > -0.3)
    chosen = front[:: max(len(front) // SAMPLES, 1)]
    if len(chosen) < 100:
        return middle
    tree = cKDTree(surface.vertices)
    points, plane = surface.vertices[chosen].astype(np.float64), middle
    for number in range(ROUNDS):
        image = plane.reflect(points)
        distance, nearest = tree.query(image)
        facing = (plane.reflect_directions(normals[chosen]) * normals[nearest]).sum(axis=1)
        good = (distance < REACH_MM * max(1 - number / ROUNDS, 0.4)) & (facing > 0.6)
        if good.sum() < 100:
            return middle
        motion = fit_similarity(image[good], surface.vertices[nearest[good]])
        whole = motion.rotation @ (np.eye(3) - 2 * np.outer(plane.normal, plane.normal))
        # The direction that the map turns round is that of its least eigenvalue, -1.
        _, directions = np.linalg.eigh(whole + whole.T)
        normal = directions[:, 0] * np.sign(directions[0, 0] or 1)
        moved = image[good] @ motion.rotation.T
        moved += surface.vertices[nearest[good]].mean(axis=0) - moved.mean(axis=0)
        point = ((points[good] + moved) / 2).mean(axis=0)
        plane = SymmetryPlane((point @ normal) * normal, normal)
    turn = np.rad2deg(np.arccos(np.clip(plane.normal[0], -1, 1)))
    near = turn < MOST_TURN_DEG and abs(float(plane.point @ plane.normal)) < MOST_SHIFT_MM
    return plane if near else middle
