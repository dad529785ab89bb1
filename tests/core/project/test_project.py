"""Project files: nothing changes on the way through one, and a bad one does no harm."""

from __future__ import annotations

import errno
import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vrn_core.config import SurfaceSettings
from vrn_core.errors import ProjectError, ProjectSaveError
from vrn_core.meshing.kept import KeptVolume
from vrn_core.pose import Similarity
from vrn_core.project.contents import FaceResult, Project, SavedPhoto
from vrn_core.project.loading import load_project, safe_name
from vrn_core.project.records import FORMAT
from vrn_core.project.saving import save_project
from vrn_core.types import FaceBox, FaceCrop, Pose, TriangleMesh

RANDOM = np.random.default_rng(4)


def make_volume() -> KeptVolume:
    voxels = RANDOM.integers(0, 255, (6, 5, 4), np.uint8)
    rotation, _ = np.linalg.qr(RANDOM.normal(size=(3, 3)))
    return KeptVolume(
        packed=zlib.compress(voxels.tobytes()),
        box=(slice(10, 16), slice(20, 25), slice(30, 34)),
        shape=(100, 96, 96),
        voxel_size=2,
        crop=FaceCrop((101.25, 77.0), 0.1 + 0.2),
        to_canonical=Similarity(1 / 3, rotation, RANDOM.normal(size=3)),
    )


def make_face(volume: KeptVolume | None = None, *, colored: bool = True) -> FaceResult:
    count = 50
    vertices = RANDOM.normal(size=(count, 3)).astype(np.float32)
    faces = RANDOM.integers(0, count, (90, 3)).astype(np.int32)
    colors = RANDOM.integers(0, 255, (count, 3), np.uint8) if colored else None
    return FaceResult(
        box=FaceBox(1 / 3, 2.5, 80.1, 90.2, 0.987654321),
        landmarks=RANDOM.normal(size=(68, 3)).astype(np.float32),
        pose=Pose(12.3, -4.5, 1e-9),
        mesh=TriangleMesh(vertices, faces, colors),
        mesh_canonical=TriangleMesh(vertices * 2, faces, colors),
        confidence=0.9,
        milliseconds=123.456,
        vertex_confidence=RANDOM.random(count).astype(np.float32),
        settings=SurfaceSettings(iso_level=0.42, smoothing=7, triangles=5000),
        model="vrn-lite",
        volume=volume,
        fused=volume is not None,
    )


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photos" / "ana é.jpg"
    path.parent.mkdir()
    path.write_bytes(b"not read by the project" * 40)
    return path


@pytest.fixture
def project(picture: Path) -> Project:
    faces = (make_face(make_volume()), make_face(colored=False))
    pixels = RANDOM.integers(0, 255, (20, 30, 3), np.uint8)
    return Project(
        (
            SavedPhoto(
                "ana é.jpg", picture, state="done", size=(160, 120), selected_face=1, faces=faces
            ),
            SavedPhoto("Pasted image", pixels=pixels, state="done", faces=(make_face(),)),
            SavedPhoto(
                "bad.jpg",
                picture.with_name("bad.jpg"),
                state="failed",
                failure=("No face", "None.", "Try."),
            ),
        ),
        selected=1,
        origin=Path("/some/where.vrn"),
    )


def assert_same(one: Any, other: Any, where: str = "") -> None:
    """Compare dataclasses of arrays bit for bit."""
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype, where
        np.testing.assert_array_equal(one, other, err_msg=where)
    elif hasattr(one, "__dataclass_fields__"):
        assert type(one) is type(other), where
        for name in one.__dataclass_fields__:
            assert_same(getattr(one, name), getattr(other, name), f"{where}.{name}")
    elif isinstance(one, tuple):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            assert_same(left, right, f"{where}[{number}]")
    else:
        assert one == other, where


