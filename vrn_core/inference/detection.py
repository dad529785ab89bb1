"""Finding faces: frontal, turned, small, tilted, any number of them.

CenterFace [1]_ runs by OpenCV on a copy of limited size. Where it finds small faces there may
be smaller ones, and a larger copy is searched as well; if it finds nothing, harder looks
follow: larger, brighter, with a margin, turned. A face that seems tilted is looked at again
by itself from all sides: the network finds faces that stand on their heads too, but takes a
third of them for upright ones.

References
----------
.. [1] Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point", 2019.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import ModelFileError
from vrn_core.imaging import warp_image
from vrn_core.resources import resource
from vrn_core.types import ByteArray, FaceBox, FloatArray

log = logging.getLogger(__name__)

MIN_SCORE = 0.5
MIN_SCORE_HARDER = 0.4
"""Where nothing was found at first, less certain faces count as well."""
MAX_OVERLAP = 0.3
"""Of two boxes with a greater intersection over union only the better is kept."""
FIRST_SIDE = 480
"""Longest side of the copy that is searched first, in pixels."""
SECOND_SIDE = 1280
"""Of the copy that is searched where faces may have been too small in the first one."""
SMALL_FACE = 36.0
"""A face up to this size in the first copy, sqrt(w * h) in pixels, may have smaller ones beside
it; of those below 12 or so most are missed there."""
UPRIGHT_DEG = 40.0
"""The features of a face tilted by less are nearly right if its score is good."""
GOOD_SCORE = 0.85
"""Upright faces in good view score more; those whose features were mixed up score less, unless
these say themselves that the face is tilted."""
STEADY_DEG = 20.0
"""A face that was seen rightly is seen again with a tilt that differs by less."""
PATCH_SIDE = 160
"""Side of the turned copy in which a tilted face is looked at again, in pixels."""
PATCH_FACE = 56.0
"""Size of the face in it."""
STRIDE = 32
"""The network takes sides that are multiples of this."""


@dataclass(frozen=True)
class DetectedFace:
    """A found face: its upright box, and five points that tell how it is tilted."""

    box: FaceBox
    points: FloatArray
    """(5, 2) photo pixels: eyes, nose, corners of the mouth."""

    @property
    def roll_deg(self) -> float:
        """How far the face is tilted, counter-clockwise as the viewer sees it.

        From the line between eyes and mouth, which unlike the line of the eyes also tells
        the tilt of a profile.
        """
        down = self.points[3:].mean(axis=0) - self.points[:2].mean(axis=0)
        return math.degrees(math.atan2(float(down[0]), float(down[1])))


@dataclass(frozen=True)
class _Look:
    """A copy of the photo to search, and the affine map (2, 3) from it back to the photo."""

    image: ByteArray
    to_photo: NDArray[np.float64]


class FaceDetector:
    """Finds faces; holds the network. Use one instance a thread."""

    def __init__(self, path: Path | None = None) -> None:
        path = path or resource("models", "centerface.onnx")
        if not path.is_file():
            raise ModelFileError(f"there is no face detector {path}; install the program again")
        try:
            self._compute = _opencv_engine(path)
        except (cv2.error, OSError) as error:
            raise ModelFileError(f"the face detector {path} is damaged; install again") from error
        self._path = path

    def accelerate(self) -> bool:
        """Let OpenVINO, which must be installed, compute the network from now on, if it can.

        It takes a tenth of a second to start; returns whether it works. It may be called while
        another thread looks for faces.
        """
        # Not above: it brings torch, which finding faces does not need.
        from vrn_core.inference.engines import openvino_engine

        try:
            self._compute = openvino_engine(self._path, free_sides=True)
        # Whatever a foreign program stumbles over, OpenCV still does the work.
        except Exception as error:  # noqa: BLE001
            log.warning("OpenVINO cannot run %s: %s", self._path.name, error)
            return False
        return True

    def detect(self, photo: ByteArray) -> list[DetectedFace]:
        """Return the faces of a photo (H, W, 3) uint8 RGB, the largest first."""
        first = _scaled(photo, FIRST_SIDE)
        faces = self._search(first, MIN_SCORE)
        if first.image.shape != photo.shape and _smallest(faces, first) <= SMALL_FACE:
            closer = self._search(_scaled(photo, SECOND_SIDE), MIN_SCORE)
            faces = _without_overlaps(faces + closer)
        if not faces:
            for look in _harder_looks(photo):
                faces = self._search(look(), MIN_SCORE_HARDER)
                if faces:
                    break
        height, width = photo.shape[:2]
        inside = [self._upright(photo, f) for f in faces if _center_inside(f.box, width, height)]
        return sorted(inside, key=lambda f: -f.box.width * f.box.height)

    def _upright(self, photo: ByteArray, face: DetectedFace) -> DetectedFace:
        """Return a face as it is seen turned upright, if it may be tilted."""
        if abs(face.roll_deg) <= UPRIGHT_DEG and face.box.score >= GOOD_SCORE:
            return face
        best, best_score = face, 0.0
        for turn_deg in (0, 180, 90, -90):
            found = self._again(photo, face, face.roll_deg + turn_deg)
            if found is None:
                continue
            if found.box.score > best_score:
                best, best_score = found, found.box.score
            change = (found.roll_deg - face.roll_deg + 180) % 360 - 180
            if turn_deg == 0 and found.box.score >= GOOD_SCORE and abs(change) < STEADY_DEG:
                break
        # The last look is at a face that is nearly upright, and so the most exact.
        return self._again(photo, best, best.roll_deg) or best

    def _again(self, photo: ByteArray, face: DetectedFace, roll_deg: float) -> DetectedFace | None:
        """Look at a face alone, turned as if it were tilted by `roll_deg`."""
        size = _size(face.box)
        again = self._search(_patch(photo, face.box, roll_deg), MIN_SCORE_HARDER)
        close = [f for f in again if math.dist(f.box.center, face.box.center) < size / 2]
        return max(close, key=lambda f: f.box.score, default=None)

    def _search(self, look: _Look, min_score: float) -> list[DetectedFace]:
        height, width = look.image.shape[:2]
        padded_height, padded_width = (math.ceil(n / STRIDE) * STRIDE for n in (height, width))
        blob = np.zeros((1, 3, padded_height, padded_width), np.float32)
        # The network was trained on plain RGB bytes.
        blob[0, :, :height, :width] = look.image.transpose(2, 0, 1)
        heat, scale, offset, places = self._compute(blob)
        faces = _decode(heat[0, 0], scale[0], offset[0], places[0], min_score)
        return [_back_to_photo(face, look.to_photo) for face in _without_overlaps(faces)]


def _opencv_engine(path: Path) -> Callable[[FloatArray], Sequence[FloatArray]]:
    # From memory: OpenCV cannot open every name that the system can.
    network = cv2.dnn.readNetFromONNX(np.fromfile(path, np.uint8))
    names = sorted(network.getUnconnectedOutLayersNames(), key=int)

    def compute(blob: FloatArray) -> Sequence[FloatArray]:
        network.setInput(blob)
        return [np.asarray(found, np.float32) for found in network.forward(names)]

    return compute


def _decode(
    heat: FloatArray, scale: FloatArray, offset: FloatArray, places: FloatArray, min_score: float
) -> list[DetectedFace]:
    """Read boxes and points off the network's maps, one cell every four pixels."""
    peak = cv2.dilate(heat, np.ones((3, 3), np.uint8)) <= heat
    rows, columns = np.nonzero((heat > min_score) & peak)
    faces = []
    for r, c in zip(rows, columns, strict=True):
        h, w = (float(v) for v in np.exp(scale[:, r, c]) * 4)
        x = (c + float(offset[1, r, c]) + 0.5) * 4 - w / 2
        y = (r + float(offset[0, r, c]) + 0.5) * 4 - h / 2
        relative = places[:, r, c].reshape(5, 2)[:, ::-1]
        points = (relative * [w, h] + [x, y]).astype(np.float32)
        faces.append(DetectedFace(FaceBox(x, y, w, h, float(heat[r, c])), points))
    return faces


