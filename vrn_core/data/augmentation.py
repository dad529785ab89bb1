"""What photos suffer in the wild: occluders, glasses, color, blur, noise, compression."""

from __future__ import annotations

import cv2
import numpy as np

from vrn_core.data.config import DataConfig
from vrn_core.ibug import eye_centers
from vrn_core.types import ByteArray, FloatArray


def random_background(rng: np.random.Generator, other: ByteArray, size: int) -> FloatArray:
    """Return a background (S, S, 3) float32: plain, a gradient, noise, or another photo."""
    kind = rng.random()
    if kind < 0.2:
        color = rng.uniform(0, 255, 3).astype(np.float32)
        return np.broadcast_to(color, (size, size, 3)).copy()
    if kind < 0.35:
        coarse = rng.uniform(0, 255, (int(rng.integers(2, 6)), int(rng.integers(2, 6)), 3))
        smooth = cv2.resize(coarse.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
        return np.clip(smooth, 0, 255).astype(np.float32)
    height, width = other.shape[:2]
    side = int(rng.uniform(0.3, 1.0) * min(height, width))
    y = int(rng.integers(0, height - side + 1))
    x = int(rng.integers(0, width - side + 1))
    part = cv2.resize(other[y : y + side, x : x + side], (size, size))
    if rng.random() < 0.7:
        reach = int(rng.integers(1, 12)) * 2 + 1
        part = cv2.blur(part, (reach, reach))
    return np.asarray(part, np.float32)


def draw_glasses(rng: np.random.Generator, image: FloatArray, landmarks_3d: FloatArray) -> None:
    """Draw spectacles on a face, in place.

    `image` (S, S, 3) float32; `landmarks_3d` (68, 3) in its pixels, z away from the camera.
    Lenses and bridge stand a little before the eyes; temples run back to the ears.
    """
    right, left = eye_centers(landmarks_3d)
    across = left - right
    unit = float(np.linalg.norm(across)) + 1e-6
    across = across / unit
    down = landmarks_3d[33] - landmarks_3d[27]
    down = down - across * float(down @ across)
    down /= float(np.linalg.norm(down)) + 1e-6
    forward = -np.cross(across, down)
    if forward[2] > 0.6:
        return
    thickness = max(1, round(float(rng.uniform(0.01, 0.06)) * unit))
    color = tuple(float(c) for c in rng.uniform(0, 1) * rng.uniform(20, 200, 3))
    tint = float(rng.uniform(0.5, 0.95)) if rng.random() < 0.2 else float(rng.uniform(0, 0.25))
    power = float(rng.uniform(2, 5))
    half_width, half_height = unit * rng.uniform(0.34, 0.44), unit * rng.uniform(0.24, 0.38)
    angle = np.linspace(0, 2 * np.pi, 40)[:, None]
    shape_x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / power) * half_width
    shape_y = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / power) * half_height
    overlay = image.copy()
    rims = []
    # The lens on the far side first: the near one may cover it.
    order = sorted((right, left), key=lambda eye: -float(eye[2]))
    for eye in order:
        middle = eye + forward * unit * 0.2 + down * unit * 0.05
        rim = (middle + across * shape_x + down * shape_y)[:, :2]
        rims.append(np.rint(rim * 8).astype(np.int32).reshape(-1, 1, 2))
    far_hidden = abs(float(across[2])) > 0.75
    for rim in rims[1:] if far_hidden else rims:
        cv2.fillPoly(overlay, [rim], color, shift=3)
    image += tint * (overlay - image)
    lines = [*(rims[1:] if far_hidden else rims)]
    near_is_left = order[1] is left
    ear = landmarks_3d[16] if near_is_left else landmarks_3d[0]
    outward = across if near_is_left else -across
    hinge = order[1] + forward * unit * 0.2 + outward * half_width
    bridge = [right + across * half_width, left - across * half_width]
    for start, stop in ((hinge, ear + down * -0.15 * unit), (bridge[0], bridge[1])):
        ends = np.stack([start, stop])[:, :2]
        lines.append(np.rint(ends * 8).astype(np.int32).reshape(-1, 1, 2))
    cv2.polylines(image, lines, False, color, thickness, cv2.LINE_AA, shift=3)


def draw_occluder(rng: np.random.Generator, image: FloatArray, other: ByteArray) -> None:
    """Cover a part of `image` (S, S, 3) float32 with a patch of color or photo, in place."""
    size = image.shape[0]
    mask = np.zeros((size, size), np.uint8)
    center = rng.uniform(0.15, 0.85, 2) * size
    reach = rng.uniform(0.05, 0.2, 2) * size
    if rng.random() < 0.5:
        box = cv2.boxPoints((center.tolist(), (2 * reach).tolist(), float(rng.uniform(0, 180))))
        cv2.fillPoly(mask, [np.rint(box).astype(np.int32)], 255)
    else:
        axes = tuple(int(r) for r in reach)
        cv2.ellipse(
            mask,
            (int(center[0]), int(center[1])),
            (axes[0], axes[1]),
            float(rng.uniform(0, 180)),
            0,
            360,
            255,
            -1,
        )
    inside = mask > 0
    if rng.random() < 0.4:
        image[inside] = rng.uniform(0, 255, 3)
        return
    height, width = other.shape[:2]
    side = int(min(height, width) * rng.uniform(0.3, 0.9))
    y, x = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
    patch = cv2.resize(other[y : y + side, x : x + side], (size, size))
    image[inside] = patch[inside]


