from __future__ import annotations

import json

import numpy as np
import pytest

from tests.core.evaluation.made_up_scans import (
    EYES_MM,
    made_up_head,
    scan_of,
    write_facts,
    write_ply,
)
from vrn_core.errors import DataError
from vrn_core.evaluation.scan_files import Scan, read_scan
from vrn_core.evaluation.scan_heads import (
    ScanFacts,
    lift_to_surface,
    place_head,
    read_facts,
)
from vrn_core.evaluation.scan_render import draw
from vrn_core.ibug import CONTOUR, INNER
from vrn_core.inference.landmarks import LandmarkResult
from vrn_core.pose import FLIP, rotation_from_pose
from vrn_core.types import Pose


def nobody(photo):
    raise AssertionError("the landmarks are known")


def moved(scan: Scan, matrix: np.ndarray, offset=(0, 0, 0)) -> Scan:
    """Return a scan in other axes and another unit."""
    vertices = scan.vertices @ matrix.T + offset
    return Scan(**{**vars(scan), "vertices": vertices})


@pytest.fixture
def head():
    return made_up_head()


@pytest.fixture
def scan(head, tmp_path):
    return scan_of(head, tmp_path)


SAME = np.eye(3)


def facts(head, matrix=SAME, offset=(0, 0, 0), **others) -> ScanFacts:
    landmarks = (head.landmarks @ matrix.T + offset).astype(np.float32)
    return ScanFacts(landmarks=landmarks, **others)


def check_placed(placed, head):
    """Check that a head stands upright in millimetres, its face in the origin."""
    middle = head.landmarks[INNER].mean(axis=0)
    np.testing.assert_allclose(placed.landmarks, head.landmarks - middle, atol=2)
    low, high = placed.surface.mesh.vertices.min(axis=0), placed.surface.mesh.vertices.max(axis=0)
    np.testing.assert_allclose(low, head.vertices.min(axis=0) - middle, atol=4)
    np.testing.assert_allclose(high, head.vertices.max(axis=0) - middle, atol=4)


Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
"""From y up and a face along z to z up and a face along -y."""


@pytest.mark.parametrize(("unit", "to_mm"), [("mm", 1.0), ("cm", 10.0), ("m", 1000.0)])
def test_a_scan_in_other_axes_and_another_unit_is_placed_alike(head, scan, unit, to_mm, tmp_path):
    matrix, offset = Z_UP / to_mm, np.array([3000, -200, 50]) / to_mm
    path = tmp_path / "a.ply"
    write_facts(
        path,
        type(head)(None, None, None, head.landmarks @ matrix.T + offset),
        unit=unit,
        up="z",
        front="-y",
    )
    told = place_head(moved(scan, matrix, offset), read_facts(path), nobody)
    check_placed(told, head)
    # The axes and the unit follow from the landmarks as well.
    guessed = place_head(moved(scan, matrix, offset), facts(head, matrix, offset), nobody)
    assert np.linalg.norm(guessed.landmarks[36] - guessed.landmarks[45]) == pytest.approx(
        EYES_MM, rel=1e-3
    )
    assert guessed.landmarks[30, 2] > guessed.landmarks[36, 2]
    assert guessed.landmarks[8, 1] < guessed.landmarks[27, 1]


def test_the_face_is_what_lies_near_its_middle_and_can_be_seen(head, scan):
    placed = place_head(scan, facts(head), nobody)
    distance = np.linalg.norm(placed.face, axis=1)
    assert distance.max() < EYES_MM
    assert len(placed.face) > 300
    # The wall of a second shell within the first one is not seen from anywhere.
    inner = Scan(
        **{
            **{name: np.concatenate([value] * 2) for name, value in vars(scan).items()
               if isinstance(value, np.ndarray)},
            "vertices": np.concatenate([scan.vertices, 0.8 * scan.vertices]),
            "faces": np.concatenate([scan.faces, scan.faces + len(scan.vertices)]),
            "textures": (), "colored": True,
        }
    )  # fmt: skip
    assert len(place_head(inner, facts(head), nobody).face) == len(placed.face)


