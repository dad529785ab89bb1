"""Photos with landmarks: AFLW2000-3D and 300W-LP, as their authors publish them.

Both were annotated in MATLAB, where the center of the top-left pixel is (1, 1); the authors'
scripts draw the landmarks onto the photo as they are stored. Their z grows towards the camera.
So x and y lose one pixel here, and z changes its sign.

AFLW2000-3D has the 68 landmarks in 3-D beside the photo, ``pt3d_68`` (3, 68) in ``NAME.mat``.

300W-LP keeps them in a tree of its own: of ``AFW/NAME.jpg`` they are ``pts_3d`` in
``landmarks/AFW/NAME_pts.mat``. As published these are (68, 2), the places in the photo of the
3-D landmarks without their depth; (68, 3) is read as well. ``pt2d`` of its ``NAME.mat`` is of no
use: it belongs to the photo before it was turned. The mirrored copies, in ``AFW_Flip`` and so
on, have no landmarks and are left out.

References
----------
.. [1] Zhu et al., "Face Alignment Across Large Poses: A 3D Solution", CVPR 2016.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vrn_core.errors import DataError
from vrn_core.evaluation.matfile import check_size, read_arrays
from vrn_core.evaluation.metrics import interocular_distance
from vrn_core.inference.photo import load_photo
from vrn_core.types import ByteArray, FloatArray

TITLES = {"aflw2000-3d": "AFLW2000-3D", "300w-lp": "300W-LP"}
"""The data sets by their names on the command line."""
POSE_SHAPES = [(1, 7), (7, 1)]


@dataclass(frozen=True)
class AnnotatedPhoto:
    """A photo and the truth about one face in it."""

    name: str
    """Of the file, below the data set's folder."""
    yaw_deg: float
    """Positive when the nose points to the viewer's right."""
    photo: ByteArray
    """(H, W, 3) RGB."""
    landmarks: FloatArray
    """(68, 3) in the photo frame, with any offset in z; (68, 2) if their depth is unknown."""


def list_photos(data_set: str, root: Path) -> list[str]:
    """Return the names of a data set's photos below a folder, sorted.

    A photo without its .mat file is among them, and so is one that only its .mat file tells of,
    so that reading them says what is missing.

    Raises
    ------
    DataError
        If there is no such folder, or nothing in it.
    """
    expected = f"the folder of {TITLES[data_set]} with NAME.jpg and NAME.mat in it or below"
    if not root.is_dir():
        raise DataError(f"there is no folder {root}; expected {expected}")
    found = {
        path.relative_to(root).with_suffix(".jpg")
        for path in root.rglob("*")
        if path.suffix in (".jpg", ".mat")
    }
    names = sorted(path.as_posix() for path in found if not _left_out(path))
    if not names:
        raise DataError(f"there is no photo in {root}; expected {expected}")
    return names


def read_photo(data_set: str, root: Path, name: str) -> AnnotatedPhoto:
    """Return a photo with its truth.

    Raises
    ------
    DataError, PhotoError
        If one of its files is missing, damaged or not what the data set should have there.
    """
    # With all its folders named, that above the root can be looked into.
    root = root.resolve()
    path = root / name
    check_size(path)
    landmarks, pose = READERS[data_set](path, root)
    units = [*np.ptp(landmarks[:, :2], axis=0)]
    if landmarks.shape[1] == 3:
        units.append(interocular_distance(landmarks))
    if not min(units) > 0:
        raise DataError(f"the landmarks of {path.name} fall on one another; download it again")
    return AnnotatedPhoto(
        name=name,
        # The authors' yaw is positive when the nose points to the viewer's left.
        yaw_deg=-float(np.rad2deg(pose.ravel()[1])),
        photo=load_photo(path),
        landmarks=landmarks,
    )


def to_photo_frame(points: NDArray[np.float64]) -> FloatArray:
    """Return points (68, 2 or 3) of MATLAB (from 1, z towards the camera) in the photo frame."""
    moved = points.copy()
    moved[:, :2] -= 1
    moved[:, 2:] *= -1
    return moved.astype(np.float32)


def _read_aflw2000_3d(path: Path, root: Path) -> tuple[FloatArray, NDArray[np.float64]]:
    del root
    facts = read_arrays(path.with_suffix(".mat"), {"pt3d_68": [(3, 68)], "Pose_Para": POSE_SHAPES})
    return to_photo_frame(facts["pt3d_68"].T), facts["Pose_Para"]


def _read_300w_lp(path: Path, root: Path) -> tuple[FloatArray, NDArray[np.float64]]:
    pose = read_arrays(path.with_suffix(".mat"), {"Pose_Para": POSE_SHAPES})["Pose_Para"]
    points = read_arrays(_landmark_file(path, root), {"pts_3d": [(68, 2), (68, 3)]})["pts_3d"]
    return to_photo_frame(points), pose


def _landmark_file(path: Path, root: Path) -> Path:
    """Return the landmarks of a photo, whether the root is all of 300W-LP or one folder of it."""
    name = f"{path.stem}_pts.mat"
    above = [path.parent, *path.parent.parents]
    for folder in above[: above.index(root) + 2]:
        file = folder / "landmarks" / path.parent.relative_to(folder) / name
        if file.is_file():
            return file
    raise DataError(
        f"there are no landmarks {name} for {path.name}; expected them in the folder "
        "landmarks of 300W-LP, beside that of the photos"
    )


def _left_out(path: Path) -> bool:
    """Return whether a path below the root is no photo of its own."""
    return path.stem.endswith("_pts") or any(
        part.startswith(".") or part.endswith("_Flip") or part in ("landmarks", "Code")
        for part in path.parts
    )


READERS: dict[str, Callable[[Path, Path], tuple[FloatArray, NDArray[np.float64]]]] = {
    "aflw2000-3d": _read_aflw2000_3d,
    "300w-lp": _read_300w_lp,
}
