from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from safetensors import safe_open
from safetensors.numpy import save_file

from vrn_core.errors import ModelFileError
from vrn_core.ibug import MIRROR, eye_centers
from vrn_core.resources import resource
from vrn_core.template.template import FILE, RIGID_PARTS, Part, Template, load_template


def test_template_has_arkit_expressions_and_a_face_in_millimeters(template: Template) -> None:
    assert len(template.expressions) == 52 == len(template.offsets)
    assert {"jawOpen", "eyeBlinkLeft", "mouthSmileRight"} <= set(template.expressions)
    right, left = eye_centers(template.landmarks())
    np.testing.assert_allclose(left - right, [63, 0, 0], atol=0.05)
    np.testing.assert_allclose((left + right) / 2, 0, atol=0.05)
    assert resource("template", FILE).stat().st_size < 3_000_000


def test_template_is_symmetric_and_so_are_its_expressions(template: Template) -> None:
    flip = np.array([-1, 1, 1])
    np.testing.assert_allclose(
        template.vertices[template.mirror] * flip, template.vertices, atol=1e-3
    )
    np.testing.assert_allclose(template.landmarks()[MIRROR] * flip, template.landmarks(), atol=0.3)
    for left, right in (("eyeBlinkLeft", "eyeBlinkRight"), ("jawOpen", "jawOpen")):
        one, other = (template.offsets[template.expressions.index(n)] for n in (left, right))
        np.testing.assert_allclose(one[template.mirror] * flip, other, atol=0.05)


def test_skin_is_one_surface_of_quads_facing_outward(template: Template) -> None:
    quads = template.quads
    assert len({tuple(sorted(q)) for q in quads.tolist()}) == len(quads)
    solid = ~np.isin(template.parts, RIGID_PARTS)
    skin = trimesh.Trimesh(
        template.vertices, template.triangles[solid[template.triangles].all(axis=1)], process=False
    )
    assert skin.is_winding_consistent
    assert skin.volume > 0
    # It is open at the neck alone.
    edges = trimesh.grouping.group_rows(skin.edges_sorted, require_count=1)
    assert template.vertices[skin.edges_sorted[edges]][..., 1].max() < -60
    for part in (Part.LEFT_EYE, Part.RIGHT_EYE):
        own = (template.parts == part)[template.triangles].all(axis=1)
        eye = trimesh.Trimesh(template.vertices, template.triangles[own], process=True)
        assert eye.volume > 0


def test_uvs_fill_the_unit_square_without_overlap(template: Template) -> None:
    assert template.uvs.min() >= 0
    assert template.uvs.max() <= 1
    corners = template.uvs[template.quads_uv].astype(float)
    x, y = corners[..., 0], corners[..., 1]
    area = ((x * np.roll(y, -1, axis=1)) - (np.roll(x, -1, axis=1) * y)).sum(axis=1) / 2
    skin = (template.parts[template.quads] == Part.SKIN).all(axis=1)
    # Mirrored islands would turn the texture's letters round.
    assert (area[skin] > 0).mean() > 0.98
    picture = np.zeros((1024, 1024), np.int32)
    import cv2

    for quad in corners:
        layer = np.zeros_like(picture, np.uint8)
        middle = quad.mean(axis=0)
        shrunk = middle + 0.6 * (quad - middle)
        low = np.floor(shrunk.min(axis=0) * 1024).astype(int)
        high = np.ceil(shrunk.max(axis=0) * 1024).astype(int) + 1
        window = layer[low[1] : high[1], low[0] : high[0]]
        points = np.rint(shrunk * 1024 - low).astype(np.int32)
        drawn = np.zeros(window.shape, np.uint8)
        cv2.fillConvexPoly(drawn, points, 1)
        picture[low[1] : high[1], low[0] : high[0]] += drawn
    assert (picture > 1).sum() < 0.02 * (picture > 0).sum()
    assert (picture > 0).mean() > 0.2


def _parts_of_file() -> tuple[dict[str, np.ndarray], dict[str, str]]:
    with safe_open(resource("template", FILE), framework="np") as file:
        return {key: file.get_tensor(key) for key in file.keys()}, dict(file.metadata())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a, h: h.update(format="other"), "is of format 'other'"),
        (lambda a, h: h.update(expressions="["), "is damaged"),
        (lambda a, h: h.update(expressions=json.dumps(["one"])), "offsets is float16 of shape"),
        (lambda a, h: a.pop("quads"), "quads"),
        (lambda a, h: a["quads"].__setitem__((0, 0), 10**6), "quads has values outside"),
        (lambda a, h: a["vertices"].__setitem__((0, 0), np.nan), "that are no numbers"),
        (lambda a, h: a.update(parts=a["parts"].astype(np.int32)), "expected uint8"),
    ],
)
def test_a_damaged_template_is_refused_with_a_reason(
    tmp_path: Path, change: object, words: str
) -> None:
    arrays, header = _parts_of_file()
    arrays = {key: array.copy() for key, array in arrays.items()}
    change(arrays, header)  # type: ignore[operator]
    save_file(arrays, tmp_path / FILE, header)
    with pytest.raises(ModelFileError, match=words):
        load_template(tmp_path / FILE)


def test_no_template_and_a_cut_off_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="there is no template"):
        load_template(tmp_path / FILE)
    content = resource("template", FILE).read_bytes()
    (tmp_path / FILE).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelFileError, match="is damaged"):
        load_template(tmp_path / FILE)