def test_large_scans_are_measured_at_a_part_of_their_vertices(tmp_path):
    fine = made_up_head(detail=7)
    placed = place_head(scan_of(fine, tmp_path), facts(fine), nobody)
    assert 10_000 < len(placed.face) <= 20_000


class Seer:
    """Sees the made-up head in the pictures that are drawn of it, as the network would.

    Where red and green are tells whether the head looks at the viewer; from above and from
    below there is nothing dark or nothing bright to be seen.
    """

    def __init__(self, head, wrong_depth: float = 0.0) -> None:
        self.head, self.looks = head, 0
        self._wrong_depth = wrong_depth

    def __call__(self, photo):
        self.looks += 1
        red = np.argwhere((photo[..., 0] > 150) & (photo[..., 1] < 60))
        green = np.argwhere((photo[..., 1] > 150) & (photo[..., 0] < 60))
        dark = ((photo[..., 0] > 60) & (photo[..., 0] < 120) & (photo[..., 1] < 30)).sum()
        if len(red) < 100 or len(green) < 100 or dark < 100:
            return []
        shape = np.argwhere(np.abs(photo.astype(int) - 128).max(axis=2) > 30)
        low, high = shape.min(axis=0)[::-1], shape.max(axis=0)[::-1]
        scale = (high - low)[1] / np.ptp(self.head.vertices[:, 1])
        right_way = red[:, 1].mean() < green[:, 1].mean()
        points = scale * self.head.landmarks @ FLIP
        points[:, :2] += (low + high) / 2
        points[:, 2] *= 1 + self._wrong_depth
        return [LandmarkResult(points.astype(np.float32), 0.95 if right_way else 0.5)]


def test_unknown_landmarks_are_found_on_the_surface(head, scan):
    seer = Seer(head, wrong_depth=0.1)
    placed = place_head(scan, ScanFacts(unit="mm", rotation=np.eye(3)), seer)
    assert seer.looks == 2
    near = np.linalg.norm(placed.landmarks + head.landmarks[INNER].mean(axis=0) - head.landmarks,
                          axis=1)  # fmt: skip
    # The nose that stands out is not on the surface.
    assert np.delete(near, 30)[17:].max() < 5


def test_the_side_of_the_face_is_found_when_it_is_not_told(head, scan):
    seer = Seer(head)
    placed = place_head(moved(scan, Z_UP), ScanFacts(), seer)
    assert seer.looks > 2
    assert placed.landmarks[30, 2] > placed.landmarks[36, 2]
    mesh = placed.surface.mesh
    left = mesh.vertices[mesh.faces[:, 0], 0] < -30
    red = placed.surface.colors[:, 0, 0] > placed.surface.colors[:, 0, 1]
    assert red[left].mean() > 0.95


def test_a_scan_without_colors_is_searched_and_drawn_in_shades_of_gray(head, tmp_path):
    gray = read_scan(write_ply(tmp_path / "gray.ply", head, colors=False))
    pictures = []

    def find(photo):
        pictures.append(photo)
        return []

    with pytest.raises(DataError):
        place_head(gray, ScanFacts(unit="mm", rotation=np.eye(3)), find)
    placed = place_head(gray, facts(head), nobody)
    pictures.append(draw(placed.surface, placed.camera(0, 0), placed.light("ambient", 0)))
    for picture in pictures:
        inside = picture[200:312, 200:312].astype(int)
        assert np.ptp(inside) > 20
        assert np.ptp(inside, axis=2).max() == 0


def test_a_scan_without_a_face_is_told(scan):
    with pytest.raises(DataError, match="no face was found on it, seen from any side"):
        place_head(scan, ScanFacts(), lambda photo: [])


