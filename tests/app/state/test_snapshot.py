from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.state.session import Session
from app.state.snapshot import item_of, project_of
from app.state.volumes import VolumeStore
from app.state.workspace import Workspace
from tests.app.fakes import face_result, reconstruction
from vrn_core.meshing.kept import KeptVolume
from vrn_core.project.loading import load_project
from vrn_core.project.saving import save_project
from vrn_core.types import FaceBox

BOX = FaceBox(40, 30, 60, 70)


def test_a_fused_face_comes_back_with_the_volume_that_alone_can_make_it_again(
    tmp_path: Path,
) -> None:
    session = Session()
    kept = KeptVolume.of(reconstruction(BOX))
    face = replace(face_result(BOX), fused=True, volume=kept, model="vrn-lite")
    session.add_fused("Fused (2 photos)", np.zeros((120, 160, 3), np.uint8), face)
    project = project_of(session, VolumeStore(), Workspace(tmp_path))
    save_project(tmp_path / "two.vrn", project)
    (saved,) = load_project(tmp_path / "two.vrn", tmp_path / "photos").project.photos
    item = item_of(saved)
    assert item.is_fused
    assert item.face is not None
    assert item.face.model == "vrn-lite"
    assert item.face.fused_volume is not None
    np.testing.assert_array_equal(item.face.fused_volume.volume(), kept.volume())
