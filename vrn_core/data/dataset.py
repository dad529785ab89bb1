"""Training samples, made as they are asked for: sample `index` is always the same one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.data.augmentation import (
    degrade,
    draw_glasses,
    draw_hand,
    draw_occluder,
    random_background,
)
from vrn_core.data.config import DataConfig
from vrn_core.data.expressions import draw_expression
from vrn_core.data.head import Head, Texture, build_head, make_texture
from vrn_core.data.lighting import draw_light
from vrn_core.data.portraits import SPLITS, Portrait, load_portraits
from vrn_core.data.profiling import (
    Placement,
    backdrop,
    draw_head,
    photo_similarity,
    place_face,
    solid_in_image,
)
from vrn_core.data.voxelization import mark_unknown, voxelize
from vrn_core.errors import ConfigError, DataError
from vrn_core.ibug import MIRROR
from vrn_core.imaging import warp_image
from vrn_core.morphable.face_model import IDENTITY_COUNT, FaceModel, load_face_model
from vrn_core.morphable.parameters import encode, mirror
from vrn_core.pose import FLIP, rotation_from_pose
from vrn_core.types import CROP_SIZE, ByteArray, FloatArray, Pose, TriangleMesh

Sample = dict[str, NDArray[np.generic]]

KEPT_PORTRAITS = 1500
"""Portraits kept in memory, at about a megabyte each."""

GROUP_WEIGHTS = {"": 1.0, "white-american": 0.7}
"""How often a portrait is drawn; other groups, which are few, are drawn three times as often."""
RARE_GROUP_WEIGHT = 3.0


@dataclass(frozen=True)
class Prepared:
    """A portrait with what does not change from sample to sample."""

    portrait: Portrait
    photo: ByteArray
    texture: Texture


def prepare(head: Head, portrait: Portrait) -> Prepared:
    """Read a portrait and lay the head over it."""
    return Prepared(portrait, portrait.load(), make_texture(head, portrait.fit))


class PortraitDataset:
    """An endless stream of samples from the portraits of one split.

    Parameters
    ----------
    config : DataConfig
    split : "train", "validation" or "test"
    portraits : list of Portrait, optional
        Instead of those of the split.
    model : FaceModel, optional
        The face model that was fitted to them; by default that of the data folder.
    """

    def __init__(
        self,
        config: DataConfig,
        split: str = "train",
        portraits: list[Portrait] | None = None,
        model: FaceModel | None = None,
    ) -> None:
        if split not in SPLITS:
            raise ConfigError(f"unknown split {split!r}; expected one of {', '.join(SPLITS)}")
        self.config = config
        self.split = split
        self.model = load_face_model() if model is None else model
        if portraits is None:
            everyone = load_portraits(validation_people=config.validation_people)
            portraits = [p for p in everyone if p.split == split]
        self.portraits = portraits
        if not self.portraits:
            raise DataError(f"the portraits have nobody in the split {split!r}")
        weights = [GROUP_WEIGHTS.get(p.group, RARE_GROUP_WEIGHT) for p in self.portraits]
        self._cumulative = np.cumsum(weights) / np.sum(weights)
        self.head = build_head(self.model)
        self._kept = lru_cache(maxsize=KEPT_PORTRAITS)(self._prepare)

    def _prepare(self, number: int) -> Prepared:
        return prepare(self.head, self.portraits[number])

    def _draw(self, rng: np.random.Generator) -> int:
        return int(np.searchsorted(self._cumulative, rng.random(), side="right"))

    def sample(self, index: int) -> Sample:
        """Return sample `index`.

        Returns
        -------
        dict
            ``image`` (3, 192, 192) float32 RGB in 0 to 1; ``landmarks`` (68, 3) float32,
            crop pixels, z from the face's mean depth; ``volume`` uint8 occupancy times 255,
            axes (z, y, x), unless the resolution is "none"; with the setting `parameters`
            ``parameters`` (125,) as in :mod:`vrn_core.morphable.parameters`.
        """
        config = self.config
        stream = SPLITS.index(self.split)
        rng = np.random.default_rng([config.seed, stream, index])
        person = self._kept(self._draw(rng))
        other = self._kept(self._draw(rng)).photo
        if rng.random() < config.real_share:
            image, face, placement = self._real(rng, person)
        else:
            image, face, placement = self._turned(rng, person, other)
        vertices = face.vertices
        landmarks = placement.apply(vertices[self.model.landmark_vertices])
        solid = None
        if config.resolution != "none":
            solid = solid_in_image(self.model, vertices, placement)
        finished = finish(rng, config, image, landmarks, solid, other)
        sample = finished.sample
        if config.parameters:
            matrix = placement.scale * FLIP @ placement.rotation
            parameters = encode(
                self.model, matrix, placement.offset, face.identity, face.expression
            )
            sample["parameters"] = mirror(self.model, parameters) if finished.flip else parameters
        return sample

    def some_photo(self, rng: np.random.Generator) -> ByteArray:
        """Return the photo of anyone, (H, W, 3) uint8 RGB."""
        return self._kept(self._draw(rng)).photo

    def _real(
        self, rng: np.random.Generator, person: Prepared
    ) -> tuple[FloatArray, _Face, Placement]:
        config, camera = self.config, person.portrait.fit.camera
        zoom, shift = draw_framing(rng, config)
        turn = rotation_from_pose(Pose(0, 0, draw_roll(rng, config)))
        face = _Face.of(person)
        placement = place_face(self.model, face.vertices, turn @ camera.rotation, zoom, shift)
        matrix = photo_similarity(camera, placement)
        border = cv2.BORDER_CONSTANT if rng.random() < 0.7 else cv2.BORDER_REPLICATE
        return (
            warp_image(person.photo, matrix, CROP_SIZE, border).astype(np.float32),
            face,
            placement,
        )

    def _turned(
        self, rng: np.random.Generator, person: Prepared, other: ByteArray
    ) -> tuple[FloatArray, _Face, Placement]:
        config = self.config
        face = self._other_shape(rng, person)
        vertices = face.vertices
        pose = Pose(
            float(rng.uniform(-config.yaw_deg, config.yaw_deg)),
            float(rng.uniform(-config.pitch_deg, config.pitch_deg)),
            draw_roll(rng, config),
        )
        zoom, shift = draw_framing(rng, config)
        placement = place_face(self.model, vertices, rotation_from_pose(pose), zoom, shift)
        image = render_turned(
            self.head,
            person,
            vertices,
            pose,
            placement,
            random_background(rng, other, CROP_SIZE),
            light=draw_light(rng, config),
            soft_edge=bool(rng.random() < 0.5),
        )
        return image, face, placement

    def _other_shape(self, rng: np.random.Generator, person: Prepared) -> _Face:
        """Return the head, now and then with another identity or expression."""
        config, head, fit = self.config, self.head, person.portrait.fit
        new_identity = rng.random() < config.new_identity_share
        new_expression = rng.random() < config.new_expression_share
        if not (new_identity or new_expression):
            return _Face.of(person)
        identity, plain = fit.identity, person.texture.identity_shape
        if new_identity:
            drawn = rng.standard_normal(IDENTITY_COUNT).astype(np.float32)
            identity = np.clip(identity + config.identity_spread * drawn, -3, 3)
            plain = head.identity_shape(identity)
        if not new_expression:
            return _Face(head.add_expression(plain, fit.expression), identity, fit.expression)
        plain = head.with_inner(plain, identity)
        expression = draw_expression(self.model, rng)
        return _Face(head.add_expression(plain, expression), identity, expression)


def draw_framing(rng: np.random.Generator, config: DataConfig) -> tuple[float, tuple[float, float]]:
    """Return how a crop is zoomed, and shifted in pixels."""
    zoom = float(np.exp(rng.uniform(np.log(config.scale_low), np.log(config.scale_high))))
    shift = rng.uniform(-config.shift_px, config.shift_px, 2)
    return zoom, (float(shift[0]), float(shift[1]))


def draw_roll(rng: np.random.Generator, config: DataConfig) -> float:
    """Return by how many degrees a head is turned in the image's plane."""
    limit = config.roll_deg
    if rng.random() < 0.5:
        return float(np.clip(rng.normal(0, 10), -limit, limit))
    return float(rng.uniform(-limit, limit))


