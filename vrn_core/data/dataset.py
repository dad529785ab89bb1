"""Training samples, made as they are asked for: sample `index` is always the same one."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.data.augmentation import degrade, draw_glasses, draw_occluder, random_background
from vrn_core.data.config import DataConfig
from vrn_core.data.expressions import draw_expression
from vrn_core.data.ibug import MIRROR
from vrn_core.data.portraits import SPLITS, Portrait, load_portraits
from vrn_core.data.profiling import (
    Placement,
    backdrop,
    draw_head,
    photo_similarity,
    place_face,
    solid_in_image,
    warp,
)
from vrn_core.data.voxelization import voxelize
from vrn_core.errors import ConfigError, DataError
from vrn_core.morphable.face_model import IDENTITY_COUNT, NARROW_FACE_END, load_face_model
from vrn_core.pose import rotation_from_pose
from vrn_core.types import CROP_SIZE, ByteArray, FloatArray, Pose

Sample = dict[str, NDArray[np.generic]]

GROUP_WEIGHTS = {"": 1.0, "white-american": 0.7}
"""How often a portrait is drawn; other groups, which are few, are drawn three times as often."""
RARE_GROUP_WEIGHT = 3.0


class PortraitDataset:
    """An endless stream of samples from the portraits of one split.

    Parameters
    ----------
    config : DataConfig
    split : "train", "validation" or "test"
    """

    def __init__(self, config: DataConfig, split: str = "train") -> None:
        if split not in SPLITS:
            raise ConfigError(f"unknown split {split!r}; expected one of {', '.join(SPLITS)}")
        self.config = config
        self.split = split
        self.model = load_face_model()
        everyone = load_portraits(validation_people=config.validation_people)
        self.portraits = [p for p in everyone if p.split == split]
        if not self.portraits:
            raise DataError(f"the portraits have nobody in the split {split!r}")
        weights = [GROUP_WEIGHTS.get(p.group, RARE_GROUP_WEIGHT) for p in self.portraits]
        self._cumulative = np.cumsum(weights) / np.sum(weights)
        self._photo = lru_cache(maxsize=400)(self._load)

    def _load(self, number: int) -> ByteArray:
        return self.portraits[number].load()

    def _draw(self, rng: np.random.Generator) -> int:
        return int(np.searchsorted(self._cumulative, rng.random(), side="right"))

    def sample(self, index: int) -> Sample:
        """Return sample `index`.

        Returns
        -------
        dict
            ``image`` (3, 192, 192) float32 RGB in 0 to 1; ``landmarks`` (68, 3) float32,
            crop pixels, z from the face's mean depth; ``volume`` uint8 occupancy times 255,
            axes (z, y, x), unless the resolution is "none".
        """
        config = self.config
        stream = SPLITS.index(self.split)
        rng = np.random.default_rng([config.seed, stream, index])
        number = self._draw(rng)
        portrait, photo = self.portraits[number], self._photo(number)
        other = self._photo(self._draw(rng))
        if rng.random() < config.real_share:
            image, face, placement = self._real(rng, portrait, photo)
        else:
            image, face, placement = self._turned(rng, portrait, photo, other)
        landmarks = placement.apply(face[self.model.landmark_vertices])
        if rng.random() < config.glasses_share:
            draw_glasses(rng, image, landmarks)
        if rng.random() < config.occluder_share:
            draw_occluder(rng, image, other)
        pixels = degrade(rng, image, config)
        flip = rng.random() < config.flip_share
        sample: Sample = {}
        if config.resolution != "none":
            solid = solid_in_image(self.model, face, placement)
            volume = voxelize(solid, config.resolution)
            sample["volume"] = np.ascontiguousarray(volume[:, :, ::-1]) if flip else volume
        if flip:
            pixels = pixels[:, ::-1]
            landmarks = landmarks[MIRROR]
            landmarks[:, 0] = CROP_SIZE - 1 - landmarks[:, 0]
        image = np.ascontiguousarray(pixels.transpose(2, 0, 1)).astype(np.float32)
        sample["image"] = image * np.float32(1 / 255)
        sample["landmarks"] = landmarks
        return sample

    def _framing(self, rng: np.random.Generator) -> tuple[float, tuple[float, float]]:
        config = self.config
        zoom = float(np.exp(rng.uniform(np.log(config.scale_low), np.log(config.scale_high))))
        shift = rng.uniform(-config.shift_px, config.shift_px, 2)
        return zoom, (float(shift[0]), float(shift[1]))

    def _roll(self, rng: np.random.Generator) -> float:
        if rng.random() < 0.5:
            limit = self.config.roll_deg
            return float(np.clip(rng.normal(0, 10), -limit, limit))
        return float(rng.uniform(-self.config.roll_deg, self.config.roll_deg))

    def _real(
        self, rng: np.random.Generator, portrait: Portrait, photo: ByteArray
    ) -> tuple[FloatArray, FloatArray, Placement]:
        fit = portrait.fit
        zoom, shift = self._framing(rng)
        turn = rotation_from_pose(Pose(0, 0, self._roll(rng)))
        face = self.model.shape(fit.identity, fit.expression, NARROW_FACE_END)
        placement = place_face(self.model, face, turn @ fit.camera.rotation, zoom, shift)
        matrix = photo_similarity(fit.camera, placement)
        border = cv2.BORDER_CONSTANT if rng.random() < 0.7 else cv2.BORDER_REPLICATE
        return warp(photo, matrix, CROP_SIZE, border).astype(np.float32), face, placement

    def _turned(
        self, rng: np.random.Generator, portrait: Portrait, photo: ByteArray, other: ByteArray
    ) -> tuple[FloatArray, FloatArray, Placement]:
        config, fit = self.config, portrait.fit
        identity, expression = fit.identity, fit.expression
        if rng.random() < config.new_identity_share:
            drawn = rng.standard_normal(IDENTITY_COUNT).astype(np.float32)
            identity = np.clip(identity + config.identity_spread * drawn, -3, 3)
        own_mouth = True
        if rng.random() < config.new_expression_share:
            expression = draw_expression(self.model, rng)
            own_mouth = False
        pose = Pose(
            float(rng.uniform(-config.yaw_deg, config.yaw_deg)),
            float(rng.uniform(-config.pitch_deg, config.pitch_deg)),
            self._roll(rng),
        )
        zoom, shift = self._framing(rng)
        light = rng.normal(0, 1, 3)
        light[2] = abs(light[2]) + 0.3
        light /= np.linalg.norm(light)
        ambient = float(rng.uniform(0.3, 1.0)) if rng.random() < 0.5 else 1.0
        behind = random_background(rng, other, CROP_SIZE)
        return render_turned(
            self,
            portrait,
            photo,
            pose,
            identity,
            expression,
            behind,
            zoom=zoom,
            shift=shift,
            light=light.astype(np.float32),
            ambient=ambient,
            own_mouth=own_mouth,
            soft_edge=bool(rng.random() < 0.5),
        )


def render_turned(
    dataset: PortraitDataset,
    portrait: Portrait,
    photo: ByteArray,
    pose: Pose,
    identity: FloatArray,
    expression: FloatArray,
    behind: FloatArray,
    *,
    zoom: float,
    shift: tuple[float, float],
    light: FloatArray,
    ambient: float,
    own_mouth: bool,
    soft_edge: bool,
) -> tuple[FloatArray, FloatArray, Placement]:
    """Draw a portrait turned to `pose`: the image, the head's vertices and their placement."""
    model = dataset.model
    size = behind.shape[0]
    face = model.shape(identity, expression, NARROW_FACE_END)
    placement = place_face(model, face, rotation_from_pose(pose), zoom, shift, size)
    image = backdrop(portrait, photo, placement, pose, behind, soft_edge)
    vertices = draw_head(
        model,
        portrait,
        photo,
        identity,
        expression,
        placement,
        image,
        light,
        ambient,
        own_mouth,
    )
    return image, vertices, placement
