"""A template head wrapped onto a reconstructed face, by non-rigid registration.

Landmarks bring the template near: a similarity, then a thin-plate spline. From there it is
drawn to the surface in rounds, each vertex along its normal only, so that the flow of the edges
stays, while its displacement must bend ever less stiffly. Scalp, ears, neck and what lies
inside the head are not drawn; they follow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.sparse import csc_matrix, csr_matrix, diags
from scipy.sparse.linalg import splu

from vrn_core.errors import ShapeError, VrnError
from vrn_core.ibug import eye_centers
from vrn_core.meshing.geometry import face_cross_products, vertex_normals
from vrn_core.pose import Similarity, fit_similarity
from vrn_core.progress import CancelToken, Progress
from vrn_core.template.expression_fit import GAPS, fit_expression, posed
from vrn_core.template.expressions import carry_expressions
from vrn_core.template.nearest import SurfaceLocator
from vrn_core.template.pieces import place_pieces
from vrn_core.template.stiffness import Stiffness, stiffness
from vrn_core.template.template import Template
from vrn_core.types import NUM_LANDMARKS, FloatArray, TriangleMesh

Floats = NDArray[np.float64]

ROUNDS: tuple[tuple[float, float], ...] = (
    *((30.0, 25.0),) * 2,
    *((20.0, 20.0),) * 2,
    *((14.0, 15.0),) * 2,
    *((10.0, 12.0),) * 2,
    *((7.0, 10.0),) * 2,
    *((5.0, 8.0),) * 2,
    *((3.5, 6.0),) * 3,
    *((2.5, 5.0),) * 3,
)
"""Length over which the displacement is smooth and farthest surface that still draws, both mm."""
MIN_ALIGNMENT = 0.25
"""Least cosine between the normals of a vertex and of the surface that draws it."""
CUT_MM = 10.0
"""Behind and on top a reconstruction is cut off; the surface this near to there is no face."""
BACKWARD = -0.4
"""Surface whose normal's z is less faces backward and is no face either."""
LANDMARK_AREA = 40.0
"""Area of surface, mm^2, as much as which a landmark draws at first."""
BROW, JAW = slice(17, 27), slice(0, 17)
LOOSE = 0.15
"""Weight of the landmarks of brow and jaw, which no edge of the surface marks."""
SPLINE_SMOOTHING = 100.0
MIN_GAP_MM = 0.4
"""Between the landmarks of upper and lower lids, and of the lips."""

# What the template was seen to do on real photos is given behind each bound.
LEAST_EYES_MM = 1.0
"""Least distance of the eyes."""
MAX_MISFIT = 0.2
"""Most that landmarks may be off those of the template, RMS, over the distance of the eyes: a
broad smile 0.11."""
MAX_LANDMARK_DISTANCE = 0.1
"""Most that landmarks may be off the surface on average, over the distance of the eyes: 0.03."""
MIN_DRAWN = 0.9
"""Least share of the face that must have found surface in the last round: 0.99."""
MAX_DISTANCE_MM = 0.5
"""Most that the wrapped face may be off the surface on average: 0.2."""
MAX_FLIPPED = 0.01
"""Most of the face's triangles that may be turned inside out: 0.003."""
MIN_LIKENESS = 0.94
"""Least mean cosine between the normals of the wrapped face and the template's: 0.975; of a ball
0.90."""


class WrapError(VrnError):
    """The template cannot be wrapped onto a mesh."""


@dataclass(frozen=True, eq=False)
class WrappedFace:
    """The template in the shape of one person's face, in millimeters, canonical frame."""

    template: Template
    """Quads, UVs and names; the same for every face."""
    vertices: FloatArray
    """(V, 3)."""
    offsets: FloatArray | None
    """(E, V, 3) of the template's expressions on this face, if they were asked for."""
    distance_mm: float
    """Mean distance of the wrapped face, where reconstructions show it, to the surface."""

    @property
    def expressions(self) -> tuple[str, ...]:
        """The names (E) of the expressions."""
        return self.template.expressions

    @property
    def mesh(self) -> TriangleMesh:
        """Its triangles, two a quad, in the template's order."""
        return TriangleMesh(self.vertices, self.template.triangles)

    def transformed(self, similarity: Similarity) -> WrappedFace:
        """Return it in another frame, its expressions with it; `distance_mm` stays."""
        offsets = self.offsets
        if offsets is not None:
            linear = similarity.scale * similarity.rotation
            offsets = (offsets @ linear.T).astype(np.float32)
        moved = similarity.apply(self.vertices).astype(np.float32)
        return replace(self, vertices=moved, offsets=offsets)