@dataclass(frozen=True)
class Finished:
    """A sample, and whether it was mirrored."""

    sample: Sample
    flip: bool


def finish(
    rng: np.random.Generator,
    config: DataConfig,
    image: FloatArray,
    landmarks: FloatArray,
    solid: TriangleMesh | None,
    other: ByteArray,
    widest: TriangleMesh | None = None,
) -> Finished:
    """Spoil a crop as photos are spoiled, mirror some, and fill the volume.

    Parameters
    ----------
    image : (192, 192, 3) float32
        RGB in 0 to 255; drawn into.
    landmarks : (68, 3) float32
        Crop pixels.
    solid : TriangleMesh or None
        Crop pixels, z from the volume's middle; needed unless the resolution is "none".
    other : (H, W, 3) uint8
        A picture of something else, that may cover a part.
    widest : TriangleMesh, optional
        All that may be inside, where `solid` is only what is certain.
    """
    if rng.random() < config.glasses_share:
        draw_glasses(rng, image, landmarks)
    if rng.random() < config.occluder_share:
        draw_occluder(rng, image, other)
    if rng.random() < config.hand_share:
        draw_hand(rng, image, landmarks)
    pixels = degrade(rng, image, config)
    flip = bool(rng.random() < config.flip_share)
    sample: Sample = {}
    if solid is not None:
        volume = voxelize(solid, config.resolution)
        if widest is not None:
            volume = mark_unknown(volume, voxelize(widest, config.resolution))
        sample["volume"] = np.ascontiguousarray(volume[:, :, ::-1]) if flip else volume
    if flip:
        pixels = pixels[:, ::-1]
        landmarks = landmarks[MIRROR]
        landmarks[:, 0] = CROP_SIZE - 1 - landmarks[:, 0]
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1)).astype(np.float32)
    sample["image"] = planes * np.float32(1 / 255)
    sample["landmarks"] = landmarks
    return Finished(sample, flip)


@dataclass(frozen=True)
class _Face:
    """A head's vertices (V, 3) mm and the coefficients that made them."""

    vertices: FloatArray
    identity: FloatArray
    expression: FloatArray

    @classmethod
    def of(cls, person: Prepared) -> _Face:
        """Return the head as in the photo."""
        fit = person.portrait.fit
        return cls(person.texture.shape, fit.identity, fit.expression)


def render_turned(
    head: Head,
    person: Prepared,
    vertices: FloatArray,
    pose: Pose,
    placement: Placement,
    behind: FloatArray,
    *,
    light: FloatArray | None = None,
    soft_edge: bool = False,
) -> FloatArray:
    """Return the image (S, S, 3) float32 of a person's head turned to `pose`.

    `vertices` and `light` as for :func:`draw_head`; `behind` (S, S, 3) is what lies behind
    the photo.
    """
    image = backdrop(person.portrait, person.photo, placement, pose, behind, soft_edge)
    draw_head(head, person.texture, person.photo, vertices, placement, image, light)
    return image