def rewrite(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Write an archive anew with members changed, or left out where None is returned."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            changed = change(name, content)
            if changed is not None:
                kind = zipfile.ZIP_STORED if name.startswith("photos/") else zipfile.ZIP_DEFLATED
                archive.writestr(name, changed, kind)


def change_manifest(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    def edit(name: str, content: bytes) -> bytes:
        if name != "project.json":
            return content
        values = json.loads(content)
        change(values)
        return json.dumps(values).encode()

    rewrite(path, edit)


@pytest.mark.parametrize("compress", [True, False])
def test_a_project_comes_back_bit_for_bit(
    tmp_path: Path, project: Project, picture: Path, compress: bool
) -> None:
    target = tmp_path / "family é.vrn"
    assert save_project(target, project, compress=compress) == ()
    loaded = load_project(target, tmp_path / "unpacked")
    assert loaded.problems == ()
    assert (loaded.project.selected, loaded.project.origin) == (1, Path("/some/where.vrn"))
    first, pasted, failed = loaded.project.photos
    assert_same(first, project.photos[0])
    for one, other in zip(pasted.faces, project.photos[1].faces, strict=True):
        assert_same(one, other)
    assert_same(failed, replace(project.photos[2], missing=True))


def test_an_image_without_a_file_comes_back_as_one_of_the_same_pixels(
    tmp_path: Path, project: Project
) -> None:
    from PIL import Image

    save_project(tmp_path / "a.vrn", project)
    pasted = load_project(tmp_path / "a.vrn", tmp_path / "unpacked").project.photos[1]
    assert pasted.packed
    assert pasted.path is not None
    assert pasted.path.name == "Pasted image.png"
    np.testing.assert_array_equal(np.asarray(Image.open(pasted.path)), project.photos[1].pixels)


def test_packed_photos_come_back_without_the_originals(
    tmp_path: Path, project: Project, picture: Path
) -> None:
    content = picture.read_bytes()
    left_out = save_project(tmp_path / "a.vrn", project, pack=True)
    assert left_out == ("bad.jpg",)
    picture.unlink()
    photo = load_project(tmp_path / "a.vrn", tmp_path / "unpacked").project.photos[0]
    assert photo.path is not None
    assert (photo.packed, photo.missing, photo.path.name) == (True, False, "ana é.jpg")
    assert photo.path.read_bytes() == content
    assert photo.path.is_relative_to(tmp_path / "unpacked")


def test_photos_are_found_when_the_folder_was_moved(tmp_path: Path, project: Project) -> None:
    save_project(tmp_path / "photos" / "a.vrn", project)
    moved = (tmp_path / "photos").rename(tmp_path / "elsewhere")
    photo = load_project(moved / "a.vrn", tmp_path / "unpacked").project.photos[0]
    assert photo.path == moved / "ana é.jpg"


def test_photos_are_found_beside_the_project(
    tmp_path: Path, project: Project, picture: Path
) -> None:
    save_project(tmp_path / "a.vrn", project)
    picture.rename(tmp_path / picture.name)
    photo = load_project(tmp_path / "a.vrn", tmp_path / "unpacked").project.photos[0]
    assert photo.path == tmp_path / picture.name


def test_of_two_photos_of_one_name_the_one_of_the_same_size_is_taken(
    tmp_path: Path, project: Project, picture: Path
) -> None:
    save_project(tmp_path / "a.vrn", project)
    picture.rename(tmp_path / picture.name)
    picture.write_bytes(b"another photo")
    photo = load_project(tmp_path / "a.vrn", tmp_path / "unpacked").project.photos[0]
    assert photo.path == tmp_path / picture.name


def test_a_photo_that_is_gone_keeps_its_meshes(
    tmp_path: Path, project: Project, picture: Path
) -> None:
    save_project(tmp_path / "a.vrn", project)
    picture.unlink()
    loaded = load_project(tmp_path / "a.vrn", tmp_path / "unpacked")
    photo = loaded.project.photos[0]
    assert (photo.missing, photo.path, len(photo.faces)) == (True, picture, 2)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_project_is_told_of(tmp_path: Path, project: Project, share: float) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    content = target.read_bytes()
    target.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ProjectError, match=r"a.vrn is damaged"):
        load_project(target, tmp_path / "unpacked")


def test_any_flipped_byte_is_an_error_or_a_problem_but_no_crash(
    tmp_path: Path, project: Project
) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    content = bytearray(target.read_bytes())
    for place in RANDOM.integers(0, len(content), 150):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        target.write_bytes(damaged)
        try:
            loaded = load_project(target, tmp_path / "unpacked")
        except ProjectError:
            continue
        assert len(loaded.project.photos) + len(loaded.problems) >= 3


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_project_is_told_of(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.vrn").write_bytes(content)
    with pytest.raises(ProjectError, match="damaged or not a VRN Studio project"):
        load_project(tmp_path / "a.vrn", tmp_path / "unpacked")


def test_a_project_that_is_gone_or_a_folder_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="there is no project"):
        load_project(tmp_path / "gone.vrn", tmp_path)
    with pytest.raises(ProjectError, match="cannot be opened"):
        load_project(tmp_path, tmp_path)


def test_a_project_of_a_newer_version_says_so(tmp_path: Path, project: Project) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    change_manifest(
        target, lambda values: values.update(format=FORMAT + 1, program="9.0", dreams=True)
    )
    with pytest.raises(ProjectError, match=r"newer VRN Studio \(9.0.*install the newest"):
        load_project(target, tmp_path / "unpacked")


def test_a_damaged_face_does_not_lose_the_others(tmp_path: Path, project: Project) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    rewrite(target, lambda name, content: None if name.startswith("faces/0-0") else content)
    loaded = load_project(target, tmp_path / "unpacked")
    assert [len(photo.faces) for photo in loaded.project.photos] == [1, 1, 0]
    assert_same(loaded.project.photos[0].faces[0], project.photos[0].faces[1])
    assert loaded.problems == ("A face of ana é.jpg could not be read.",)


def test_a_photo_whose_faces_are_all_damaged_is_made_again(
    tmp_path: Path, project: Project
) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    rewrite(target, lambda name, content: b"x" if name.startswith("faces/0") else content)
    loaded = load_project(target, tmp_path / "unpacked")
    assert loaded.project.photos[0].state == "waiting"
    assert loaded.problems == ("2 faces of ana é.jpg could not be read; it is made again.",)


def test_a_damaged_photo_does_not_lose_the_others(tmp_path: Path, project: Project) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    change_manifest(target, lambda values: values["photos"][0].update(state="dreaming"))
    loaded = load_project(target, tmp_path / "unpacked")
    assert [photo.name for photo in loaded.project.photos] == ["Pasted image", "bad.jpg"]
    assert loaded.project.selected == 0
    assert "Photo 1 is damaged" in loaded.problems[0]


def spoil(**changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(values: dict[str, Any]) -> None:
        values["photos"][0]["faces"][0]["volume"].update(changes)

    return change


@pytest.mark.parametrize(
    "changes",
    [
        {"box": [[10, 17], [20, 25], [30, 34]]},
        {"box": [[-1, 5], [20, 25], [30, 34]]},
        {"shape": [100_000, 96, 96]},
        {"voxel_size": 0},
        {"rotation": [1.0]},
        {"crop_scale": 0.0},
        {"crop_size": 10**12},
    ],
)
def test_a_volume_that_is_not_what_it_says_is_not_taken(
    tmp_path: Path, project: Project, changes: dict[str, Any]
) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    change_manifest(target, spoil(**changes))
    assert len(load_project(target, tmp_path / "unpacked").problems) == 1


def test_a_volume_that_unpacks_to_gigabytes_is_not_unpacked(
    tmp_path: Path, project: Project
) -> None:
    bomb = replace(make_volume(), packed=zlib.compress(bytes(1 << 28)))
    photo = replace(project.photos[0], faces=(make_face(bomb),))
    save_project(tmp_path / "a.vrn", Project((photo,)))
    assert len(load_project(tmp_path / "a.vrn", tmp_path / "unpacked").problems) == 1


def test_a_member_that_unpacks_to_gigabytes_is_not_unpacked(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    rewrite(target, lambda name, content: bytes(1 << 27) if name.startswith("faces/") else content)
    read: list[str] = []
    whole = zipfile.ZipFile.read

    def note(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        read.append(info.filename)
        return whole(archive, info)

    monkeypatch.setattr(zipfile.ZipFile, "read", note)
    loaded = load_project(target, tmp_path / "unpacked")
    assert read == ["project.json"]
    assert len(loaded.problems) == 2


def test_a_member_that_is_named_many_times_is_read_once(tmp_path: Path, project: Project) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)

    def multiply(values: dict[str, Any]) -> None:
        values["photos"][0]["faces"] *= 1000

    change_manifest(target, multiply)
    loaded = load_project(target, tmp_path / "unpacked")
    assert len(loaded.project.photos[0].faces) == 2
    assert loaded.problems == ("1998 faces of ana é.jpg could not be read.",)


@pytest.mark.parametrize(
    ("name", "member", "expected"),
    [
        ("ana é, fused.jpg", "photos/0.jpg", "ana é, fused.jpg"),
        ("Pasted image", "photos/0.png", "Pasted image.png"),
        ("../../evil.jpg", "photos/0.jpg", "evil.jpg"),
        ("a|b?\0.jpg", "photos/0.jpg", "a_b__.jpg"),
        ("", "photos/0.jpg", "photo.jpg"),
        ("x" * 300, "photos/0.png", "x" * 80 + ".png"),
        ("ana", "photos/0./../a b", "ana.png"),
        ("CON.jpg", "photos/0.jpg", "_CON.jpg"),
        ("nul.tar. .jpg", "photos/0.jpg", "_nul.tar.jpg"),
        ("ana. .", "photos/0.png", "ana.png"),
        ("console.jpg", "photos/0.jpg", "console.jpg"),
    ],
)
def test_the_name_of_an_unpacked_photo_is_safe(name: str, member: str, expected: str) -> None:
    assert safe_name(name, member) == expected


def test_triangles_beyond_the_vertices_are_not_taken(tmp_path: Path) -> None:
    face = make_face()
    faces = face.mesh.faces.copy()
    faces[3, 1] = 50
    mesh = TriangleMesh(face.mesh.vertices, faces)
    photo = SavedPhoto("a", tmp_path / "a.jpg", state="done", faces=(replace(face, mesh=mesh),))
    save_project(tmp_path / "a.vrn", Project((photo,)))
    assert len(load_project(tmp_path / "a.vrn", tmp_path / "unpacked").problems) == 1


def test_a_packed_photo_is_written_nowhere_but_in_its_folder(
    tmp_path: Path, project: Project, picture: Path
) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project, pack=True)
    change_manifest(target, lambda values: values["photos"][0].update(name="../../../evil.jpg"))
    photo = load_project(target, tmp_path / "un" / "packed").project.photos[0]
    assert photo.path is not None
    assert photo.path.resolve().is_relative_to(tmp_path / "un" / "packed")


def test_a_full_disk_leaves_the_earlier_project(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    before = target.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ProjectSaveError, match=r"no space left.*free some space"):
        save_project(target, project)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.vrn"]


def test_a_disk_that_fills_up_in_the_middle_leaves_the_earlier_project(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.vrn"
    save_project(target, project)
    before = target.read_bytes()
    whole = zipfile.ZipFile.writestr

    def full(archive: zipfile.ZipFile, name: Any, data: Any) -> None:
        if "1-0" in str(name):
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(archive, name, data)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(ProjectSaveError, match="no space left"):
        save_project(target, project)
    assert target.read_bytes() == before
