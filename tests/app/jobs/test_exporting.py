from __future__ import annotations

from pathlib import Path

import pytest

from app.jobs.exporting import FORMATS, save, save_all
from tests.app.fakes import face_mesh
from vrn_core.errors import ExportError
from vrn_core.meshing.export import export_formats


def test_the_dialog_offers_what_the_core_can_write() -> None:
    assert {suffix for suffix, _ in FORMATS} == set(export_formats())


@pytest.mark.parametrize("suffix", [suffix for suffix, _ in FORMATS])
def test_every_format_is_written(tmp_path: Path, suffix: str) -> None:
    target = save(face_mesh(), tmp_path / f"face.{suffix}")
    assert target.stat().st_size > 1000


def test_meshes_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    mesh = face_mesh(12, 12)
    written = save_all([("ana", mesh), ("Ana", mesh), ("ana", mesh)], tmp_path, "ply")
    assert sorted(path.name for path in written) == ["Ana-2.ply", "ana-3.ply", "ana.ply"]
    assert all(path.exists() for path in written)


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot write"):
        save(face_mesh(12, 12), tmp_path / "gone" / "face.glb")
