"""Faces are found whatever their size, tilt and light, where they are, and only there."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from vrn_core.errors import ModelFileError
from vrn_core.inference import engines
from vrn_core.inference.detection import DetectedFace, FaceDetector
from vrn_core.inference.photo import load_photo
from vrn_core.inference.runtime import is_installed
from vrn_core.resources import resource
from vrn_core.types import ByteArray

FACE_CENTER = np.array([224.0, 116.0])
"""Of the sample photo, in its pixels, as seen by eye."""
FACE_SIZE = 96.0
"""sqrt(w * h) of a box from the hairline to the chin."""


@pytest.fixture(
    scope="module", params=["opencv", "openvino"] if is_installed("openvino") else ["opencv"]
)
def detector(request: pytest.FixtureRequest) -> FaceDetector:
    """Return a detector, computed by what is always there, or by what is faster."""
    made = FaceDetector()
    if request.param == "openvino":
        assert made.accelerate()
    return made


@pytest.fixture(scope="module")
def sample() -> ByteArray:
    """Return the sample photo; its face is upright."""
    return load_photo(resource("sample.jpg"))


def assert_only_face(
    faces: list[DetectedFace], center: np.ndarray = FACE_CENTER, size: float = FACE_SIZE
) -> None:
    assert len(faces) == 1
    assert_at(faces[0], center, size)


def assert_at(face: DetectedFace, center: np.ndarray, size: float) -> None:
    assert np.linalg.norm(np.array(face.box.center) - center) < 0.25 * size
    assert 0.7 < math.sqrt(face.box.width * face.box.height) / size < 1.4


def turned(photo: ByteArray, angle_deg: float) -> tuple[ByteArray, np.ndarray]:
    """Return the photo turned counter-clockwise in a larger frame, and the face's center."""
    height, width = photo.shape[:2]
    side = math.ceil(math.hypot(height, width))
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle_deg, 1.0)
    matrix[:, 2] += (side - width) / 2, (side - height) / 2
    return cv2.warpAffine(photo, matrix, (side, side)), matrix @ [*FACE_CENTER, 1]


def scaled(photo: ByteArray, factor: float) -> ByteArray:
    return cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def test_the_sample_photos_face_is_found_with_its_features(
    detector: FaceDetector, sample: ByteArray
) -> None:
    faces = detector.detect(sample)

    assert_only_face(faces)
    assert 0.8 < faces[0].box.score <= 1
    left_eye, right_eye, nose, left_mouth, right_mouth = faces[0].points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])
    assert left_mouth[0] < right_mouth[0]


@pytest.mark.parametrize("angle_deg", [-135, -90, -45, -20, 20, 45, 90, 135, 180])
def test_a_face_turned_in_the_plane_is_found_with_its_tilt(
    angle_deg: float, detector: FaceDetector, sample: ByteArray
) -> None:
    photo, center = turned(sample, angle_deg)
    upright = detector.detect(sample)[0].roll_deg

    faces = detector.detect(photo)

    assert_only_face(faces, center)
    off = (faces[0].roll_deg - upright - angle_deg + 180) % 360 - 180
    assert abs(off) < 15


@pytest.mark.parametrize("factor", [0.12, 0.25, 0.5, 3.0])
def test_size_does_not_matter(factor: float, detector: FaceDetector, sample: ByteArray) -> None:
    # A pixel's center, not its corner, has whole coordinates.
    center = (FACE_CENTER + 0.5) * factor - 0.5

    assert_only_face(detector.detect(scaled(sample, factor)), center, FACE_SIZE * factor)


def test_a_small_face_in_a_large_photo_is_found(detector: FaceDetector, sample: ByteArray) -> None:
    photo = np.full((1400, 2000, 3), 128, np.uint8)
    small = scaled(sample, 0.35)
    photo[900 : 900 + len(small), 1500 : 1500 + len(small)] = small

    assert_only_face(detector.detect(photo), FACE_CENTER * 0.35 + [1500, 900], FACE_SIZE * 0.35)


