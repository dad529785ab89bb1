from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh
from PIL import Image

from vrn_core.errors import (
    CancelledError,
    ConfigError,
    EmptyVolumeError,
    ModelFileError,
    NoFaceFoundError,
    PhotoError,
    ShapeError,
)
from vrn_core.evaluation.metrics import distance_to_surface, interocular_distance, volume_iou
from vrn_core.inference.detection import DetectedFace
from vrn_core.inference.frames import canonical_frame
from vrn_core.inference.landmarks import LandmarkResult
from vrn_core.inference.photo import load_photo
from vrn_core.inference.reconstructor import Reconstructor
from vrn_core.models import create_model, model_path, save_model
from vrn_core.morphable import mean_landmarks
from vrn_core.pose import FLIP, rotation_from_pose
from vrn_core.progress import CancelToken
from vrn_core.resources import resource
from vrn_core.types import FaceBox, FaceCrop, Pose, Reconstruction

RADIUS = 40.0
"""Of the ball that stands for a face, in crop pixels."""


def landmarks_at(center: tuple[float, float], scale: float, pose: Pose) -> np.ndarray:
    turned = mean_landmarks() @ rotation_from_pose(pose).T @ FLIP
    turned -= turned.mean(axis=0)
    return (scale * turned + [*center, 0]).astype(np.float32)


class Face:
    """A face that the fakes below find."""

    def __init__(self, center: tuple[float, float], scale: float, pose: Pose, empty=False) -> None:
        self.landmarks = landmarks_at(center, scale, pose)
        low, size = self.landmarks[:, :2].min(axis=0), np.ptp(self.landmarks[:, :2], axis=0)
        box = FaceBox(float(low[0]), float(low[1]), float(size[0]), float(size[1]), 0.9)
        self.detected = DetectedFace(box, self.landmarks[:5, :2])
        self.empty = empty


class FakeParts:
    """In place of detector and networks: known landmarks, and a ball in every volume."""

    def __init__(self, faces: list[Face]) -> None:
        self.faces = faces

    def detect(self, photo):
        return [face.detected for face in self.faces]

    def find(self, photo, detected):
        return [LandmarkResult(face.landmarks, 0.8) for face in self.faces]

    def predict(self, photo, crop, landmarks):
        z, y, x = np.meshgrid(*[2 * np.arange(n) + 0.5 for n in (100, 96, 96)], indexing="ij")
        depth = (z - 99.5) / 2
        distance = np.sqrt((x - 95.5) ** 2 + (y - 95.5) ** 2 + depth**2)
        logits = torch.from_numpy((RADIUS - distance).astype(np.float32))
        face = next(f for f in self.faces if np.array_equal(f.landmarks, landmarks))
        return torch.full_like(logits, -20.0) if face.empty else logits


@pytest.fixture(scope="module")
def untrained(tmp_path_factory) -> dict[str, Path]:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("models")
    for name in ("vrn-guided", "vrn", "vrn-multitask", "landmarks"):
        save_model(create_model(name), folder / f"{name}.safetensors", name=name)
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture
def reconstructor(untrained):
    def make(*faces: Face, **options) -> Reconstructor:
        made = Reconstructor(untrained["vrn-guided"], untrained["landmarks"], **options)
        parts = FakeParts(list(faces))
        made._detector = made._landmarks = made._volumes = parts
        return made

    return make


PHOTO = np.full((300, 500, 3), 120, np.uint8)


def test_ball_in_the_crop_becomes_a_ball_in_photo_pixels(reconstructor):
    face = Face((320.0, 140.0), 1.7, Pose(20, 5, -10))
    [result] = reconstructor(face).reconstruct(PHOTO)
    scale = FaceCrop.around_landmarks(face.landmarks).scale
    center = [*face.landmarks[:, :2].mean(axis=0), 0]
    radii = np.linalg.norm(result.mesh.vertices - center, axis=1)
    np.testing.assert_allclose(radii, RADIUS / scale, rtol=0.01)
    assert len(result.mesh.faces) <= 20_000


def test_meshes_are_closed_and_outward_in_both_frames(reconstructor):
    [result] = reconstructor(Face((250, 150), 1.5, Pose(-60, 0, 0))).reconstruct(PHOTO)
    for mesh in (result.mesh, result.mesh_canonical):
        solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
        assert solid.is_watertight
        assert solid.volume > 0
        assert mesh.colors is not None
    np.testing.assert_array_equal(result.mesh.faces, result.mesh_canonical.faces)


