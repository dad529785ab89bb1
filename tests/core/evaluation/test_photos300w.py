from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import DataError, PhotoError
from vrn_core.evaluation.photos300w import list_photos, read_photo, to_photo_frame
from vrn_core.ibug import MIRROR


def test_matlab_counts_from_one_and_its_z_comes_nearer():
    points = to_photo_frame(np.array([[1.0, 1.0, 5.0], [11.0, 21.0, -5.0]]))
    np.testing.assert_array_equal(points, [[0, 0, -5], [10, 20, 5]])


def test_photo_of_aflw2000_3d_comes_back_in_the_photo_frame(tmp_path, add_aflw, face):
    add_aflw(tmp_path, "image00001", face.landmarks, yaw_deg=40, color=120)
    item = read_photo("aflw2000-3d", tmp_path, "image00001.jpg")
    np.testing.assert_allclose(item.landmarks, face.landmarks, atol=1e-4)
    assert item.yaw_deg == pytest.approx(40, abs=1e-4)
    assert item.photo.shape == (100, 120, 3)
    assert abs(int(item.photo[50, 50, 0]) - 120) < 3


@pytest.mark.parametrize("dimensions", [2, 3])
def test_photo_of_300w_lp_has_its_landmarks_from_their_own_tree(
    tmp_path, add_300w, face, dimensions
):
    add_300w(tmp_path, "AFW", "AFW_1_3", face.landmarks[:, :dimensions], yaw_deg=-70)
    item = read_photo("300w-lp", tmp_path, "AFW/AFW_1_3.jpg")
    np.testing.assert_allclose(item.landmarks, face.landmarks[:, :dimensions], atol=1e-4)
    assert item.yaw_deg == pytest.approx(-70, abs=1e-4)


def test_one_folder_of_300w_lp_is_enough(tmp_path, add_300w, face, monkeypatch):
    add_300w(tmp_path, "AFW", "AFW_1_3", face.landmarks)
    assert read_photo("300w-lp", tmp_path / "AFW", "AFW_1_3.jpg").landmarks.shape == (68, 3)
    monkeypatch.chdir(tmp_path / "AFW")
    assert read_photo("300w-lp", tmp_path / "AFW" / ".", "AFW_1_3.jpg").name == "AFW_1_3.jpg"


def test_photos_are_found_below_without_code_landmarks_and_mirrored_copies(
    tmp_path, add_300w, face
):
    for part in ("AFW", "HELEN", "AFW_Flip", "Code"):
        add_300w(tmp_path, part, f"{part}_1_0", face.landmarks)
    (tmp_path / "AFW" / "lonely.mat").write_bytes(b"")
    (tmp_path / "AFW" / "notes.txt").write_text("no photo")
    assert list_photos("300w-lp", tmp_path) == [
        "AFW/AFW_1_0.jpg",
        "AFW/lonely.jpg",
        "HELEN/HELEN_1_0.jpg",
    ]


def test_missing_and_empty_folders_say_what_is_expected(tmp_path):
    with pytest.raises(DataError, match=r"no folder .*expected the folder of AFLW2000-3D"):
        list_photos("aflw2000-3d", tmp_path / "gone")
    with pytest.raises(DataError, match=r"no photo in .*expected the folder of 300W-LP"):
        list_photos("300w-lp", tmp_path)


def test_missing_files_are_named(tmp_path, add_aflw, add_300w, face):
    add_aflw(tmp_path, "a", face.landmarks)
    add_aflw(tmp_path, "b", face.landmarks)
    (tmp_path / "a.jpg").unlink()
    (tmp_path / "b.mat").unlink()
    with pytest.raises(DataError, match=r"no file a\.jpg"):
        read_photo("aflw2000-3d", tmp_path, "a.jpg")
    with pytest.raises(DataError, match=r"no file b\.mat"):
        read_photo("aflw2000-3d", tmp_path, "b.jpg")
    add_300w(tmp_path, "AFW", "c", face.landmarks)
    (tmp_path / "landmarks" / "AFW" / "c_pts.mat").unlink()
    with pytest.raises(DataError, match=r"no landmarks c_pts\.mat .* folder landmarks of 300W-LP"):
        read_photo("300w-lp", tmp_path, "AFW/c.jpg")


def test_missing_key_and_damaged_photo_are_told(tmp_path, add_aflw, add_300w, face):
    add_300w(tmp_path, "AFW", "c", face.landmarks)
    with pytest.raises(DataError, match=r"c\.mat has no pt3d_68, only Pose_Para, pt2d"):
        read_photo("aflw2000-3d", tmp_path, "AFW/c.jpg")
    add_aflw(tmp_path, "a", face.landmarks)
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(PhotoError, match=r"a\.jpg is not a photo"):
        read_photo("aflw2000-3d", tmp_path, "a.jpg")


def test_landmarks_on_one_point_are_refused(tmp_path, add_aflw):
    add_aflw(tmp_path, "a", np.zeros((68, 3)))
    with pytest.raises(DataError, match="fall on one another"):
        read_photo("aflw2000-3d", tmp_path, "a.jpg")


def test_the_real_sample_has_the_axes_of_the_photo_frame(data_folder):
    root = data_folder / "samples" / "AFLW2000"
    if not root.is_dir():
        pytest.skip(f"no sample of AFLW2000-3D at {root}")
    name = list_photos("aflw2000-3d", root)[0]
    points = read_photo("aflw2000-3d", root, name).landmarks
    mirrored = points[MIRROR]
    # x right: the person's right side is on the left; y down: the chin below the brows;
    # z away: the tip of the nose nearer than all else, and the ends of the jaw farther.
    assert (points[17:22, 0] < mirrored[17:22, 0]).all()
    assert points[8, 1] > points[17:27, 1].max()
    assert points[30, 2] == points[:, 2].min()
    assert points[[0, 16], 2].min() > points[:, 2].mean()


def test_the_real_sample_of_300w_lp_lacks_the_landmarks(data_folder):
    root = data_folder / "samples"
    name = "300W-LP_IBUG_image_008_1_0.jpg"
    if not (root / name).is_file():
        pytest.skip(f"no sample of 300W-LP at {root}")
    if (root / "landmarks").is_dir():
        pytest.skip("the landmarks of the sample are there")
    with pytest.raises(DataError, match="there are no landmarks"):
        read_photo("300w-lp", root, name)