def _without_overlaps(faces: list[DetectedFace]) -> list[DetectedFace]:
    kept: list[DetectedFace] = []
    for face in sorted(faces, key=lambda f: -f.box.score):
        if all(_iou(face.box, other.box) < MAX_OVERLAP for other in kept):
            kept.append(face)
    return kept


def _iou(a: FaceBox, b: FaceBox) -> float:
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    both = max(width, 0.0) * max(height, 0.0)
    return both / (a.width * a.height + b.width * b.height - both)


def _smallest(faces: list[DetectedFace], look: _Look) -> float:
    """Return the size in pixels of a look, sqrt(w * h), of its smallest face; 0 without any."""
    shrunk = math.sqrt(abs(float(np.linalg.det(look.to_photo[:, :2]))))
    return min((_size(f.box) for f in faces), default=0.0) / shrunk


def _size(box: FaceBox) -> float:
    return math.sqrt(box.width * box.height)


def _center_inside(box: FaceBox, width: int, height: int) -> bool:
    x, y = box.center
    return -0.1 * width <= x <= 1.1 * width and -0.1 * height <= y <= 1.1 * height


def _back_to_photo(face: DetectedFace, to_photo: NDArray[np.float64]) -> DetectedFace:
    """Map a face found in a look to the photo; its box becomes upright there."""
    linear, shift = to_photo[:, :2], to_photo[:, 2]
    box, scale = face.box, math.sqrt(abs(float(np.linalg.det(to_photo[:, :2]))))
    center = linear @ box.center + shift
    # Turned by a quarter the box's sides change places; in between its area is kept.
    turned = abs(linear[0, 0]) < abs(linear[0, 1])
    width, height = (box.height, box.width) if turned else (box.width, box.height)
    width, height = width * scale, height * scale
    upright = FaceBox(
        float(center[0] - width / 2), float(center[1] - height / 2), width, height, box.score
    )
    return DetectedFace(upright, (face.points @ linear.T + shift).astype(np.float32))


