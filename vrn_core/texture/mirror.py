"""The plane in which a face's surface is most like its own mirror image."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.symmetry import SymmetryPlane
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
    some millimeters. From there the mirror image is matched to the surface's nearest points in
    rounds, and the plane moved so that the image comes nearest to the tangent planes there, as
    in [1]_.

    References
    ----------
    .. [1] Chen and Medioni, "Object modelling by registration of multiple range images",
       Image and Vision Computing 1992.
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
        match, across = surface.vertices[nearest[good]], normals[nearest[good]].astype(np.float64)
        arm, height = points[good] - plane.point, (points[good] - plane.point) @ plane.normal
        # How far the images rise above the surface, and how that changes as the plane is moved
        # along its normal and tilted in the two other directions.
        rise = ((image[good] - match) * across).sum(axis=1)
        tilts = np.linalg.svd(plane.normal[None])[2][1:]
        slopes = [2 * across @ plane.normal]
        slopes += [
            -2 * (arm @ tilt) * (across @ plane.normal) - 2 * height * (across @ tilt)
            for tilt in tilts
        ]
        change = np.linalg.lstsq(np.stack(slopes, axis=1), -rise, rcond=None)[0]
        normal = plane.normal + change[1:] @ tilts
        point = plane.point + change[0] * plane.normal
        plane = SymmetryPlane(point, normal / np.linalg.norm(normal))
    turn = np.rad2deg(np.arccos(np.clip(plane.normal[0], -1, 1)))
    near = turn < MOST_TURN_DEG and abs(float(plane.point @ plane.normal)) < MOST_SHIFT_MM
    return plane if near else middle