def wrap(
    template: Template,
    mesh: TriangleMesh,
    landmarks: FloatArray,
    *,
    expressions: bool = True,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> WrappedFace:
    """Wrap the template onto a reconstructed face.

    Parameters
    ----------
    template : Template
    mesh : TriangleMesh
        Canonical frame, millimeters: y up, z towards the viewer.
    landmarks : (68, 3)
        The face's, in the frame of `mesh`; they need not lie on it exactly.
    expressions : bool, default: True
        Whether the template's expressions are carried over.
    cancel : CancelToken, optional
    progress : Progress, optional

    Raises
    ------
    WrapError
        If the mesh is empty or not finite, or does not look like a face with these landmarks.
    ShapeError
        If the landmarks are not (68, 3).
    CancelledError
        If `cancel` was set.

    References
    ----------
    .. [1] Amberg, Romdhani and Vetter, "Optimal Step Nonrigid ICP Algorithms for Surface
       Registration", CVPR 2007: the rounds of falling stiffness, the rejected pairs.
    .. [2] Botsch and Sorkine, "On Linear Variational Surface Deformation Methods", TVCG 2008:
       the bending energy of a displacement.
    """

    def tell(fraction: float, stage: str) -> None:
        if cancel is not None:
            cancel.check()
        if progress is not None:
            progress(fraction, stage)

    tell(0.0, "laying the template over the face")
    surface = _face_surface(mesh)
    locator = SurfaceLocator(surface)
    marks = _checked_landmarks(template, landmarks, locator)
    strengths, expression, vertices = _coarse(template, marks)
    energy = stiffness(template)
    rounds = _Rounds(template, energy, surface, locator, vertices, marks)
    for number, (length, reach) in enumerate(ROUNDS):
        tell(0.1 + 0.7 * number / len(ROUNDS), "wrapping the template")
        vertices = rounds.drawn(vertices, length, reach, number / (len(ROUNDS) - 1))
    tell(0.8, "placing eyes and teeth")
    vertices = place_pieces(template, expression, vertices)
    distance = _checked_result(template, expression, vertices, locator, rounds.share)
    offsets = None
    if expressions:
        tell(0.85, "carrying the expressions over")
        offsets = carry_expressions(template, strengths, vertices)
    tell(1.0, "done")
    return WrappedFace(template, vertices.astype(np.float32), offsets, distance)


def face_weights(template: Template) -> Floats:
    """Return (V,) the area of each vertex in mm^2, times how far it belongs to the face."""
    return stiffness(template).areas * template.fit_weights


def _face_surface(mesh: TriangleMesh) -> TriangleMesh:
    """Return the triangles of a reconstruction that show the face, without its cut sides."""
    if not len(mesh.faces) or not len(mesh.vertices):
        raise WrapError("the mesh is empty; there is nothing to wrap the template onto")
    if not np.isfinite(mesh.vertices).all():
        raise WrapError("the mesh has vertices that are no numbers; make it again")
    cross = face_cross_products(mesh)
    length = np.linalg.norm(cross, axis=1)
    middle = mesh.vertices[mesh.faces].mean(axis=1)
    facing = cross[:, 2] > BACKWARD * length
    low_z, high_y = mesh.vertices[:, 2].min(), mesh.vertices[:, 1].max()
    whole = (middle[:, 2] > low_z + CUT_MM) & (middle[:, 1] < high_y - CUT_MM)
    kept = facing & whole & (length > 0)
    if kept.sum() < 100:
        raise WrapError(
            f"only {kept.sum()} triangles of the mesh face the viewer; expected a face's hundreds"
        )
    return TriangleMesh(mesh.vertices, mesh.faces[kept])


def _checked_landmarks(
    template: Template, landmarks: FloatArray, locator: SurfaceLocator
) -> Floats:
    """Return landmarks (68, 3) drawn onto the surface."""
    if landmarks.shape != (NUM_LANDMARKS, 3):
        raise ShapeError("landmarks", landmarks.shape, "(68, 3), axes (point, xyz)")
    points = np.asarray(landmarks, np.float64)
    if not np.isfinite(points).all():
        raise WrapError("the landmarks are no numbers; find them again")
    right, left = eye_centers(points)
    eyes = float(np.linalg.norm(left - right))
    if eyes < LEAST_EYES_MM:
        raise WrapError("the landmarks do not form a face: both eyes are in one place")
    own = template.landmarks()
    inner = slice(17, NUM_LANDMARKS)
    fit = fit_similarity(own[inner], points[inner])
    misfit = np.sqrt(((fit.apply(own[inner]) - points[inner]) ** 2).sum(axis=1).mean()) / eyes
    if not misfit <= MAX_MISFIT:
        raise WrapError(
            f"the landmarks do not form a face: {100 * misfit:.0f}% of the distance of the eyes "
            f"off the template's, expected at most {100 * MAX_MISFIT:.0f}%"
        )
    near = locator.nearest(points)
    distance = near.distances[inner].mean() / eyes
    if not distance <= MAX_LANDMARK_DISTANCE:
        raise WrapError(
            f"the landmarks do not lie on the mesh: {100 * distance:.0f}% of the distance of the "
            f"eyes off it, expected at most {100 * MAX_LANDMARK_DISTANCE:.0f}%"
        )
    return _opened(near.points)


def _opened(marks: Floats) -> Floats:
    """Return landmarks (68, 3) in which no lid or lip lies beyond the one it meets."""
    marks = marks.copy()
    for above, below in GAPS:
        lack = MIN_GAP_MM - (marks[above, 1] - marks[below, 1])
        if lack > 0:
            marks[above, 1] += lack / 2
            marks[below, 1] -= lack / 2
    return marks


def _landmark_weights() -> Floats:
    weights = np.ones(NUM_LANDMARKS)
    weights[BROW] = weights[JAW] = LOOSE
    return weights


def _coarse(template: Template, marks: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the template with the face's expression, and that bent onto its landmarks.

    First come the strengths (E,) of the expressions. Both heads are (V, 3); only the second has
    the face's place and size. The bending is a thin-plate spline.
    """
    weights = _landmark_weights()
    fit = fit_similarity(template.landmarks(), marks, weights)
    strengths = fit_expression(template, fit.inverse().apply(marks))
    expression = posed(template, strengths)
    own = template.landmarks(expression)
    fit = fit_similarity(own, marks, weights)
    placed = fit.apply(own)
    # The smoothing makes up for the landmarks' own errors of some millimeters.
    smoothing = SPLINE_SMOOTHING / weights
    spline = RBFInterpolator(
        placed, marks - placed, kernel="thin_plate_spline", smoothing=smoothing, degree=1
    )
    vertices = fit.apply(expression)
    bent: Floats = vertices + spline(vertices)
    return strengths, expression, bent


class _Rounds:
    """What all rounds of one registration share."""

    def __init__(
        self,
        template: Template,
        energy: Stiffness,
        surface: TriangleMesh,
        locator: SurfaceLocator,
        rest: Floats,
        marks: Floats,
    ) -> None:
        self._triangles = template.triangles
        self._energy, self._locator, self._rest, self._marks = energy, locator, rest, marks
        cross = face_cross_products(surface)
        self._normals = cross / np.linalg.norm(cross, axis=1, keepdims=True)
        self._drawn = np.flatnonzero(template.fit_weights > 0)
        self._weights = (energy.areas * template.fit_weights)[self._drawn]
        rows = np.repeat(np.arange(NUM_LANDMARKS), 3)
        self._at_marks = csr_matrix(
            (template.landmark_weights.ravel(), (rows, template.landmark_corners.ravel())),
            shape=(NUM_LANDMARKS, len(rest)),
        )
        self.share = 0.0
        """Of the face's area, what found surface in the last round."""

    def drawn(self, vertices: Floats, length: float, reach: float, done: float) -> Floats:
        """Return vertices (V, 3) drawn nearer to the surface.

        `length` and `reach` are those of :data:`ROUNDS`; `done` rises from 0 to 1.
        """
        own = self._drawn
        points = vertices[own]
        mesh = TriangleMesh(vertices.astype(np.float32), self._triangles)
        normals = vertex_normals(mesh)[own].astype(np.float64)
        near = self._locator.nearest(points)
        aligned = (normals * self._normals[near.triangles]).sum(axis=1)
        good = (near.distances < reach) & (aligned > MIN_ALIGNMENT)
        self.share = float(self._weights[good].sum() / self._weights.sum())
        # Along the surface's normal only: what lies in the surface is for the stiffness to tell.
        along = self._normals[near.triangles]
        step = ((near.points - points) * along).sum(axis=1, keepdims=True) * along
        target = points + step - self._rest[own]
        weights = np.zeros(len(vertices))
        weights[own[good]] = self._weights[good]
        pull = np.zeros_like(vertices)
        pull[own[good]] = self._weights[good, None] * target[good]
        marked = LANDMARK_AREA * _landmark_weights() * (1 - 0.6 * done)
        wanted = self._marks - self._at_marks @ self._rest
        matrix = (
            diags(weights)
            + length**4 * self._energy.bending
            + length**2 * self._energy.stretching
            + self._at_marks.T @ diags(marked) @ self._at_marks
        )
        pull += self._at_marks.T @ (marked[:, None] * wanted)
        solver = splu(
            csc_matrix(matrix), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}
        )
        moved: Floats = self._rest + solver.solve(pull)
        return moved


def _checked_result(
    template: Template, expression: Floats, vertices: Floats, locator: SurfaceLocator, share: float
) -> float:
    """Return the mean distance of the wrapped face to the surface, in millimeters."""
    weights = face_weights(template)
    own = weights > 0
    distance = float(np.average(locator.nearest(vertices[own]).distances, weights=weights[own]))
    flipped = flipped_share(template, vertices)
    likeness = _likeness(template, expression, vertices)
    for good, words in (
        (likeness >= MIN_LIKENESS, "the surface is not shaped like a face"),
        (distance <= MAX_DISTANCE_MM, f"it stays {distance:.1f} mm off the surface on average"),
        (share >= MIN_DRAWN, f"only {100 * share:.0f}% of it finds surface to lie on"),
        (flipped <= MAX_FLIPPED, f"{100 * flipped:.0f}% of it is turned inside out"),
    ):
        if not good:
            raise WrapError(f"the template cannot be wrapped onto this mesh: {words}")
    return distance


def _likeness(template: Template, before: Floats, after: Floats) -> float:
    """Return the mean cosine between normals of the face, turned as a whole, before and after."""
    weights = face_weights(template)
    first, second = (
        vertex_normals(TriangleMesh(v.astype(np.float32), template.triangles)).astype(np.float64)
        for v in (before, after)
    )
    turned = first @ fit_similarity(before, after, weights).rotation.T
    return float(np.average((turned * second).sum(axis=1), weights=weights))


def flipped_share(template: Template, vertices: NDArray[np.floating]) -> float:
    """Return the share of the face's triangles that are turned against their neighbors.

    A triangle counts where its normal points away from the mean one of its corners, or where
    that has turned by more than 90 degrees from the template's.
    """
    faces = template.triangles
    own = (template.fit_weights[faces] > 0.5).all(axis=1)
    before = face_cross_products(TriangleMesh(template.vertices, faces[own]))
    mesh = TriangleMesh(np.asarray(vertices, np.float32), faces)
    after = face_cross_products(TriangleMesh(mesh.vertices, faces[own]))
    smooth = vertex_normals(mesh)[faces[own]].mean(axis=1)
    turned = ((before * after).sum(axis=1) <= 0) | ((smooth * after).sum(axis=1) <= 0)
    return float(turned.mean())
