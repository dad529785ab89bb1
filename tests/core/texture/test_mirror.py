from __future__ import annotations

import numpy as np
import pytest

from vrn_core.meshing.frames import transform_mesh
from vrn_core.pose import Pose, Similarity, rotation_from_pose
from vrn_core.texture.mirror import mirror_plane
from vrn_core.types import TriangleMesh


@pytest.mark.parametrize(("yaw_deg", "roll_deg", "shift"), [(0, 0, 0), (4, 0, 2), (-3, 5, -3)])
def test_plane_is_found_on_the_surface_itself(
    mask: TriangleMesh, yaw_deg: float, roll_deg: float, shift: float
) -> None:
    rotation = rotation_from_pose(Pose(yaw_deg, 0, roll_deg))
    motion = Similarity(1.0, rotation, np.array([shift, 0, 0]))
    plane = mirror_plane(transform_mesh(mask, motion))
    angle = np.rad2deg(np.arccos(np.clip(plane.normal @ rotation[:, 0], -1, 1)))
    assert angle < 0.7
    point = motion.apply(np.zeros((1, 3)))[0]
    assert abs((point - plane.point) @ plane.normal) < 0.5


def test_a_surface_that_is_no_face_keeps_the_middle(mask: TriangleMesh) -> None:
    far = TriangleMesh(mask.vertices + np.float32([40, 0, 0]), mask.faces)
    assert mirror_plane(far).normal.tolist() == [1, 0, 0]
    few = TriangleMesh(mask.vertices[:3], np.array([[0, 1, 2]], np.int32))
    assert mirror_plane(few).point.tolist() == [0, 0, 0]