def _scaled(photo: ByteArray, side: int, enlarge: bool = False) -> _Look:
    """Return a copy whose longest side is `side`; smaller photos stay unless `enlarge`."""
    height, width = photo.shape[:2]
    scale = side / max(height, width)
    if scale >= 1 and not enlarge:
        return _Look(photo, np.array([[1.0, 0, 0], [0, 1.0, 0]]))
    new_width, new_height = max(round(width * scale), 1), max(round(height * scale), 1)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    # By whole blocks of pixels first, which OpenCV averages three times faster than others; at
    # the right and lower border less than a block is lost.
    block = max(int(1 / scale), 1)
    width, height = width // block * block, height // block * block
    if block > 1:
        photo = _resized(photo[:height, :width], width // block, height // block, method)
    copy = _resized(photo, new_width, new_height, method)
    x, y = width / new_width, height / new_height
    return _Look(copy, np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2]]))


def _resized(image: ByteArray, width: int, height: int, method: int) -> ByteArray:
    return np.asarray(cv2.resize(image, (width, height), interpolation=method), np.uint8)


def _brightened(photo: ByteArray) -> _Look:
    look = _scaled(photo, FIRST_SIDE)
    gray = cv2.cvtColor(look.image, cv2.COLOR_RGB2GRAY)
    even = cv2.createCLAHE(4.0, (4, 4)).apply(gray)
    return _Look(np.repeat(np.asarray(even, np.uint8)[..., None], 3, axis=2), look.to_photo)


def _with_margin(photo: ByteArray) -> _Look:
    """Shrink the photo into a gray frame: for faces that fill all of it."""
    look = _scaled(photo, FIRST_SIDE // 2)
    height, width = look.image.shape[:2]
    framed = cv2.copyMakeBorder(
        look.image, height // 2, height // 2, width // 2, width // 2, cv2.BORDER_REPLICATE
    )
    back = np.eye(3)
    back[:2, 2] = -(width // 2), -(height // 2)
    return _Look(np.asarray(framed, np.uint8), look.to_photo @ back)


def _turned(photo: ByteArray, angle_deg: float) -> _Look:
    look = _scaled(photo, FIRST_SIDE)
    height, width = look.image.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle_deg, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_width, new_height = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[:, 2] += (new_width - width) / 2, (new_height - height) / 2
    image = np.asarray(cv2.warpAffine(look.image, matrix, (new_width, new_height)), np.uint8)
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    return _Look(image, look.to_photo @ back)


def _patch(photo: ByteArray, box: FaceBox, roll_deg: float) -> _Look:
    """Return the surroundings of a face, turned so that a tilt of `roll_deg` is undone."""
    rotation = cv2.getRotationMatrix2D(box.center, -roll_deg, PATCH_FACE / _size(box))
    matrix = np.asarray(rotation, np.float64)
    matrix[:, 2] += (PATCH_SIDE - 1) / 2 - np.array(box.center)
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    return _Look(warp_image(photo, matrix, PATCH_SIDE), back[:2])


def _harder_looks(photo: ByteArray) -> Iterator[Callable[[], _Look]]:
    yield lambda: _scaled(photo, FIRST_SIDE, enlarge=True)
    yield lambda: _with_margin(photo)
    yield lambda: _brightened(photo)
    for angle in (90, -90, 180, 45, -45):
        yield lambda angle=angle: _turned(photo, angle)  # type: ignore[misc]
    yield lambda: _scaled(photo, SECOND_SIDE, enlarge=True)
