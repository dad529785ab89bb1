"""Eyeballs, teeth and tongue: pieces inside the head that keep their shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vrn_core.pose import fit_similarity
from vrn_core.template.template import Part, Template

Floats = NDArray[np.float64]

EYES: tuple[tuple[Part, str], ...] = (
    (Part.LEFT_EYE, "eyeBlinkLeft"),
    (Part.RIGHT_EYE, "eyeBlinkRight"),
)
NOSE_BASE, CHIN = 33, 8
INSIDE_MOUTH: tuple[tuple[Part, int], ...] = (
    (Part.UPPER_TEETH, NOSE_BASE),
    (Part.LOWER_TEETH, CHIN),
    (Part.TONGUE, CHIN),
)
"""What lies in the mouth, and the landmark of the bone that holds it: lips do not move teeth."""
ANCHOR_MM = 10.0
"""Skin so near to such a landmark tells where the bone is."""
LID_MM = 1.0
"""What moves at least so far when an eye closes is its lid."""
OVER_EYE = 1.4
"""Skin within so many radii of an eyeball lies over it."""
SEEN_OUTLINE = 0.8
"""Squared radius, seen from in front, of the part of an eyeball that is compared."""
CLEARANCE_PERCENT = 0.5
"""Of the skin over an eyeball this much may come nearer to it than the clearance."""
LID_THICKNESS = 1.02
"""Skin stays outside an eyeball this much larger."""
CAVITY_MM, CAVITY_SHARE = 3.0, 0.5
"""Walls of mouth and eye sockets stay so far behind the skin, or that share of the template's
distance."""
BEHIND_LIPS_MM = 1.0
"""Teeth and tongue stay at least so far behind the skin."""


def place_pieces(template: Template, expression: Floats, vertices: Floats) -> Floats:
    """Return vertices (V, 3) of a wrapped head whose pieces have the template's shape again.

    Each is moved as a whole, by the similarity nearest to where its vertices were carried, but
    turned as the head is: eyes keep looking ahead. Then eyeballs move along z until they are as
    far from the skin over them as the template's. Teeth and tongue go with nose and chin, and
    along z until they touch the lips from behind.

    Parameters
    ----------
    template : Template
    expression : (V, 3)
        The template with the face's expression.
    vertices : (V, 3)
        Of the wrapped head.
    """
    placed, source = vertices.copy(), expression
    rotation = fit_similarity(source, vertices).rotation
    eyes = [template.parts == part for part, _ in EYES]
    mouth = np.isin(template.parts, [part for part, _ in INSIDE_MOUTH])
    eye_scale = float(np.mean([_scale(source[own], vertices[own]) for own in eyes]))
    mouth_scale = _scale(source[mouth], vertices[mouth])
    for own in eyes:
        spread = source[own] - source[own].mean(axis=0)
        placed[own] = eye_scale * spread @ rotation.T + vertices[own].mean(axis=0)
        over = _skin_over(template, own)
        wanted = _clearance(source, own, over)
        for _ in range(5):
            placed[own, 2] += _clearance(placed, own, over) - wanted
        placed = pushed_out(placed, placed[own], over)
    skin = (template.parts == Part.SKIN) & (template.fit_weights > 0.3)
    walls = np.isin(template.parts, (Part.MOUTH, Part.SOCKETS))
    wanted_depth = np.minimum(CAVITY_SHARE * _depth(source, walls, skin), CAVITY_MM)
    placed[walls, 2] -= np.maximum(wanted_depth - _depth(placed, walls, skin), 0)
    for part, landmark in INSIDE_MOUTH:
        own, anchor = template.parts == part, _round(template, landmark)
        spread = source[own] - source[anchor].mean(axis=0)
        placed[own] = mouth_scale * spread @ rotation.T + vertices[anchor].mean(axis=0)
    placed[mouth, 2] -= (BEHIND_LIPS_MM - _depth(placed, mouth, skin)).max()
    return placed


def _round(template: Template, landmark: int) -> NDArray[np.bool_]:
    """Return (V,) which vertices are skin round a landmark."""
    distance = np.linalg.norm(template.vertices - template.landmarks()[landmark], axis=1)
    near: NDArray[np.bool_] = (distance < ANCHOR_MM) & (template.parts == Part.SKIN)
    return near


def pushed_out(points: Floats, eye: Floats, skin: NDArray[np.bool_]) -> Floats:
    """Return points (V, 3) of which no skin, (V,) true, lies inside an eyeball's (N, 3)."""
    middle, axes = eyeball(eye)
    offset = (points - middle) / axes
    radius = np.linalg.norm(offset, axis=1, keepdims=True)
    inside = skin[:, None] & (radius < LID_THICKNESS) & (offset[:, 2:] > 0)
    pushed = middle + axes * offset * LID_THICKNESS / np.maximum(radius, 1e-6)
    outside: Floats = np.where(inside, pushed, points)
    return outside


def lid_vertices(template: Template, blink: str) -> NDArray[np.bool_]:
    """Return (V,) which vertices of the skin an expression that closes an eye moves."""
    offsets = template.offsets[template.expressions.index(blink)]
    moving = np.linalg.norm(offsets, axis=1) > LID_MM
    moved: NDArray[np.bool_] = moving & (template.parts == Part.SKIN)
    return moved


def eyeball(points: Floats) -> tuple[Floats, Floats]:
    """Return middle (3,) and semi-axes (3,) of the ellipsoid that an eyeball's points lie on."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (low + high) / 2, (high - low) / 2


def _scale(before: Floats, after: Floats) -> float:
    return float(fit_similarity(before, after).scale)


def _skin_over(template: Template, eye: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (V,) which vertices are skin over an eyeball."""
    source = np.asarray(template.vertices, np.float64)
    middle, axes = eyeball(source[eye])
    offset = (source - middle) / axes
    near = (np.linalg.norm(offset, axis=1) < OVER_EYE) & (offset[:, 2] > 0)
    over: NDArray[np.bool_] = near & (template.parts == Part.SKIN)
    return over


def _clearance(points: Floats, eye: NDArray[np.bool_], over: NDArray[np.bool_]) -> float:
    """Return how far skin stays in front of an eyeball, in millimeters along z."""
    middle, axes = eyeball(points[eye])
    offset = (points[over] - middle) / axes
    flat = (offset[:, :2] ** 2).sum(axis=1)
    seen = flat < SEEN_OUTLINE
    if not seen.any():
        return 0.0
    front = np.sqrt(1 - flat[seen])
    return float(np.percentile((offset[seen, 2] - front) * axes[2], CLEARANCE_PERCENT))


def _depth(points: Floats, of: NDArray[np.bool_], skin: NDArray[np.bool_]) -> Floats:
    """Return how far vertices lie behind the skin in front of them, in millimeters along z."""
    front = points[skin]
    _, near = cKDTree(front[:, :2]).query(points[of, :2], k=4)
    depth: Floats = front[near, 2].min(axis=1) - points[of, 2]
    return depth