FINGERS = ((-0.75, 0.8), (-0.3, 1.0), (0.15, 1.05), (0.6, 0.95))
"""Place across the palm and length of each finger, in half widths and lengths of the palm."""


def draw_hand(rng: np.random.Generator, image: FloatArray, landmarks: FloatArray) -> None:
    """Lay a hand of the face's own color over a part of the face, in place.

    `image` (S, S, 3) float32; `landmarks` (68, 2 or 3) in its pixels. Palm and fingers are
    thick strokes with a dark rim, lit from one side.
    """
    size = image.shape[0]
    jaw = landmarks[:17, :2]
    unit = float(np.ptp(landmarks[:, 1])) * float(rng.uniform(0.65, 1.0))
    # A hand comes to a chin, a cheek or the mouth, from below or from the side.
    tip = jaw[int(rng.integers(1, 16))] * 0.6 + landmarks[30:31, :2].mean(axis=0) * 0.4
    toward = float(rng.normal(-np.pi / 2, 0.7))
    along = np.array([np.cos(toward), np.sin(toward)])
    across = np.array([-along[1], along[0]]) * (1 if rng.random() < 0.5 else -1)
    half, length = 0.2 * unit, 0.38 * unit
    palm = tip - along * length * 0.9
    spread = float(rng.uniform(0.8, 1.4))
    strokes = [(palm - along * 2.5 * length, palm, 1.6 * half), (palm, palm, 2.3 * half)]
    for place, reach in FINGERS:
        root = palm + across * place * half * 1.1
        bent = along + across * place * 0.25 * spread
        strokes.append((root, root + bent * length * reach * 1.2, 0.5 * half))
    thumb = palm + across * 1.1 * half
    strokes.append((palm, thumb + (across + 0.8 * along) * length * 0.55, 0.6 * half))
    nose = image[tuple(np.clip(landmarks[27:31, 1::-1].T, 0, size - 1).astype(int))]
    color = np.median(nose, axis=0) * rng.uniform(0.75, 1.15, 3) ** 0.5
    layer = image.copy()
    mask = np.zeros((size, size), np.uint8)
    for start, stop, width in strokes:
        ends = [tuple(int(8 * v) for v in end) for end in (start, stop)]
        for thickness, shade in ((width, 0.7), (0.75 * width, 1.0)):
            pixels = max(1, round(2 * thickness))
            tone = tuple(float(c) for c in color * shade)
            cv2.line(layer, ends[0], ends[1], tone, pixels, cv2.LINE_AA, 3)
        cv2.line(mask, ends[0], ends[1], 255, max(1, round(2 * width)), cv2.LINE_AA, 3)
    layer = cv2.GaussianBlur(layer, (0, 0), 0.02 * unit).astype(np.float32)
    alpha = mask[..., None].astype(np.float32) / 255
    image += alpha * (layer - image)


def degrade(rng: np.random.Generator, image: FloatArray, config: DataConfig) -> ByteArray:
    """Return `image` (S, S, 3) in 0 to 255 with changed colors, blurred, noisy, as uint8."""
    gains = rng.uniform(config.color_low, config.color_high, 3)
    image = image * gains.astype(np.float32)
    if rng.random() < 0.3:
        gamma = np.float32(np.exp(rng.uniform(-0.6, 0.6)))
        image = (255 * (np.clip(image, 0, 255) / 255) ** gamma).astype(np.float32)
    if rng.random() < 0.15:
        image = image * np.float32(rng.uniform(0.2, 0.6))
    if rng.random() < 0.15:
        image = np.repeat(image.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.25:
        low = int(image.shape[0] * rng.uniform(0.2, 0.6))
        small = cv2.resize(image, (low, low), interpolation=cv2.INTER_AREA)
        enlarged = cv2.resize(small, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        image = enlarged.astype(np.float32)
    elif rng.random() < 0.25:
        blurred = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.5, 1.5)))
        image = blurred.astype(np.float32)
    if rng.random() < 0.2:
        noise = rng.standard_normal(image.shape, dtype=np.float32)
        image = image + noise * np.float32(rng.uniform(2, 15))
    result = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 80))]
        result = np.asarray(
            cv2.imdecode(cv2.imencode(".jpg", result, quality)[1], cv2.IMREAD_COLOR), np.uint8
        )
    return result
