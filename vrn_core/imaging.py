"""Cutting squares out of photos."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.types import ByteArray


def warp_image(
    image: ByteArray, matrix: NDArray[np.float64], size: int, border: int = cv2.BORDER_CONSTANT
) -> ByteArray:
    """Warp an image (H, W, 3) by an affine map (2, 3) to (size, size, 3), bilinearly.

    An image that shrinks to less than half is halved by area first, again and again, or its
    fine detail would turn into noise. Outside the image the result is black, unless `border`
    says otherwise.
    """
    shrink = math.sqrt(abs(float(np.linalg.det(matrix[:, :2]))))
    while shrink < 0.5 and min(image.shape[:2]) > 4:
        height, width = image.shape[:2]
        image = np.asarray(
            cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8
        )
        x, y = width / (width // 2), height / (height // 2)
        # Pixel centers lie on whole numbers, so that halving also shifts them.
        halved = np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1.0]])
        matrix = matrix @ halved
        shrink *= 2
    warped = cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(warped, np.uint8)
