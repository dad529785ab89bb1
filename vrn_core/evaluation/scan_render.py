"""Pictures of textured scans: orthographic, at any pose and under any light, on gray.

They are drawn by the processor alone, so that no display is needed and every machine draws
the same. Both sides of the surface are drawn and lit: a scan with holes, or with its triangles
turned round, looks as it should.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numba
import numpy as np
from numpy.typing import NDArray

from vrn_core.data.lighting import lamp, mix, shading
from vrn_core.data.raster import rasterize
from vrn_core.errors import ConfigError
from vrn_core.evaluation.scan_files import Scan
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.pose import FLIP
from vrn_core.types import ByteArray, FloatArray, IntArray, TriangleMesh

LIGHTS = ("ambient", "front", "side", "random")
BACKGROUND = 128
SUPERSAMPLING = 2
"""Drawn so many times larger along each side, then averaged."""
EVEN_SHARE = 0.3
"""Of the light of a lamp in front or at the side, what comes from all around."""
MOST_EVEN = 0.7
"""The same of random light, at most."""
SIDE = np.array([0.94, 0.1, 0.34], np.float32)
"""Where the lamp at the side stands, in the viewer's axes: at the viewer's right."""


@dataclass(frozen=True)
class Surface:
    """A scan made ready to be drawn at one scale."""

    mesh: TriangleMesh
    both_sides: IntArray
    """(2 F, 3): the triangles of `mesh`, then the same turned round."""
    normals: FloatArray
    """(V, 3), of the triangles as `mesh` has them."""
    atlas: ByteArray
    """(H, W, 3): all textures, one below the other."""
    tiles: FloatArray
    """(textures, 4): left, top, width and height of each in the atlas."""
    texture_of_face: IntArray
    uv: FloatArray
    colors: ByteArray
    """These three as in :class:`~vrn_core.evaluation.scan_files.Scan`."""


def make_surface(scan: Scan, vertices: FloatArray, pixels_per_unit: float) -> Surface:
    """Make a scan ready, its vertices moved to (V, 3).

    Textures much finer than the pictures will be are halved until they are not, or they would
    flicker.
    """
    mesh = TriangleMesh(vertices, scan.faces)
    atlas, tiles = _pack([*_fitting_textures(scan, vertices, pixels_per_unit)])
    return Surface(
        mesh=mesh,
        both_sides=np.concatenate([scan.faces, scan.faces[:, ::-1]]),
        normals=vertex_normals(mesh),
        atlas=atlas,
        tiles=tiles,
        texture_of_face=scan.texture_of_face,
        uv=scan.uv,
        colors=scan.colors,
    )


def _fitting_textures(scan: Scan, vertices: FloatArray, pixels_per_unit: float) -> list[ByteArray]:
    """Return the textures, none with more than about two of its pixels to one drawn."""
    corners = vertices[scan.faces]
    sides = corners[:, 1:] - corners[:, :1]
    areas = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
    drawn = areas * (SUPERSAMPLING * pixels_per_unit) ** 2
    places = scan.uv[:, 1:] - scan.uv[:, :1]
    shares = np.abs(places[:, 0, 0] * places[:, 1, 1] - places[:, 0, 1] * places[:, 1, 0])
    fitting = []
    for number, texture in enumerate(scan.textures):
        own = (scan.texture_of_face == number) & (drawn > 0)
        finer = np.median(shares[own] / drawn[own]) if own.any() else 0.0
        finer *= texture.shape[0] * texture.shape[1]
        while finer > 4 and min(texture.shape[:2]) > 4:
            half = (texture.shape[1] // 2, texture.shape[0] // 2)
            texture = np.asarray(cv2.resize(texture, half, interpolation=cv2.INTER_AREA), np.uint8)
            finer /= 4
        fitting.append(texture)
    return fitting


def _pack(textures: list[ByteArray]) -> tuple[ByteArray, FloatArray]:
    if not textures:
        return np.zeros((1, 1, 3), np.uint8), np.zeros((0, 4), np.float32)
    tops = np.cumsum([0, *(texture.shape[0] for texture in textures)])
    width = max(texture.shape[1] for texture in textures)
    atlas = np.zeros((int(tops[-1]), width, 3), np.uint8)
    tiles = np.zeros((len(textures), 4), np.float32)
    for number, texture in enumerate(textures):
        top, (high, wide) = int(tops[number]), texture.shape[:2]
        atlas[top : top + high, :wide] = texture
        tiles[number] = 0, top, wide, high
    return atlas, tiles


@dataclass(frozen=True)
class Camera:
    """An orthographic view: ``pixel = scale * FLIP @ rotation @ point``, in the picture's middle.

    The point at the origin falls on the middle of the picture and has the depth 0; the photo
    frame's z grows away from the camera, in pixels.
    """

    rotation: NDArray[np.float64]
    """(3, 3), in the viewer's axes (x right, y up, z towards the viewer)."""
    scale: float
    """Pixels per unit."""
    size: int
    """Side of the picture in pixels."""

    def to_photo(self, points: FloatArray, finer: int = 1) -> FloatArray:
        """Map points (N, 3) to the photo frame, of a picture `finer` times as large."""
        matrix = self.scale * finer * FLIP @ self.rotation
        middle = np.array([1, 1, 0]) * (self.size * finer - 1) / 2
        placed: FloatArray = (points @ matrix.T + middle).astype(np.float32)
        return placed

    def to_points(self, photo: FloatArray) -> FloatArray:
        """Map places (N, 3) of the photo frame back."""
        matrix = self.scale * FLIP @ self.rotation
        middle = np.array([1, 1, 0]) * (self.size - 1) / 2
        points: FloatArray = ((photo - middle) @ np.linalg.inv(matrix).T).astype(np.float32)
        return points