@pytest.mark.parametrize("iod_mm", [50.0, 63.0])
def test_canonical_mesh_is_upright_in_millimeters(reconstructor, iod_mm):
    face = Face((250, 150), 1.5, Pose(45, 10, 30))
    [result] = reconstructor(face, iod_mm=iod_mm).reconstruct(PHOTO)
    frame = canonical_frame(face.landmarks, iod_mm)
    np.testing.assert_allclose(
        result.mesh_canonical.vertices, frame.apply(result.mesh.vertices), atol=0.01
    )
    mean = mean_landmarks()
    eyes = mean[42:48].mean(axis=0) - mean[36:42].mean(axis=0)
    nose = frame.apply(face.landmarks)[30]
    assert nose[2] == pytest.approx(mean[30, 2] * iod_mm / np.linalg.norm(eyes), rel=0.02)


def test_eyes_that_fall_on_one_another_do_not_blow_the_face_up():
    landmarks = landmarks_at((250, 150), 1.5, Pose(0, 0, 0))
    usual = canonical_frame(landmarks, 63.0).scale
    middle = landmarks[36:48].mean(axis=0)
    landmarks[36:48] = middle + 0.05 * (landmarks[36:48] - middle)
    assert canonical_frame(landmarks, 63.0).scale < 1.5 * usual


def test_every_face_is_returned_with_all_that_was_found_out(reconstructor):
    faces = [Face((120, 150), 1.2, Pose(-30, 0, 0)), Face((380, 150), 1.0, Pose(30, 5, 0))]
    results = reconstructor(*faces).reconstruct(PHOTO)
    assert len(results) == 2
    for face, result in zip(faces, results, strict=True):
        assert result.box == face.detected.box
        np.testing.assert_array_equal(result.landmarks, face.landmarks)
        assert result.volume.shape == (200, 192, 192)
        assert result.volume.dtype == np.uint8
        assert 0 < result.confidence < 1
        stages = {"detect", "landmarks", "network", "isosurface", "cleanup", "color"}
        assert stages <= set(result.timings_ms)
    assert results[0].pose.yaw_deg == pytest.approx(-30, abs=0.1)
    assert results[1].pose.yaw_deg == pytest.approx(30, abs=0.1)


def test_face_without_a_surface_leaves_the_others(reconstructor):
    good, bad = Face((120, 150), 1.2, Pose(0, 0, 0)), Face((380, 150), 1.0, Pose(0, 0, 0), True)
    for order in ([good, bad], [bad, good]):
        [result] = reconstructor(*order).reconstruct(PHOTO)
        np.testing.assert_array_equal(result.landmarks, good.landmarks)
    with pytest.raises(EmptyVolumeError):
        reconstructor(bad, bad).reconstruct(PHOTO)


def test_photo_without_a_face_is_one_clear_sentence(reconstructor):
    with pytest.raises(NoFaceFoundError, match="no face was found in the photo; try"):
        reconstructor().reconstruct(PHOTO)


def test_work_stops_when_cancelled(reconstructor):
    cancel = CancelToken()

    def stop_after_landmarks(fraction: float, stage: str) -> None:
        if "landmarks" in stage:
            cancel.cancel()

    with pytest.raises(CancelledError):
        reconstructor(Face((250, 150), 1.5, Pose(0, 0, 0))).reconstruct(
            PHOTO, cancel, stop_after_landmarks
        )


def test_progress_rises_to_one(reconstructor):
    told: list[float] = []
    faces = [Face((120, 150), 1.2, Pose(0, 0, 0)), Face((380, 150), 1.0, Pose(0, 0, 0))]
    reconstructor(*faces).reconstruct(PHOTO, progress=lambda fraction, stage: told.append(fraction))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_given_landmarks_are_kept(reconstructor):
    face = Face((250, 150), 1.5, Pose(10, 0, 0))
    result = reconstructor(face).reconstruct_from_landmarks(PHOTO, face.landmarks)
    np.testing.assert_array_equal(result.landmarks, face.landmarks)
    with pytest.raises(ShapeError, match=r"\(68, 3\)"):
        reconstructor(face).reconstruct_from_landmarks(PHOTO, face.landmarks[:, :2])


def test_a_roughly_drawn_box_gives_the_face_that_is_found_without():
    made = Reconstructor()
    photo = load_photo(resource("sample.jpg"))
    found = made.reconstruct(photo)[0]
    box = found.box
    drawn = FaceBox(box.x - 8, box.y - 12, box.width * 1.2, box.height * 1.1)
    result = made.reconstruct_box(photo, drawn)
    assert result.box == drawn
    away = np.linalg.norm(result.landmarks - found.landmarks, axis=1).mean()
    assert away / interocular_distance(found.landmarks) < 0.03
    assert volume_iou(result.volume, found.volume) > 0.9


@pytest.mark.parametrize(
    "box",
    [FaceBox(5000, 10, 50, 60), FaceBox(10, 10, 0, 60), FaceBox(10, 10, float("nan"), 60)],
)
def test_a_box_that_is_not_in_the_photo_is_refused(reconstructor, box):
    with pytest.raises(PhotoError, match="draw it round a face"):
        reconstructor().reconstruct_box(PHOTO, box)


