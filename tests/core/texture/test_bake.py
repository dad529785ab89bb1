from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from vrn_core.errors import ConfigError
from vrn_core.meshing.blend import PhotoView
from vrn_core.meshing.cleanup import decimate
from vrn_core.texture.bake import fill_gaps
from vrn_core.texture.light import even_light, harmonics
from vrn_core.texture.textured import TextureSettings, finish
from vrn_core.types import TexturedMesh, TriangleMesh

Camera = Callable[..., PhotoView]


def textured(mask: TriangleMesh, *views: PhotoView, **settings: object) -> TexturedMesh:
    face = finish(mask, views, TextureSettings(**settings))  # type: ignore[arg-type]
    assert isinstance(face, TexturedMesh)
    return face


def sampled(face: TexturedMesh) -> np.ndarray:
    """Return (U, 3) the texture at the places of the layout, bilinearly."""
    assert face.texture is not None
    size = len(face.texture)
    x, y = face.uv[:, 0] * size - 0.5, (1 - face.uv[:, 1]) * size - 0.5
    image = face.texture.astype(np.float32)
    return cv2.remap(image, x[None], y[None], cv2.INTER_LINEAR)[0]


def rows_of(face: TexturedMesh, chosen: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the rows of the layout whose vertices, (U, 3) in millimeters, are chosen."""
    return np.flatnonzero(chosen(face.mesh.vertices[face.origin]))


def in_photo(face: TexturedMesh, camera: PhotoView, rows: np.ndarray) -> np.ndarray:
    places = camera.to_photo.apply(face.mesh.vertices[face.origin[rows]])[:, :2]
    image = camera.photo.astype(np.float32)
    x, y = places.astype(np.float32).T
    return cv2.remap(image, x[None], y[None], cv2.INTER_LINEAR)[0]


def middle(points: np.ndarray) -> np.ndarray:
    return (np.abs(points[:, 0]) < 30) & (np.abs(points[:, 1] - 25) < 20) & (points[:, 2] > 0)


@pytest.mark.parametrize("triangles", [2000, 10_000, 0])
def test_what_the_photo_shows_has_its_colors(
    mask: TriangleMesh, camera: Camera, pattern: np.ndarray, triangles: int
) -> None:
    front = camera(pattern)
    face = textured(mask, front, triangles=triangles)
    rows = rows_of(face, middle)
    assert len(rows) > 20
    difference = np.abs(sampled(face)[rows] - in_photo(face, front, rows))
    assert difference.mean() < 4
    assert np.percentile(difference, 95) < 14


def test_texture_keeps_the_photos_pixels(
    mask: TriangleMesh, camera: Camera, pattern: np.ndarray
) -> None:
    small = textured(mask, camera(pattern), triangles=2000)
    large = cv2.resize(pattern, (1024, 1024), interpolation=cv2.INTER_CUBIC)
    near = camera(large)
    to_photo = type(near.to_photo)(
        4 * near.to_photo.scale, near.to_photo.rotation, 4 * near.to_photo.translation + 1.5
    )
    fine = textured(mask, PhotoView(large, to_photo), triangles=2000)
    assert small.texture is not None
    assert fine.texture is not None
    assert len(fine.texture) == 4 * len(small.texture)
    # A pixel of the photo is no smaller than a texel.
    assert len(small.texture) >= 140 * 1.4 / 0.788
    assert textured(mask, camera(pattern), triangles=400, size=128).texture.shape == (128, 128, 3)  # type: ignore[union-attr]


def test_unseen_cheek_comes_from_the_seen_one(mask: TriangleMesh, camera: Camera) -> None:
    photo = np.full((256, 256, 3), (200, 150, 120), np.uint8)
    turned = camera(photo, 40.0)
    # A mark on the cheek that the camera sees, and blue all round the face.
    seen = np.array([[-40.0, 25.0, 25.0]])
    x, y = np.rint(turned.to_photo.apply(seen)[0, :2]).astype(int)
    cv2.circle(photo, (int(x), int(y)), 10, (30, 160, 30), -1)
    face = textured(mask, turned, triangles=10_000, size=512)
    colors = sampled(face)
    points = face.mesh.vertices[face.origin]

    def mean_near(place: list[float]) -> np.ndarray:
        offset = points[:, :2] - place
        near = (np.linalg.norm(offset, axis=1) < 4) & (points[:, 2] > 0)
        assert near.any()
        return colors[near].mean(axis=0)

    for side in (-40.0, 40.0):
        assert np.abs(mean_near([side, 25.0]) - (30, 160, 30)).max() < 30, side
        assert np.abs(mean_near([side, -15.0]) - (200, 150, 120)).max() < 8, side


def test_background_does_not_bleed_into_the_sides(mask: TriangleMesh, camera: Camera) -> None:
    front = camera(np.full((256, 256, 3), (0, 0, 255), np.uint8))
    outline = front.to_photo.apply(mask.vertices)[:, :2].astype(np.float32)
    hull = cv2.convexHull(np.rint(outline).astype(np.int32))
    cv2.fillConvexPoly(front.photo, hull, (200, 150, 120))
    face = textured(mask, front, triangles=10_000)
    assert np.abs(sampled(face) - (200, 150, 120)).max() < 3
    assert face.mesh.colors is not None
    assert np.abs(face.mesh.colors.astype(int) - (200, 150, 120)).max() < 3


def test_two_photos_show_both_sides(mask: TriangleMesh, camera: Camera) -> None:
    left = camera(np.full((256, 256, 3), (220, 120, 120), np.uint8), 50.0)
    right = camera(np.full((256, 256, 3), (220, 120, 120), np.uint8), -50.0)
    for one, sign in ((left, -1.0), (right, 1.0)):
        x, y = np.rint(one.to_photo.apply(np.array([[sign * 45.0, 25.0, 20.0]]))[0, :2]).astype(int)
        cv2.circle(one.photo, (int(x), int(y)), 9, (20, 20, 220 if sign > 0 else 20), -1)
    face = textured(mask, left, right, triangles=10_000, size=512)
    colors, points = sampled(face), face.mesh.vertices[face.origin]
    for sign, blue in ((-1.0, 20), (1.0, 220)):
        near = np.linalg.norm(points[:, :2] - [sign * 45.0, 25.0], axis=1) < 3
        near &= points[:, 2] > 0
        assert abs(colors[near, 2].mean() - blue) < 30


def test_known_colors_stand_where_no_photo_shows(mask: TriangleMesh, camera: Camera) -> None:
    known = np.full(mask.vertices.shape, (10, 90, 200), np.uint8)
    face = finish(mask, [], TextureSettings(triangles=2000), known)
    assert isinstance(face, TexturedMesh)
    assert face.texture is not None
    assert np.abs(face.texture.astype(int) - (10, 90, 200)).max() <= 1
    plain = finish(mask, [], TextureSettings(triangles=2000, textured=False), known)
    assert isinstance(plain, TriangleMesh)
    np.testing.assert_array_equal(np.unique(plain.colors, axis=0), [[10, 90, 200]])  # type: ignore[arg-type]


def test_evened_light_is_the_same_all_over(mask: TriangleMesh, camera: Camera) -> None:
    front = camera(np.full((256, 256, 3), 128, np.uint8))
    # The ellipsoid's own normals, lit from the left.
    y, x = np.mgrid[0:256, 0:256]
    place = np.stack([x - 127.5, 127.5 - y], axis=2) / 1.4
    depth = np.sqrt(np.maximum(1 - (place[..., 0] / 65) ** 2 - (place[..., 1] / 85) ** 2, 0.02))
    normal = np.stack([place[..., 0] / 65**2, place[..., 1] / 85**2, depth / 95], axis=2)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    light = 0.55 + 0.4 * normal @ np.array([-0.8, 0.3, 0.52])
    front.photo[:] = np.rint(255 * np.clip(light, 0, 1) ** (1 / 2.2))[..., None]

    def spread(evened: bool) -> float:
        face = textured(mask, front, triangles=10_000, even_light=evened)
        rows = rows_of(
            face, lambda p: (np.abs(p[:, :2] - [0, 25]).max(axis=1) < 40) & (p[:, 2] > 0)
        )
        return float(sampled(face)[rows].std())

    assert spread(True) < 0.45 * spread(False)


def test_harmonics_take_any_soft_light_off(rng: np.random.Generator) -> None:
    normals = rng.normal(size=(4000, 3))
    normals[:, 2] = -np.abs(normals[:, 2])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    shading = harmonics(normals) @ [0.5, 0.1, -0.15, -0.1, 0.03, 0.02, 0.02, 0.01, 0.02]
    albedo = np.where(rng.random(4000) < 0.1, 0.15, 0.8)
    srgb = (255 * np.clip(albedo * shading, 0, 1) ** (1 / 2.2))[:, None].repeat(3, 1)
    seen = np.clip(-normals[:, 2] * 2 - 0.2, 0, 1)
    factors = even_light(srgb.astype(np.float32), normals.astype(np.float32), seen)
    sure = (seen >= 0.9) & (albedo == 0.8)
    before, after = srgb[sure, 0], srgb[sure, 0] * factors[sure]
    assert after.std() / after.mean() < 0.4 * before.std() / before.mean()
    few = even_light(srgb[:5].astype(np.float32), normals[:5].astype(np.float32), seen[:5])
    np.testing.assert_array_equal(few, 1)


def test_gaps_take_the_nearest_color() -> None:
    image = np.zeros((8, 8, 3), np.uint8)
    image[2, 1], image[6, 6] = (10, 20, 30), (90, 80, 70)
    covered = image.any(axis=2)
    filled = fill_gaps(image, covered)
    assert filled[0, 0].tolist() == [10, 20, 30]
    assert filled[7, 7].tolist() == [90, 80, 70]
    assert filled.any(axis=2).all()


@pytest.mark.parametrize("options", [{"size": 5}, {"size": 9000}, {"triangles": 3}])
def test_settings_out_of_bounds_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        TextureSettings(**options)  # type: ignore[arg-type]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_decimated_levels_have_what_was_asked_for(
    mask: TriangleMesh, camera: Camera, pattern: np.ndarray
) -> None:
    face = textured(mask, camera(pattern), triangles=2000)
    assert 1900 < len(face.mesh.faces) <= 2000
    assert len(decimate(mask, 2000).faces) == len(face.mesh.faces)
    assert len(textured(mask, camera(pattern), triangles=0).mesh.faces) == len(mask.faces)
