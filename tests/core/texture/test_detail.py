"""Fine relief from the shading of a photo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vrn_core.errors import ConfigError
from vrn_core.meshing.blend import PhotoView
from vrn_core.template.template import shipped_template
from vrn_core.template.wrap import WrappedFace
from vrn_core.texture.detail import MOST_CONTRAST, relief_heights, with_relief
from vrn_core.texture.head import wrapped_head
from vrn_core.texture.textured import TextureSettings, finish
from vrn_core.types import TexturedMesh, TriangleMesh

SIZE, TEXEL_MM = 128, 0.2
SHOWN = np.ones((SIZE, SIZE), np.float32)


def skin(level: np.ndarray) -> np.ndarray:
    """A gray texture with brightness (S, S) in 0-255."""
    return np.repeat(np.rint(level)[..., None], 3, axis=2).astype(np.uint8)


@pytest.fixture
def folds() -> np.ndarray:
    """Dark lines, 3.2 mm apart, that run up and down."""
    columns = 150 + 12 * np.cos(np.arange(SIZE) * 2 * np.pi / 16)
    return skin(np.tile(columns, (SIZE, 1)))


def test_dark_lines_are_folds_and_plain_skin_is_plain(folds: np.ndarray) -> None:
    heights = relief_heights(folds, SHOWN, TEXEL_MM, 1.0)
    row = heights[64, 24:104]
    assert row[np.arange(8, 80, 16)].max() > 0.1
    assert np.corrcoef(row, folds[64, 24:104, 0].astype(float))[0, 1] > 0.98
    plain = relief_heights(skin(np.full((SIZE, SIZE), 150.0)), SHOWN, TEXEL_MM, 1.0)
    assert abs(plain).max() < 1e-3


def test_strength_scales_the_relief(folds: np.ndarray) -> None:
    whole = relief_heights(folds, SHOWN, TEXEL_MM, 1.0)
    half = relief_heights(folds, SHOWN, TEXEL_MM, 0.5)
    np.testing.assert_allclose(half, whole / 2, atol=1e-6)


def test_broad_shading_is_no_relief() -> None:
    slope = skin(np.tile(np.linspace(100, 180, SIZE), (SIZE, 1)))
    inner = relief_heights(slope, SHOWN, TEXEL_MM, 1.0)[40:88, 40:88]
    assert abs(inner).max() < 0.03


def test_where_no_photo_shows_is_no_relief(folds: np.ndarray) -> None:
    shown = SHOWN.copy()
    shown[:, 64:] = 0
    heights = relief_heights(folds, shown, TEXEL_MM, 1.0)
    assert abs(heights[:, 64:]).max() == 0
    assert abs(heights[:, 24:60]).max() > 0.1
    assert not relief_heights(folds, 0 * SHOWN, TEXEL_MM, 1.0).any()


def test_hair_is_no_deep_fold() -> None:
    generator = np.random.default_rng(5)
    level = 150 + 3 * generator.standard_normal((384, 384))
    level[140:160, 130:200] = 20
    shown = np.ones(level.shape, np.float32)
    heights = relief_heights(skin(np.clip(level, 0, 255)), shown, TEXEL_MM, 1.0)
    # A step of the contrast that is believed at most would be as high as that, unheld.
    assert abs(heights).max() < 3.0 * MOST_CONTRAST / 2


def test_slopes_lean_away_from_what_is_high() -> None:
    heights = np.zeros((9, 9), np.float32)
    heights[4, 4] = 0.2
    normals = with_relief(None, heights, 0.5).astype(float) / 127.5 - 1
    assert normals[4, 5, 0] > 0.1
    assert normals[4, 3, 0] < -0.1
    # Rows run down, v runs up.
    assert normals[3, 4, 1] > 0.1
    assert normals[5, 4, 1] < -0.1
    np.testing.assert_allclose(normals[0, 0], [0, 0, 1], atol=0.01)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=2), 1, atol=0.02)


def test_relief_adds_to_a_map_that_is_there() -> None:
    flat = np.zeros((9, 9), np.float32)
    tilted = np.full((9, 9, 3), np.rint((np.array([0.6, 0, 0.8]) + 1) * 127.5), np.uint8)
    assert abs(with_relief(tilted, flat, 0.5).astype(int) - tilted).max() <= 1
    slope = np.tile(np.arange(9, dtype=np.float32) * 0.25, (9, 1))
    leaning = with_relief(tilted, slope, 0.5)[4, 4] / 127.5 - 1
    expected = np.array([0.75 - 0.5, 0, 1])
    np.testing.assert_allclose(leaning, expected / np.linalg.norm(expected), atol=0.02)


def test_finished_mesh_has_the_relief_of_its_photo(
    mask: TriangleMesh, camera: Callable[..., PhotoView]
) -> None:
    photo = np.full((256, 256, 3), 150, np.uint8)
    photo[:, np.arange(256) % 6 < 3] = 120
    plain = finish(mask, [camera(photo)], TextureSettings(triangles=2000, size=512))
    rough = finish(mask, [camera(photo)], TextureSettings(triangles=2000, size=512, detail=1.0))
    assert isinstance(plain, TexturedMesh)
    assert isinstance(rough, TexturedMesh)
    assert plain.normal_map is None
    assert rough.normal_map is not None
    assert rough.normal_map[..., 0].std() > 3 * rough.normal_map[..., 1].std() > 0
    template = shipped_template()
    wrapped = WrappedFace(template, template.vertices, None, 0.0)
    head = wrapped_head(wrapped, mask, [camera(photo)], size=1024, detail=0.5)
    assert head.normal_map is not None
    across, along = (head.normal_map[500:, 300:700, k].std() for k in (0, 1))
    assert across > 2 * along > 0


def test_strength_out_of_range_and_relief_without_texture_are_refused() -> None:
    with pytest.raises(ConfigError, match="expected 0 to 1"):
        TextureSettings(detail=2.0)
    with pytest.raises(ConfigError, match="texture"):
        TextureSettings(detail=0.5, textured=False)