def test_all_faces_are_found_the_largest_first(detector: FaceDetector, sample: ByteArray) -> None:
    photo = np.full((960, 1400, 3), 100, np.uint8)
    places = [(0, 0, 1.6), (900, 0, 0.8), (900, 500, 0.4), (1150, 500, 0.25)]
    for x, y, factor in places:
        copy = scaled(sample, factor)
        height, width = copy.shape[:2]
        photo[y : y + height, x : x + width] = copy

    faces = detector.detect(photo)

    assert len(faces) == len(places)
    for face, (x, y, factor) in zip(faces, places, strict=True):
        assert_at(face, FACE_CENTER * factor + [x, y], FACE_SIZE * factor)


@pytest.mark.parametrize(
    "light",
    [
        pytest.param(lambda p: (p * 0.08).astype(np.uint8), id="dark"),
        pytest.param(lambda p: (p * 0.25 + 180).astype(np.uint8), id="washed out"),
        pytest.param(lambda p: cv2.GaussianBlur(p, (0, 0), 4), id="blurred"),
        pytest.param(
            lambda p: np.repeat(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY)[..., None], 3, 2), id="gray"
        ),
    ],
)
def test_light_does_not_matter(light, detector: FaceDetector, sample: ByteArray) -> None:
    assert_only_face(detector.detect(light(sample)))


def test_a_face_that_fills_the_photo_is_found(detector: FaceDetector, sample: ByteArray) -> None:
    x, y = (FACE_CENTER - 46).astype(int)
    tight = np.ascontiguousarray(sample[y : y + 92, x : x + 92])

    assert_only_face(detector.detect(tight), FACE_CENTER - [x, y])


def test_half_a_face_at_the_border_is_found_or_not_but_nothing_else(
    detector: FaceDetector, sample: ByteArray
) -> None:
    half = np.ascontiguousarray(sample[:, int(FACE_CENTER[0]) :])

    faces = detector.detect(half)

    assert len(faces) <= 1
    for face in faces:
        assert abs(face.box.center[1] - FACE_CENTER[1]) < 0.3 * FACE_SIZE
        assert face.box.center[0] < 0.5 * FACE_SIZE


@pytest.mark.parametrize("shape", [(16, 16), (17, 400), (333, 20), (480, 640)])
def test_no_face_is_found_where_there_is_none(
    shape: tuple[int, int], detector: FaceDetector
) -> None:
    rng = np.random.default_rng(7)
    rough = rng.integers(0, 255, (*shape, 3), np.uint8)

    assert detector.detect(np.zeros((*shape, 3), np.uint8)) == []
    assert detector.detect(cv2.GaussianBlur(rough, (0, 0), 3)) == []


def test_detection_leaves_the_photo_alone_and_repeats_itself(
    detector: FaceDetector, sample: ByteArray
) -> None:
    before = sample.copy()

    first, second = detector.detect(sample), detector.detect(sample)

    np.testing.assert_array_equal(sample, before)
    assert first[0].box == second[0].box


@pytest.mark.parametrize("kept", [0, 1000, 3_000_000])
def test_a_damaged_detector_is_one_clear_sentence(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "dëtector.onnx"
    path.write_bytes(resource("models", "centerface.onnx").read_bytes()[:kept])

    with pytest.raises(ModelFileError, match="is damaged; install again"):
        FaceDetector(path)


def test_a_missing_detector_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"there is no face detector .*gone\.onnx"):
        FaceDetector(tmp_path / "gone.onnx")


def test_portraits_are_found(detector: FaceDetector, data_folder: Path) -> None:
    paths = sorted((data_folder / "portraits" / "images").glob("*.jpg"))[::74]
    truth = np.load(data_folder / "portraits" / "landmarks478.npz")

    for path in paths:
        points = truth[path.stem][:, :2]
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        faces = detector.detect(load_photo(path))
        assert faces, path.name
        off = np.linalg.norm(np.array(faces[0].box.center) - middle)
        assert off < 0.3 * np.ptp(points[:, 1]), path.name


def test_what_cannot_accelerate_leaves_the_detector_at_work(
    sample: ByteArray, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **settings: object) -> None:
        raise RuntimeError("no such instruction")

    monkeypatch.setattr(engines, "openvino_engine", broken)
    detector = FaceDetector()
    assert not detector.accelerate()
    assert "no such instruction" in caplog.text
    assert_only_face(detector.detect(sample))
