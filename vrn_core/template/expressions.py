"""The template's expressions carried over to a wrapped head."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vrn_core.pose import fit_similarity
from vrn_core.template.expression_fit import posed
from vrn_core.template.pieces import EYES, lid_vertices, pushed_out
from vrn_core.template.template import RIGID_PARTS, Part, Template
from vrn_core.types import FloatArray

Floats = NDArray[np.float64]

FRAME_MM = 14.0
"""Width of the Gaussian within which a vertex's local frame is measured."""
FRAME_NEIGHBORS = 160
PRIOR = 0.05
"""What the head's own similarity counts for in a local frame; it settles what the nearly flat
surface leaves open."""
LEAST_LEFT = 0.4
"""Share of an expression that is left on a face that seems to show it in full."""
STRETCH = (0.75, 1.15)
"""Least and most that a local frame stretches against the whole head. A mouth that smiles
already is stretched by more, and its smile would be torn apart."""
RIM_MM = 3.0
"""Width of the Gaussian by which a lid follows its rim."""
CLOSING_MM = 2.0
"""What an upper lid's rim moves down at least when the eye closes."""
LID_SCALES = (0.4, 1.6)
"""How much shorter or longer the ways of lids may become."""


def carry_expressions(template: Template, strengths: Floats, vertices: Floats) -> FloatArray:
    """Return the offsets (E, V, 3) of the template's expressions on a wrapped head.

    Each offset is turned and stretched as the template was round its vertex. What a face
    already shows of an expression is taken off, so that a smile that grows to its full strength
    ends as a full smile. Lids are then made to meet: an upper rim goes as far as the lower one
    is away on this face.

    Parameters
    ----------
    template : Template
    strengths : (E,)
        What the wrapped head shows already of each expression, in [0, 1].
    vertices : (V, 3)
        Of the wrapped head, in millimeters.

    References
    ----------
    .. [1] Noh and Neumann, "Expression Cloning", SIGGRAPH 2001: motion vectors adjusted by
       the local frames of two meshes in correspondence.
    """
    frames = local_frames(template, posed(template, strengths), vertices)
    left = np.maximum(1 - strengths, LEAST_LEFT)
    left[[template.expressions.index(name) for _, name in EYES]] = 1
    scaled = left[:, None, None] * template.offsets
    carried = np.einsum("vij,evj->evi", frames, scaled)
    for part, name in EYES:
        index = template.expressions.index(name)
        moves = _lid_correction(template, vertices, carried[index], frames, name)
        lids = lid_vertices(template, name)
        way = carried[index]
        scale = 1 + (moves * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-6)
        scale = np.where(lids, np.clip(scale, *LID_SCALES), 1)
        closed = way + moves
        carried *= scale[:, None]
        eye = template.parts == part
        carried[index] = pushed_out(vertices + closed, vertices[eye], lids) - vertices
    offsets: FloatArray = carried.astype(np.float32)
    return offsets


def local_frames(template: Template, source: Floats, vertices: Floats) -> Floats:
    """Return (V, 3, 3) how the template was turned and stretched round each vertex.

    `source` and `vertices` are the template's, (V, 3), before and after.
    """
    whole = fit_similarity(source, vertices)
    prior = whole.scale * whole.rotation
    skin = np.flatnonzero(np.isin(template.parts, (Part.SKIN, Part.MOUTH, Part.SOCKETS)))
    distance, near = cKDTree(source[skin]).query(source, k=min(FRAME_NEIGHBORS, len(skin)))
    near = skin[near]
    weights = np.exp(-0.5 * (distance / FRAME_MM) ** 2)
    weights /= weights.sum(axis=1, keepdims=True)
    before, after = source[near], vertices[near]
    before = before - np.einsum("vk,vkx->vx", weights, before)[:, None]
    after = after - np.einsum("vk,vkx->vx", weights, after)[:, None]
    weighted = before * weights[..., None]
    cross = np.einsum("vki,vkj->vij", after, weighted)
    own = np.einsum("vki,vkj->vij", before, weighted)
    faint = PRIOR * np.trace(own, axis1=1, axis2=2)[:, None, None]
    frames: Floats = (cross + faint * prior) @ np.linalg.inv(own + faint * np.eye(3))
    left, stretch, right = np.linalg.svd(frames)
    stretch = np.clip(stretch, STRETCH[0] * whole.scale, STRETCH[1] * whole.scale)
    frames = (left * stretch[:, None]) @ right
    for part in RIGID_PARTS:
        piece = template.parts == part
        fit = fit_similarity(source[piece], vertices[piece])
        frames[piece] = fit.scale * fit.rotation
    return frames


def _lid_correction(
    template: Template, vertices: Floats, way: Floats, frames: Floats, name: str
) -> Floats:
    """Return (V, 3) what the closing of an eye lacks for the rims of its lids to meet.

    Where the upper rim ends on the lower one of the template's closed eye, there it shall end
    on this face.
    """
    source = np.asarray(template.vertices, np.float64)
    offsets = template.offsets[template.expressions.index(name)].astype(np.float64)
    quads_in = template.parts[template.quads] == Part.SOCKETS
    beside = np.unique(template.quads[quads_in.any(axis=1)])
    rim = beside[(template.parts[beside] == Part.SKIN)]
    side = 1.0 if name.endswith("Left") else -1.0
    rim = rim[source[rim, 0] * side > 0]
    upper = rim[offsets[rim, 1] < -CLOSING_MM]
    lower = rim[offsets[rim, 1] > -CLOSING_MM / 2]
    closed = source + offsets
    lengths, near = cKDTree(closed[lower]).query(closed[upper], k=3)
    shares = 1 / np.maximum(lengths, 0.05)
    shares /= shares.sum(axis=1, keepdims=True)
    met = lower[near]
    apart = closed[upper] - np.einsum("uk,ukx->ux", shares, closed[met])
    landed = np.einsum("uk,ukx->ux", shares, (vertices + way)[met])
    landed += np.einsum("uij,uj->ui", frames[upper], apart)
    lack = landed - (vertices + way)[upper]
    lids = np.flatnonzero(lid_vertices(template, name) | np.isin(template.parts, (Part.SOCKETS,)))
    distance = np.linalg.norm(source[lids][:, None] - source[upper], axis=2)
    weights = np.exp(
        -0.5 * (np.maximum(distance - distance.min(axis=1, keepdims=True), 0) / RIM_MM) ** 2
    )
    weights /= weights.sum(axis=1, keepdims=True)
    size = np.linalg.norm(offsets, axis=1)
    share = np.clip(size[lids] / (weights @ size[upper]), 0, 1)
    # What moves up with the lower lid has nothing to make up for.
    share[offsets[lids, 1] > 0] = 0
    moves = np.zeros_like(source)
    moves[lids] = share[:, None] * (weights @ lack)
    moves[upper] = lack
    return moves
