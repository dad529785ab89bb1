from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from tests.core.evaluation.made_up_scans import (
    EYES_MM,
    RADII,
    made_up_head,
    scan_of,
    write_facts,
    write_ply,
)
from vrn_core.errors import CancelledError
from vrn_core.evaluation import scan_benchmark
from vrn_core.evaluation.methods import MethodSettings
from vrn_core.evaluation.scan_benchmark import ScanWork, evaluate_scans, score_view
from vrn_core.evaluation.scan_files import ScanLimits
from vrn_core.evaluation.scan_heads import ScanFacts, place_head
from vrn_core.evaluation.scan_sets import Views
from vrn_core.progress import CancelToken
from vrn_core.types import TriangleMesh

POSES = [(0.0, 0.0), (-80.0, 0.0), (40.0, 20.0), (80.0, -20.0)]


@pytest.fixture(scope="module")
def head(tmp_path_factory):
    """Return a made-up head, placed, with fine triangles."""
    made_up = made_up_head(detail=5)
    scan = scan_of(made_up, tmp_path_factory.mktemp("scan"))
    facts = ScanFacts(landmarks=made_up.landmarks.astype(np.float32))
    return place_head(scan, facts, lambda photo: [])


class TruthTeller:
    """Answers every picture with the true surface and landmarks, changed in a known way."""

    def __init__(self, head, yaw_deg, pitch_deg, move_mm=(0, 0, 0), thicker_mm=0.0) -> None:
        camera = head.camera(yaw_deg, pitch_deg)
        mesh = head.surface.mesh
        vertices = mesh.vertices + thicker_mm * head.surface.normals
        pixels = np.asarray(move_mm) * camera.scale
        self._face = SimpleNamespace(
            landmarks=(camera.to_photo(head.landmarks) + pixels).astype(np.float32),
            mesh=TriangleMesh((camera.to_photo(vertices) + pixels).astype(np.float32), mesh.faces),
        )
        self.pictures = []

    def faces(self, photo):
        self.pictures.append(photo)
        return [self._face]


def score(head, yaw, pitch, light="ambient", **change):
    return score_view("a", head, yaw, pitch, light, TruthTeller(head, yaw, pitch, **change))


@pytest.mark.parametrize(("yaw", "pitch"), POSES)
def test_the_true_surface_has_no_error(head, yaw, pitch):
    found = score(head, yaw, pitch)
    assert found.found
    assert (found.yaw_deg, found.pitch_deg) == (yaw, pitch)
    for error in (found.error_mm, found.error_icp_mm):
        assert error == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(("yaw", "pitch"), POSES)
def test_a_surface_two_millimeters_outside_is_off_by_two_millimeters(head, yaw, pitch):
    found = score(head, yaw, pitch, thicker_mm=2)
    assert found.error_mm == pytest.approx(2, abs=0.02)
    assert found.nme == pytest.approx(2 / EYES_MM, rel=0.02)
    # The face is but a part of the head, and a part may lie better.
    assert 0.1 < found.error_icp_mm < 2


def test_a_surface_moved_by_two_millimeters_lies_on_the_truth_after_icp(head):
    found = score(head, 0, 0, move_mm=(2, 0, 0))
    # A place moves away from the surface by the share of its normal along the motion.
    middle = head.surface.mesh.vertices.mean(axis=0)
    outward = (head.face - middle) / RADII**2
    share = np.abs(outward[:, 0]) / np.linalg.norm(outward, axis=1)
    assert found.error_mm == pytest.approx(2 * share.mean(), rel=0.03)
    assert found.error_icp_mm < 0.05
    assert found.nme_icp == pytest.approx(found.error_icp_mm / EYES_MM, rel=0.02)


def test_an_offset_in_depth_does_not_count(head):
    found = score(head, 40, 20, move_mm=(0, 0, 300))
    assert found.error_mm == pytest.approx(0, abs=0.01)


def test_a_head_turned_the_other_way_is_far_off(head):
    wrong = score_view("a", head, 40, 0, "ambient", TruthTeller(head, -40, 0))
    assert wrong.error_mm > 5


def test_a_face_not_found_counts_as_an_interocular_distance(head):
    for method in (
        SimpleNamespace(faces=lambda photo: []),
        # Somewhere else in the picture.
        TruthTeller(head, 0, 0, move_mm=(200, 0, 0)),
    ):
        missed = score_view("a", head, 0, 0, "ambient", method)
        assert not missed.found
        assert missed.nme == missed.nme_icp == 1
        assert missed.error_mm == missed.error_icp_mm == pytest.approx(EYES_MM, rel=1e-3)