def test_landmarks_past_an_edge_go_to_the_nearest_visible_place():
    depth = np.full((200, 200), np.nan, np.float32)
    depth[50:150, 50:150] = 10
    depth[50:150, 140:150] = 500
    landmarks = np.zeros((68, 3), np.float32)
    landmarks[:, :2] = 100
    landmarks[36, :2], landmarks[45, :2] = (70, 90), (130, 90)
    landmarks[0] = 20, 100, 0
    landmarks[16] = 145, 100, 0
    lifted = lift_to_surface(landmarks, depth)
    np.testing.assert_allclose(lifted[30], [100, 100, 10])
    np.testing.assert_allclose(lifted[0], [50, 100, 10])
    np.testing.assert_allclose(lifted[16], [139, 100, 10])
    landmarks[:, 0] -= 90
    assert lift_to_surface(landmarks, depth) is None


def test_without_a_file_nothing_is_known(tmp_path):
    assert read_facts(tmp_path / "a.obj") == ScanFacts()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "a.json cannot be used"),
        ("[]", "it is no object"),
        ('{"units": "mm"}', "it has 'units'"),
        ('{"unit": "inch"}', "the unit is 'inch'"),
        ('{"up": "y"}', "up is 'y' and front None"),
        ('{"up": "y", "front": "-y"}', "which is the same line"),
        ('{"up": ["y"], "front": "z"}', "a.json cannot be used"),
        ('{"landmarks": [[1, 2, 3]]}', r"an array of \(1, 3\) numbers"),
        ('{"landmarks": "none"}', "a.json cannot be used"),
        (json.dumps({"landmarks": [[1, 2, 3]] * 68}), "fall on one another"),
    ],
)
def test_facts_that_cannot_be_are_told_in_one_line(content, words, tmp_path):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(DataError, match=words) as told:
        read_facts(tmp_path / "a.obj")
    assert "\n" not in str(told.value)


def test_facts_that_do_not_fit_the_scan_are_told(head, scan):
    back = rotation_from_pose(Pose(180.0, 0.0, 0.0))
    upside_down = np.diag([-1.0, -1.0, 1.0])
    for known, words in (
        (facts(head, unit="cm"), "900 mm apart"),
        (facts(head, np.eye(3) * 10), "from its surface"),
        (facts(head, rotation=back), "right eye is on the viewer's right"),
        (facts(head, rotation=upside_down), "right eye is on the viewer's right"),
        (facts(head, rotation=np.diag([1.0, -1.0, -1.0])), "nose points away"),
    ):
        with pytest.raises(DataError, match=words):
            place_head(scan, known, nobody)
    tiny = moved(scan, np.eye(3) * 0.5)
    with pytest.raises(DataError, match="which no unit makes human"):
        place_head(tiny, facts(head, np.eye(3) * 0.5), nobody)


def test_a_scan_too_coarse_to_be_measured_is_told(tmp_path):
    coarse = made_up_head(detail=2)
    with pytest.raises(DataError, match="vertices on its face; expected 100 or more"):
        place_head(scan_of(coarse, tmp_path), facts(coarse), nobody)


def test_the_jaw_is_not_lifted_onto_the_neck_behind_it(head):
    """A pixel too low, and the picture shows the neck, an inch behind."""
    landmarks = 200 + (3 * head.landmarks @ FLIP).astype(np.float32)
    depth = np.full((512, 512), np.nan, np.float32)
    jaw = landmarks[CONTOUR]
    reach = int(jaw[:, 1].max())
    depth[:reach] = landmarks[INNER, 2].mean()
    depth[reach:] = landmarks[INNER, 2].mean() + 0.2 * np.ptp(landmarks[:, 0])
    low = jaw[:, 1].argmax()
    landmarks[low, 1] += 2
    landmarks[low, 2] = landmarks[INNER, 2].mean()
    lifted = lift_to_surface(landmarks, depth)
    assert lifted is not None
    assert lifted[low, 2] == pytest.approx(depth[0, 0])
    assert lifted[low, 1] == pytest.approx(landmarks[low, 1], abs=4)