def make_light(name: str, rng: np.random.Generator) -> FloatArray | None:
    """Return a light (9, 3) in the viewer's axes, as in :mod:`vrn_core.data.lighting`.

    Parameters
    ----------
    name : {"ambient", "front", "side", "random"}
        ``None`` comes of the first: the colors as the scan has them. "random" is a lamp
        somewhere before the face, and some light from all around.
    rng : Generator
        For the random one.
    """
    if name == "ambient":
        return None
    if name == "front":
        return mix(lamp(np.array([0, 0, 1], np.float32)), EVEN_SHARE)
    if name == "side":
        return mix(lamp(SIDE / np.linalg.norm(SIDE)), EVEN_SHARE)
    if name == "random":
        direction = rng.normal(0, 1, 3)
        direction[2] = abs(direction[2]) + 0.3
        direction /= np.linalg.norm(direction)
        return mix(lamp(direction.astype(np.float32)), float(rng.uniform(0, MOST_EVEN)))
    raise ConfigError(f"the light is {name!r}; expected one of {', '.join(LIGHTS)}")


def draw(surface: Surface, camera: Camera, light: FloatArray | None = None) -> ByteArray:
    """Return the picture (S, S, 3) uint8 RGB that a camera takes of a surface."""
    return draw_cut_out(surface, camera, light)[0]


def draw_cut_out(
    surface: Surface, camera: Camera, light: FloatArray | None = None
) -> tuple[ByteArray, ByteArray]:
    """Return the picture (S, S, 3) uint8 RGB, and how far it is covered, (S, S) uint8."""
    size = camera.size * SUPERSAMPLING
    index, weights = rasterize(
        camera.to_photo(surface.mesh.vertices, SUPERSAMPLING), surface.both_sides, size
    )
    shades = np.ones((2, len(surface.mesh.vertices), 3), np.float32)
    if light is not None:
        normals = surface.normals @ camera.rotation.T.astype(np.float32)
        shades = np.stack([shading(light, normals), shading(light, -normals)])
    image = np.full((size, size, 3), BACKGROUND, np.float32)
    _paint(
        image,
        index,
        weights,
        surface.mesh.faces,
        surface.atlas,
        surface.tiles,
        surface.texture_of_face,
        surface.uv,
        surface.colors,
        shades,
    )
    whole = (camera.size, camera.size)
    small = cv2.resize(image, whole, interpolation=cv2.INTER_AREA)
    cover = cv2.resize((index >= 0).astype(np.uint8) * 255, whole, interpolation=cv2.INTER_AREA)
    return np.clip(np.rint(small), 0, 255).astype(np.uint8), np.asarray(cover, np.uint8)


def visible_depth(surface: Surface, camera: Camera) -> FloatArray:
    """Return the photo frame's z of what a camera sees in each pixel, (S, S) float32.

    It is not a number where there is nothing.
    """
    points = camera.to_photo(surface.mesh.vertices)
    index, weights = rasterize(points, surface.both_sides, camera.size)
    depth = np.full(index.shape, np.nan, np.float32)
    covered = index >= 0
    corners = surface.both_sides[index[covered]]
    depth[covered] = (points[:, 2][corners] * weights[covered]).sum(axis=1)
    return depth


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _paint(
    image: NDArray[np.float32],
    index: NDArray[np.int32],
    weights: NDArray[np.float32],
    faces: NDArray[np.int32],
    atlas: NDArray[np.uint8],
    tiles: NDArray[np.float32],
    texture_of_face: NDArray[np.int32],
    uv: NDArray[np.float32],
    colors: NDArray[np.uint8],
    shades: NDArray[np.float32],
) -> None:  # pragma: no cover - compiled
    """Color the covered pixels of `image` (S, S, 3) in 0 to 255, in place."""
    count = faces.shape[0]
    for j in range(image.shape[0]):
        for i in range(image.shape[1]):
            t = index[j, i]
            if t < 0:
                continue
            u, v, w = weights[j, i, 0], weights[j, i, 1], weights[j, i, 2]
            shade = shades[0]
            if t >= count:
                t -= count
                u, w = w, u
                shade = shades[1]
            number = texture_of_face[t]
            x = y = 0.0
            if number >= 0:
                place_x = u * uv[t, 0, 0] + v * uv[t, 1, 0] + w * uv[t, 2, 0]
                place_y = u * uv[t, 0, 1] + v * uv[t, 1, 1] + w * uv[t, 2, 1]
                # Beyond its borders a texture repeats itself.
                if place_x < 0 or place_x > 1:
                    place_x -= np.floor(place_x)
                if place_y < 0 or place_y > 1:
                    place_y -= np.floor(place_y)
                x = place_x * tiles[number, 2] - 0.5
                y = (1 - place_y) * tiles[number, 3] - 0.5
                x = min(max(x, 0.0), tiles[number, 2] - 1) + tiles[number, 0]
                y = min(max(y, 0.0), tiles[number, 3] - 1) + tiles[number, 1]
            left, top = int(x), int(y)
            right = min(left + 1, atlas.shape[1] - 1)
            low = min(top + 1, atlas.shape[0] - 1)
            fx, fy = x - left, y - top
            for ch in range(3):
                if number >= 0:
                    upper = atlas[top, left, ch] * (1 - fx) + atlas[top, right, ch] * fx
                    lower = atlas[low, left, ch] * (1 - fx) + atlas[low, right, ch] * fx
                    color = upper * (1 - fy) + lower * fy
                else:
                    color = u * colors[t, 0, ch] + v * colors[t, 1, ch] + w * colors[t, 2, ch]
                light = (
                    u * shade[faces[t, 0], ch]
                    + v * shade[faces[t, 1], ch]
                    + w * shade[faces[t, 2], ch]
                )
                image[j, i, ch] = color * light
