from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from vrn_core.errors import CancelledError, ModelFileError
from vrn_core.evaluation import landmark_benchmark
from vrn_core.evaluation.landmark_benchmark import (
    PhotoScore,
    Results,
    at_depth_of,
    evaluate_photos,
    score_photo,
)
from vrn_core.evaluation.methods import MethodSettings, create_method
from vrn_core.evaluation.photos300w import AnnotatedPhoto, read_photo
from vrn_core.inference.frames import head_pose
from vrn_core.progress import CancelToken


def annotated(landmarks: np.ndarray) -> AnnotatedPhoto:
    photo = np.zeros((100, 120, 3), np.uint8)
    return AnnotatedPhoto("a.jpg", 12.0, photo, landmarks.astype(np.float32))


def test_the_truth_itself_has_no_error(face, finds):
    score = score_photo(annotated(face.landmarks), finds(face), icp=True)
    assert score.found
    assert (score.name, score.yaw_deg) == ("a.jpg", 12.0)
    # The ball's triangles lie a little inside of it.
    assert score.surface_error == pytest.approx(0, abs=2e-3)
    assert score.surface_error_icp == pytest.approx(0, abs=2e-3)
    assert score.landmark_nme == pytest.approx(0, abs=1e-6)
    assert score.landmark_nme_bbox == pytest.approx(0, abs=1e-6)


def test_an_offset_in_depth_does_not_count(face, finds):
    score = score_photo(annotated(face.landmarks + [0, 0, 500]), finds(face))
    assert score.surface_error == pytest.approx(0, abs=2e-3)


def test_wrong_depth_of_single_points_counts(face, finds):
    deeper = face.landmarks * np.float32([1, 1, 1.5])
    score = score_photo(annotated(deeper), finds(face))
    assert score.surface_error > 0.05
    assert score.landmark_nme == pytest.approx(0, abs=1e-6)


def test_an_offset_in_the_image_counts_in_eye_distances_until_it_is_aligned(face, finds):
    score = score_photo(annotated(face.landmarks + [3, 4, 0]), finds(face), icp=True)
    assert score.landmark_nme == pytest.approx(5 / 60, rel=1e-4)
    box = np.sqrt(np.prod(np.ptp(face.landmarks[:, :2], axis=0)))
    assert score.landmark_nme_bbox == pytest.approx(5 / box, rel=1e-4)
    # The distance to a ball moved by 5 lies between 0 and 5, and is half of it on average.
    assert score.surface_error == pytest.approx(2.5 / 60, rel=0.2)
    assert score.surface_error_icp == pytest.approx(0, abs=2e-3)


def test_a_larger_face_keeps_its_error_when_aligned(face, finds):
    larger = face.center + 1.1 * (face.landmarks - face.center)
    score = score_photo(annotated(larger), finds(face), icp=True)
    # 3 pixels all round, of eyes 66 apart.
    assert score.surface_error == pytest.approx(3 / 66, rel=0.05)
    assert score.surface_error_icp == pytest.approx(3 / 66, rel=0.05)


def test_without_depth_only_the_image_is_compared(face, finds):
    score = score_photo(annotated(face.landmarks[:, :2] + [6, 8]), finds(face), icp=True)
    box = np.sqrt(np.prod(np.ptp(face.landmarks[:, :2], axis=0)))
    assert score.landmark_nme_bbox == pytest.approx(10 / box, rel=1e-4)
    assert score.surface_error is score.surface_error_icp is score.landmark_nme is None


def test_a_face_not_found_counts_as_failed(face, finds):
    score = score_photo(annotated(face.landmarks), finds(), icp=True)
    assert not score.found
    assert score.surface_error == score.surface_error_icp == score.landmark_nme == 1
    flat = score_photo(annotated(face.landmarks[:, :2]), finds())
    assert (flat.surface_error, flat.landmark_nme, flat.landmark_nme_bbox) == (None, None, 1)


def test_only_the_mean_depth_is_moved(face):
    moved = at_depth_of(face.landmarks + np.float32([1, 2, 300]), face.landmarks)
    np.testing.assert_allclose(moved - face.landmarks, np.tile([1, 2, 0], (68, 1)), atol=1e-3)