def test_random_light_is_the_same_for_every_method_and_run(head):
    pictures = []
    for name in ("a", "a", "b"):
        method = TruthTeller(head, 0, 0)
        score_view(name, head, 0, 0, "random", method)
        pictures += method.pictures
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert (pictures[0] != pictures[2]).any()


NAMES = ["a.ply", "b.ply", "c.ply", "d.ply"]


@pytest.fixture
def folder(tmp_path):
    """Return a folder of three good scans, the last without colors, and a bad one."""
    made_up = made_up_head()
    for name in NAMES:
        write_facts(write_ply(tmp_path / name, made_up, colors=name != "d.ply"), made_up)
    (tmp_path / "b.ply").write_bytes(b"no scan")
    return tmp_path


@pytest.fixture
def work(folder, monkeypatch):
    monkeypatch.setattr(
        scan_benchmark, "_method", lambda *_: SimpleNamespace(faces=lambda photo: [])
    )
    monkeypatch.setattr(scan_benchmark, "_landmark_search", lambda: lambda photo: [])
    views = Views((-40.0, 0.0), (0.0,), "ambient")
    return ScanWork(folder, views, "vrn-guided", MethodSettings(), ScanLimits())


def test_bad_scans_are_listed_and_stop_nothing(work):
    told = []
    results = evaluate_scans(NAMES, work, progress=lambda f, name: told.append((f, name)))
    assert [(s.name, s.yaw_deg) for s in results.scores] == [
        (name, yaw) for name in ("a.ply", "c.ply", "d.ply") for yaw in (-40, 0)
    ]
    [failure] = results.failures
    assert failure.name == "b.ply"
    assert "b.ply is damaged" in failure.reason
    assert results.colorless() == ["d.ply"]
    assert told[-1] == (1.0, "d.ply")


def test_scores_are_saved_when_the_work_is_stopped(work, monkeypatch):
    monkeypatch.setattr(scan_benchmark, "SAVE_EVERY", 2)
    saved = []
    cancel = CancelToken()

    def progress(fraction, name):
        if name == "b.ply":
            cancel.cancel()

    with pytest.raises(CancelledError):
        evaluate_scans(
            NAMES, work, cancel=cancel, progress=progress,
            save=lambda r: saved.append([s.name for s in r.scores[::2]]),
        )  # fmt: skip
    assert saved == [["a.ply"], ["a.ply", "c.ply"]]


def test_a_portrait_on_a_head_is_found_and_measured(data_folder, tmp_path):
    """Everything together: a photo laid over its head, as a scan in centimetres, z up."""
    import trimesh
    from PIL import Image

    from vrn_core.data.config import DataConfig
    from vrn_core.data.dataset import PortraitDataset, prepare
    from vrn_core.evaluation.methods import create_method
    from vrn_core.evaluation.scan_files import read_scan

    people = PortraitDataset(DataConfig(resolution="none"), "test")
    person = prepare(people.head, people.portraits[0])
    texture, photo = person.texture, person.photo
    used = np.unique(people.head.skin)
    number = np.zeros(used.max() + 1, int)
    number[used] = np.arange(len(used))
    height, width = photo.shape[:2]
    uv = (texture.places[used, :2] + 0.5) / [width, height] * [1, -1] + [0, 1]
    turned = texture.shape[used] @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]]) / 10
    visual = trimesh.visual.TextureVisuals(uv=uv, image=Image.fromarray(photo))
    scan = trimesh.Trimesh(turned, number[people.head.skin], visual=visual, process=False)
    scan.export(tmp_path / "person.glb")

    found = place_head(
        read_scan(tmp_path / "person.glb"), ScanFacts(), scan_benchmark.LandmarkSearch()
    )
    true = texture.shape[people.model.landmark_vertices]
    eyes = np.linalg.norm(true[36] - true[45])
    assert np.linalg.norm(found.landmarks[36] - found.landmarks[45]) == pytest.approx(
        eyes, rel=0.05
    )
    inner = found.landmarks[17:] - (true[17:] - true[17:].mean(axis=0))
    assert np.linalg.norm(inner, axis=1).mean() < 5
    method = create_method("vrn-guided", MethodSettings())
    for yaw in (0.0, 60.0):
        reached = score_view("person", found, yaw, 0.0, "ambient", method)
        assert reached.found
        assert reached.error_icp_mm < reached.error_mm < 5
