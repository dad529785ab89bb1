from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from vrn_core.template.expression_fit import fit_expression, posed
from vrn_core.template.expressions import carry_expressions
from vrn_core.template.template import Part, Template
from vrn_core.template.wrap import WrappedFace, flipped_share
from vrn_core.types import FloatArray


def _offsets(wrapped: WrappedFace, name: str) -> FloatArray:
    assert wrapped.offsets is not None
    return wrapped.offsets[wrapped.expressions.index(name)]


def _none(template: Template) -> np.ndarray:
    return np.zeros(len(template.expressions))


def test_on_the_template_itself_expressions_are_its_own(template: Template) -> None:
    vertices = template.vertices.astype(np.float64)
    carried = carry_expressions(template, _none(template), vertices)
    # The template's closed lids pass into its eyeballs a little; carried ones do not.
    assert (np.abs(carried - template.offsets) > 0.1).sum() < 100
    assert np.abs(carried - template.offsets).mean() < 0.01


def test_expressions_grow_and_turn_with_the_head(template: Template) -> None:
    angle = np.deg2rad(30)
    turn = np.array(
        [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]
    )
    carried = carry_expressions(template, _none(template), 1.2 * template.vertices @ turn.T)
    jaw = template.expressions.index("jawOpen")
    np.testing.assert_allclose(carried[jaw], 1.2 * template.offsets[jaw] @ turn.T, atol=0.05)


def test_what_an_expression_leaves_alone_stays(template: Template, wrapped: WrappedFace) -> None:
    assert wrapped.offsets is not None
    still = np.abs(template.offsets).max(axis=2) == 0
    # The rims of closing lids are made to meet, wherever the template's were.
    blinks = [i for i, n in enumerate(template.expressions) if n.startswith("eyeBlink")]
    still[blinks] = False
    assert np.abs(wrapped.offsets[still]).max() == 0
    forehead = template.vertices[:, 1] > 60
    assert np.abs(_offsets(wrapped, "jawOpen")[forehead]).max() < 0.5


def test_expressions_of_a_symmetric_face_mirror_each_other(template: Template) -> None:
    vertices = template.vertices * np.array([1.1, 0.95, 1.05])
    carried = carry_expressions(template, _none(template), vertices)
    for name in template.expressions:
        if not name.endswith("Left"):
            continue
        left = carried[template.expressions.index(name)]
        right = carried[template.expressions.index(name[:-4] + "Right")]
        np.testing.assert_allclose(left[template.mirror] * [-1, 1, 1], right, atol=0.1)


@pytest.mark.parametrize("name", ["eyeBlinkLeft", "eyeBlinkRight"])
def test_closed_lids_meet(template: Template, wrapped: WrappedFace, name: str) -> None:
    side = 1 if name.endswith("Left") else -1
    beside = np.unique(template.quads[(template.parts[template.quads] == Part.SOCKETS).any(axis=1)])
    rim = beside[(template.parts[beside] == Part.SKIN) & (template.vertices[beside, 0] * side > 0)]
    own = template.offsets[template.expressions.index(name)]
    upper, lower = rim[own[rim, 1] < -4], rim[own[rim, 1] > -1]
    closed = wrapped.vertices + _offsets(wrapped, name)
    gap = cKDTree(closed[lower]).query(closed[upper])[0]
    own_closed = template.vertices + own
    own_gap = cKDTree(own_closed[lower]).query(own_closed[upper])[0]
    open_gap = cKDTree(wrapped.vertices[lower]).query(wrapped.vertices[upper])[0]
    assert open_gap.max() > 4
    # The loops that meet lie a lid's thickness apart: the template's own gap is the measure.
    assert (gap - own_gap).max() < 0.6
    # No lid passes into the eyeball behind it.
    eye = wrapped.vertices[template.parts == (Part.LEFT_EYE if side > 0 else Part.RIGHT_EYE)]
    middle, axes = (eye.min(axis=0) + eye.max(axis=0)) / 2, np.ptp(eye, axis=0) / 2
    assert np.linalg.norm((closed[upper] - middle) / axes, axis=1).min() > 0.99


def test_jaw_opens_the_mouth_and_lips_do_not_cross(
    template: Template, wrapped: WrappedFace
) -> None:
    def gaps(vertices: np.ndarray) -> np.ndarray:
        marks = template.landmarks(vertices)
        return marks[[61, 62, 63], 1] - marks[[67, 66, 65], 1]

    assert gaps(wrapped.vertices).min() > 0
    assert gaps(wrapped.vertices + _offsets(wrapped, "jawOpen")).min() > 20
    for name in ("mouthSmileLeft", "mouthPucker", "mouthFunnel", "mouthLeft", "mouthUpperUpLeft"):
        assert gaps(wrapped.vertices + _offsets(wrapped, name)).min() > -1


def test_expressions_at_full_strength_turn_little_inside_out(
    template: Template, wrapped: WrappedFace
) -> None:
    rest = flipped_share(template, wrapped.vertices)
    for name in template.expressions:
        own = flipped_share(
            template, template.vertices + template.offsets[template.expressions.index(name)]
        )
        there = flipped_share(template, wrapped.vertices + _offsets(wrapped, name))
        assert there <= own + rest + 0.01, name


def test_expression_is_told_from_landmarks(template: Template) -> None:
    strengths = _none(template)
    names = ("mouthSmileLeft", "mouthSmileRight", "jawOpen")
    for name, value in zip(names, (0.7, 0.7, 0.5), strict=True):
        strengths[template.expressions.index(name)] = value
    marks = template.landmarks(posed(template, strengths))
    found = fit_expression(template, marks)
    left = template.landmarks(posed(template, found)) - marks
    gap = left[[61, 62, 63], 1] - left[[67, 66, 65], 1]
    assert np.abs(gap).max() < 2.5
    assert found[template.expressions.index("mouthSmileLeft")] > 0.4
    # A person's own shape, moved as a whole, is no expression.
    lower = template.landmarks()
    lower[48:] -= [0, 6, 0]
    assert fit_expression(template, lower).max() < 0.05