@pytest.fixture
def folder(tmp_path, add_aflw, face):
    for number in range(6):
        add_aflw(tmp_path, f"{number}", face.landmarks, yaw_deg=number, color=40 * number)
    return tmp_path


NAMES = [f"{number}.jpg" for number in range(6)]
METHOD = ("vrn-guided", MethodSettings())


@pytest.fixture
def fake(monkeypatch, face):
    def faces(photo):
        color = round(int(photo[0, 0, 0]) / 40)
        if color == 3:
            return []
        if color == 4:
            raise RuntimeError("the network\nexploded")
        return [face]

    double = SimpleNamespace(faces=faces)
    monkeypatch.setattr(landmark_benchmark, "_method", lambda name, settings: double)


@pytest.mark.usefixtures("fake")
def test_bad_photos_are_listed_and_stop_nothing(folder):
    (folder / "1.mat").write_bytes(b"no file of MATLAB")
    told = []
    results = evaluate_photos(
        "aflw2000-3d", folder, NAMES, *METHOD, progress=lambda f, name: told.append((f, name))
    )
    assert [score.name for score in results.scores] == ["0.jpg", "2.jpg", "3.jpg", "5.jpg"]
    assert [score.found for score in results.scores] == [True, True, False, True]
    first, second = results.failures
    assert first.name == "1.jpg"
    assert "1.mat is damaged" in first.reason
    assert second.name == "4.jpg"
    assert second.reason == "unexpected RuntimeError: the network exploded"
    assert told[-1] == (1.0, "5.jpg")


@pytest.mark.usefixtures("fake")
def test_scores_are_saved_now_and_then_and_at_the_end(folder, monkeypatch):
    monkeypatch.setattr(landmark_benchmark, "SAVE_EVERY", 2)
    counts = []

    def save(results):
        counts.append(len(results.scores) + len(results.failures))

    evaluate_photos("aflw2000-3d", folder, NAMES[:5], *METHOD, save=save)
    assert counts == [2, 4, 5]
    evaluate_photos("aflw2000-3d", folder, [], *METHOD, save=save)
    assert counts == [2, 4, 5]


@pytest.mark.usefixtures("fake")
def test_scores_are_saved_when_the_work_is_stopped(folder):
    saved = []
    cancel = CancelToken()

    def progress(fraction, name):
        if name == "1.jpg":
            cancel.cancel()

    with pytest.raises(CancelledError):
        evaluate_photos(
            "aflw2000-3d", folder, NAMES, *METHOD, cancel=cancel, progress=progress,
            save=lambda results: saved.extend(score.name for score in results.scores),
        )  # fmt: skip
    assert saved == ["0.jpg", "1.jpg", "2.jpg"]


@pytest.mark.usefixtures("fake")
def test_earlier_results_are_added_to(folder):
    earlier = PhotoScore("0.jpg", 0.0, True, 0.1, None, 0.1, 0.1)
    results = evaluate_photos(
        "aflw2000-3d", folder, ["1.jpg"], *METHOD, results=Results(scores=[earlier])
    )
    assert [score.name for score in results.scores] == ["0.jpg", "1.jpg"]


def test_without_networks_there_is_no_list_of_failures(folder):
    settings = MethodSettings(volume_model="gone/away.safetensors")
    with pytest.raises(ModelFileError, match="away"):
        evaluate_photos("aflw2000-3d", folder, NAMES, "vrn", settings)


def test_the_real_sample_is_reconstructed_near_its_landmarks(data_folder):
    root = data_folder / "samples" / "AFLW2000"
    if not root.is_dir():
        pytest.skip(f"no sample of AFLW2000-3D at {root}")
    item = read_photo("aflw2000-3d", root, "image02283.jpg")
    method = create_method("vrn-guided", MethodSettings())
    score = score_photo(item, method, icp=True)
    assert score.found
    assert score.surface_error < 0.1
    assert score.surface_error_icp < score.surface_error
    assert score.landmark_nme < 0.1
    [found] = method.faces(item.photo)
    # Neither depth nor yaw is turned round.
    assert np.corrcoef(found.landmarks[:, 2], item.landmarks[:, 2])[0, 1] > 0.9
    assert head_pose(found.landmarks).yaw_deg == pytest.approx(item.yaw_deg, abs=10)