@pytest.mark.parametrize("photo", [PHOTO[..., 0], PHOTO.astype(np.float32), PHOTO[..., [0, 1]]])
def test_arrays_that_are_no_rgb_bytes_are_refused(reconstructor, photo):
    with pytest.raises(ShapeError, match="photo"):
        reconstructor().reconstruct(photo)


@pytest.mark.parametrize("name", ["vrn", "vrn-guided", "vrn-multitask"])
def test_every_volume_network_runs_on_the_sample_photo(untrained, name):
    made = Reconstructor(untrained[name], untrained["landmarks"], triangles=2000)
    photo = load_photo(resource("sample.jpg"))
    # Of an untrained network the volume may be anything, also empty.
    try:
        results = made.reconstruct(photo)
    except EmptyVolumeError:
        return
    assert np.isfinite(results[0].mesh.vertices).all()


def test_models_of_the_wrong_kind_are_refused(untrained, tmp_path):
    parametric = tmp_path / "p.safetensors"
    save_model(create_model("parametric"), parametric, name="parametric")
    with pytest.raises(ConfigError, match="is a parametric network; expected a volume network"):
        Reconstructor(parametric, untrained["landmarks"])
    with pytest.raises(ConfigError, match="is a landmark network; expected a volume network"):
        Reconstructor(untrained["landmarks"], untrained["landmarks"])
    with pytest.raises(ConfigError, match="is a volume network; expected a landmark network"):
        Reconstructor(untrained["vrn"], untrained["vrn"])


def test_missing_weights_are_one_clear_sentence(untrained, tmp_path):
    with pytest.raises(ModelFileError, match="no model file"):
        Reconstructor(tmp_path / "none.safetensors", untrained["landmarks"])


@pytest.mark.parametrize("iod_mm", [0.0, -1.0, float("nan")])
def test_impossible_interocular_distance_is_refused(untrained, iod_mm):
    with pytest.raises(ConfigError, match="interocular distance"):
        Reconstructor(untrained["vrn"], untrained["landmarks"], iod_mm=iod_mm)


@pytest.fixture(scope="module")
def shipped() -> Reconstructor:
    if not model_path("vrn-guided-lite").is_file() or not model_path("landmarks-lite").is_file():
        pytest.skip("the trained networks are not in resources/models")
    return Reconstructor()


@pytest.fixture(scope="module")
def sample_face(shipped) -> Reconstruction:
    [result] = shipped.reconstruct(load_photo(resource("sample.jpg")))
    return result


def test_sample_photos_landmarks_lie_on_its_surface(sample_face):
    distance = distance_to_surface(sample_face.landmarks, sample_face.mesh)
    # The landmarks of the jaw lie on the rim of the solid.
    assert np.mean(distance[17:]) / interocular_distance(sample_face.landmarks) < 0.06
    assert abs(sample_face.pose.roll_deg) < 15
    assert abs(sample_face.pose.yaw_deg) < 30
    assert sample_face.confidence > 0.6


def test_turned_photo_gives_the_same_face_turned(shipped, sample_face):
    photo = load_photo(resource("sample.jpg"))
    turned = np.asarray(Image.fromarray(photo).transpose(Image.Transpose.ROTATE_90), np.uint8)
    [result] = shipped.reconstruct(turned)
    x, y, _ = sample_face.landmarks.T
    expected = np.column_stack([y, photo.shape[1] - 1 - x])
    error = np.linalg.norm(result.landmarks[:, :2] - expected, axis=1).mean()
    assert error / interocular_distance(sample_face.landmarks) < 0.05
    assert result.pose.roll_deg - sample_face.pose.roll_deg == pytest.approx(90, abs=6)


def test_gray_and_dark_photos_give_nearly_the_same_landmarks(shipped, sample_face):
    photo = load_photo(resource("sample.jpg"))
    gray = np.repeat(photo.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    dark = (photo * 0.25).astype(np.uint8)
    for changed in (gray, dark):
        [result] = shipped.reconstruct(changed)
        error = np.linalg.norm(result.landmarks - sample_face.landmarks, axis=1).mean()
        assert error / interocular_distance(sample_face.landmarks) < 0.08


@pytest.mark.parametrize("side", ["left", "right", "bottom"])
def test_half_a_face_at_the_border_gives_a_closed_mesh_or_a_clear_error(shipped, sample_face, side):
    photo = load_photo(resource("sample.jpg"))
    x, y = sample_face.landmarks[:, :2].mean(axis=0).astype(int)
    parts = {"left": photo[:, x:], "right": photo[:, :x], "bottom": photo[:y]}
    try:
        results = shipped.reconstruct(np.ascontiguousarray(parts[side]))
    except NoFaceFoundError:
        return
    mesh = results[0].mesh
    assert trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).is_watertight
